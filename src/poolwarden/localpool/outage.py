"""Failures to play at the JWK Set's address: what a guard has to live through."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Outage(StrEnum):
    """Name what the JWK Set's address does instead of answering."""

    NONE = "none"
    UNAVAILABLE = "unavailable"
    THROTTLED = "throttled"
    HTML = "html"
    ERROR_BODY = "error_body"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class PlayedAnswer:
    """
    Hold an answer that is no JWK Set.

    Attributes:
        status: The HTTP status.
        content_type: The media type.
        body: The body.
    """

    status: int
    content_type: str
    body: bytes


# What each failure answers; NONE and HANG have no answer of their own.
ANSWERS: Final[Mapping[Outage, PlayedAnswer]] = {
    Outage.UNAVAILABLE: PlayedAnswer(503, "text/plain", b"Service Unavailable"),
    Outage.THROTTLED: PlayedAnswer(
        429, "application/json", b'{"__type":"TooManyRequestsException","message":"Rate exceeded"}'
    ),
    Outage.HTML: PlayedAnswer(200, "text/html", b"<!doctype html><title>Captive portal</title>"),
    Outage.ERROR_BODY: PlayedAnswer(200, "application/json", b'{"message":"Internal server error"}'),
}


class KeyServer:
    """
    Own the failure being played.

    Attributes:
        outage: The failure.
        requests: How often the JWK Set was asked for, failures included.
    """

    __slots__ = ("outage", "requests")

    def __init__(self) -> None:
        self.outage: Outage = Outage.NONE
        self.requests: int = 0

"""Speak HTTP as a front end's fetch would, but for redirects: those are shown, not followed."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from poolwarden.errors import ConfigurationError
from poolwarden.rehearse.answer import Answer

TIMEOUT_S: Final = 30.0
"""How long connecting, and each read, may take, seconds."""

_MOST: Final = 256 * 1024


@dataclass(frozen=True, slots=True)
class Address:
    """
    An http or https address.

    Attributes:
        text: The address as it was given.
        secure: Whether it is https.
        host: The host.
        port: The port; None for the scheme's.
        target: Path and query.
    """

    text: str
    secure: bool
    host: str
    port: int | None
    target: str


def read_address(text: str) -> Address:
    """
    Read an address.

    Args:
        text: Such as ``http://127.0.0.1:8000/orders``; without a path it is ``/``.

    Raises:
        ConfigurationError: It is none.
    """
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:
        parts, host, port = urlsplit(""), None, None
    if parts.scheme not in ("http", "https") or not host or not text.isascii() or not text.isprintable():
        mend = "Write http://127.0.0.1:8000/orders, with the path of a protected route."
        raise ConfigurationError("--app", f"{text!r} is no address.", mend)
    if parts.username is not None:
        raise ConfigurationError("--app", "holds a user name.", "Leave it out; the token is what is sent.")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Address(text, parts.scheme == "https", host, port, target.replace(" ", "%20"))


def send(
    address: Address,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    target: str | None = None,
) -> Answer:
    """
    Send a request and return the answer; no proxy is used and no redirect followed.

    Args:
        address: Where to.
        method: The request's method.
        headers: Its headers.
        body: Its body.
        target: Another path than the address's.
    """
    connection = (
        http.client.HTTPSConnection(address.host, address.port, timeout=TIMEOUT_S, context=ssl.create_default_context())
        if address.secure
        else http.client.HTTPConnection(address.host, address.port, timeout=TIMEOUT_S)
    )
    try:
        connection.request(method, target or address.target, body, dict(headers or {}))
        response = connection.getresponse()
        named = tuple((name.lower(), value) for name, value in response.getheaders())
        return Answer(response.status, named, response.read(_MOST))
    except (OSError, http.client.HTTPException) as error:
        return Answer(0, fault=getattr(error, "strerror", None) or type(error).__name__)
    finally:
        connection.close()

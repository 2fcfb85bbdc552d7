"""Hold what a server answered, or why it did not."""

from typing import NamedTuple

_DETAIL = 120  # characters


class FetchError(Exception):
    """
    A fetch failed.

    Attributes:
        result: ``timeout``, ``http_error``, ``invalid`` or ``blocked``: a metric's label.
        detail: For people: the status, or why the connection failed; empty where nothing more is known.
        retry_after_s: How long to wait before the next try, as the server asks in Retry-After, seconds; 0 without.
    """

    def __init__(self, result: str, detail: str = "", retry_after_s: float = 0.0) -> None:
        super().__init__(result)
        self.result = result
        # Of what a library says of a server's bytes, no more than a line that a terminal can show.
        self.detail: str = "".join(filter(str.isprintable, " ".join(detail.split())))[:_DETAIL]
        self.retry_after_s = retry_after_s


class Document(NamedTuple):
    """
    A fetched document.

    Attributes:
        body: Its bytes, decompressed, at most 64 KiB.
        max_age_s: Cache-Control's max-age, 0 for no-store and no-cache, None without any.
    """

    body: bytes
    max_age_s: float | None


class Reply(NamedTuple):
    """
    What a server replied.

    Attributes:
        status: The HTTP status.
        body: The body's bytes, at most 64 KiB.
        challenge: WWW-Authenticate, empty without one.
    """

    status: int
    body: bytes
    challenge: str = ""

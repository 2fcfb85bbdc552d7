"""Walk over the lines of a buffer, their envelopes taken off."""

from functools import lru_cache

from poolwarden.triage.continuation import continues
from poolwarden.triage.formats import ENVELOPES
from poolwarden.triage.formats.base import Context
from poolwarden.triage.unescape import colourless

_DEEPEST = 6
_NOTHING = Context()
_SHORT = 300
_TOGETHER = 5.0  # seconds
MOST_BYTES = 65536


def decoded(line: bytes | bytearray) -> str:
    """Return a line as text: UTF-8, else Latin-1, which reads anything."""
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("latin-1")
    return (colourless(text) if "\x1b" in text else text).rstrip("\r\n")


@lru_cache(maxsize=2048)
def _is_bare(text: str) -> bool:
    """Tell whether a line is in no envelope; those of a traceback come again and again."""
    return all(envelope.unwrap(text, _NOTHING) is None for envelope in ENVELOPES)


def peel(text: str, context: Context) -> tuple[str, Context, str]:
    """Return a line without its envelopes, what they told, and the stream they name."""
    stream = ""
    if text[:1] in (" ", "\t") and len(text) < _SHORT and _is_bare(text):
        return text, context, stream
    for _ in range(_DEEPEST):
        if text[:1].isdigit() and text[10:11] == " " and text[4:5] in ("-", "/"):
            break  # a plain logger's own stamp: no envelope begins so
        for envelope in ENVELOPES:
            line = envelope.unwrap(text, context)
            if line is not None:
                text, context, stream = line.text, line.context, f"{stream}/{line.stream}"
                break
        else:
            break
    return text, context, stream


class Lines:
    """Walk over the lines of a buffer, envelopes taken off."""

    __slots__ = ("at", "context", "data", "size", "stream")

    def __init__(self, data: bytes | bytearray, size: int, context: Context, stream: str, at: float | None) -> None:
        self.at = at
        self.data = data
        self.size = size
        self.context = context
        self.stream = stream

    def text(self, start: int, end: int, *, behind: bool = False) -> str | None:
        """
        Return a line, or None where it is another writer's.

        Args:
            start: Its first byte.
            end: Behind its last byte.
            behind: Whether it stands behind the record's first line.
        """
        text, told, stream = self.peeled(start, end)
        if self.is_far(told):
            return None
        # Some put their head before a record's first line only: Lambda, CloudWatch's export.
        headless = self.stream.startswith(stream) and (behind or continues(text))
        return text if stream == self.stream or headless else None

    def is_far(self, told: Context) -> bool:
        """Tell whether a line was written long before or after: who stamps each line stamps those of one together."""
        return self.at is not None and told.at is not None and abs(told.at - self.at) > _TOGETHER

    def peeled(self, start: int, end: int) -> tuple[str, Context, str]:
        """Return a line of any writer as :func:`peel` does."""
        return peel(decoded(self.data[start : min(end, start + MOST_BYTES)]), self.context)

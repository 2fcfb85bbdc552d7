"""Tell a journal by its look, and spell words as it has them: coloured messages are arrays of numbers in its JSON."""

from collections.abc import Iterable, Iterator

_MARK = b"__REALTIME_TIMESTAMP"  # every line of ``journalctl -o json`` holds it
_LOOKED_AT = 4096  # a block of a journal shows itself by one of its first lines; all of it would cost a tenth more

ARRAYS: tuple[bytes, ...] = (b'E":[', b'E\\":[', b'E" : [', b'E": [')
"""How a message that is an array begins, from where the search tells it best."""


def is_journal(block: memoryview) -> bool:
    """Tell whether a block of a log is one of a journal's JSON."""
    return _MARK in bytes(block[:_LOOKED_AT])


def in_numbers(words: Iterable[bytes]) -> Iterator[bytes]:
    """Yield words as arrays of numbers have them: before version 236 systemd wrote a space behind each comma."""
    for word in words:
        for comma in (",", ", "):
            yield comma.join(map(str, word)).encode()

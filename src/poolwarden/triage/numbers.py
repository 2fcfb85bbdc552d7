"""Spell words as a journal has them: in its JSON, coloured messages are arrays of numbers."""

from collections.abc import Iterable, Iterator

MARK = b"__REALTIME_TIMESTAMP"
"""What every line of ``journalctl -o json`` holds."""

ARRAYS: tuple[bytes, ...] = (b'E":[', b'E\\":[', b'E" : [', b'E": [')
"""How a message that is an array begins, from where the search tells it best."""


def in_numbers(words: Iterable[bytes]) -> Iterator[bytes]:
    """Yield words as arrays of numbers have them: before version 236 systemd wrote a space behind each comma."""
    for word in words:
        for comma in (",", ", "):
            yield comma.join(map(str, word)).encode()

"""Find the lines of a log that a report shows, once it is known which."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from mmap import ACCESS_READ, mmap
from operator import itemgetter
from pathlib import Path

from poolwarden.triage.inflate import Inflated
from poolwarden.triage.patterns import later

BLOCK = 4 * 1024 * 1024
"""How many bytes are looked through at once."""

WINDOW = 256 * 1024
"""How many bytes around a time are looked through: lines of several processes are not quite in order."""

_TIMESTAMP = later(rb'"timestamp":"([^"]+)"')

Wanted = tuple[str | None, int, str]
"""A line's session reference, where it has one, its time, epoch milliseconds, and its event without the prefix."""

Needle = tuple[bytes, ...]
"""What such a line holds: its time as the guard writes it, its event, and its session."""


def find_lines(paths: Sequence[str], wanted: Sequence[Wanted]) -> Mapping[Wanted, tuple[str, int]]:
    """
    Return where lines stand: file and line, from 1, of those that are found.

    Args:
        paths: Files of the guard's events, one JSON object a line, plain or gzip.
        wanted: The lines.
    """
    found: dict[Wanted, tuple[str, int]] = {}
    for path in paths:
        missing = [one for one in dict.fromkeys(wanted) if one not in found]
        if not missing:
            break
        found.update((one, (path, line)) for one, line in _in_file(path, missing))
    return found


def _in_file(path: str, wanted: Sequence[Wanted]) -> Iterator[tuple[Wanted, int]]:
    """Yield the wanted lines of one file and their numbers."""
    missing: dict[Wanted, Needle] = {one: (_stamp(one[1]), one[2].encode(), (one[0] or "").encode()) for one in wanted}
    if not path.endswith(".gz") and Path(path).stat().st_size > BLOCK:
        offsets = _by_time(path, missing)
        for one, line in _numbered(path, offsets):
            del missing[one]
            yield one, line
    yield from _by_reading(path, missing)


def _by_time(path: str, missing: Mapping[Wanted, Needle]) -> dict[Wanted, int]:
    """Return where lines begin that a log in the order of time has where their time says; others are left out."""
    found = {}
    with Path(path).open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as text:
        for one, needle in missing.items():
            low, high = 0, len(text)
            while high - low > WINDOW:
                middle = (low + high) // 2
                told = _TIMESTAMP.search(text, text.find(b"\n", middle) + 1, middle + WINDOW)
                if told is None:
                    break
                low, high = (middle, high) if told[1] < needle[0] else (low, middle)
            begin = text.rfind(b"\n", 0, max(low - WINDOW, 0)) + 1
            block = text[begin : high + WINDOW]
            at = _line_with(block, len(block), needle)
            if at is not None:
                found[one] = begin + at
    return found


def _numbered(path: str, offsets: Mapping[Wanted, int]) -> Iterator[tuple[Wanted, int]]:
    """Yield the numbers of the lines that begin at the given bytes, in one pass up to the last of them."""
    done, lines = 0, 0
    with Path(path).open("rb") as file:
        for one, offset in sorted(offsets.items(), key=itemgetter(1)):
            while done < offset:
                block = file.read(min(BLOCK, offset - done))
                done += len(block)
                lines += block.count(b"\n")
            yield one, lines + 1


def _by_reading(path: str, missing: dict[Wanted, Needle]) -> Iterator[tuple[Wanted, int]]:
    """Yield the wanted lines and their numbers from a file in any order, or packed: read until all are found."""
    before, rest = 0, b""
    if not missing:
        return
    with _opened(path) as file:
        while missing and (block := file.read(BLOCK)):
            block = rest + block
            end = block.rfind(b"\n") + 1
            for one, needle in list(missing.items()):
                at = _line_with(block, end, needle)
                if at is not None:
                    del missing[one]
                    yield one, before + block.count(b"\n", 0, at) + 1
            before += block.count(b"\n", 0, end)
            rest = block[end:]
        for one, needle in missing.items():
            if all(part in rest for part in needle):
                yield one, before + 1


def _line_with(block: bytes, end: int, needle: Needle) -> int | None:
    """Return where the line begins that has it all, in the block's whole lines."""
    at = block.find(needle[0], 0, end)
    while at >= 0:
        begin, close = block.rfind(b"\n", 0, at) + 1, block.find(b"\n", at)
        if all(part in block[begin:close] for part in needle):
            return begin
        at = block.find(needle[0], close, end)
    return None


def _stamp(ms: int) -> bytes:
    """Return a time as the guard writes it: of all that stands in a line, it is the rarest."""
    seconds, rest = divmod(ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z".encode()


def _opened(path: str) -> Inflated:
    return Inflated(Path(path).open("rb", buffering=0))

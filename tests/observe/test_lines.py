"""Events as lines of JSON."""

import io
import threading
from pathlib import Path

import pytest

from poolwarden import ConfigurationError
from poolwarden.events import KeysFailed, TokenSeen, parse
from poolwarden.observe.lines import JsonLines

EVENT = TokenSeen(timestamp="2026-01-01T00:00:00.000Z", pool="main", scope_count=1)


def test_written() -> None:
    """Each event is one line that can be read back."""
    stream = io.StringIO()
    sink = JsonLines(stream)
    sink.emit(EVENT)
    sink.emit(KeysFailed(timestamp="", error="timeout"))
    first, second = stream.getvalue().splitlines()
    assert parse(first) == EVENT
    assert parse(second) == KeysFailed(timestamp="", error="timeout")


@pytest.mark.parametrize(
    ("level", "wanted"),
    [("info", ["info", "warning", "error"]), ("warning", ["warning", "error"]), ("error", ["error"])],
)
def test_level(level: str, wanted: list[str]) -> None:
    """Events below the level are not wanted."""
    sink = JsonLines(io.StringIO(), level)
    assert [name for name in ("info", "warning", "error") if sink.enabled(name)] == wanted


def test_threads() -> None:
    """Lines of several threads never mix."""
    stream = io.StringIO()
    sink = JsonLines(stream)
    threads = [threading.Thread(target=lambda: [sink.emit(EVENT) for _ in range(100)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [parse(line) for line in stream.getvalue().splitlines()] == [EVENT] * 400


def test_no_level() -> None:
    """A level that is none is refused by name."""
    with pytest.raises(ConfigurationError, match=r"^level: "):
        JsonLines(io.StringIO(), "loud")


def test_at_once(tmp_path: Path) -> None:
    """A line is in its file as soon as it is written: a process that dies loses none."""
    path = tmp_path / "events.jsonl"
    with path.open("a") as stream:
        JsonLines(stream).emit(EVENT)
        assert parse(path.read_text()) == EVENT

"""Events through structlog, as the application has set it up."""

import json
import logging
from typing import Any

import pytest
import structlog

from poolwarden.events import KeysFailed, TokenSeen, from_fields
from poolwarden.observe.structured import StructlogEvents

SEEN = TokenSeen(timestamp="2026-01-01T00:00:00.000Z", pool="main", scope_count=1)
FAILED = KeysFailed(timestamp="2026-01-01T00:00:00.000Z", level="error", error="timeout")


def logger(level: int = logging.NOTSET) -> tuple[Any, list[dict[str, Any]]]:
    """Make a logger that filters by level, and the list of what it has logged."""
    logged: list[dict[str, Any]] = []

    def take(_: object, method: str, fields: dict[str, Any]) -> str:
        logged.append({**fields, "level": method})
        raise structlog.DropEvent

    made = structlog.wrap_logger(
        structlog.PrintLogger(), processors=[take], wrapper_class=structlog.make_filtering_bound_logger(level)
    )
    return made, logged


def test_fields() -> None:
    """An event is logged under its name and level, its fields as key-value pairs, and can be read back."""
    made, logged = logger()
    sink = StructlogEvents(made)
    for event in (SEEN, FAILED):
        sink.emit(event)
    assert [line["event"] for line in logged] == ["poolwarden.token_seen", "poolwarden.keys_failed"]
    assert [line["level"] for line in logged] == ["info", "error"]
    assert [from_fields(line) for line in logged] == [SEEN, FAILED]


@pytest.mark.parametrize(
    ("level", "wanted"),
    [
        (logging.DEBUG, ["info", "warning", "error"]),
        (logging.INFO, ["info", "warning", "error"]),
        (logging.WARNING, ["warning", "error"]),
        (logging.CRITICAL, []),
    ],
)
def test_level(level: int, wanted: list[str]) -> None:
    """Where the application filters by level, events below it are not wanted."""
    made, logged = logger(level)
    sink = StructlogEvents(made)
    assert [name for name in ("info", "warning", "error") if sink.enabled(name)] == wanted
    sink.emit(SEEN)
    assert len(logged) == ("info" in wanted)


def test_asked_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application's logger is asked anew after a second, so a change of its level takes effect within that."""
    clock = [100.0]
    monkeypatch.setattr("poolwarden.observe.structured.monotonic", lambda: clock[0])
    level = {"now": logging.INFO}

    class Changing:
        def bind(self) -> "Changing":
            return self

        def is_enabled_for(self, asked: int) -> bool:
            return asked >= level["now"]

    sink = StructlogEvents(Changing())
    assert sink.enabled("info")
    level["now"] = logging.ERROR
    assert sink.enabled("info")
    clock[0] += 1
    assert not sink.enabled("info")


def test_another_logger() -> None:
    """A logger that cannot tell its level takes everything."""

    class Plain:
        """Log as structlog does, and no more."""

        def bind(self) -> "Plain":
            """Return itself."""
            return self

    assert StructlogEvents(Plain()).enabled("info")


def test_default(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a logger, the application's configuration at the time of the event holds."""
    sink = StructlogEvents()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.processors.JSONRenderer()])
    try:
        sink.emit(SEEN)
        assert sink.enabled("info")
    finally:
        structlog.configure(**before)
    assert from_fields(json.loads(capsys.readouterr().out) | {"level": "info"}) == SEEN

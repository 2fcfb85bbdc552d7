"""Events survive being written and read, and readers tolerate what they do not know."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.events import (
    KINDS,
    SCHEMA,
    AnyEvent,
    Event,
    KeysFailed,
    RequestRejected,
    Started,
    TokenSeen,
    from_fields,
    name_of,
    parse,
    render,
    timestamp,
    to_fields,
)

COMMON = {
    *("timestamp", "level", "pool", "client", "outcome", "cause", "session_ref", "user_ref", "token_ref"),
    *("request_id", "trace_id", "method", "route", "status", "schema"),
}
OWN = {
    "poolwarden.token_seen": {"auth_time", "issued_at", "expires_at", "scope_count"},
    "poolwarden.request_rejected": {
        *("auth_time", "issued_at", "expires_at", "expired_for_s", "session_age_s", "repeats", "zombie", "missing"),
    },
    "poolwarden.cognito_refused": {"operation", "error", "message", "aws_request_id", "burst"},
    "poolwarden.keys_fetched": {"added", "removed", "duration_s"},
    "poolwarden.keys_failed": {"error", "stale_for_s", "retry_in_s"},
    "poolwarden.session_ending": {"auth_time", "ends_at", "remaining_s"},
    "poolwarden.started": {"version", "pools", "clients", "exempt", "refresh_validity_s", "cors_order_ok"},
}

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_INTEGERS = st.integers(-(2**63), 2**63 - 1)
_VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: _TEXT,
    int: _INTEGERS,
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    tuple[str, ...]: st.lists(_TEXT, max_size=4).map(tuple),
    tuple[int | None, ...]: st.lists(_INTEGERS | st.none(), max_size=4).map(tuple),
}


def _values(kind: Any) -> st.SearchStrategy[Any]:
    for plain, values in _VALUES.items():
        if kind == plain:
            return values
        if kind == plain | None:
            return values | st.none()
    raise AssertionError(kind)


def _events(kind: type[AnyEvent]) -> st.SearchStrategy[AnyEvent]:
    fields = {field.name: _values(field.type) for field in msgspec.structs.fields(kind)}
    return st.fixed_dictionaries({"timestamp": fields.pop("timestamp")}, optional=fields).map(
        lambda given: kind(**given)
    )


EVENTS = st.one_of([_events(kind) for kind in KINDS.values()])


@given(EVENTS)
def test_written_and_read(event: AnyEvent) -> None:
    """What is written is read back equal, on one line."""
    line = render(event)
    assert parse(line) == event
    assert parse(line.encode()) == event
    assert "\n" not in line
    assert from_fields(to_fields(event)) == event


@given(EVENTS, st.dictionaries(_TEXT.map("x_".__add__), _TEXT | _INTEGERS | st.none() | st.lists(_TEXT), max_size=3))
def test_unknown_fields(event: AnyEvent, more: dict[str, Any]) -> None:
    """Fields that a reader does not know are passed over, wherever they stand."""
    fields = to_fields(event)
    assert parse(json.dumps({**more, **fields})) == event
    assert from_fields({**fields, **more}) == event


@given(EVENTS)
def test_flat(event: AnyEvent) -> None:
    """An event is one flat object whose first members say what, which shape, when and how grave."""
    fields = json.loads(render(event))
    assert list(fields)[:4] == ["event", "schema", "timestamp", "level"]
    assert not [value for value in fields.values() if isinstance(value, dict)]


def test_names_and_fields() -> None:
    """The names of events and of their fields are public: they change with a major version only."""
    assert {name: set(kind.__struct_fields__) - COMMON for name, kind in KINDS.items()} == OWN
    assert set(Event.__struct_fields__) == COMMON
    assert SCHEMA == 1


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
def test_name(kind: type[AnyEvent]) -> None:
    """An event tells its name."""
    assert KINDS[name_of(kind(timestamp="2026-01-01T00:00:00.000Z"))] is kind


def test_left_out() -> None:
    """A field without a value is not written."""
    event = TokenSeen(timestamp="2026-01-01T00:00:00.000Z", pool="main", scope_count=0)
    assert to_fields(event) == {
        "event": "poolwarden.token_seen",
        "schema": 1,
        "timestamp": "2026-01-01T00:00:00.000Z",
        "level": "info",
        "pool": "main",
        "scope_count": 0,
    }


def test_empty_list() -> None:
    """An empty list is a value where none was expected, and nothing where it is the default."""
    assert to_fields(RequestRejected(timestamp="", missing=()))["missing"] == []
    assert "pools" not in to_fields(Started(timestamp=""))


def test_unknown_values() -> None:
    """A cause, an outcome and a level of a later version are read as they are."""
    line = '{"event":"poolwarden.keys_failed","timestamp":"","level":"fatal","outcome":"odd","cause":"new_cause"}'
    assert parse(line) == KeysFailed(timestamp="", level="fatal", outcome="odd", cause="new_cause")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        '"poolwarden.started"',
        "{}",
        '{"timestamp":""}',
        '{"event":"poolwarden.unheard_of","timestamp":""}',
        '{"event":"poolwarden.started"}',
        '{"event":"poolwarden.started","timestamp":1}',
        '{"event":"poolwarden.token_seen","timestamp":"","auth_time":"soon"}',
        b'{"event":"poolwarden.started","timestamp":"\xff"}',
    ],
)
def test_no_event(line: str | bytes) -> None:
    """What is no event is a ValueError and nothing else."""
    with pytest.raises(ValueError, match=r"."):
        parse(line)


def test_no_event_fields() -> None:
    """Fields that are no event are a ValueError too."""
    with pytest.raises(ValueError, match="Invalid value"):
        from_fields({"event": "poolwarden.unheard_of", "timestamp": ""})


@pytest.mark.parametrize(
    ("now", "text"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_700_000_000.123, "2023-11-14T22:13:20.123Z"),
        (1_700_000_000, "2023-11-14T22:13:20.000Z"),
        (4_102_444_800.5, "2100-01-01T00:00:00.500Z"),
    ],
)
def test_timestamp(now: float, text: str) -> None:
    """Times are RFC 3339 in UTC with milliseconds, always with them."""
    assert timestamp(now) == text

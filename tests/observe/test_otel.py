"""Events with OpenTelemetry's attribute names, held against its published conventions."""

import ast
import pkgutil
from importlib import import_module
from itertools import pairwise
from typing import Any

import opentelemetry.semconv._incubating.attributes as incubating
import opentelemetry.semconv.attributes as stable
import pytest

from poolwarden.events import AnyEvent
from poolwarden.observe.otel import to_attributes
from rendered import EVENTS, STAMP, passed, written

RECORD = {"event", "timestamp", "level", "trace_id"}


def published() -> dict[str, str]:
    """Return every attribute of the conventions that is not deprecated, with its documentation."""
    found: dict[str, str] = {}
    for package in (incubating, stable):
        for entry in pkgutil.iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{entry.name}")
            assert module.__file__
            with open(module.__file__, encoding="utf-8") as source:  # noqa: PTH123 (a module's own name of its file)
                body = ast.parse(source.read()).body
            for before, after in pairwise(body):
                if isinstance(before, ast.AnnAssign) and isinstance(after, ast.Expr) and before.value is not None:
                    name, words = ast.literal_eval(before.value), ast.literal_eval(after.value)
                    if not words.strip().startswith("Deprecated"):
                        found[name] = words
    return found


@pytest.fixture(scope="module")
def conventions() -> dict[str, str]:
    """Read the conventions once."""
    read = published()
    assert len(read) > 200
    assert "http.method" not in read
    return read


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_published(event: AnyEvent, conventions: dict[str, str]) -> None:
    """Every attribute is the conventions' and not deprecated, or has our own name, and is of an attribute's types."""
    for name, value in written(event, to_attributes).items():
        if name in RECORD or name.startswith("poolwarden."):
            assert name not in conventions
        else:
            assert name in conventions or name.rpartition(".")[0] in conventions, name
        assert isinstance(value, (str, bool, int, float, list))


def test_refusal() -> None:
    """A refusal keeps its record's fields, and has the conventions' names for the rest."""
    assert written(EVENTS["RequestRejected, whole"], to_attributes) == {
        "event": "poolwarden.request_rejected",
        "timestamp": STAMP,
        "level": "info",
        "trace_id": "0af7651916cd43dd8448eb211c80319c",
        "session.id": "S234567ABCDEFGHI",
        "user.hash": "U234567ABCDEFGHI",
        "http.request.header.x-request-id": ["7f1c"],
        "http.request.method": "GET",
        "url.path": "/orders/{number}",
        "http.response.status_code": 401,
        "poolwarden.schema": 1,
        "poolwarden.pool": "main",
        "poolwarden.client": "web",
        "poolwarden.outcome": "rejected",
        "poolwarden.cause": "token_expired",
        "poolwarden.token_ref": "T234567ABCDEFGHI",
        "poolwarden.auth_time": 1_700_000_000,
        "poolwarden.issued_at": 1_700_100_000,
        "poolwarden.expires_at": 1_700_103_600,
        "poolwarden.expired_for_s": 12.5,
        "poolwarden.session_age_s": 103_612.5,
        "poolwarden.repeats": 4,
        "poolwarden.zombie": True,
        "poolwarden.missing": ["orders/read"],
    }


@pytest.mark.parametrize(
    ("outcome", "cause", "error"),
    [("rejected", "token_expired", None), ("error", "keys_unavailable", "keys_unavailable")],
)
def test_error(outcome: str, cause: str, error: str | None) -> None:
    """What is our fault has an error type; a 401 is no error of the service's."""
    fields: dict[str, Any] = {"event": "poolwarden.request_rejected", "outcome": outcome, "cause": cause}
    assert to_attributes(None, "error", fields).get("error.type") == error


def test_nothing_lost() -> None:
    """Every value of every event is among its attributes."""
    for event in EVENTS.values():
        values = list(written(event, to_attributes).values())
        assert not [value for value in written(event).values() if value not in values and [value] not in values]


def test_bound() -> None:
    """What the application has bound stays, and its own events are left alone."""
    assert written(EVENTS["TokenSeen, bare"], to_attributes, tenant="a")["tenant"] == "a"
    theirs = passed(to_attributes)
    assert theirs["made"] == theirs["given"]

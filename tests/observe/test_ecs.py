"""Events in the Elastic Common Schema, held against the fields that Elastic publishes (npm, @elastic/ecs)."""

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import structlog

from poolwarden.events import AnyEvent
from poolwarden.observe.ecs import VERSION, to_ecs
from rendered import EVENTS, STAMP, passed, written

PACKAGE = Path(__file__).parents[2] / "node_modules" / "@elastic" / "ecs"
PROGRAM = "const ecs = require(process.argv[1]); console.log(JSON.stringify([ecs.EcsVersion, ecs.EcsFlat]))"
OF_TYPE = {
    "keyword": str,
    "wildcard": str,
    "match_only_text": str,
    "long": int,
    "date": datetime.fromisoformat,
}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    """Return the published fields by their flat names, or skip where they are not installed."""
    node = shutil.which("node")
    if node is None or not PACKAGE.exists():
        pytest.skip("node is missing" if node is None else "@elastic/ecs is missing: run make node_modules/.installed")
    told = subprocess.run([node, "-e", PROGRAM, str(PACKAGE)], capture_output=True, check=True, timeout=60).stdout
    version, fields = json.loads(told)
    assert version == VERSION
    found: dict[str, Any] = fields
    return found


def flat(document: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Yield a document's leaves by their flat names."""
    for name, value in document.items():
        if isinstance(value, dict):
            yield from flat(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_published(event: AnyEvent, schema: dict[str, Any]) -> None:
    """Every field is the schema's, of its type and of its allowed values, or stands below our own name."""
    document = written(event, to_ecs)
    for name, value in flat(document):
        if name.startswith("poolwarden."):
            continue
        field = schema[name]
        values = value if "array" in field["normalize"] else [value]
        allowed = {entry["name"] for entry in field.get("allowed_values", ())}
        for one in values:
            if field["type"] == "date":
                assert datetime.fromisoformat(one)
            else:
                assert isinstance(one, OF_TYPE[field["type"]]), name
            assert not allowed or one in allowed, name


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_categories(event: AnyEvent, schema: dict[str, Any]) -> None:
    """Each type is one that the schema expects of a category that the event has."""
    made = written(event, to_ecs)["event"]
    expected = {
        kind
        for category in schema["event.category"]["allowed_values"]
        if category["name"] in made["category"]
        for kind in category["expected_event_types"]
    }
    assert made["type"]
    assert set(made["type"]) <= expected


def test_refusal() -> None:
    """A refusal is told as such, with its cause as the reason and its sentence as the message."""
    document = written(EVENTS["RequestRejected, whole"], to_ecs)
    assert document["@timestamp"] == STAMP
    assert document["message"] == "The access token has expired."
    assert document["event"] | {"category": ..., "type": ...} == {
        "action": "poolwarden.request_rejected",
        "kind": "event",
        "module": "poolwarden",
        "dataset": "poolwarden.events",
        "category": ...,
        "type": ...,
        "outcome": "failure",
        "reason": "token_expired",
    }
    assert document["log"] == {"level": "info"}
    assert document["user"] == {"hash": "U234567ABCDEFGHI"}
    assert document["http"] == {
        "request": {"id": "7f1c", "method": "GET"},
        "response": {"status_code": 401},
    }
    assert document["poolwarden"]["session_ref"] == "S234567ABCDEFGHI"
    assert document["poolwarden"]["missing"] == ["orders/read"]


def test_nothing_lost() -> None:
    """Every value of every event is somewhere in its document."""
    for event in EVENTS.values():
        plain, document = written(event), dict(flat(written(event, to_ecs)))
        values = list(document.values())
        assert not [name for name, value in plain.items() if value not in values and name != "duration_s"]
    assert dict(flat(written(EVENTS["KeysFetched, whole"], to_ecs)))["event.duration"] == 125_000_000


def test_bound() -> None:
    """What the application has bound stays, also below names that the schema has for objects."""
    document = written(EVENTS["TokenSeen, whole"], to_ecs, labels={"tenant": "a"}, http={"version": "2"}, user="ada")
    assert document["labels"] == {"tenant": "a"}
    assert document["http"] == {"version": "2", "request": {"id": "7f1c", "method": "GET"}} | {
        "response": {"status_code": 401}
    }
    assert document["user"] == {"hash": "U234567ABCDEFGHI"}


def test_level_of_a_processor() -> None:
    """A level that a processor has added is moved as the method's would be."""
    document = written(EVENTS["KeysFailed, whole"], structlog.stdlib.add_log_level, to_ecs)
    assert document["log"] == {"level": "error"}
    assert "level" not in document


def test_others_pass() -> None:
    """The application's own events are left alone."""
    theirs = passed(to_ecs)
    assert theirs["made"] == theirs["given"]

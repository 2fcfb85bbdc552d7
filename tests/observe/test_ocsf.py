"""Events in the Open Cybersecurity Schema Framework, held against the published schema (which pydantic-ocsf ships)."""

import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import Any

import pytest
import structlog

from poolwarden.events import AnyEvent, RequestRejected
from poolwarden.observe.ocsf import VERSION, to_ocsf
from rendered import EVENTS, STAMP, passed, written

SCHEMA: dict[str, Any] = json.loads(files("ocsf").joinpath("schemas/v1_7_0.json").read_text("utf-8"))
PLAIN = {"string_t": str, "integer_t": int, "long_t": int, "boolean_t": bool, "float_t": float}
# The schema's compiler numbers them: see test_numbers.
NUMBERED = {"category_uid", "class_uid", "type_uid"}
CLASSES = {3002: "authentication", 6002: "application_lifecycle", 6003: "api_activity"}


def inherited(room: str, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes of a class or an object, and its constraints, with those it extends."""
    own = SCHEMA[room][name]
    above = own.get("extends")
    attributes, constraints = inherited(room, above) if above in SCHEMA[room] else ({}, {})
    given = {key: value for key, value in own["attributes"].items() if isinstance(value, dict)}
    merged = {key: attributes.get(key, {}) | given.get(key, {}) for key in attributes | given}
    return merged, own.get("constraints", constraints)


def faults(value: Mapping[str, Any], room: str, name: str, above: str = "") -> Iterator[str]:
    """Yield what is wrong with a class's or an object's value."""
    attributes, constraints = inherited(room, name)
    yield from (f"{above}{key} is unknown" for key in value.keys() - attributes.keys())
    required = {key for key, row in attributes.items() if row.get("requirement") == "required"}
    yield from (f"{above}{key} is missing" for key in required - value.keys())
    if "at_least_one" in constraints and not value.keys() & set(constraints["at_least_one"]):
        yield f"{above} has none of {constraints}"
    for key in value.keys() & attributes.keys() - {"unmapped"}:
        row = SCHEMA["dictionary"]["attributes"][key] | attributes[key]
        allowed = SCHEMA["dictionary"]["attributes"][key].get("enum", {}) | attributes[key].get("enum", {})
        base = SCHEMA["dictionary"]["types"]["attributes"].get(row["type"], {}).get("type", row["type"])
        if row["type"] in SCHEMA["objects"]:
            yield from faults(value[key], "objects", row["type"], f"{above}{key}.")
        elif not isinstance(value[key], PLAIN[base]):
            yield f"{above}{key} is no {row['type']}"
        elif key in NUMBERED:
            continue
        elif allowed and str(value[key]) not in allowed:
            yield f"{above}{key} is none of {sorted(allowed)}"
        elif allowed and row.get("sibling") in value and str(value[key]) != "99":
            caption = allowed[str(value[key])]["caption"]
            if value[row["sibling"]] != caption:
                yield f"{above}{row['sibling']} is not {caption}"


def test_finds_faults() -> None:
    """The check of these tests finds what is unknown, missing, of a wrong type or outside its values."""
    made = written(EVENTS["RequestRejected, whole"], to_ocsf)
    del made["actor"], made["api"]["operation"]
    made |= {"severity_id": 42, "time": "now", "activity_name": "Delete", "src_endpoint": {}, "strange": 1}
    assert {fault.partition(" is")[0].partition(" has")[0] for fault in faults(made, "events", "api_activity")} == {
        *("actor", "api.operation", "severity_id", "time", "activity_name", "src_endpoint.", "strange")
    }


@pytest.mark.parametrize("event", EVENTS.values(), ids=EVENTS)
def test_published(event: AnyEvent) -> None:
    """Every attribute is its class's, of its type and its values, and none that is required is missing."""
    made = written(event, to_ocsf)
    assert list(faults(made, "events", CLASSES[made["class_uid"]])) == []


def test_numbers() -> None:
    """Classes, categories and types have the schema's numbers and names."""
    for event in EVENTS.values():
        made = written(event, to_ocsf)
        row = SCHEMA["events"][CLASSES[made["class_uid"]]]
        above = SCHEMA["events"][row["extends"]]
        category = SCHEMA["categories_meta"]["attributes"][row.get("category", above.get("category"))]
        assert made["class_uid"] == category["uid"] * 1000 + row["uid"]
        assert (made["class_name"], made["category_name"]) == (row["caption"], category["caption"])
        assert made["category_uid"] == category["uid"]
        assert made["type_uid"] == made["class_uid"] * 100 + made["activity_id"]
        assert made["type_name"] == f"{row['caption']}: {made['activity_name']}"
        assert made["metadata"]["version"] == VERSION == SCHEMA["version"]
        assert made["time"] == 1_795_161_600_250


@pytest.mark.parametrize(
    ("method", "activity"),
    [
        ("GET", "Read"),
        ("POST", "Create"),
        ("PATCH", "Update"),
        ("DELETE", "Delete"),
        ("BREW", "Other"),
        (None, "Other"),
    ],
)
def test_activity(method: str | None, activity: str) -> None:
    """A request's activity is what its method does."""
    made = written(RequestRejected(timestamp=STAMP, method=method), to_ocsf)
    assert made["activity_name"] == activity
    assert list(faults(made, "events", "api_activity")) == []


def test_refusal() -> None:
    """A refusal is a failed activity of the app client, in its session, with its cause as the status."""
    made = written(EVENTS["RequestRejected, whole"], to_ocsf)
    assert (made["status"], made["status_code"]) == ("Failure", "token_expired")
    assert made["status_detail"] == made["message"] == "The access token has expired."
    assert made["actor"] == {
        "app_name": "web",
        "idp": {"name": "main"},
        "session": {"uid": "S234567ABCDEFGHI", "created_time": 1_700_000_000_000},
        "user": {"uid": "U234567ABCDEFGHI"},
    }
    assert made["http_request"] == {"uid": "7f1c", "http_method": "GET", "url": {"path": "/orders/{number}"}}
    assert made["unmapped"]["expired_for_s"] == 12.5


def test_times_of_a_token() -> None:
    """When a token and its session began and end are told in milliseconds."""
    token = {"created_time": 1_700_100_000_000, "expiration_time": 1_700_103_600_000}
    assert written(EVENTS["TokenSeen, whole"], to_ocsf)["authentication_token"].items() >= token.items()
    assert written(EVENTS["SessionEnding, whole"], to_ocsf)["session"]["expiration_time"] == 1_700_108_000_000


def test_severity() -> None:
    """A level is a severity."""
    found = {name: written(EVENTS[f"{name}, whole"], to_ocsf)["severity"] for name in ("TokenSeen", "KeysFailed")}
    assert found == {"TokenSeen": "Informational", "KeysFailed": "High"}
    assert written(EVENTS["CognitoRefused, whole"], to_ocsf)["severity_id"] == 3


def test_bound() -> None:
    """What the application has bound is unmapped, beside what is ours, and its own events are left alone."""
    made = written(EVENTS["TokenSeen, bare"], to_ocsf, tenant="a")
    assert made["unmapped"]["tenant"] == "a"
    both = written(EVENTS["RequestRejected, whole"], to_ocsf, tenant="a")["unmapped"]
    assert (both["tenant"], both["expired_for_s"]) == ("a", 12.5)
    theirs = passed(to_ocsf)
    assert theirs["made"] == theirs["given"]


@pytest.mark.parametrize("form", [{"fmt": "iso"}, {}, {"fmt": "%H:%M"}], ids=["iso", "unix", "own"])
def test_times_of_the_application(form: dict[str, str]) -> None:
    """Whatever form of time a processor has put there, the event has a time."""
    made = written(EVENTS["TokenSeen, bare"], structlog.processors.TimeStamper(**form), to_ocsf)
    assert made["time"] > 1_700_000_000_000


@pytest.mark.parametrize("stamp", [1_700_000_000.25, "2023-11-14T22:13:20.250+00:00"])
def test_a_time_is_taken_over(stamp: float | str) -> None:
    """Seconds and ISO 8601 that a processor has put there are the event's time."""

    def stamped(_logger: object, _method: str, fields: dict[str, Any]) -> dict[str, Any]:
        return {**fields, "timestamp": stamp}

    assert written(EVENTS["TokenSeen, bare"], stamped, to_ocsf)["time"] == 1_700_000_000_250

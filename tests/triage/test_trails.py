"""Delivered CloudTrail files are read by the places of Cognito's events."""

import json
from pathlib import Path
from typing import Any

import pytest

from poolwarden.triage import contents
from poolwarden.triage.reader import read


def trail(**fields: Any) -> dict[str, Any]:
    """Return an event of Cognito, its fields in CloudTrail's order."""
    return {
        "eventVersion": "1.08",
        "eventTime": "2026-03-01T10:00:00Z",
        "eventSource": "cognito-idp.amazonaws.com",
        "eventName": "GlobalSignOut",
        **fields,
    }


EVENTS = [
    trail(requestParameters={"userPoolId": "eu-west-1_AbCdEfGhI", "note": "cognito-idp and cognito-identity"}),
    trail(eventName="ListUsers", userAgent="cognito-idp.amazonaws.com"),
    trail(eventName="GlobalSignOut", eventTime="2026-03-01T10:00:02Z"),
    trail(eventSource="s3.amazonaws.com", requestParameters={"bucketName": "cognito-idp"}),
    trail(eventName="InitiateAuth", errorCode="NotAuthorizedException", errorMessage="Refresh Token has expired"),
]


@pytest.mark.parametrize("written", ["{}", "{}\n"])
@pytest.mark.parametrize("separators", [(",", ":"), (", ", ": ")])
def test_each_event_is_told_once(
    written: str, separators: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An event that names Cognito many times is one, one that tells nothing none; read as any JSON, it is the same."""
    path = tmp_path / "trail.json"
    path.write_text(written.format(json.dumps({"Records": EVENTS}, separators=separators)))
    told = [record for batch in read([str(path)]) for record in batch]
    assert [(record.kind.value, record.cause) for record in told] == [
        ("ended", None),
        ("ended", None),
        ("refused", "refresh_token_expired"),
    ]
    monkeypatch.setattr(contents, "trail_records", lambda *_: None)
    assert [record for batch in read([str(path)]) for record in batch] == told


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"eventTime": "2026-03-01T10:00:00Z"}, 1772359200.0),
        ({"eventTime": "2026-02-30T10:00:00Z"}, None),
        ({"eventTime": "2026-03-01 10:00:00"}, 1772359200.0),
        ({"eventTime": None}, None),
    ],
)
def test_an_event_with_a_time_that_there_was_not_is_told_without(
    fields: dict[str, Any], at: float | None, tmp_path: Path
) -> None:
    """A date that is none hides no event."""
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": [trail(**fields)]}, separators=(",", ":")))
    assert [record.at for batch in read([str(path)]) for record in batch] == [at]


@pytest.mark.parametrize(
    ("name", "fields", "causes"),
    [
        ("InitiateAuth", {"errorMessage": "Something that nobody has heard of"}, ["not_authorized_other"]),
        ("InitiateAuth", {"errorMessage": "Refresh Token has expired"}, ["refresh_token_expired"]),
        ("ListUsers", {"errorMessage": "Something that nobody has heard of"}, []),
    ],
)
def test_a_refusal_without_a_code_is_one(name: str, fields: dict[str, Any], causes: list[str], tmp_path: Path) -> None:
    """Where an event of a call that gives tokens has an error's message alone, the call was refused."""
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": [trail(eventName=name, **fields)]}, separators=(",", ":")))
    assert [record.cause for batch in read([str(path)]) for record in batch] == causes


def test_the_hosted_endpoints_tell_their_app_client_in_a_list(tmp_path: Path) -> None:
    """Their parameters are those of a form, each a list."""
    path = tmp_path / "trail.json"
    parameters = {"grant_type": ["refresh_token"], "client_id": ["1example23456789"]}
    path.write_text(json.dumps({"Records": [trail(eventName="Token_POST", requestParameters=parameters)]}))
    (record,) = [one for batch in read([str(path)]) for one in batch]
    assert (record.client, record.refresh) == ("1example23456789", True)

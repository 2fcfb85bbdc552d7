"""A change of settings tells what it set, from what to what, and what it silently reset."""

import json

import pytest

from poolwarden.triage.records import Kind
from poolwarden.triage.settings import RESET_TO, refresh_validity_s, settings_changes, silently_reset, told_validities
from triage.build import DAY, HOUR, NOW, record, report


@pytest.mark.parametrize(
    ("parameters", "seconds"),
    [
        ({"refreshTokenValidity": 30, "tokenValidityUnits": {"refreshToken": "hours"}}, 30 * HOUR),
        ({"RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "days"}}, 30 * DAY),
        ({"refreshTokenValidity": 30}, 30 * DAY),
        ({"refreshTokenValidity": 0, "clientId": "x"}, 30 * DAY),
        ({"refreshTokenValidity": "90", "tokenValidityUnits": {"refreshToken": "minutes"}}, 5400),
        ({"refreshTokenValidity": 5, "tokenValidityUnits": {"refreshToken": "weeks"}}, 5 * DAY),
        ({"refreshTokenValidity": "many"}, None),
        ({"clientId": "x"}, 30 * DAY),
        ({}, None),
    ],
)
def test_settings_declare_a_refresh_validity(parameters: dict[str, object], seconds: int | None) -> None:
    """Number and unit, in either spelling; nothing and 0 are Cognito's 30 days."""
    assert refresh_validity_s(parameters) == seconds


def test_what_an_update_leaves_out_is_reset() -> None:
    """Cognito sets an attribute that an update does not give to its default."""
    assert silently_reset({"CallbackURLs": ["https://x"]}).keys() == RESET_TO.keys() - {"callbackURLs"}


def _changed(at: float, operation: str, parameters: object, **fields: object) -> object:
    detail = parameters if isinstance(parameters, str) else json.dumps(parameters)
    return record(Kind.CHANGED, at, operation=operation, actor="bob", detail=detail, pool="main", **fields)


def test_the_report_shows_who_changed_what() -> None:
    """From what to what, once an earlier change tells it, and what was reset."""
    first = {"clientId": "web", "refreshTokenValidity": 30, "tokenValidityUnits": {"refreshToken": "days"}}
    second = {"clientId": "web", "refreshTokenValidity": 30, "tokenValidityUnits": {"refreshToken": "hours"}}
    records = [
        _changed(NOW, "CreateUserPoolClient", first),
        _changed(NOW + DAY, "UpdateUserPoolClient", second),
        _changed(NOW + DAY, "UpdateUserPoolClient", second),
        _changed(NOW + 2 * DAY, "DeleteUserPoolClient", {"clientId": "web"}),
        _changed(NOW + 3 * DAY, "UpdateUserPoolClient", '{"cut'),
        _changed(NOW + 4 * DAY, "UpdateUserPool", "[]", client=None),
    ]
    found = report(records)  # type: ignore[arg-type]
    assert [change.what for change in found.changes] == [
        "CreateUserPoolClient", "UpdateUserPoolClient", "DeleteUserPoolClient", "UpdateUserPoolClient",
        "UpdateUserPool",
    ]  # fmt: skip
    update = found.changes[1]
    assert (update.who, update.detail["refresh_validity"], update.detail["refresh_validity_before"]) == (
        "bob",
        "30 hours",
        "30 days",
    )
    assert "explicitAuthFlows" in update.detail["reset"]
    assert "refresh_validity" not in found.changes[2].detail


@pytest.mark.parametrize(
    ("details", "told"),
    [
        (['{"version":"1","refresh_validity_s":{"main/web":108000,"main/tv":null}}'], {"web": 108000}),
        (['{"main/web":108000}', '{"main/web":108000}'], {"web": 108000}),
        (['{"main/web":108000}', '{"main/web":2592000}'], {}),
        (['{"refresh_validity_s":[1]}', "{", "3"], {}),
    ],
)
def test_what_guards_were_told_is_known(details: list[str], told: dict[str, int]) -> None:
    """A guard says at its start what it was told; where guards differ, nothing is known."""
    assert told_validities(details) == told


def test_no_rows_are_no_changes() -> None:
    """Nothing changed is nothing told."""
    assert settings_changes([]) == []

"""A change of settings tells what it set, from what to what, and what it silently reset."""

import json
from typing import Any

import pytest

from poolwarden.triage import periods
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.settings import RESET_TO, refresh_validity_s, settings_changes, silently_reset, told_validities
from poolwarden.triage.wall import find_wall
from triage.build import DAY, HOUR, NOW, record, rejected, report, token

CHANGE = NOW + 10 * DAY
"""When a validity of a day was shortened to 8 hours."""


def shortened(**fields: Any) -> list[Record]:
    """Return what a guard saw of sessions whose refresh validity was shortened, each until it was reached."""
    records = []
    for number in range(120):
        start = NOW + number * 4 * HOUR + number * 97
        validity, step = (DAY if start < CHANGE else 8 * HOUR), 3600 + number * 11
        ages = range(0, validity, step)
        told = {"user": f"P{number}", **fields}
        records += [token(f"W{number}", start, start + age, **told) for age in ages]
        records.append(rejected(f"W{number}", start, start + ages[-1], start + ages[-1] + step, **told))
    return records


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
        ({"refreshTokenValidity": "\u00b2"}, None),
        ({"refreshTokenValidity": "\u0663\u0660"}, None),
        ({"refreshTokenValidity": "9" * 5000}, None),
        ({"refreshTokenValidity": 10**30}, None),
        ({"refreshTokenValidity": 30.5}, None),
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
    fields.setdefault("pool", "main")
    return record(Kind.CHANGED, at, operation=operation, actor="bob", detail=detail, **fields)


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


@pytest.mark.parametrize("known", [False, True])
def test_a_change_of_an_id_that_no_session_names_may_be_what_shortened_the_validity(known: bool) -> None:
    """The guard knows the app client by its alias, and CloudTrail by its id; of another client's it is no sign."""
    records = shortened()
    records.append(token("T", NOW, NOW, client="tv"))
    late = CHANGE + 0.3 * HOUR
    update = {"refreshTokenValidity": 8, "tokenValidityUnits": {"refreshToken": "hours"}}
    records.append(_changed(late, "UpdateUserPoolClient", update, client="tv" if known else "1example23456789"))  # type: ignore[arg-type]
    found = [one for one in report(records).validity if one.client == "web"]
    assert [one.estimate_s for one in found] == [DAY, 8 * HOUR]
    assert (found[1].since == report(records).changes[0].at) is not known


@pytest.mark.parametrize(
    ("client", "pool", "own"),
    [
        ("web", "staging", False),
        ("1example23456789", "staging", False),
        ("web", "main", True),
        ("1example23456789", "main", True),
    ],
)
def test_a_change_in_another_pool_is_not_what_shortened_the_validity(client: str, pool: str, own: bool) -> None:
    """Two pools may each have an app client of one name; what is set in the one is no sign in the other."""
    records = shortened(pool="main")
    records.append(token("T", NOW, NOW, pool="staging"))
    update = {"refreshTokenValidity": 8, "tokenValidityUnits": {"refreshToken": "hours"}}
    late = _changed(CHANGE + 0.3 * HOUR, "UpdateUserPoolClient", update, client=client, pool=pool)
    found = report([*records, late])  # type: ignore[list-item]
    assert [one.estimate_s for one in found.validity] == [DAY, 8 * HOUR]
    assert (found.validity[1].since == found.changes[0].at) is own


@pytest.mark.parametrize("strangers", [True, False])
def test_many_changes_that_move_nothing_cost_few_looks(strangers: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many strangers' changes some are looked at, of one's own those that set another validity: to the same end."""
    looked: list[int] = []
    monkeypatch.setattr(periods, "find_wall", lambda spans: (looked.append(len(spans)), find_wall(spans))[1])
    records = shortened()
    day, hours = (
        {"refreshTokenValidity": 1},
        {"refreshTokenValidity": 8, "tokenValidityUnits": {"refreshToken": "hours"}},
    )
    for number in range(100):
        at = NOW + number * DAY / 5
        client = f"1example{number}" if strangers else "web"
        records.append(_changed(at, "UpdateUserPoolClient", day if at < CHANGE else hours, client=client))  # type: ignore[arg-type]
    records.append(_changed(CHANGE, "UpdateUserPoolClient", hours, client="web"))  # type: ignore[arg-type]
    found = report(records)
    assert [(one.estimate_s, one.since) for one in found.validity] == [
        (DAY, None),
        (8 * HOUR, next(one.at for one in found.changes if one.detail["refresh_validity"] == "8 hours")),
    ]
    assert len(looked) < 150


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


def test_parameters_nested_too_deep_are_none() -> None:
    """What a change's parameters hold may be nested deeper than anybody can follow: it tells no setting."""
    deep = '{"a":' * 100_000 + "1" + "}" * 100_000
    (change,) = settings_changes([(NOW, "UpdateUserPoolClient", None, "pool", "web", deep)])
    assert (change.refresh_s, change.change.detail) == (None, {"pool": "pool", "client": "web"})
    assert told_validities([deep]) == {}


def test_no_rows_are_no_changes() -> None:
    """Nothing changed is nothing told."""
    assert settings_changes([]) == []

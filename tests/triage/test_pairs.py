"""A loss that two records tell is one loss, also where one of them names nobody."""

from random import Random
from typing import Any

import pytest

from poolwarden.triage import unnamed
from poolwarden.triage.pairs import Call, Candidate, pair
from poolwarden.triage.records import Kind
from poolwarden.triage.report import Report
from poolwarden.triage.signs import Sign
from triage.build import HOUR, NOW, ended, quiet, record, refreshed, refused, rejected, report, shares, signed_in, token

EXPIRED, REVOKED = Sign.SAID_EXPIRED, Sign.SAID_REVOKED


def _candidate(shown_at: float, key: str = "A", wall: str = "reached", **fields: object) -> Candidate:
    return Candidate(shown_at, key, "web", NOW - 60, wall, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("call", "candidate", "fits"),
    [
        (Call(NOW, None, EXPIRED), _candidate(NOW - 20), True),
        (Call(NOW, None, EXPIRED), _candidate(NOW + 300), True),
        (Call(NOW, None, EXPIRED), _candidate(NOW - 500), False),
        (Call(NOW, None, EXPIRED), _candidate(NOW + 5000), False),
        (Call(NOW, "web", EXPIRED), _candidate(NOW), True),
        (Call(NOW, "mobile", EXPIRED), _candidate(NOW), False),
        (Call(NOW, None, EXPIRED), _candidate(NOW, wall="before"), False),
        (Call(NOW, None, REVOKED), _candidate(NOW, wall="before"), True),
        (Call(NOW, None, EXPIRED), _candidate(NOW, walled_at=NOW + 60.0), False),
        (Call(NOW - 5000, None, EXPIRED), _candidate(NOW - 5000), False),
    ],
)
def test_time_and_client_tell_what_belongs_together(call: Call, candidate: Candidate, fits: bool) -> None:
    """The session failed or its user came back around the call, and could have failed so then."""
    assert bool(pair([call], [candidate])) is fits


def test_each_session_is_taken_once() -> None:
    """Two calls need two sessions."""
    calls = [Call(NOW, None, EXPIRED), Call(NOW + 1, None, EXPIRED), Call(NOW + 2, None, EXPIRED)]
    assert pair(calls, [_candidate(NOW + 60, "A"), _candidate(NOW + 90, "B")]) == {0: "A", 1: "B"}


def test_one_loss_of_two_records_is_counted_once() -> None:
    """A refused token and a refused refresh a few seconds later are one loss, with what Cognito said."""
    seen = [token("A", NOW, NOW), rejected("A", NOW, NOW, NOW + 5 * HOUR)]
    said = refused(None, NOW + 5 * HOUR + 9, "refresh_token_revoked", client=None, source="text")
    found = report([*seen, said, quiet(NOW + 90 * HOUR)])
    assert shares(found) == {"signed_out": 1}
    assert found.verdicts[0].client == "web"


def test_two_losses_stay_two() -> None:
    """A refused refresh at another time is another loss."""
    seen = [token("A", NOW, NOW), rejected("A", NOW, NOW, NOW + 5 * HOUR)]
    said = refused(None, NOW + 9 * HOUR, "refresh_token_revoked", client=None, source="text")
    assert shares(report([*seen, said, quiet(NOW + 90 * HOUR)])) == {"unexplained": 1, "signed_out": 1}


_TRAIL = [
    signed_in("ada", NOW, client="1example23456789"),
    *(refreshed("ada", NOW + hour * HOUR, client="1example23456789") for hour in range(1, 5)),
    refused("ada", NOW + 5 * HOUR, "refresh_token_expired", client="1example23456789"),
]


def test_a_loss_that_two_files_tell_is_counted_once() -> None:
    """What an application logs of a refused refresh without a name is the call that CloudTrail names."""
    said = refused(None, NOW + 5 * HOUR + 2, "refresh_token_expired", client=None, source="text", file=1)
    found = report([*_TRAIL, said, quiet(NOW + 90 * HOUR)], files=("trail.json", "app.log"))
    assert shares(found) == {"refresh_validity_reached": 1}
    assert found.sessions.seen == 1


def test_a_user_that_two_files_name_differently_is_one() -> None:
    """A refused refresh that is told of another user's name at the same second is the same loss."""
    said = refused("ada@shop", NOW + 5 * HOUR + 2, "refresh_token_expired", client=None, source="text", file=1)
    found = report([*_TRAIL, said, quiet(NOW + 90 * HOUR)], files=("trail.json", "app.log"))
    assert shares(found) == {"refresh_validity_reached": 1}
    assert found.sessions.seen == 1


@pytest.mark.parametrize(
    ("fields", "losses"),
    [
        ({"file": 0}, 2),
        ({"file": 1, "cause": "refresh_token_revoked"}, 2),
        ({"file": 1, "at": NOW + 5 * HOUR + 30}, 2),
        ({"file": 1}, 1),
    ],
)
def test_only_the_same_words_at_the_same_moment_in_another_file_are_the_same(
    fields: dict[str, Any], losses: int
) -> None:
    """One file tells each call once; other words, or another time, are another call."""
    told = {"at": NOW + 5 * HOUR + 2, "cause": "refresh_token_expired", **fields}
    said = refused(None, told.pop("at"), told.pop("cause"), client=None, source="text", **told)
    found = report([*_TRAIL, said, quiet(NOW + 90 * HOUR)], files=("trail.json", "app.log"))
    assert found.sessions.lost == losses


def test_a_session_that_the_guard_and_cloudtrail_name_differently_is_one() -> None:
    """Where no token's second joins them, the refused refresh at the refused token's side does, with who ended it."""
    guard = [token("A", NOW - 9 * HOUR, NOW), rejected("A", NOW - 9 * HOUR, NOW, NOW + 2 * HOUR)]
    trail = [
        refreshed("ada", NOW + 40 * 60, client="1example23456789"),
        ended("GlobalSignOut", NOW + HOUR, user="ada"),
        refused("ada", NOW + 2 * HOUR + 3, "refresh_token_revoked", client="1example23456789"),
    ]
    found = report([*guard, *trail, quiet(NOW + 90 * HOUR)], files=("app.log",))
    assert [(one.verdict, one.client, one.sessions, one.confidence) for one in found.verdicts] == [
        ("signed_out", "web", 1, "high")
    ]


def _zoned(ahead_s: float, count: int = 30) -> Report:
    """Return the report on the guard's log and on an application's, whose times are its host's."""
    rng = Random(7)
    records = []
    for n in range(count):
        start = NOW + n * 9 * HOUR + rng.random() * 6 * HOUR
        lost = start + 5 * HOUR + rng.random() * HOUR
        records += [token(f"S{n}", start, start + 4 * HOUR), rejected(f"S{n}", start, start + 4 * HOUR, lost)]
        records.append(refused(None, lost + 3 + ahead_s, "refresh_token_revoked", client=None, source="text", file=1))
    return report([*records, quiet(NOW + 400 * HOUR)], files=("guard.log", "app.log"))


@pytest.mark.parametrize("ahead_s", [2 * HOUR, -5 * HOUR, 5.5 * HOUR])
def test_a_log_in_its_hosts_time_is_matched_with_the_others(ahead_s: float) -> None:
    """Times without a zone stand whole quarters of an hour from those of the guard, and the report says so."""
    found = _zoned(ahead_s)
    assert shares(found) == {"signed_out": 30}
    assert f"{'ahead of' if ahead_s > 0 else 'behind'} the others" in found.warnings[0].text


@pytest.mark.parametrize(("ahead_s", "count"), [(0, 30), (2 * HOUR + 400, 30), (2 * HOUR, 4)])
def test_what_is_no_zone_is_not_taken_for_one(ahead_s: float, count: int) -> None:
    """Other distances, and a few refusals, prove nothing."""
    assert _zoned(ahead_s, count).warnings == ()


def test_among_very_many_sessions_no_zone_is_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where so many are lost, any clock fits."""
    monkeypatch.setattr(unnamed, "CROWDED", 20)
    assert _zoned(2 * HOUR).warnings == ()


@pytest.mark.parametrize(
    ("call", "fields", "fits"),
    [
        (Call(NOW, None, EXPIRED), {}, True),
        (Call(NOW, None, EXPIRED), {"unrefused": False}, False),
        (Call(NOW, None, EXPIRED), {"ended_at": NOW - 60.0}, False),
        (Call(NOW, None, EXPIRED), {"walled_at": NOW + 60.0}, False),
        (Call(NOW, None, REVOKED), {"ended_at": NOW - 30.0, "wall": "before"}, True),
        (Call(NOW, None, REVOKED), {"ended_at": NOW + 600.0, "wall": "before"}, False),
        (Call(NOW, None, EXPIRED, user="ada"), {"user": "ada"}, False),
    ],
)
def test_whoever_comes_back_the_next_day_was_refused_before(call: Call, fields: dict[str, Any], fits: bool) -> None:
    """Only the next sign-in shows that the session was over; its refresh may have been refused since it was."""
    one = _candidate(NOW + 20 * HOUR, **{"unrefused": True, **fields})
    assert bool(pair([call], [one])) is fits
    assert not pair([call], [one], late=False)


def test_a_refusal_of_one_user_is_of_no_other_users_session() -> None:
    """Where two logs name their users alike, time alone makes no pair."""
    call = Call(NOW, None, EXPIRED, user="ada")
    assert pair([call], [_candidate(NOW, user="ada")])
    assert not pair([call], [_candidate(NOW, user="bob")])


def test_two_logs_that_name_nobody_tell_one_loss() -> None:
    """The same call within seconds, in two kinds of logs."""
    trail = refused(None, NOW, "refresh_token_revoked")
    said = refused(None, NOW + 2, "refresh_token_revoked", client=None, source="text", file=1)
    found = report([trail, said, quiet(NOW + 90 * HOUR)], files=("trail.json", "app.log"))
    assert shares(found) == {"signed_out": 1}


def test_a_sessions_own_name_in_an_application_is_the_guards_session() -> None:
    """An application names sessions in its own way: a refused refresh around a guard's loss is that loss."""
    seen = [token("A", NOW, NOW), rejected("A", NOW, NOW, NOW + 5 * HOUR)]
    said = refused(None, NOW + 5 * HOUR + 3, "refresh_token_revoked", session="X", client=None, source="text", file=1)
    found = report([*seen, said, quiet(NOW + 90 * HOUR)], files=("guard.jsonl", "app.log"))
    assert shares(found) == {"signed_out": 1}
    assert found.sessions.seen == 1


def test_a_session_that_an_operator_ended_is_no_second_loss() -> None:
    """CloudTrail tells who ended it, and a refusal without a name that it was."""
    found = report(
        [
            signed_in("ada", NOW),
            ended("AdminUserGlobalSignOut", NOW + 3 * HOUR, user="ada"),
            refused(None, NOW + 4 * HOUR, "refresh_token_revoked"),
            signed_in("ada", NOW + 20 * HOUR),
            quiet(NOW + 90 * HOUR),
        ]
    )
    assert shares(found) == {"revoked_by_operator": 1}


@pytest.mark.parametrize(("request_id", "losses"), [("c-1", 1), ("c-2", 2), (None, 2)])
def test_a_calls_id_tells_that_two_logs_tell_the_same_call(request_id: str | None, losses: int) -> None:
    """A host whose clock is two minutes ahead logs the call of which CloudTrail knows the user."""
    trail = [*_TRAIL[:-1], refused("ada", NOW + 5 * HOUR, "refresh_token_expired", client="1a", request="c-1")]
    said = refused(
        None, NOW + 5 * HOUR + 120, "refresh_token_expired", client=None, source="text", file=1, request=request_id
    )
    found = report([*trail, said, quiet(NOW + 90 * HOUR)], files=("trail.json", "app.log"))
    assert found.sessions.lost == losses


def test_what_is_tried_again_after_a_call_whose_session_is_known_is_of_that_session() -> None:
    """The guard tells the first call of a burst with its id; the application all of them, with a name of its own."""
    records = []
    for day in range(2):
        start = NOW + day * 40 * HOUR
        fields = {"cause": "refresh_token_expired", "request": f"c-{day}", "operation": "InitiateAuth"}
        records.append(token(f"S{day}", start, start + 29 * HOUR, user="U"))
        at = start + 30 * HOUR
        records.append(
            record(Kind.REFUSED, at, session=f"S{day}", user="U", source="poolwarden", refresh=True, **fields)
        )
        records += [
            refused(
                "ada", at + pause, "refresh_token_expired", client=None, source="json", file=1, request=f"c-{day}-{n}"
            )
            for n, pause in enumerate((0.2, 0.6, 1.4, 3.0, 6.2))
        ]
        records.append(
            refused("ada", at, "refresh_token_expired", client=None, source="json", file=1, request=f"c-{day}")
        )
    found = report([*records, quiet(NOW + 200 * HOUR)], files=("guard.jsonl", "app.log"))
    assert shares(found) == {"refresh_validity_reached": 2}

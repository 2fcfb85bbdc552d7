"""What was ended at once is told from what users end one by one, and its stragglers with it."""

from random import Random

import pytest

from poolwarden.triage.masses import Revoked, masses
from poolwarden.triage.report import Report
from triage.build import DAY, HOUR, NOW, quiet, refreshed, refused, report, shares, signed_in

DAYS = 20
EVENT = NOW + 10 * DAY


def _moments(usual: int, crowd: int, stragglers: int) -> tuple[list[float], list[float]]:
    """Return when users' own sign-outs showed, and when those of the event did."""
    rng = Random(8)
    own = [NOW + DAYS * DAY * rng.random() for _ in range(usual)]
    late = [EVENT + 600 + min(rng.expovariate(1 / (8 * HOUR)), 9 * DAY) for _ in range(stragglers)]
    return own, [EVENT + 9.0 * number for number in range(crowd)] + late


def _found(calls: list[Revoked], first: float = NOW) -> list[Revoked]:
    """Return who was ended together, where the log tells nothing of sessions that went on."""
    return masses(calls, first, NOW + DAYS * DAY, lambda *_: (0, 0))


def _masses(moments: list[float]) -> list[Revoked]:
    return _found([Revoked(at, "web", None, str(at)) for at in moments])


def test_an_events_stragglers_are_put_down_to_it_as_far_as_they_are_too_many() -> None:
    """Users learn of it when they come back; some of those would have signed out anyway."""
    own, event = _moments(16, 60, 60)
    found = {call.at for call in _masses([*own, *event])}
    assert len(found & set(event)) >= 0.9 * len(event)
    assert len(found - set(event)) <= 4


@pytest.mark.parametrize("usual", [30, 300])
def test_what_users_end_themselves_is_no_event(usual: int) -> None:
    """However many there are, they come one by one."""
    assert _masses(_moments(usual, 0, 0)[0]) == []


def test_without_a_day_to_compare_with_an_event_has_no_stragglers() -> None:
    """Nobody knows what is usual there."""
    _, event = _moments(0, 60, 60)
    calls = [Revoked(at, "web", None, str(at)) for at in event]
    assert len(_found(calls, EVENT - HOUR)) == sum(at < EVENT + 600 for at in event)


def test_who_signed_in_after_an_event_is_none_of_its_stragglers() -> None:
    """It ended what there was."""
    own, event = _moments(16, 60, 60)
    late = [at for at in event if at > EVENT + 600]
    calls = [Revoked(at, "web", EVENT + 400 if at in late else None, str(at)) for at in (*own, *event)]
    assert not {call.at for call in _found(calls)} & set(late)


@pytest.mark.parametrize("named", [True, False])
def test_an_event_is_seen_whether_or_not_the_log_names_users(named: bool) -> None:
    """An application's log often names nobody, and tells the same."""
    own, event = _moments(16, 60, 60)
    records = [
        refused(f"U{number}" if named else None, at, "refresh_token_revoked", source="text", client=None)
        for number, at in enumerate((*own, *event))
    ]
    found = report([*records, quiet(NOW), quiet(NOW + DAYS * DAY)])
    assert found.sessions.lost == pytest.approx(len(records), abs=6)
    assert shares(found)["revoked_by_operator"] == pytest.approx(len(event), abs=10)
    assert all(finding.evidence for finding in found.verdicts)
    assert sum(count for _, _, count in found.series.lost) == found.sessions.lost


def _signed_out(share: float, *, days_before: float = 9) -> Report:
    """Return the report on users who come once a day, of whom an operator signed out a share in the tenth night."""
    rng = Random(3)
    records = []
    for number in range(60):
        user, morning = f"U{number}", NOW + 8 * HOUR + 9 * HOUR * rng.random()
        gone = number < 60 * share
        for day in range(20):
            at = morning + day * DAY + 600 * rng.random()
            if day == 10 and gone:
                records += [refused(user, at, "refresh_token_revoked"), signed_in(user, at + 40)]
            else:
                records.append(refreshed(user, at) if day else signed_in(user, at))
    begin = NOW + (10 - days_before) * DAY
    return report([*(one for one in records if (one.at or 0) >= begin), quiet(NOW + 20 * DAY)])


@pytest.mark.parametrize("days_before", [10, 0])
def test_where_most_who_come_back_were_signed_out_somebody_signed_them_out(days_before: float) -> None:
    """They learn of it one by one, within hours; so they do where the log begins only then."""
    assert shares(_signed_out(0.9, days_before=days_before)) == {"revoked_by_operator": 54}


@pytest.mark.parametrize("days_before", [10, 0])
def test_a_few_among_many_who_go_on_signed_out_themselves(days_before: float) -> None:
    """Twelve in a day, where five times as many go on, are no event."""
    assert shares(_signed_out(0.2, days_before=days_before)) == {"signed_out": 12}


def test_a_log_of_what_failed_shows_nobody_who_went_on() -> None:
    """Where no token is told, that all who are told were revoked says nothing."""
    calls = [refused(f"U{number}", NOW + number * 1800, "refresh_token_revoked") for number in range(20)]
    assert shares(report([*calls, quiet(NOW + DAYS * DAY)])) == {"signed_out": 20}


def test_sessions_that_soon_reach_their_validity_went_on_all_the_same() -> None:
    """Where a session lives a day, none of those who were not signed out is left a day later."""
    records = []
    for number in range(80):
        user, start = f"U{number}", NOW + 8 * HOUR + number * 300
        signed_out = number % 4 == 0
        for day in range(6):
            at = start + day * 30 * HOUR
            ends = day == 3 and signed_out
            records += [
                signed_in(user, at),
                *(refreshed(user, at + hour * HOUR) for hour in range(1, 5 if ends else 24)),
            ]
            cause = "refresh_token_revoked" if ends else "refresh_token_expired"
            records.append(refused(user, at + (6 if ends else 24) * HOUR, cause))
    assert shares(report([*records, quiet(NOW + 20 * DAY)])) == {"refresh_validity_reached": 460, "signed_out": 20}

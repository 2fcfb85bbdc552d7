"""What was ended at once is told from what users end one by one, and its stragglers with it."""

from random import Random

import pytest

from poolwarden.triage.masses import Revoked, masses
from triage.build import DAY, HOUR, NOW, quiet, refused, report, shares

DAYS = 20
EVENT = NOW + 10 * DAY


def _moments(usual: int, crowd: int, stragglers: int) -> tuple[list[float], list[float]]:
    """Return when users' own sign-outs showed, and when those of the event did."""
    rng = Random(8)
    own = [NOW + DAYS * DAY * rng.random() for _ in range(usual)]
    late = [EVENT + 600 + min(rng.expovariate(1 / (8 * HOUR)), 9 * DAY) for _ in range(stragglers)]
    return own, [EVENT + 9.0 * number for number in range(crowd)] + late


def _masses(moments: list[float]) -> list[Revoked]:
    return masses([Revoked(at, "web", None, str(at)) for at in moments], NOW, NOW + DAYS * DAY)


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
    assert len(masses(calls, EVENT - HOUR, NOW + DAYS * DAY)) == sum(at < EVENT + 600 for at in event)


def test_who_signed_in_after_an_event_is_none_of_its_stragglers() -> None:
    """It ended what there was."""
    own, event = _moments(16, 60, 60)
    late = [at for at in event if at > EVENT + 600]
    calls = [Revoked(at, "web", EVENT + 400 if at in late else None, str(at)) for at in (*own, *event)]
    assert not {call.at for call in masses(calls, NOW, NOW + DAYS * DAY)} & set(late)


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

"""Incidents with known truth: estimates within one percent or absent, no false alarm, shares within two points."""

from math import sqrt

import pytest

from poolwarden.triage.durations import unit_mistake
from triage.build import report, shares
from triage.incidents import INCIDENTS
from triage.scenarios import Incident, Played, play

ABSENT = {"30 days in 20", "a year in 30 days", "six users, two weeks"}
"""Incidents whose logs cannot bear an estimate: nobody reaches the validity, or all do on one morning."""


def _truth(incident: Incident, played: Played) -> dict[str, int]:
    """Return the lost sessions by verdict, as far as the logs can tell."""
    if incident.logs != "guard":
        return dict(played.truth)
    reached = played.truth["refresh_validity_reached"]
    return {"refresh_validity_reached": reached, "unexplained": played.truth.total() - reached}


@pytest.mark.parametrize("incident", INCIDENTS, ids=[incident.name for incident in INCIDENTS])
def test_an_incident_is_told_as_it_was(incident: Incident) -> None:
    """The report on an incident says what was played."""
    played = play(incident)
    found = report(played.records)
    validities = {incident.refresh_s, incident.later_refresh_s or incident.refresh_s}
    for row in found.validity:
        assert any(abs(row.estimate_s - true) <= true / 100 for true in validities)
        assert row.low_s <= row.estimate_s <= row.high_s
        assert row.unit_mistake is None or any(unit_mistake(true) for true in validities)
    assert incident.later_refresh_s is not None or len(found.validity) <= 1  # a gap in the logs is no change
    if incident.name in ABSENT:
        assert found.validity == ()
    else:
        assert found.validity
    if found.validity or incident.logs != "guard":
        _compare(incident, played, shares(found))


def _compare(incident: Incident, played: Played, told: dict[str, int]) -> None:
    truth = _truth(incident, played)
    lost = sum(told.values())
    # Where no log shows what else ended sessions, who was away when it happened is told by its odds alone.
    hidden = incident.logs == "guard" and (incident.other or incident.gap)
    allowed = 0.02 + (0.5 / sqrt(lost) if hidden else 0)
    for verdict in truth | told:
        assert abs(truth.get(verdict, 0) / played.truth.total() - told.get(verdict, 0) / lost) <= allowed, verdict


def test_there_are_enough_incidents() -> None:
    """The accuracy is claimed for at least 40 incidents, each with its own name."""
    assert len({incident.name for incident in INCIDENTS}) == len(INCIDENTS) >= 40

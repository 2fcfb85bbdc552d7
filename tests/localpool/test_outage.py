"""Every failure that answers has an answer."""

from __future__ import annotations

from poolwarden.localpool.outage import ANSWERS, KeyServer, Outage


def test_answers() -> None:
    """Only the absence of a failure and a hang have no answer of their own."""
    assert set(Outage) - set(ANSWERS) == {Outage.NONE, Outage.HANG}


def test_starts_well() -> None:
    """No failure is played until told."""
    assert KeyServer().outage is Outage.NONE

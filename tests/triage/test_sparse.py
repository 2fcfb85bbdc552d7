"""A log that was sampled lacks the tokens that would show that a session went on."""

import pytest

from poolwarden.triage.headline import headline
from poolwarden.triage.records import Record
from poolwarden.triage.reports.text import render
from triage.build import DAY, HOUR, NOW, quiet, rejected, report, shares, token

LATER = quiet(NOW + 20 * DAY)


def _refused(name: str, start: float, *, hours: int, seen: bool = True) -> list[Record]:
    """Return a session whose last token was refused once expired, whether or not its passing is told."""
    last = start + hours * HOUR
    tokens = [token(name, start, start), *([token(name, start, last)] if seen else [])]
    return [*tokens, rejected(name, start, last, last + HOUR + 5)]


@pytest.mark.parametrize(("unseen", "lost"), [(3, 20), (8, 20), (9, 20), (10, 0)])
def test_refused_tokens_that_never_passed_show_that_events_are_missing(unseen: int, lost: int) -> None:
    """Where so many tokens of sessions are missing, the one after the refusal may be missing, too: nothing is told."""
    records = [
        one for n in range(20) for one in _refused(f"s{n}", NOW + n * 7 * HOUR, hours=1 + n * n % 37, seen=n >= unseen)
    ]
    found = report([*records, LATER])
    assert (found.sessions.lost, found.sessions.untold) == (lost, 20 - lost)
    assert headline(found).startswith("Events are missing: of 20 refused sessions") is (lost == 0)
    assert ("Of 20 more it cannot be told" in render(found)) is (lost == 0)
    assert [w.text.startswith("Events of the guard are missing") for w in found.warnings] == ([] if lost else [True])


@pytest.mark.parametrize(("missing", "lost"), [(4, 20), (5, 0)])
def test_second_refusals_without_a_first_show_that_events_are_missing(missing: int, lost: int) -> None:
    """The guard tells a token's first refusal, then its second, fourth and eighth."""
    records = []
    for n in range(20):
        *told, first = _refused(f"s{n}", NOW + n * 7 * HOUR, hours=1 + n * n % 37)
        again = rejected(first.session, NOW + n * 7 * HOUR, first.issued_at or 0, (first.at or 0) + 9, count=2)
        records += [*told, *([first] if n >= missing else []), again]
    assert report([*records, LATER]).sessions.lost == lost


def test_tokens_from_before_the_log_are_not_missing() -> None:
    """A log that begins in the middle has not lost what came before."""
    records = [rejected(f"s{n}", NOW - 9 * HOUR, NOW - HOUR, NOW + 60 + n) for n in range(20)]
    assert shares(report([*records, LATER])) == {"unexplained": 20}


def test_the_validity_shows_in_a_part_of_the_events_and_is_less_sure() -> None:
    """Sessions that fail at one age have no token after it that could be missing."""
    records = [one for n in range(30) for one in _worn(f"s{n}", NOW + n * 5 * HOUR, seen=n % 2 > 0)]
    found = report([*records, LATER])
    assert shares(found) == {"refresh_validity_reached": 30}
    assert [(row.estimate_s, row.configured_s) for row in found.validity] == [(30 * HOUR, None)]
    assert found.verdicts[0].confidence == "medium"
    assert report([one for one in records if one.session in {"s1", "s3"}] + [LATER]).warnings == ()


def _worn(name: str, start: float, *, seen: bool) -> list[Record]:
    last = start + 29 * HOUR + 1800
    some = [token(name, start, start + hour * HOUR) for hour in range(0, 29, 4)]
    tokens = [*some, *([token(name, start, last)] if seen else [])]
    return [*tokens, rejected(name, start, last, last + HOUR + 5)]

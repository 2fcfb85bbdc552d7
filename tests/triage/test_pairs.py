"""A loss that two records tell is one loss, also where one of them names nobody."""

import pytest

from poolwarden.triage.pairs import Call, Candidate, pair
from poolwarden.triage.signs import Sign
from triage.build import HOUR, NOW, quiet, refused, rejected, report, shares, token

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

"""Records become sessions, and sessions are lost only where something shows it."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from poolwarden.triage.records import Record
from poolwarden.triage.report import Report
from triage.build import (
    DAY,
    HOUR,
    NOW,
    ended,
    quiet,
    refreshed,
    refused,
    rejected,
    report,
    shares,
    signed_in,
    token,
)
from triage.scenarios import Incident, play

LATER = quiet(NOW + 10 * DAY)


def test_a_session_that_goes_quiet_is_not_lost() -> None:
    """A user who stays away has lost nothing."""
    found = report([token("A", NOW, NOW), LATER])
    assert (found.sessions.seen, found.sessions.lost) == (1, 0)


def test_a_client_that_refreshed_late_is_not_lost() -> None:
    """A refusal before a newer token of the same session is a late refresh."""
    late = NOW + 5 * HOUR
    found = report([token("A", NOW, NOW), rejected("A", NOW, NOW, late), token("A", NOW, late + 30), LATER])
    assert found.sessions.lost == 0


def test_a_refusal_that_nothing_follows_is_a_loss() -> None:
    """A user who came back with an expired token and never got another has lost the session."""
    found = report([token("A", NOW, NOW), rejected("A", NOW, NOW, NOW + 2 * HOUR), LATER])
    assert shares(found) == {"unexplained": 1}


def test_a_refusal_at_the_end_of_the_log_is_still_open() -> None:
    """Whether a client refreshes is not known where the log ends just then."""
    found = report([token("A", NOW, NOW), rejected("A", NOW, NOW, NOW + 2 * HOUR)])
    assert found.sessions.lost == 0


def test_what_cognito_says_of_a_refresh_is_a_loss_at_once() -> None:
    """A refused refresh needs no waiting."""
    found = report([signed_in("U", NOW), refused("U", NOW + 30 * HOUR, "refresh_token_expired")])
    assert shares(found) == {"refresh_validity_reached": 1}


def test_a_retry_burst_is_one_loss() -> None:
    """Six calls of an old front end are one refresh."""
    calls = [NOW + 30 * HOUR + pause for pause in (0, 0.2, 0.6, 1.4, 3.0, 6.2)]
    with_user = [refused("U", at, "refresh_token_expired") for at in calls]
    assert shares(report([signed_in("U", NOW), *with_user])) == {"refresh_validity_reached": 1}
    nobody = [refused(None, at, "refresh_token_expired") for at in calls]
    assert shares(report(nobody)) == {"refresh_validity_reached": 1}


def test_words_that_may_be_of_another_system_count_nothing() -> None:
    """A record that may not be Cognito's makes no loss and no cause."""
    found = report([refused("U", NOW, "refresh_token_expired", maybe=True)])
    assert (found.sessions.lost, found.causes) == (0, {})


def test_a_refused_sign_in_ends_no_session() -> None:
    """A wrong password concerns no session, whatever the words."""
    found = report([signed_in("U", NOW), refused("U", NOW + 9, "refresh_token_invalid", refresh=False)])
    assert found.sessions.lost == 0


@pytest.mark.parametrize(
    ("operation", "lost"),
    [
        ("GlobalSignOut", {}),
        ("RevokeToken", {}),
        ("AdminUserGlobalSignOut", {"revoked_by_operator": 1}),
    ],
)
def test_a_sign_out_of_ones_own_is_no_loss_and_an_operators_is_once_its_user_is_back(
    operation: str, lost: dict[str, int]
) -> None:
    """Who signs out and in again meant to; whom an operator signed out came back without a valid token."""
    away = [signed_in("U", NOW), ended(operation, NOW + HOUR, user="U")]
    assert report(away).sessions.lost == 0
    assert shares(report([*away, signed_in("U", NOW + 5 * HOUR)])) == lost


def test_signing_out_each_evening_is_no_loss_where_the_refresh_validity_is_short() -> None:
    """Whoever signed out and comes back behind the validity did not run into it."""
    worn = [one for n in range(20) for one in _worn(f"W{n}", NOW + n * 5 * HOUR)]
    left = [one for n in range(5) for one in _left(f"L{n}", NOW + n * 7 * HOUR)]
    assert shares(report([*worn, *left, quiet(NOW + 200 * HOUR)])) == {"refresh_validity_reached": 20}


def _worn(user: str, start: float) -> list[Record]:
    used = [refreshed(user, start + hour * HOUR) for hour in range(1, 30)]
    return [signed_in(user, start), *used, refused(user, start + 30 * HOUR, "refresh_token_expired")]


def _left(user: str, start: float) -> list[Record]:
    gone = ended("RevokeToken", start + 2 * HOUR, user=user)
    return [signed_in(user, start), refreshed(user, start + HOUR), gone, signed_in(user, start + 40 * HOUR)]


@pytest.mark.parametrize(
    ("operation", "verdict"),
    [
        ("GlobalSignOut", "signed_out"),
        ("RevokeToken", "signed_out"),
        ("AdminUserGlobalSignOut", "revoked_by_operator"),
        ("AdminDisableUser", "user_disabled"),
        ("AdminDeleteUser", "user_deleted"),
        ("DeleteUser", "user_deleted"),
        ("AdminOfTomorrow", "revoked_by_operator"),
        ("EndOfTomorrow", "signed_out"),
    ],
)
def test_who_ended_it_is_the_verdict(operation: str, verdict: str) -> None:
    """The operation between the last token and the refused refresh says why."""
    found = report(
        [
            signed_in("U", NOW),
            ended(operation, NOW + HOUR, user="U"),
            refused("U", NOW + 2 * HOUR, "refresh_token_revoked"),
        ]
    )
    assert shares(found) == {verdict: 1}
    assert found.verdicts[0].confidence == "high"
    assert any(f"{operation} by alice" in place.text for place in found.verdicts[0].evidence)


def test_an_end_of_another_user_or_time_is_none() -> None:
    """A sign-out explains only its own user's sessions, and only those that were alive."""
    loss = [signed_in("U", NOW), refreshed("U", NOW + 5 * HOUR), refused("U", NOW + 6 * HOUR, "refresh_token_invalid")]
    other = ended("GlobalSignOut", NOW + 5.5 * HOUR, user="V")
    before = ended("GlobalSignOut", NOW + HOUR, user="U")
    after = ended("GlobalSignOut", NOW + 9 * HOUR, user="U")
    assert shares(report([*loss, other, before, after])) == {"unexplained": 1}


def test_the_wrong_token_is_no_loss_while_the_right_one_passes() -> None:
    """An ID token sent to one route ends no session whose access token passes on another."""
    wrong = rejected("A", NOW, NOW, NOW + 60, cause="token_use_mismatch")
    assert report([token("A", NOW, NOW), wrong, LATER]).sessions.lost == 0
    assert shares(report([wrong, LATER])) == {"wrong_token": 1}


@pytest.mark.parametrize("cause", ["token_use_mismatch", "token_not_yet_valid"])
@pytest.mark.parametrize(("after_s", "lost"), [(60, 1), (3000, 1), (4000, 0)])
def test_who_signs_in_soon_after_a_good_token_was_refused_lost_the_session_to_that(
    cause: str, after_s: float, lost: int
) -> None:
    """One host's clock is behind, or one request brings the ID token: the session's token passed all the same."""
    refusal = rejected("A", NOW, NOW, NOW + 100, cause=cause, user="U")
    again = NOW + 100 + after_s
    found = report([token("A", NOW, NOW, user="U"), refusal, token("B", again, again, user="U"), LATER])
    assert found.sessions.lost == lost


def _refused_routes(*, went_on: int) -> Report:
    """Return the report on twelve users whose ID tokens were refused, and who sign in again hours later."""
    records = []
    for user in range(12):
        start = NOW + 500 * user
        name = {"user": f"U{user}"}
        records += [
            token(f"A{user}", start, start, **name),
            token(f"B{user}", start + 5 * HOUR, start + 5 * HOUR, **name),
        ]
        records.append(rejected(f"A{user}", start, start, start + 90, cause="token_use_mismatch", **name))
        if user < went_on:
            late = start + HOUR
            records += [token(f"A{user}", start, late, **name)]
            records.append(rejected(f"A{user}", start, late, late + 90, cause="token_use_mismatch", **name))
    return report([*records, LATER])


def test_the_wrong_token_ends_sessions_where_hardly_any_goes_on_after_it() -> None:
    """A client that sends one route the wrong token refreshes all the same; a broken one is left until tomorrow."""
    assert shares(_refused_routes(went_on=0)) == {"wrong_token": 12}
    assert shares(_refused_routes(went_on=2)) == {"wrong_token": 10}
    assert _refused_routes(went_on=6).sessions.lost == 0


def test_records_without_a_time_are_kept() -> None:
    """A log without times still says what was refused."""
    found = report([refused("U", None, "refresh_token_expired"), refused(None, None, "refresh_token_revoked")])
    assert shares(found) == {"refresh_validity_reached": 1, "signed_out": 1}
    assert found.window.first is None


def test_a_machine_that_fetches_its_next_token_has_lost_nothing() -> None:
    """Client credentials know no refresh: each token is a sign-in of its own, a second after the last was refused."""
    later = NOW + 2 * HOUR
    refused_once = rejected("A", NOW, NOW, later, user="M")
    first, at_once, slowly = (
        token(*one, user="M") for one in (("A", NOW, NOW), ("B", later + 1, later + 1), ("B", later + 90, later + 90))
    )
    assert report([first, refused_once, at_once, LATER]).sessions.lost == 0
    assert report([first, refused_once, slowly, LATER]).sessions.lost == 1


def test_zombies_and_their_requests_are_counted() -> None:
    """A running total of repeats is told at powers of two: their steps add up to it."""
    polls = [rejected("A", NOW, NOW, NOW + 2 * HOUR + 40 * n, count=2**n, zombie=n > 1) for n in range(4)]
    found = report([token("A", NOW, NOW), *polls, LATER])
    assert (found.sessions.zombies, found.causes) == (1, {"token_expired": 8})


def test_no_records_make_an_empty_report() -> None:
    """Nothing read is nothing found."""
    found = report([])
    assert (found.sessions.seen, found.findings, found.verdicts, found.validity) == (0, False, (), ())


SMALL = Incident(name="small", refresh_s=30 * HOUR, users=12, days=6, logs="both", other=0.2)


def _bare(found: Report) -> object:
    """Return all of a report that has no line number in it."""
    told = [(f.verdict, f.client, f.sessions, f.share, f.confidence, f.next) for f in found.verdicts]
    return found.window, found.sessions, found.validity, found.causes, found.series, told


@settings(max_examples=6)
@given(st.integers(0, 2**32), st.booleans())
def test_order_and_repeated_lines_change_nothing(seed: int, twice: bool) -> None:
    """Lines in any order, split over files in any way, and told twice, make the same report."""
    records, rng = play(SMALL).records, Random(seed)
    moved = [
        structs.replace(one, file=rng.randrange(2), line=rng.randrange(1, 99))
        for one in records
        for _ in range(2 if twice else 1)
    ]
    rng.shuffle(moved)
    assert _bare(report(moved, files=("b.log", "a.log"))) == _bare(report(records, files=("a.log", "b.log")))


def test_places_do_not_depend_on_the_order_of_files() -> None:
    """The same lines in the same files give the same evidence, whatever order the files came in."""
    a = [signed_in("U", NOW, file=0), refused("U", NOW + HOUR, "refresh_token_expired", file=1, line=7)]
    b = [signed_in("U", NOW, file=1), refused("U", NOW + HOUR, "refresh_token_expired", file=0, line=7)]
    assert report(a, files=("x.log", "y.log")) == report(b, files=("y.log", "x.log"))


def test_a_user_of_whom_only_refusals_are_told_loses_a_session_each_time() -> None:
    """An application's log of failed refreshes has no sign-ins: what is an hour apart ended two sessions."""
    first = [refused("U", NOW + pause, "refresh_token_expired") for pause in (0, 1, 40, 3000)]
    second = [refused("U", NOW + DAY + pause, "refresh_token_revoked") for pause in (0, 2)]
    found = report([*first, *second, refused("V", NOW, "refresh_token_expired"), LATER])
    assert shares(found) == {"refresh_validity_reached": 2, "signed_out": 1}
    assert found.sessions.unnamed == 1  # the second may be a retry of the first


@pytest.mark.parametrize(("cause", "lost"), [("user_missing", 1), ("user_disabled", 3), ("refresh_token_expired", 3)])
def test_who_was_deleted_loses_no_other_session(cause: str, lost: int) -> None:
    """An application's log of failed refreshes tells theirs again and again; others may have signed in meanwhile."""
    again = [refused("U", NOW + hours * HOUR, cause) for hours in (0, 20, 50)]
    assert report([*again, LATER]).sessions.lost == lost


def test_a_user_whose_tokens_are_told_loses_one_session_however_often_it_is_refused() -> None:
    """Where sign-ins would be seen, retries over days are of one session."""
    retries = [refused("U", NOW + hours * HOUR, "refresh_token_expired") for hours in (2, 4, 30)]
    assert report([signed_in("U", NOW), *retries, LATER]).sessions.lost == 1


def test_refusals_that_another_log_tells_with_other_names_belong_to_the_lost_session() -> None:
    """A guard's sessions and an application's refusals around the same moment are told together, not twice."""
    at = NOW + 2 * HOUR
    guard = [token("A", NOW, NOW, user="GUARD"), rejected("A", NOW, NOW, at, user="GUARD")]
    found = report([*guard, refused("APP", at + 1, "refresh_token_revoked", client="1example23456789"), LATER])
    assert shares(found) == {"signed_out": 1}
    assert found.sessions.seen == 1


def test_a_machine_without_a_name_fetched_its_next_token() -> None:
    """Where no user is told and no session was ever refreshed, a token within seconds shows that nothing was lost."""
    starts = [NOW + number * HOUR for number in range(40)]
    tokens = [token(f"M{number}", start, start, client="batch") for number, start in enumerate(starts)]
    refusals = [
        rejected(f"M{number}", start, start, start + HOUR, client="batch") for number, start in enumerate(starts)
    ]
    found = report([*tokens, *refusals, LATER])
    assert (found.validity, found.sessions.lost) == ((), 1)  # after the last one nothing came


def test_losses_at_a_validity_that_cannot_be_named_are_explained() -> None:
    """Where sessions bear a limit of their age and no exact validity, they were still lost at it."""
    found = report(play(Incident(name="odd", refresh_s=37 * HOUR, users=20, days=8)).records)
    assert found.validity == ()
    assert found.sessions.lost > 40
    assert shares(found) == {"refresh_validity_reached": found.sessions.lost}

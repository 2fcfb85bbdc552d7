"""Users have several devices, and logs that know only users tell of all of them at once."""

from random import Random

import pytest

from poolwarden.triage.records import Record
from poolwarden.triage.report import Report
from triage.build import DAY, HOUR, NOW, ended, quiet, refreshed, refused, rejected, report, shares, signed_in, token

LATER = quiet(NOW + 90 * HOUR)


@pytest.mark.parametrize(
    ("operation", "verdict"), [("AdminUserGlobalSignOut", "revoked_by_operator"), ("GlobalSignOut", "signed_out")]
)
def test_a_device_that_comes_back_after_the_sign_out_of_all_was_ended_by_it(operation: str, verdict: str) -> None:
    """By then another of its user's devices has signed in again; the refusal is not of that session."""
    found = report(
        [
            signed_in("ada", NOW),
            ended(operation, NOW + 2 * HOUR, user="ada"),
            signed_in("ada", NOW + 3 * HOUR),
            refused("ada", NOW + 4 * HOUR, "refresh_token_revoked"),
            LATER,
        ]
    )
    assert shares(found)[verdict] >= 1
    assert {one.confidence for one in found.verdicts} == {"high"}
    assert "unexplained" not in shares(found)


def test_an_expiry_is_not_put_down_to_an_earlier_sign_out() -> None:
    """Only what Cognito calls revoked can be of an earlier sign-out."""
    found = report(
        [
            ended("GlobalSignOut", NOW - HOUR, user="ada"),
            signed_in("ada", NOW),
            refused("ada", NOW + 40 * HOUR, "refresh_token_expired"),
            LATER,
        ]
    )
    assert shares(found) == {"refresh_validity_reached": 1}


def _unrefreshed(user: str, start: float, *, tried: bool = False, told: bool = True) -> list[Record]:
    seen: list[Record] = [
        token(user, start, start),
        rejected(user, start, start, start + HOUR + 9),
    ]
    trail = [signed_in(user, start, client="1example23456789"), signed_in(user, start + 2 * HOUR)]
    if tried:
        trail.append(refreshed(user, start + HOUR / 2, client="1example23456789"))
    return [*seen, *(trail if told else ())]


def test_cloudtrail_shows_that_nobody_tried_to_refresh() -> None:
    """Whose sign-ins it tells, their refreshes it would tell, too."""
    found = report([*_unrefreshed("ada", NOW), LATER])
    assert shares(found) == {"front_end_gave_up": 1}


def test_without_cloudtrail_nobody_knows_whether_they_tried() -> None:
    """The guard sees requests, not refreshes."""
    found = report([*_unrefreshed("ada", NOW, told=False), LATER])
    assert shares(found) == {"unexplained": 1}


def test_what_cloudtrail_ends_before_is_not_its_to_show() -> None:
    """A session that is lost after its last record may have been refreshed in vain unseen."""
    seen = [token("A", NOW, NOW), rejected("A", NOW, NOW, NOW + HOUR + 9), signed_in("ada", NOW)]
    assert shares(report([*seen, LATER])) == {"unexplained": 1}


@pytest.mark.parametrize(("count", "told"), [(9, False), (10, True)])
def test_an_app_client_that_never_refreshed_is_named(count: int, told: bool) -> None:
    """Whoever is called at night learns that no session ever got a second token."""
    records = [one for n in range(count) for one in _unrefreshed(f"s{n}", NOW + n * 7 * HOUR, told=False)]
    found = report([*records, LATER])
    assert ("No session of web ever got a second token" in found.verdicts[0].next) is told


def test_logs_that_name_nobody_say_which_log_would() -> None:
    """Refusals without a session are no verdict, but not nothing."""
    lines = [rejected(None, NOW, NOW, NOW + n, cause="unattributed_401", source="nginx") for n in range(3)]
    assert "CloudTrail" in report(lines).warnings[0].text


def _seen(session: str, user: str, start: float, hours: range) -> list[Record]:
    """Return what the guard and CloudTrail tell of one session; CloudTrail knows only whose it is."""
    ages = [hour * HOUR for hour in hours]
    return [
        signed_in(user, start),
        token(session, start, start),
        *(one for age in ages for one in (token(session, start, start + age), refreshed(user, start + age))),
    ]


def test_each_device_of_a_user_has_its_own_session() -> None:
    """The first device's refusal is not of the second's session, which goes on; and both stay two."""
    later = NOW + 20 * HOUR + 500
    found = report(
        [
            *_seen("A", "ada", NOW, range(1, 30)),
            *_seen("B", "ada", later, range(1, 25)),
            rejected("A", NOW, NOW + 29 * HOUR, NOW + 30 * HOUR + 60),
            refused("ada", NOW + 30 * HOUR + 61, "refresh_token_expired"),
            quiet(later + 24 * HOUR),
        ]
    )
    assert shares(found) == {"refresh_validity_reached": 1}
    assert (found.sessions.seen, found.sessions.lost) == (2, 1)


def test_a_session_that_got_a_token_later_was_not_refused_for_good() -> None:
    """Where a log knows only users, the refusal is of an earlier session of theirs."""
    later = NOW + 20 * HOUR
    found = report(
        [
            signed_in("ada", NOW),
            signed_in("ada", later),
            refused("ada", NOW + 30 * HOUR, "refresh_token_expired"),
            refreshed("ada", NOW + 35 * HOUR),
            refused("ada", later + 30 * HOUR, "refresh_token_expired"),
            LATER,
        ]
    )
    assert shares(found) == {"refresh_validity_reached": 2}


def test_retries_of_a_session_that_no_log_shows_are_one_loss() -> None:
    """It began before the logs; the user's other device goes on."""
    found = report(
        [
            refreshed("ada", NOW),
            *(refused("ada", NOW + HOUR + n, "refresh_token_expired") for n in (0, 1, 3, 5)),
            refreshed("ada", NOW + 2 * HOUR),
            LATER,
        ]
    )
    assert shares(found) == {"refresh_validity_reached": 1}


def test_a_user_whose_app_client_one_log_does_not_name_is_the_same() -> None:
    """An application logs the user alone, CloudTrail the app client too."""
    found = report(
        [
            signed_in("ada", NOW),
            refused("ada", NOW + 30 * HOUR, "refresh_token_expired"),
            refused("ada", NOW + 30 * HOUR + 1, "refresh_token_expired", client=None, source="text", file=1),
            LATER,
        ],
        files=("trail.json", "app.log"),
    )
    assert shares(found) == {"refresh_validity_reached": 1}
    assert found.sessions.seen == 1


def test_the_same_second_of_two_users_links_nobody() -> None:
    """Two users signed in at once: whose the guard's session is cannot be told by that alone."""
    found = report(
        [
            token("A", NOW, NOW),
            signed_in("ada", NOW),
            signed_in("bob", NOW + 1),
            refused("bob", NOW + 2 * HOUR, "refresh_token_revoked"),
            LATER,
        ]
    )
    assert found.sessions.lost == 1
    assert found.sessions.seen == 3


@pytest.mark.parametrize("told", [True, False])
def test_what_cloudtrail_would_show_and_does_not_is_no_loss(told: bool) -> None:
    """It shows refused refreshes: whoever signs in again at the validity without one lost nothing there."""
    records = [one for n in range(20) for one in _life(f"u{n}", NOW + n * 5 * HOUR, refusal=told or n < 10)]
    records += [signed_in(f"u{n}", NOW + n * 5 * HOUR + 30 * HOUR + 90) for n in range(20)]
    found = report([*records, quiet(NOW + 200 * HOUR)])
    assert shares(found) == {"refresh_validity_reached": 20 if told else 10}


def _life(user: str, start: float, *, refusal: bool) -> list[Record]:
    end = [refused(user, start + 30 * HOUR, "refresh_token_expired")] if refusal else []
    return [signed_in(user, start), *(refreshed(user, start + hour * HOUR) for hour in range(1, 30)), *end]


def test_a_disabled_users_devices_are_lost_each_once() -> None:
    """Each of them is refused when it comes back, and retries count nothing."""
    found = report(
        [
            *_seen("A", "ada", NOW, range(1, 8)),
            *_seen("B", "ada", NOW + 500, range(1, 9)),
            ended("AdminDisableUser", NOW + 9.5 * HOUR, user="ada"),
            refused("ada", NOW + 10 * HOUR, "user_disabled"),
            refused("ada", NOW + 10 * HOUR + 2, "user_disabled"),
            refused("ada", NOW + 13 * HOUR, "refresh_token_revoked"),
            LATER,
        ]
    )
    assert shares(found) == {"user_disabled": 2}


def test_what_cognito_issued_is_not_what_the_api_accepted() -> None:
    """CloudTrail tells of a token that the API never let pass: what refused it is why the session was lost."""
    skewed = rejected("A", NOW + 9, NOW + 9, NOW + 12, cause="token_not_yet_valid")
    found = report([*_seen("B", "ada", NOW - 5 * HOUR, range(1, 3)), signed_in("ada", NOW + 9), skewed, LATER])
    assert shares(found) == {"clock_skew": 1}


def test_a_front_end_that_keeps_a_dead_session_loses_it_once() -> None:
    """It tries the dead refresh token whenever its page is opened: the user's other session goes on."""
    worn = [one for n in range(10) for one in _life(f"u{n}", NOW + n * 5 * HOUR, refusal=True)]
    later = NOW + 25 * HOUR
    kept = [
        *_life("ada", NOW, refusal=True),
        *(refused("ada", NOW + hours * HOUR, "refresh_token_expired") for hours in (33.5, 38.5, 44.5)),
        signed_in("ada", later),
        *(refreshed("ada", later + hour * HOUR) for hour in range(1, 12)),
    ]
    found = report([*worn, *kept, LATER])
    assert shares(found) == {"refresh_validity_reached": 11}
    assert found.sessions.seen == 12


def test_a_dead_session_is_tried_again_rather_than_a_young_one_expired() -> None:
    """Sessions that began about then lived for 30 hours: one of 12 that is used no more has not expired."""
    worn = [one for n in range(10) for one in _life(f"u{n}", NOW + n * HOUR, refusal=True)]
    later = NOW + 25 * HOUR
    young = [signed_in("ada", later), refreshed("ada", later + HOUR)]
    again = refused("ada", NOW + 38 * HOUR, "refresh_token_expired")
    assert shares(report([*worn, *_life("ada", NOW, refusal=True), *young, again, LATER])) == {
        "refresh_validity_reached": 11
    }


def test_a_sign_in_replaces_the_session_that_was_refused_last() -> None:
    """The other device's dead session may be tried again afterwards, and is no third one."""
    calls = [(30, "A"), (31, "B"), (36, "A")]
    records = [*_seen("A", "ada", NOW, range(1, 30)), *_seen("B", "ada", NOW + 500, range(1, 30))]
    records += [refused("ada", NOW + hours * HOUR + 600, "refresh_token_expired") for hours, _ in calls]
    found = report([*records, signed_in("ada", NOW + 31 * HOUR + 660), LATER])
    assert shares(found) == {"refresh_validity_reached": 2}


def test_what_may_not_be_final_is_told_to_the_session_that_the_api_refused() -> None:
    """Of two devices' sessions, that which was refused a minute before the refresh is the one."""
    found = report(
        [
            *_seen("A", "ada", NOW, range(1, 8)),
            *_seen("B", "ada", NOW + 500, range(1, 40)),
            rejected("A", NOW, NOW + 7 * HOUR, NOW + 9 * HOUR),
            refused("ada", NOW + 9 * HOUR + 1, "refresh_token_reused"),
            quiet(NOW + 40 * HOUR + 600),
        ]
    )
    assert shares(found) == {"rotation_race": 1}


def test_a_session_that_began_after_the_latest_sign_out_was_not_revoked_by_it() -> None:
    """Of two sessions that are used no more, the one from before the sign-out of all is said to be revoked."""
    found = report(
        [
            *_seen("A", "ada", NOW, range(1, 4)),
            ended("GlobalSignOut", NOW + 4 * HOUR, user="ada"),
            *_seen("B", "ada", NOW + 5 * HOUR, range(1, 3)),
            refused("ada", NOW + 9 * HOUR, "refresh_token_revoked"),
            refused("ada", NOW + 12 * HOUR, "refresh_token_revoked"),
            LATER,
        ]
    )
    assert shares(found) == {"signed_out": 1}
    assert found.sessions.seen == 2


def test_the_session_that_signed_out_is_not_the_one_that_was_refused() -> None:
    """Whoever signs out on all devices has the token to do so; a dead session of another is tried again for days."""
    found = report(
        [
            *_seen("A", "ada", NOW, range(1, 4)),
            *_seen("B", "ada", NOW + 600, range(1, 5)),
            ended("GlobalSignOut", NOW + 4.5 * HOUR, user="ada"),
            *(refused("ada", NOW + hours * HOUR, "refresh_token_revoked") for hours in (6, 9, 30)),
            signed_in("ada", NOW + 40 * HOUR),
            LATER,
        ]
    )
    assert shares(found) == {"signed_out": 1}


def _two_devices(*, signs_out: bool = False) -> Report:
    """Return the report on users with two devices, 30 hours a session; or of whom one signs out each day."""
    rng = Random(5)
    records = []
    for user in range(12):
        for device in range(2):
            start = NOW + 15 * HOUR * device + rng.random() * 6 * HOUR
            while start < NOW + 12 * DAY:
                name = f"{user}-{device}-{int(start)}"
                hours = 9 if device and signs_out else 30
                records += [token(name, start, start + hour * HOUR, user=f"U{user}") for hour in range(hours)]
                if user < 3 and hours == 30:  # some poll with their dead token
                    dead = start + 29 * HOUR
                    records += [rejected(name, start, dead, start + hour * HOUR, user=f"U{user}") for hour in (30, 31)]
                start += (24 if hours < 30 else 31 + rng.random()) * HOUR
    return report([*records, quiet(NOW + 13 * DAY)])


def test_each_device_signs_in_for_its_own_session() -> None:
    """A sign-in on one device, while the other's session goes on, does not hide that this one reached the validity."""
    found = _two_devices()
    assert set(shares(found)) == {"refresh_validity_reached"}
    alive = 2 * 12
    assert found.sessions.lost >= 0.95 * (found.sessions.seen - alive)


def test_a_device_that_signs_in_each_day_takes_no_sign_in_for_the_others_loss() -> None:
    """Where users sign in for reasons of their own, only what is refused or surely over is lost."""
    found = _two_devices(signs_out=True)
    long_lived = 12 * 10
    assert found.sessions.lost <= long_lived

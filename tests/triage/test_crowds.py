"""Many at once tell of what was done to all of them, and a morning does not."""

from random import Random
from typing import TYPE_CHECKING

import pytest

from poolwarden.triage.records import Kind
from poolwarden.triage.report import Report
from triage.build import DAY, HOUR, NOW, quiet, record, refreshed, rejected, report, shares, signed_in, token

if TYPE_CHECKING:
    from poolwarden.triage.records import Record

USERS = 40


def _days(wiped_on: int | None, *, days: int = 5, rush: bool = False) -> Report:
    """Return the report on users who refresh by day, some of whom sign in again; on one day, all of them at once."""
    rng = Random(9)
    records: list[Record] = []
    for user in range(USERS):
        for day in range(days):
            start = NOW + day * DAY + (0.3 * HOUR + rng.random() * (300 if rush else 0.6 * HOUR))
            name = f"{user}-{day}"
            records += [token(name, start, start + hour * HOUR, user=f"U{user}") for hour in range(3)]
            if day == wiped_on:
                again = NOW + day * DAY + 3.1 * HOUR + 300 * rng.random()
                records.append(token(f"{name}-again", again, again, user=f"U{user}"))
    return report([*records, quiet(NOW + days * DAY + 20 * HOUR)])


def test_a_crowd_that_signs_in_again_with_good_tokens_lost_its_sessions() -> None:
    """Whatever took them, these logs do not say it; but they say how many, and when."""
    found = _days(wiped_on=2)
    assert shares(found) == {"unexplained": USERS}
    assert found.peak is not None
    assert found.peak.sessions == USERS
    assert "40 of these users signed in again within minutes of each other" in found.verdicts[0].next


def test_a_morning_is_no_such_crowd() -> None:
    """Users whose tokens are over sign in again each morning."""
    assert _days(wiped_on=None, rush=True).sessions.lost == 0


def test_what_happens_every_day_is_no_such_crowd() -> None:
    """A second sign-in with a good token, at the same hour of each day, is how people work there."""
    rng = Random(9)
    records = []
    for day in range(5):
        for user in range(USERS):
            start = NOW + day * DAY + 300 * rng.random()
            records.append(token(f"{user}-{day}", start, start, user=f"U{user}"))
            records.append(token(f"{user}-{day}-again", start + 900, start + 900, user=f"U{user}"))
    assert report([*records, quiet(NOW + 6 * DAY)]).sessions.lost == 0


def test_one_day_alone_shows_no_such_crowd() -> None:
    """Without another day to compare with, nobody knows what is usual."""
    assert _days(wiped_on=0, days=1).sessions.lost == 0


def test_who_signs_in_each_morning_lost_nothing() -> None:
    """A closed tab took the tokens along; nobody was refused, and no validity stands between two mornings."""
    rng = Random(4)
    records = []
    for user in range(USERS):
        for day in range(10):
            start = NOW + day * DAY + rng.gauss(0, 1800)
            hours = range(rng.choice((4, 8, 9)))
            records += [token(f"{user}-{day}", start, start + hour * HOUR, user=f"U{user}") for hour in hours]
    found = report([*records, quiet(NOW + 11 * DAY)])
    assert (found.sessions.lost, found.validity) == (0, ())


def _barred(
    cause: str, *, hours: float = 0.5, leave: bool = True, strangers: bool = False, keyless: bool = False
) -> Report:
    """Return the report on users who refresh by day, and for a while on one day are all refused for a cause."""
    rng = Random(5)
    records: list[Record] = []
    begin = NOW + 2 * DAY + 2.7 * HOUR
    for user in range(USERS):
        for day in range(5):
            start = NOW + day * DAY + 0.6 * HOUR * rng.random()
            name = f"{user}-{day}"
            last = 3 if day == 2 and leave else 8
            records += [token(name, start, start + hour * HOUR, user=f"U{user}") for hour in range(last)]
        again = int(begin + hours * HOUR * rng.random())
        if leave:
            # What it signed in with is refused, too, and first seen when that is over.
            seen = max(again, int(begin + hours * HOUR))
            records.append(token(f"{user}-again", again, seen, user=f"U{user}"))
    whole = 5 * DAY if strangers else hours * HOUR
    since = NOW if strangers else begin
    count = 3000 if strangers else 500
    nobody = {"client": None, "source": "poolwarden"}
    records += [record(Kind.REJECTED, since + whole * rng.random(), cause=cause, **nobody) for _ in range(count)]
    if keyless:
        records.append(record(Kind.KEYS, begin + 60, cause="keys_unavailable", **nobody))
    return report([*records, quiet(NOW + 5 * DAY)])


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        ("keys_unavailable", "keys_unavailable"),
        ("key_unknown", "pool_changed"),
        ("issuer_mismatch", "pool_changed"),
        ("client_mismatch", "client_replaced"),
    ],
)
@pytest.mark.parametrize("hours", [0.5, 4])
def test_who_signs_in_again_while_good_tokens_are_refused_lost_the_session_to_that(
    cause: str, verdict: str, hours: float
) -> None:
    """Refusals that name nobody explain those who signed in again meanwhile, and one of them is the evidence."""
    found = _barred(cause, hours=hours)
    assert shares(found) == {verdict: USERS}
    assert (found.verdicts[0].confidence, found.verdicts[0].evidence[0].text) == ("medium", f"rejected {cause}")


def test_unknown_keys_while_the_key_set_cannot_be_fetched_are_missing_and_not_another_pools() -> None:
    """Tokens of another pool and of a new key look alike: whether the key set could be fetched tells them apart."""
    assert shares(_barred("key_unknown", keyless=True)) == {"keys_unavailable": USERS}


@pytest.mark.parametrize("cause", ["keys_unavailable", "key_unknown", "issuer_mismatch"])
def test_users_who_wait_until_good_tokens_pass_again_lost_nothing(cause: str) -> None:
    """An outage alone is no loss."""
    assert _barred(cause, leave=False).sessions.lost == 0


def _sent_away(*, hours: float = 1, absent: bool, late_s: float = 0, daily: bool = False) -> Report:
    """Return the report on users who sign in again in an outage or after it, or in that hour of each day."""
    rng = Random(11)
    begin = NOW + 2 * DAY + 9 * HOUR
    records: list[Record] = []
    for user in range(USERS):
        for day in range(5) if daily else (0, 2):
            morning = NOW + day * DAY + 9 * HOUR + hours * HOUR * rng.random() * 0.9
            start = morning if day else NOW
            if day == 2 and late_s:
                start = begin + hours * HOUR + late_s * rng.random()
            name = f"{user}-{day}"
            seen = max(start, begin + hours * HOUR) if day == 2 else start
            records.append(token(name, start, seen, user=f"U{user}"))
            if day == 0 and not absent:
                records.append(token(name, start, begin - 60 * rng.random(), user=f"U{user}"))
    nobody = {"client": None, "source": "poolwarden", "cause": "keys_unavailable"}
    records += [record(Kind.REJECTED, begin + hours * HOUR * rng.random(), **nobody) for _ in range(200)]
    return report([*records, quiet(NOW + 6 * DAY)])


def test_who_comes_back_in_an_outage_and_signs_in_again_lost_the_session_to_it() -> None:
    """Their last known token was over, and the one that they refreshed to was refused before anyone knew it."""
    assert shares(_sent_away(absent=True)) == {"keys_unavailable": USERS}


def test_who_signs_in_within_an_hour_of_an_outage_lost_the_session_to_it() -> None:
    """Not everybody tries again while it lasts."""
    assert shares(_sent_away(absent=False, late_s=1800)) == {"keys_unavailable": USERS}


def _one_day(
    *, hours: float, renewed: bool = False, fading: bool = False, asleep: int = 0, often: bool = False
) -> Report:
    """
    Return the report on one day with an outage in which few ask, while some sign in again and others after it.

    Args:
        hours: How long it lasts.
        renewed: Whether keys are there for a while in the middle of it.
        fading: Whether nobody asks towards its end.
        asleep: How many users come back in it whose tokens were over before.
        often: Whether others sign in whenever their token is over.
    """
    rng = Random(8)
    begin = NOW + 20 * HOUR
    end = begin + hours * HOUR
    records: list[Record] = []
    for user in range(USERS):
        name = f"U{user}"
        awake = 40 if user < asleep else 65
        records += [token(f"A{user}", NOW, NOW + 1100 * n + rng.random() * 900, user=name) for n in range(awake)]
        again = begin + 600 * rng.random() if user < USERS / 2 else end + 2000 * rng.random()
        records.append(token(f"B{user}", again, max(again, end), user=name))
    nobody = {"client": None, "source": "poolwarden"}
    asked = (begin + 50 * n for n in range(12))
    records += [record(Kind.REJECTED, at, cause="keys_unavailable", **nobody) for at in asked]
    last = begin + 600 if fading else end
    records += [record(Kind.REJECTED, last - 60 - 5 * n, cause="keys_unavailable", **nobody) for n in range(30)]
    if fading:
        records.append(quiet(end))
    if often:
        begun = [(user, NOW + 4 * HOUR * (n + rng.random() / 2)) for user in range(30) for n in range(9)]
        records += [token(f"O{user}-{at}", at, at, user=f"O{user}") for user, at in begun]
    if renewed:
        records.append(quiet(begin + 0.5 * HOUR))
    return report([*records, quiet(NOW + 1.5 * DAY)])


def test_an_outage_in_which_few_ask_is_one_until_keys_are_there_again() -> None:
    """One that shows at its beginning and at its end sent away whoever signs in between, and after it."""
    assert shares(_one_day(hours=0.9, renewed=False)) == {"keys_unavailable": USERS}
    assert _one_day(hours=0.9, renewed=True).sessions.lost < USERS


def test_an_outage_in_which_nobody_asks_any_more_lasts_until_keys_are_there_again() -> None:
    """Whoever was sent away sends nothing, and signs in once that works again."""
    assert shares(_one_day(hours=0.9, fading=True)) == {"keys_unavailable": USERS}


def test_in_an_outage_in_which_good_tokens_are_lost_those_that_were_over_are_lost_too() -> None:
    """On one day nobody knows how many come back at that hour, but that nobody does at another."""
    assert shares(_one_day(hours=0.9, asleep=5)) == {"keys_unavailable": USERS}
    found = _one_day(hours=0.9, asleep=5, often=True)
    assert shares(found)["keys_unavailable"] == pytest.approx(USERS - 5, abs=1)  # as many as that do so all day long


def test_who_signs_in_each_morning_lost_nothing_to_an_outage_in_the_morning() -> None:
    """What is usual is seen at the same time of other days."""
    assert _sent_away(absent=True, daily=True).sessions.lost == 0


def test_strangers_whose_tokens_are_refused_all_the_time_explain_no_crowd() -> None:
    """Scanners and other environments' tokens come at any time, also when something else happens."""
    assert set(shares(_barred("issuer_mismatch", strangers=True))) == {"unexplained"}


@pytest.mark.parametrize("refreshes", [True, False])
def test_users_who_sign_in_each_hour_and_never_refresh_are_told_of(refreshes: bool) -> None:
    """None of them is refused, so none is lost; that their front end never refreshes is worth a word."""
    records = []
    for user in range(4):
        for hour in range(6):
            start = NOW + hour * HOUR + user * 60
            records.append(signed_in(f"U{user}", start))
            if refreshes and not hour:
                records.append(refreshed(f"U{user}", start + HOUR / 2))
    found = report([*records, quiet(NOW + DAY)])
    assert found.sessions.lost == 0
    told = [one.text for one in found.warnings if one.text.startswith("No session of web ever got a second token")]
    assert len(told) == (not refreshes)


@pytest.mark.parametrize(("count", "users", "told"), [(10, False, True), (9, False, False), (10, True, False)])
def test_an_outage_is_told_where_nobody_knows_whom_it_signed_out(count: int, users: bool, told: bool) -> None:
    """Without users, who signs in again is a stranger; with them, what became of everybody is known."""
    nobody = {"client": None, "source": "poolwarden", "cause": "keys_unavailable"}
    records = [record(Kind.REJECTED, NOW + DAY + 60 * n, **nobody) for n in range(count)]
    known = token("A", NOW, NOW, user="U" if users else None)
    found = report([known, *records, quiet(NOW + 2 * DAY)])
    words = "at least 10 requests were refused as keys_unavailable"
    assert any(words in warning.text for warning in found.warnings) is told


def _other_client(*, elsewhere: bool) -> Report:
    """Return the report on sessions whose tokens passed, and were refused as another app client's later."""
    records = []
    for user in range(5):
        start = NOW + user * 600
        name = {"user": f"U{user}"}
        records.append(token(f"S{user}", start, start, client="mobile", **name))
        at = NOW + 2 * HOUR + 300 * user
        refusal = {"cause": "client_mismatch", "client": "other", **name}
        records += [rejected(f"S{user}", start, start, at + 40 * n, **refusal) for n in range(3)]
    if elsewhere:
        # Whoever signs in again there did not do so for the refusal.
        records.append(token("S9", NOW + 3 * HOUR, NOW + 3 * HOUR, client="mobile", user="U4"))
    return report([*records, quiet(NOW + DAY)])


def test_tokens_that_passed_and_are_anothers_now_tell_that_the_api_accepts_another_app_client() -> None:
    """Nothing passes any more since: the app client was replaced, and who keeps sending its tokens is a zombie."""
    found = _other_client(elsewhere=False)
    assert [(one.verdict, one.client, one.sessions, one.confidence) for one in found.verdicts] == [
        ("client_replaced", "mobile", 5, "medium")
    ]
    assert found.sessions.zombies == 5


def test_two_apis_with_app_clients_of_their_own_lose_nothing() -> None:
    """A token that one of them refuses passes at the other."""
    assert _other_client(elsewhere=True).sessions.lost == 0

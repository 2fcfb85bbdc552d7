"""The table of verdicts: its order decides, and each verdict can be reached."""

import pytest

from poolwarden.causes import CAUSES, Cause, EndsSession
from poolwarden.triage.advice import NEXT, missing_log
from poolwarden.triage.headline import PHRASES
from poolwarden.triage.records import Kind
from poolwarden.triage.signs import ENDING, LASTING, SIGNS, Sign
from poolwarden.triage.verdicts import TABLE, AtWall, Loss, Verdict, judge
from triage.build import DAY, HOUR, NOW, quiet, record, refreshed, refused, rejected, report, shares, signed_in, token

EXPIRED = Sign.TOKEN_EXPIRED

CASES: tuple[tuple[Loss, Verdict, str], ...] = (
    (Loss(signs=Sign.SAID_EXPIRED), Verdict.REFRESH_VALIDITY_REACHED, "high"),
    (Loss(signs=Sign.SAID_EXPIRED, ended_by="GlobalSignOut"), Verdict.REFRESH_VALIDITY_REACHED, "high"),
    (Loss(signs=EXPIRED, wall=AtWall.REACHED), Verdict.REFRESH_VALIDITY_REACHED, "high"),
    (Loss(wall=AtWall.REACHED, refused=False), Verdict.REFRESH_VALIDITY_REACHED, "high"),
    (Loss(signs=Sign.SAID_AMBIGUOUS, wall=AtWall.REACHED), Verdict.REFRESH_VALIDITY_REACHED, "medium"),
    (Loss(signs=EXPIRED, wall=AtWall.AROUND), Verdict.REFRESH_VALIDITY_REACHED, "medium"),
    (Loss(signs=EXPIRED, wall=AtWall.REACHED, ended_by="RevokeToken"), Verdict.SIGNED_OUT, "high"),
    (Loss(signs=Sign.SAID_REVOKED, ended_by="GlobalSignOut"), Verdict.SIGNED_OUT, "high"),
    (Loss(signs=Sign.SAID_REVOKED), Verdict.SIGNED_OUT, "low"),
    (Loss(signs=Sign.SAID_REVOKED, wall=AtWall.REACHED), Verdict.SIGNED_OUT, "low"),
    (Loss(signs=Sign.SAID_REVOKED, event=Verdict.REVOKED_BY_OPERATOR), Verdict.REVOKED_BY_OPERATOR, "medium"),
    (Loss(signs=Sign.SAID_REVOKED, ended_by="AdminUserGlobalSignOut"), Verdict.REVOKED_BY_OPERATOR, "high"),
    (Loss(signs=Sign.RESET), Verdict.REVOKED_BY_OPERATOR, "medium"),
    (Loss(signs=Sign.LIMIT_REACHED), Verdict.REVOKED_BY_OPERATOR, "low"),
    (Loss(signs=Sign.SAID_DISABLED), Verdict.USER_DISABLED, "high"),
    (Loss(signs=Sign.SAID_REVOKED, ended_by="AdminDisableUser"), Verdict.USER_DISABLED, "high"),
    (Loss(signs=Sign.SAID_MISSING), Verdict.USER_DELETED, "medium"),
    (Loss(signs=Sign.SAID_AMBIGUOUS, ended_by="AdminDeleteUser"), Verdict.USER_DELETED, "high"),
    (Loss(signs=Sign.SAID_REUSED), Verdict.ROTATION_RACE, "high"),
    (Loss(signs=Sign.CLIENT_GONE), Verdict.CLIENT_REPLACED, "high"),
    (Loss(signs=Sign.POOL_GONE), Verdict.POOL_CHANGED, "high"),
    (Loss(signs=Sign.SAID_REVOKED, event=Verdict.CLIENT_REPLACED), Verdict.CLIENT_REPLACED, "high"),
    (Loss(signs=EXPIRED, event=Verdict.CLIENT_REPLACED), Verdict.CLIENT_REPLACED, "high"),
    (Loss(signs=EXPIRED, event=Verdict.POOL_CHANGED), Verdict.POOL_CHANGED, "high"),
    (Loss(signs=Sign.POOL_OTHER), Verdict.POOL_CHANGED, "medium"),
    (Loss(signs=Sign.CLIENT_OTHER), Verdict.CLIENT_REPLACED, "medium"),
    (Loss(signs=Sign.CLIENT_OTHER | Sign.CLIENT_GONE), Verdict.CLIENT_REPLACED, "high"),
    (Loss(signs=Sign.KEYS_DOWN), Verdict.KEYS_UNAVAILABLE, "medium"),
    (Loss(refused=False, event=Verdict.KEYS_UNAVAILABLE), Verdict.KEYS_UNAVAILABLE, "medium"),
    (Loss(signs=Sign.CLOCK_OFF), Verdict.CLOCK_SKEW, "high"),
    (Loss(signs=Sign.WRONG_TOKEN), Verdict.WRONG_TOKEN, "high"),
    (Loss(signs=EXPIRED, wall=AtWall.BEFORE, visible=True), Verdict.FRONT_END_GAVE_UP, "medium"),
    (Loss(signs=EXPIRED, wall=AtWall.BEFORE), Verdict.UNEXPLAINED, "low"),
    (Loss(signs=EXPIRED, wall=AtWall.UNKNOWN, visible=True), Verdict.FRONT_END_GAVE_UP, "low"),
    (Loss(signs=EXPIRED, wall=AtWall.UNKNOWN), Verdict.UNEXPLAINED, "low"),
    (Loss(signs=EXPIRED, wall=AtWall.IDLE), Verdict.UNEXPLAINED, "low"),
    (Loss(signs=EXPIRED, wall=AtWall.BEYOND), Verdict.UNEXPLAINED, "low"),
    (Loss(signs=Sign.SAID_AMBIGUOUS), Verdict.UNEXPLAINED, "low"),
    (Loss(), Verdict.UNEXPLAINED, "low"),
)  # fmt: skip


@pytest.mark.parametrize(("loss", "verdict", "confidence"), CASES)
def test_the_first_row_that_fits_wins(loss: Loss, verdict: Verdict, confidence: str) -> None:
    """What is seen of a loss leads to one verdict."""
    row = judge(loss)
    assert (row.verdict, row.confidence) == (verdict, confidence)


def test_every_row_is_reached() -> None:
    """No row of the table is dead."""
    assert {id(judge(loss)) for loss, _, _ in CASES} == {id(row) for row in TABLE}


def test_every_verdict_is_spoken_of() -> None:
    """Each verdict has its phrase, and each that explains something has its next step."""
    assert set(PHRASES) == set(Verdict)
    assert set(NEXT) == set(Verdict) - {Verdict.UNEXPLAINED}


def test_every_cause_that_ends_a_session_is_a_sign() -> None:
    """A cause that ends the session it is seen in must reach a verdict."""
    other_services = {"identity_pool"}
    ending = {
        cause
        for cause, row in CAUSES.items()
        if row.ends_session is EndsSession.YES and row.seen_by not in other_services
    }
    assert ending <= SIGNS.keys()
    assert all(sign & (ENDING | LASTING) for sign in SIGNS.values())


def test_the_missing_log_is_named() -> None:
    """The unexplained share comes with the log that would explain it."""
    assert "CloudTrail" in missing_log(["poolwarden"], users_known=True)
    assert "guard" in missing_log(["cloudtrail"], users_known=True)
    assert "POOLWARDEN_REF_KEY" in missing_log(["cloudtrail", "poolwarden"], users_known=False)
    assert "front end" in missing_log(["cloudtrail", "poolwarden"], users_known=True)


def _walled(client: str = "web") -> list[object]:
    """Return sessions that die at 30 hours, one every 7 hours."""
    found: list[object] = []
    for number in range(40):
        start = NOW + number * 7 * HOUR + number * 97
        step = 3600 + number * 41
        ages = list(range(0, 30 * HOUR, step))
        found += [token(f"W{number}", start, start + age, user=f"P{number}", client=client) for age in ages]
        found.append(
            rejected(f"W{number}", start, start + ages[-1], start + ages[-1] + step, user=f"P{number}", client=client)
        )
    return [*found, quiet(NOW + 30 * DAY)]


@pytest.mark.parametrize(("gap", "lost"), [(True, 42), (False, 41)])
def test_who_signs_in_again_at_the_wall_lost_the_session_where_cloudtrail_has_a_gap(gap: bool, lost: int) -> None:
    """Without one it would show the refused refresh: the session is still on another device, or was left."""
    start = NOW + 31 * HOUR
    again = start + 31 * HOUR
    mine = [token("G", start, start + age * HOUR, user="own") for age in range(30)]
    seen = [refreshed("U", start + age * HOUR) for age in range(1, 30)]
    later = [again + 2 * HOUR, again + 3 * HOUR]
    trail = [signed_in("U", start), *seen, *(refreshed("U", at) for at in later)]
    if not gap:
        trail.append(signed_in("U", again))
    told = refused("V", NOW + 5 * DAY, "refresh_token_expired")
    records = [*_walled(), *mine, *trail, told, *(token("H", again, at, user="own") for at in later)]
    assert shares(report(records))["refresh_validity_reached"] == lost  # type: ignore[arg-type]


def test_who_never_tried_is_told_only_where_a_try_would_show() -> None:
    """A session that died early without a refused refresh gave up, if CloudTrail shows that user's refreshes."""
    early = [token("G", NOW, NOW, user="U"), rejected("G", NOW, NOW, NOW + 5 * HOUR, user="U")]
    assert shares(report([*_walled(), *early]))["unexplained"] == 1  # type: ignore[list-item]
    seen = [refreshed("U", NOW + 5 * DAY), signed_in("U", NOW + 4 * DAY)]
    assert shares(report([*_walled(), *early, *seen]))["front_end_gave_up"] == 1  # type: ignore[list-item]


def test_who_comes_back_after_the_validity_lost_the_session_to_it() -> None:
    """A new sign-in long after the last token is a loss where the validity had ended the session by then."""
    quiet_one = [token("Q", NOW, NOW, user="U"), token("R", NOW + 40 * HOUR, NOW + 40 * HOUR, user="U")]
    before = shares(report(_walled()))["refresh_validity_reached"]  # type: ignore[arg-type]
    assert shares(report([*_walled(), *quiet_one]))["refresh_validity_reached"] == before + 1  # type: ignore[list-item]
    soon = [token("Q", NOW, NOW, user="U"), token("R", NOW + 9 * HOUR, NOW + 9 * HOUR, user="U")]
    assert shares(report([*_walled(), *soon]))["refresh_validity_reached"] == before  # type: ignore[list-item]


def test_a_deleted_client_takes_its_sessions_with_it() -> None:
    """Sessions that fail after the deletion of their app client or pool are lost to it."""
    gone = record(Kind.CHANGED, NOW + 2 * HOUR, operation="DeleteUserPoolClient", pool="main")
    loss = [signed_in("U", NOW), refused("U", NOW + 3 * HOUR, "refresh_token_invalid")]
    assert shares(report([*loss, gone])) == {"client_replaced": 1}
    pool = record(Kind.CHANGED, NOW + 2 * HOUR, operation="DeleteUserPool", pool="main", client=None)
    with_pool = [signed_in("U", NOW, pool="main"), refused("U", NOW + 3 * HOUR, "refresh_token_invalid", pool="main")]
    assert shares(report([*with_pool, pool])) == {"pool_changed": 1}


def test_many_revocations_at_once_are_an_operators() -> None:
    """Far more revoked sessions within minutes than usual are no sign-outs of users."""
    crowd = [
        one
        for n in range(15)
        for one in (signed_in(f"U{n}", NOW), refused(f"U{n}", NOW + 9 * DAY + n, "refresh_token_revoked"))
    ]
    assert shares(report(crowd)) == {"revoked_by_operator": 15}
    few = crowd[:8]
    assert shares(report(few)) == {"signed_out": 4}


def test_an_outage_of_the_keys_that_sends_users_to_sign_in_is_told() -> None:
    """Users with a good token who sign in again while keys cannot be fetched lost their sessions to it."""
    down = record(Kind.KEYS, NOW + 1200, cause="keys_unavailable", client=None)
    users = [
        token(f"{name}{n}", start, start, user=f"U{n}")
        for n in range(12)
        for name, start in (("A", NOW + n), ("B", NOW + 1300 + n))
    ]
    assert shares(report([*users, down])) == {"keys_unavailable": 12}
    assert shares(report(users)) == {}


@pytest.mark.parametrize(
    ("cause", "verdict"),
    [
        (Cause.TOKEN_NOT_YET_VALID, "clock_skew"),
        (Cause.ISSUER_MISMATCH, "pool_changed"),
        (Cause.KEYS_UNAVAILABLE, "keys_unavailable"),
        (Cause.SESSION_TOO_OLD, "revoked_by_operator"),
        (Cause.TOKEN_REVOKED, "signed_out"),
        (Cause.SCOPE_MISSING, None),
    ],
)
def test_what_the_guard_saw_leads_to_a_verdict(cause: Cause, verdict: str | None) -> None:
    """A token that never passed, or was revoked, tells why; a missing scope ends nothing."""
    found = report([rejected("A", NOW, NOW, NOW + 60, cause=str(cause)), quiet(NOW + DAY)])
    assert shares(found) == ({verdict: 1} if verdict else {})

"""One complete row for every cause, fit for every consumer."""

import re

import pytest

from poolwarden import CAUSES, Cause
from poolwarden.causes import Action, CauseRow, EndsSession, Mender, Seen

# RFC 6750 §3: what may stand in error and error_description.
QUOTABLE = re.compile(r"[\x20-\x21\x23-\x5B\x5D-\x7E]+")
STATUSES = {
    Cause.CREDENTIALS_MALFORMED: 400,
    Cause.SCOPE_MISSING: 403,
    Cause.GROUP_MISSING: 403,
    Cause.KEYS_UNAVAILABLE: 503,
    Cause.REVOCATION_UNAVAILABLE: 503,
}
ERRORS = {400: "invalid_request", 401: "invalid_token", 403: "insufficient_scope", 503: None}
SEEN_BY = {
    Seen.GUARD: """credentials_missing credentials_malformed token_placeholder token_malformed algorithm_refused
        key_unknown signature_invalid issuer_mismatch client_mismatch token_use_mismatch audience_mismatch
        token_expired token_not_yet_valid claim_invalid token_bound scope_missing group_missing token_revoked
        session_too_old keys_unavailable revocation_unavailable""",
    Seen.USER_POOL: """refresh_token_expired refresh_token_revoked refresh_token_reused refresh_token_invalid
        grant_refused access_token_expired access_token_revoked access_token_invalid access_token_scope_missing
        user_disabled user_missing user_unconfirmed password_reset_required credentials_wrong attempts_exceeded
        challenge_expired challenge_reused secret_hash_missing secret_hash_mismatch client_missing flow_disabled
        device_missing device_key_invalid throttled waf_blocked trigger_denied replica_refused service_error
        not_authorized_other""",
    Seen.IDENTITY_POOL: """login_token_expired login_issuer_mismatch login_token_malformed
        login_provider_unsupported identity_logins_mismatch identity_unauthenticated identity_forbidden""",
    Seen.SDK: "session_missing session_expired_sdk message_lost aws_credentials_expired unattributed_401",
}
ROWS = pytest.mark.parametrize("row", CAUSES.values(), ids=CAUSES.keys())


@pytest.mark.parametrize("seen", Seen)
def test_closed(seen: Seen) -> None:
    """The causes of each witness are a closed set, in the vocabulary's order."""
    assert [row.cause.value for row in CAUSES.values() if row.seen_by is seen] == SEEN_BY[seen].split()


def test_complete() -> None:
    """Every cause has one row, under its own name, in the order of the enumeration."""
    assert list(CAUSES) == list(Cause)
    assert all(row.cause is cause for cause, row in CAUSES.items())


def test_own_words() -> None:
    """No two causes of one witness have the same title or sentence."""
    assert len({(row.seen_by, row.title) for row in CAUSES.values()}) == len(CAUSES)
    assert len({(row.seen_by, row.sentence) for row in CAUSES.values()}) == len(CAUSES)


@ROWS
def test_words(row: CauseRow) -> None:
    """A cause is snake_case, its texts may stand in a challenge, and nothing is left empty."""
    assert re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", row.cause)
    assert QUOTABLE.fullmatch(row.title)
    assert QUOTABLE.fullmatch(row.sentence)
    assert row.sentence.endswith(".")
    assert row.next_step.endswith(".")
    assert row.source


@ROWS
def test_answer(row: CauseRow) -> None:
    """Status, error code and action fit each other: 503 never sends anyone to sign in."""
    if row.seen_by is Seen.GUARD:
        assert row.status == STATUSES.get(row.cause, 401)
        assert row.error == (None if row.cause is Cause.CREDENTIALS_MISSING else ERRORS[row.status])
    assert row.status in ERRORS
    assert row.error in (None, *ERRORS.values())
    if row.status == 503:
        assert row.error is None
        assert row.action in (Action.RETRY, Action.CONTACT_ADMIN)


@ROWS
def test_sets(row: CauseRow) -> None:
    """Who mends it, whether it ends the session and what to do are of closed sets."""
    assert isinstance(row.mender, Mender)
    assert isinstance(row.ends_session, EndsSession)
    assert isinstance(row.action, Action)


@ROWS
def test_lookalikes(row: CauseRow) -> None:
    """What looks like a cause is another cause, named once."""
    assert row.cause not in row.lookalikes
    assert len(set(row.lookalikes)) == len(row.lookalikes)
    assert all(isinstance(cause, Cause) for cause in row.lookalikes)


def test_text() -> None:
    """A cause is its own text: a label, a log field, a key."""
    assert f"{Cause.TOKEN_EXPIRED}" == "token_expired" == Cause.TOKEN_EXPIRED
    assert Cause("token_expired") is Cause.TOKEN_EXPIRED

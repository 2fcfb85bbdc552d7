"""Show no token, no secret and no person; read stamps of every kind."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.triage.facts import facts_in
from poolwarden.triage.mask import LONGEST, masked, user_key
from poolwarden.triage.times import end_of, time_in, time_of

TOKEN = "eyJraWQiOiJhYmMifQ.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnopqrstuvwxyz"
AT = 1772359200.0


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        (f"Authorization: Bearer {TOKEN}", "eyJzdWI"),
        (f"token={TOKEN[:60]}", "eyJraWQiOiJ"),
        ("Bearer abcdef0123456789", "abcdef0123"),
        ("refresh_token=abc.def-ghi", "abc.def"),
        ('"password": "hunter2x"', "hunter2x"),
        ("for alice@example.com", "alice"),
        ("username=alice failed", "alice"),
        ("user: 42-alice failed", "alice"),
        ("GET /a?email=x@y.z&code=123 HTTP", "code"),
        ("from 192.0.2.17 port 5", "2.17"),
        ("key " + "Ab1" * 30, "Ab1Ab1"),
        ("refresh token AbCdEf0123456789AbCdEf0123456789AbCdEf", "AbCdEf0123"),
        ("aws_secret_access_key = wJalrXUtnFEMIKMDENGbPxRfiCY", "wJalr"),
        ("my_session_token=abcdefgh", "abcdefgh"),
        ("token%3Dabcdefgh", "abcdefgh"),
        ("phone +353871234567", "353871"),
        ("from 2001:db8:85a3::8a2e:370:7334 port 5", "85a3"),
        ("from 2001:db8:1:2:3:4:5:6", "db8:1"),
        ("given_name: Jane", "Jane"),
    ],
)
def test_what_may_not_be_shown_is_masked(text: str, hidden: str) -> None:
    """Tokens, secrets, names, addresses and queries do not come through."""
    assert hidden not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired",
        "NotAuthorizedException: Access Token does not have required scopes",
        "Token: expired",
    ],
)
def test_what_tells_the_cause_is_shown(text: str) -> None:
    """Cognito's own sentences stay as they are."""
    assert masked(text) == text


@given(st.text())
def test_evidence_is_one_bounded_line(text: str) -> None:
    """Whatever is masked becomes one line of bounded length."""
    shown = masked(text)
    assert len(shown) <= LONGEST
    assert "\n" not in shown


def test_users_are_keys() -> None:
    """A user's key is a hash that is the same for the same user."""
    assert user_key("alice") == user_key("alice") != user_key("bob")
    assert len(user_key("alice")) == 16


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-03-01T10:00:00Z", AT),
        ("2026-03-01T10:00:00.250Z", AT + 0.25),
        ("2026-03-01 05:00:00 -0500", AT),
        ("[2026-03-01 11:00:00 +0100] [7] [ERROR]", AT),
        ("2026-03-01 05:00:00.250 EST [7] ERROR", AT + 0.25),
        ("Sun Mar 01 12:00:00 CEST 2026", AT),
        ("Sat Mar 01 12:00:00 CEST 2025", AT - 365 * 86400),
        ("2026-03-01 10:00:00 ESTABLISHED", AT),
        ("2026-03-01, 10:00:00", AT),
        ("Mar 1, 2026 @ 10:00:00.250", AT + 0.25),
        ("[03/01/26 10:00:00] ERROR", AT),
        ("01.03.2026 10:00:00", AT),
        ("20260301 10:00:00", AT),
        ("2026-03-01 10:00:00,250", AT + 0.25),
        ("2026-03-01T12:00:00+02:00", AT),
        ("2026-03-01T05:00:00-0500", AT),
        ("[01/Mar/2026:10:00:00 +0000]", AT),
        ("01/Mar/2026:11:30:00 +0130", AT),
        ("Sun, 01 Mar 2026 10:00:00 GMT", AT),
        ("2026/03/01 10:00:00 [error]", AT),
        ("Mar  1 10:00:00 host", AT),
        ("Sun Mar  1 10:00:00 2026", AT),
        ("3/1/2026 10:00:00 AM", AT),
        ("3/1/2026, 10:00:00 PM", AT + 43200),
        ("I0301 10:00:00.250000 1 x.go:1]", AT + 0.25),
        ("20260301T100000Z", AT),
        ("Mar 1, 2026 9:00:00 AM com.shop.Renewal renew", AT - 3600),
        ("Mar 1, 2026 12:30:00 AM com.shop.Renewal renew", AT - 34200),
        ("3/1/2026 11:00:00 AM +01:00 x", AT),
        ("03/01/2026 12:00:00.250 +0200", AT + 0.25),
        ("1772359200 ERROR Token expired at 2026-02-01T09:00:00Z", AT),
        ("1772359200.250000 host api[7]: Token expired at 2026-02-01T09:00:00Z", AT + 0.25),
        ("1426000000123456\t2026-03-01T10:00:00Z\tapi", AT),
        ("1772359200 x", AT),
        ("1772359200250 x", AT + 0.25),
        ("2026\u5e743\u67081\u65e5 10:00:00 x", AT),
        ("2026\u5e7403\u670801\u65e5 10\u664200\u520600\u79d2 x", AT),
        ("1 mars 2026 \u00e0 10:00:00 ERREUR", AT),
        ("1. M\u00e4rz 2026 um 10:00:00 x", AT),
        ("1 de marzo de 2026 10:00:00", AT),
        ("M\u00e4rz 01, 2026 10:00:00 AM com.shop.Renewal renew", AT),
        ("1-Mar-2026::10:00:00.250000 ===", AT + 0.25),
        ("[3/1/2026] [10:00:00 AM] [renewal]", AT),
        ("[2026.03.01-10.00.00:250][ 12]LogAuth: Error", AT + 0.25),
        ("@4000000069a40e2a0ee6b280 x", AT + 0.25),
        ("2026-13-01T10:00:00Z", None),
        ("99/Mar/2026:10:00:00 +0000", None),
        ("no time", None),
    ],
)
def test_stamps_of_every_kind_are_read(text: str, at: float | None) -> None:
    """A stamp becomes epoch seconds, whatever its form and zone."""
    assert time_in(text, end_of(2026)) == at


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (1772359200, AT),
        (1772359200250, AT + 0.25),
        (1772359200250000, AT + 0.25),
        (1772359200250000000, AT + 0.25),
        ("1772359200.25", AT + 0.25),
        ("2026-03-01T10:00:00Z", AT),
        (True, None),
        (None, None),
        (12, None),
        ({}, None),
        ("\u00b2", None),
    ],
)
def test_fields_with_times_are_read(value: object, at: float | None) -> None:
    """A number is seconds, milli-, micro- or nanoseconds by its size."""
    assert time_of(value) == (at if at is None else pytest.approx(at, abs=1e-6))


def test_facts_are_found() -> None:
    """Client, user, session and request are found in a text; the user only as a key."""
    facts = facts_in(
        "client_id=1example23456789 sub=11111111-2222-3333-4444-555555555555 requestId: 'abc-123456' "
        "pool eu-west-1_AbCdEfGhI "
        "origin_jti=aaaaaaaa-2222-3333-4444-555555555555"
    )
    assert facts.client == "1example23456789"
    assert facts.user == user_key("11111111-2222-3333-4444-555555555555")
    assert facts.request == "abc-123456"
    assert facts.pool == "eu-west-1_AbCdEfGhI"
    assert facts.session == user_key("session|aaaaaaaa-2222-3333-4444-555555555555")
    assert facts_in("username=alice").user == user_key("alice")
    assert facts_in("username=null session_ref=AAAABBBBCCCCDDDD").user is None
    assert facts_in("session_ref=AAAABBBBCCCCDDDD").session == "AAAABBBBCCCCDDDD"
    assert facts_in("nothing").client is None

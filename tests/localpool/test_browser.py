"""What the sign-in page leaves behind ends in time."""

from __future__ import annotations

from poolwarden.localpool.browser import BrowserStore, Grant
from poolwarden.localpool.users import User, UserStatus

ADA = User("ada", "sub-ada", {}, UserStatus.CONFIRMED, 0, 0)
GRANT = Grant("client", "sub-ada", "https://a.example", "openid", None, "challenge", 300)


def test_codes() -> None:
    """A code is redeemed once, in time, and the oldest is forgotten beyond the limit."""
    store = BrowserStore(limit=2)
    code = store.grant(GRANT)
    assert store.redeem(code, now=299) is GRANT
    assert store.redeem(code, now=299) is None
    assert store.redeem(store.grant(GRANT), now=300) is None
    codes = [store.grant(GRANT) for _ in range(3)]
    assert [store.redeem(code, now=0) is GRANT for code in codes] == [False, True, True]
    assert "challenge'" not in repr(GRANT)


def test_cookies() -> None:
    """A user is remembered for an hour, unless forgotten before."""
    store = BrowserStore(limit=2)
    cookie = store.remember(ADA, now=0)
    assert store.recall(cookie, now=3599) == "sub-ada"
    assert store.recall(cookie, now=3600) is None
    assert store.recall(None, now=0) is store.recall("x", now=0) is None
    store.forget(cookie)
    store.forget(None)
    assert store.recall(cookie, now=0) is None
    cookies = [store.remember(ADA, now=0) for _ in range(3)]
    assert [store.recall(one, now=0) is None for one in cookies] == [True, False, False]

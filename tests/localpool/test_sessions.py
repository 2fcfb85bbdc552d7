"""The session store forgets in order and keeps refresh tokens opaque."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

from poolwarden.localpool.sessions import SessionStore
from poolwarden.localpool.users import User, UserStatus

if TYPE_CHECKING:
    from poolwarden.localpool import AppClient

ADA = User("ada", "sub-ada", {}, UserStatus.CONFIRMED, 0, 0)
BOB = User("bob", "sub-bob", {}, UserStatus.CONFIRMED, 0, 0)


def test_refresh_tokens_look_encrypted(web: AppClient) -> None:
    """A refresh token has five parts, the first an RSA-OAEP header, and never comes twice."""
    store = SessionStore()
    tokens = {store.start(web, ADA, scope="s", now=5.5)[1] for _ in range(20)}
    assert len(tokens) == 20
    for token in tokens:
        head, *rest = token.split(".")
        assert json.loads(base64.urlsafe_b64decode(head + "=="))["alg"] == "RSA-OAEP"
        assert len(rest) == 4
        assert len(token) > 1000


def test_end_is_fixed_at_sign_in(web: AppClient) -> None:
    """A session ends its refresh validity after the whole second it began in."""
    session, _ = SessionStore().start(web, ADA, scope="s", now=5.9)
    assert (session.auth_time, session.ends_at) == (5, 5 + 30 * 3600)


def test_oldest_is_forgotten(web: AppClient) -> None:
    """Beyond the limit the oldest session and all its refresh tokens are unknown."""
    store = SessionStore(limit=2)
    session, first = store.start(web, ADA, scope="s", now=0)
    refresh = store.find_refresh(first)
    assert refresh is not None
    second = store.rotate(refresh, now=1)
    store.start(web, ADA, scope="s", now=2)
    assert store.find_refresh(second) is not None
    store.start(web, ADA, scope="s", now=3)
    assert len(store) == 2
    assert store.find_refresh(first) is store.find_refresh(second) is None
    assert store.find_event(session.event_id) is None


def test_revoke_user_spares_others(web: AppClient) -> None:
    """Ending a user's sessions leaves everyone else's alone."""
    store = SessionStore()
    ours = [store.start(web, ADA, scope="s", now=0)[0] for _ in range(2)]
    other, _ = store.start(web, BOB, scope="s", now=0)
    store.revoke_user("sub-ada")
    assert all(session.revoked for session in ours)
    assert not other.revoked


def test_event_of_another_type(web: AppClient) -> None:
    """An event_id that is no string belongs to no session."""
    assert SessionStore().find_event(["x"]) is None

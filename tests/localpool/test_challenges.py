"""Challenges wait as long as AuthSessionValidity says and are answered once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from poolwarden.localpool.challenges import ChallengeStore
from poolwarden.localpool.users import User, UserStatus

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, LocalPool

ADA = User("ada", "sub-ada", {}, UserStatus.CONFIRMED, 0, 0)
DENIED = "NotAuthorizedException"


def test_ends(pool: LocalPool, refused: Refused) -> None:
    """A challenge ends with the client's AuthSessionValidity."""
    client = pool.create_client("slow", auth_session_minutes=15)
    store = ChallengeStore()
    session = store.open(client, ADA, now=0)
    assert store.get(session, client, now=15 * 60 - 1).sub == "sub-ada"
    with refused(DENIED, "Invalid session for the user, session is expired."):
        store.get(session, client, now=15 * 60)


def test_once(web: AppClient, refused: Refused) -> None:
    """An answered challenge is spent."""
    store = ChallengeStore()
    session = store.open(web, ADA, now=0)
    store.close(store.get(session, web, now=0))
    with refused(DENIED, "session can only be used once."):
        store.get(session, web, now=0)


def test_own_client_and_bound(web: AppClient, rotating: AppClient, refused: Refused) -> None:
    """A challenge is unknown to other clients, and the oldest is forgotten beyond the limit."""
    store = ChallengeStore(limit=1)
    first = store.open(web, ADA, now=0)
    with refused(DENIED, "Invalid session for the user."):
        store.get(first, rotating, now=0)
    store.open(web, ADA, now=0)
    assert len(store) == 1
    with refused(DENIED, "Invalid session for the user."):
        store.get(first, web, now=0)

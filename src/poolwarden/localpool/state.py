"""What the operations work on: one value that names the owners of all that changes."""

from dataclasses import dataclass, field

from poolwarden.localpool.browser import BrowserStore
from poolwarden.localpool.challenges import ChallengeStore
from poolwarden.localpool.clients import ClientStore
from poolwarden.localpool.clock import Clock
from poolwarden.localpool.keys import KeyRing
from poolwarden.localpool.sessions import SessionStore
from poolwarden.localpool.users import UserStore


@dataclass(frozen=True, slots=True)
class State:
    """
    Hold the parts of one pool.

    Attributes:
        pool_id: The pool's id.
        issuer: What its tokens carry as ``iss``.
        clock: Its time.
        keys: Its signing keys.
        created_at: Seconds since the epoch.
        clients: Its app clients.
        users: Its users.
        sessions: Its sessions and refresh tokens.
        challenges: Its open challenges.
        browsers: What its sign-in page remembers.
    """

    pool_id: str
    issuer: str
    clock: Clock
    keys: KeyRing
    created_at: float
    clients: ClientStore = field(default_factory=ClientStore)
    users: UserStore = field(default_factory=UserStore)
    sessions: SessionStore = field(default_factory=SessionStore)
    challenges: ChallengeStore = field(default_factory=ChallengeStore)
    browsers: BrowserStore = field(default_factory=BrowserStore)

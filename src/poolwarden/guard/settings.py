"""Name the settings of a guard and their types: type checkers and editors know them wherever they are passed on."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import TypedDict

from poolwarden.guard.keys import KeyPolicy
from poolwarden.guard.online_check import OnlineCheck
from poolwarden.guard.online_list import OnlineList
from poolwarden.guard.own_checks import UserCheck
from poolwarden.guard.revocation import RevocationList
from poolwarden.guard.source import Fetch


class GuardSettings(TypedDict, total=False):
    """What :class:`poolwarden.guard.server.Guard` takes by keyword, besides where events and counts go."""

    leeway: timedelta | float
    max_session_age: timedelta | float | None
    max_token_bytes: int
    cache_size: int
    checks: Iterable[UserCheck]
    revoked: RevocationList | None
    online: OnlineCheck | OnlineList | None
    ref_key: bytes | None
    key_policy: KeyPolicy | None
    session_ending: timedelta | float | None
    now: Callable[[], float]
    monotonic: Callable[[], float]
    fetch: Fetch

"""Hold verified tokens against checks of the user's own."""

import logging
from collections.abc import Callable, Iterable
from inspect import iscoroutinefunction
from typing import Any

from poolwarden.causes import CAUSES, Cause, Seen
from poolwarden.errors import ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.revocation import RevocationList

_log = logging.getLogger("poolwarden")

UserCheck = tuple[Cause, Callable[[AccessToken], bool]]
Asked = Callable[[AccessToken], Cause | None]


class OwnChecks:
    """
    An ordered table of the user's own: the first row that fits refuses.

    Args:
        rows: Pairs of a cause, and a function that returns True for tokens that are refused for it.

    Raises:
        ConfigurationError: A row is not a cause that the guard can see and a function.
    """

    __slots__ = ("_rows", "_told")

    def __init__(self, rows: Iterable[object]) -> None:
        listed: tuple[Any, ...] = tuple(rows)
        for row in listed:
            if not (isinstance(row, tuple) and len(row) == 2 and callable(row[1])):  # noqa: PLR2004 (a pair)
                raise ConfigurationError("checks", "holds no pair.", "Write (Cause.SESSION_TOO_OLD, lambda token: …).")
            if not answers_at_once(row[1]):
                raise ConfigurationError(
                    "checks", "holds a function to be awaited.", "Write def in place of async def."
                )
            if row[0] not in CAUSES or CAUSES[row[0]].seen_by is not Seen.GUARD:
                raise ConfigurationError(
                    "checks", "names a cause that no guard sees.", "Use one of the guard's causes."
                )
        self._rows: tuple[UserCheck, ...] = listed
        self._told: set[Cause] = set()

    def cause_for(self, token: AccessToken) -> Cause | None:
        """
        Return why the token is refused, or None where all rows pass.

        A row that raises says nothing of the token, so nobody is let in and nobody signed out:
        ``revocation_unavailable``.
        """
        for cause, refuses in self._rows:
            try:
                if refuses(token):
                    return cause
            except Exception as error:  # noqa: BLE001 (whatever a function of the user's raises: not a 500)
                self._tell(cause, error)
                return Cause.REVOCATION_UNAVAILABLE
        return None

    def _tell(self, cause: Cause, error: Exception) -> None:
        if cause not in self._told:
            self._told.add(cause)
            # The message may hold anything of the token; the type and the row tell where to look.
            _log.error(
                "poolwarden: requests are refused: the own check for %s raises %s", cause, type(error).__qualname__
            )


def asked_each_time(rows: Iterable[object], revoked: RevocationList | None) -> tuple[Asked, ...]:
    """
    Return what is asked at every request whether a verified token is refused all the same.

    Args:
        rows: As for :class:`OwnChecks`.
        revoked: The revocation list, or None.

    Raises:
        ConfigurationError: As for :class:`OwnChecks`.
    """
    listed = tuple(rows)
    own = (OwnChecks(listed).cause_for,) if listed else ()
    return own if revoked is None else (*own, revoked.cause_for)


def answers_at_once(value: object) -> bool:
    """
    Return whether a value is a function that is not asynchronous: an awaitable in place of an answer counts as True.

    Args:
        value: Anything.
    """
    return callable(value) and not any(map(iscoroutinefunction, (value, getattr(value, "__call__", None))))  # noqa: B004

"""
Ask a revocation list that is elsewhere: in Redis, in a database.

A :class:`poolwarden.guard.revocation.RevocationList` is asked on every request, in
the thread or the event loop that serves it, which suits a mapping in memory.
A list behind a network is asked here: once per token and ``ttl_s``, and without
blocking an event loop.
"""

from inspect import isawaitable, iscoroutine, iscoroutinefunction
from typing import Any, Literal, Protocol

from poolwarden.causes import Cause
from poolwarden.errors import ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.durations import check_positive
from poolwarden.guard.loops import prepare
from poolwarden.guard.revocation import check_choice, ended_with_user
from poolwarden.guard.threads import Threads


class Entries(Protocol):
    """Where entries are: a mapping, or a client such as ``redis.Redis`` or ``redis.asyncio.Redis``."""

    def get(self, key: str, /) -> Any:
        """
        Return an entry or None, at once or, from an asynchronous client, when awaited.

        Args:
            key: ``session:{origin_jti}`` or ``user:{sub}``.
        """
        ...


class OnlineList:
    """
    Refuse tokens of sessions and users that a list elsewhere holds; for a guard's ``online``.

    It is asked as seldom as an :class:`poolwarden.guard.online_check.OnlineCheck` asks.

    Args:
        entries: The list, with the keys and values of a :class:`poolwarden.guard.revocation.RevocationList`.
            Where an event loop runs, its ``get`` is awaited or called in a thread. Give the client a time-out of
            ``timeout_s`` as well: a thread cannot be stopped from outside, and while 40 threads of an event loop
            hang, further tasks wait up to ``timeout_s`` for one of them to end.
        on_failure: ``refuse`` (503) or ``accept`` where the list does not answer, or holds no number; there is no
            default.
        ttl_s: How long an answer holds, seconds: an entry takes effect within it.
        timeout_s: How long tasks wait for an answer, seconds.

    Raises:
        ConfigurationError: A setting is wrong.
    """

    __slots__ = ("_threads", "entries", "on_failure", "timeout_s", "ttl_s")

    def __init__(
        self,
        entries: Entries,
        *,
        on_failure: Literal["refuse", "accept"],
        ttl_s: float = 5.0,
        timeout_s: float = 1.0,
    ) -> None:
        check_choice(on_failure)
        check_positive(ttl_s=ttl_s, timeout_s=timeout_s)
        if not callable(getattr(entries, "get", None)):
            raise ConfigurationError("entries", "has no get().", "Give a mapping, or a client of Redis.")
        prepare()  # now, so that no event loop stands still for it later
        self.entries: Entries = entries
        self.on_failure: Literal["refuse", "accept"] = on_failure
        self.ttl_s: float = ttl_s
        self.timeout_s: float = timeout_s
        self._threads = Threads()

    @property
    def for_tasks(self) -> bool:
        """Whether the client is seen to be for tasks: its ``get`` is a coroutine, or only ``async with`` closes it."""
        client = self.entries
        return iscoroutinefunction(client.get) or (hasattr(client, "__aexit__") and not hasattr(client, "__exit__"))

    def can_ask(self, token: AccessToken) -> bool:  # noqa: ARG002 (some checks can ask about some tokens only)
        """Return True: every token has a session or a user."""
        return True

    def look_up(self, token: AccessToken) -> "Lookup":
        """
        Return the question about a token, for a thread or a task to carry out.

        Args:
            token: The verified token.
        """
        return Lookup(self, token, self._threads)


class Lookup:
    """
    One look into the list.

    Attributes:
        cause: Why the token is refused; None where its session is alive, or where that was not answered.
        answered: Whether the list's answer could be understood.
        reached: Whether the list answered at all.
    """

    __slots__ = ("_list", "_threads", "_token", "answered", "cause", "reached")

    def __init__(self, online: OnlineList, token: AccessToken, threads: Threads) -> None:
        self.cause: Cause | None = None
        self.answered: bool = True
        self.reached: bool = True
        self._list = online
        self._token = token
        self._threads = threads

    def wait(self) -> None:
        """
        Ask the list, and block this thread until it answers.

        Raises:
            ConfigurationError: The list's client is asynchronous, and its answer would have to be awaited.
        """
        try:
            found = [self._list.entries.get(key) for key in self._keys()]
        except Exception:  # noqa: BLE001 (whatever a client of a network raises: not a 500 for every request)
            self.answered = self.reached = False
            return
        for value in found:
            if iscoroutine(value):
                value.close()
        if any(isawaitable(value) for value in found):
            raise ConfigurationError("entries", "is for tasks, and a thread asks.", "Give a client that blocks.")
        self._take(found)

    async def wait_async(self) -> None:
        """Ask the list, and let this task wait for the answer."""
        from anyio import fail_after  # noqa: PLC0415 (a guard of threads need not load it)

        try:
            with fail_after(self._list.timeout_s):
                found = [await self._get(key) for key in self._keys()]
        except Exception:  # noqa: BLE001 (as above)
            self.answered = self.reached = False
        else:
            self._take(found)

    def _keys(self) -> list[str]:
        session, user = self._token.origin_jti, f"user:{self._token.sub}"
        return [user] if session is None else [f"session:{session}", user]

    async def _get(self, key: str) -> Any:
        get = self._list.entries.get
        if iscoroutinefunction(get):
            return await get(key)
        # Asynchronous clients often have plain functions that return an awaitable, which comes in a tuple: trio refuses
        # to hand a bare one from a thread to a task.
        (value,) = await self._threads.run(lambda: (get(key),))
        return await value if isawaitable(value) else value

    def _take(self, found: list[Any]) -> None:
        *session, user = found
        try:
            if any(session) or ended_with_user(self._token, user):
                self.cause = Cause.TOKEN_REVOKED
        except (TypeError, ValueError):
            self.answered = False

"""
Limit the threads that wait for a key which the keys in force do not have.

A rotation brings one or two new key ids, and all threads wait for the same ones.
Many different key ids at a time are made up. Threads that bring more of them may
not wait, so that forged tokens cannot use up a server's threads while its key
server is slow.
"""

import threading

KEY_IDS = 8
"""How many different key ids may be waited for at a time."""

THREADS = 256
"""How many threads may wait in all, even if all wait for the same key id."""


class Crowd:
    """The threads that wait, by the key id that they wait for."""

    __slots__ = ("_lock", "_waiting")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: dict[str, int] = {}

    def enter(self, kid: str) -> bool:
        """
        Return whether this thread may wait for a key id; where it may, it calls :meth:`leave` afterwards.

        Args:
            kid: The key id.
        """
        waiting = self._waiting
        with self._lock:
            if (kid not in waiting and len(waiting) >= KEY_IDS) or sum(waiting.values()) >= THREADS:
                return False
            waiting[kid] = waiting.get(kid, 0) + 1
            return True

    def leave(self, kid: str) -> None:
        """
        Take note that this thread no longer waits.

        Args:
            kid: The key id that it waited for.
        """
        with self._lock:
            left = self._waiting.pop(kid) - 1
            if left:
                self._waiting[kid] = left

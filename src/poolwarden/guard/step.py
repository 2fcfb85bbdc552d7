"""Name something outside that a decision waits for; a driver, of a thread or of a task, carries it out."""

from collections.abc import Awaitable
from typing import Protocol


class Step(Protocol):
    """Something outside that the flow waits for."""

    def wait(self) -> None:
        """Carry it out and block this thread."""
        ...

    def wait_async(self) -> Awaitable[None]:
        """Carry it out and let this task wait."""
        ...

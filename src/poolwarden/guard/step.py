"""
Say what a step is: something that a decision has to wait for, such as a fetch of keys.

The decision (:mod:`poolwarden.guard.flow`) yields it, and a driver
(:mod:`poolwarden.guard.drive`) carries it out, for a thread or for a task.
"""

from collections.abc import Awaitable
from typing import Protocol


class Step(Protocol):
    """Something that a decision has to wait for."""

    def wait(self) -> None:
        """Carry it out and block this thread."""
        ...

    def wait_async(self) -> Awaitable[None]:
        """Carry it out and let this task wait."""
        ...

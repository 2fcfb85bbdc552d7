"""What the doctor looks at: an ordered table of checks, each of which says what is wrong and how to mend it."""

from collections.abc import Callable, Iterator

from poolwarden.commands.checkup.clock import clock
from poolwarden.commands.checkup.directory import metrics
from poolwarden.commands.checkup.keys import keys, kids
from poolwarden.commands.checkup.order import middleware
from poolwarden.commands.checkup.result import App, Outcome, Patient, Result
from poolwarden.commands.checkup.settings import environment, settings

__all__ = ["CHECKS", "App", "Outcome", "Patient", "Result"]

CHECKS: tuple[tuple[str, Callable[[Patient], Iterator[Result]]], ...] = (
    ("environment", environment),
    ("settings", settings),
    ("keys", keys),
    ("kids", kids),
    ("clock", clock),
    ("middleware", middleware),
    ("metrics", metrics),
)
"""Every check, in the order in which it is told."""

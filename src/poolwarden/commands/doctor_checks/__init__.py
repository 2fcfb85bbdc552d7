"""What the doctor looks at: an ordered table of checks, each of which says what is wrong and how to mend it."""

from collections.abc import Callable, Iterator

from poolwarden.commands.doctor_checks.clock import clock
from poolwarden.commands.doctor_checks.directory import metrics
from poolwarden.commands.doctor_checks.keys import keys, kids
from poolwarden.commands.doctor_checks.order import middleware
from poolwarden.commands.doctor_checks.result import App, Outcome, Patient, Result
from poolwarden.commands.doctor_checks.settings import environment, settings

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

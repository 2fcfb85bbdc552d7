"""``poolwarden doctor``: look at everything that a guard depends on, and say what to mend."""

import argparse
import os
import sys

from poolwarden.commands.checkup import CHECKS, Outcome, Patient
from poolwarden.commands.servers import server_for
from poolwarden.commands.terminal import folded, width_of

_MARKS = {Outcome.GOOD: "ok", Outcome.BAD: "PROBLEM", Outcome.SKIPPED: "skipped"}

_MORE = """
The pool is taken from --pool, or from POOLWARDEN_USER_POOL_ID and its like, as
the API has them. With --app the application is imported, not started.

example:
  poolwarden doctor --pool eu-west-1_AbCdEfGhI --app shop.main:app

Ends with 1 where there is a problem.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("--pool", metavar="ID", help="the user pool's id (default: POOLWARDEN_USER_POOL_ID)")
    parser.add_argument("--app", metavar="MODULE:NAME", help="the application, to look at its middleware's order")
    parser.add_argument("--exit-zero", action="store_true", help="end with 0 also where there is a problem")


def run(options: argparse.Namespace) -> int:
    """
    Check, and tell.

    Returns:
        1 where there is a problem, else 0.

    Raises:
        PoolwardenError: A setting is wrong, or the application cannot be imported.
    """
    width = width_of(sys.stdout)
    patient = Patient(server_for(options.pool, os.environ), options.app, os.environ)
    found = [(name, result) for name, check in CHECKS for result in check(patient)]
    for name, result in found:
        words = f"{_MARKS[result.outcome]:<8} {name}: {result.words}"
        sys.stdout.write(folded(words, width, hanging=" " * 9) + "\n")
        if result.mend:
            sys.stdout.write(folded(f"{'':<9}{result.mend}", width, hanging="") + "\n")
    return int(any(result.outcome is Outcome.BAD for _, result in found))

"""``poolwarden doctor``: look at everything that a guard depends on, and say what to mend."""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping

from poolwarden.commands.doctor_checks import CHECKS, App, Outcome, Patient, Result
from poolwarden.commands.doctor_checks.mounted import mounted_in
from poolwarden.commands.doctor_checks.settings import environment
from poolwarden.commands.failures import UsageError
from poolwarden.commands.loading import load
from poolwarden.commands.servers import server_for
from poolwarden.commands.terminal import folded, width_of
from poolwarden.errors import ConfigurationError
from poolwarden.observe.multiprocess import DIRECTORY

SCHEMA = 1
"""The version of the JSON report's shape."""

_MARKS = {Outcome.OK: "ok", Outcome.HINT: "hint", Outcome.PROBLEM: "PROBLEM", Outcome.SKIPPED: "skipped"}

_MORE = """
The settings are taken from --pool, else from the guards in --app, else from
POOLWARDEN_USER_POOL_ID and its like, as the API has them. The application is
imported, not started. Run it where the API runs, as its user.

examples:
  poolwarden doctor --pool eu-west-1_AbCdEfGhI
  poolwarden doctor --app shop.main:app --format json
  poolwarden doctor --app 'shop.main:make_app()'

Ends with 1 where there is a problem, with 0 where there are only hints, and
with 2 where the application cannot be imported.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("--pool", metavar="ID", help="the user pool's id")
    parser.add_argument("--app", metavar="MODULE:NAME", help="the application, or module:factory()")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it (default: text)")
    parser.add_argument("--exit-zero", action="store_true", help="end with 0 also where there is a problem")


def run(options: argparse.Namespace) -> int:
    """
    Check, and tell.

    Returns:
        1 where there is a problem, else 0.

    Raises:
        PoolwardenError: The application cannot be imported.
    """
    environ = dict(os.environ)
    if options.app is not None:
        # Importing the application must not add files to the metrics directory of the one that runs.
        os.environ.pop(DIRECTORY, None)
    try:
        patients = patients_of(options.pool, options.app, environ)
    except UsageError:
        # A misspelt variable is a common reason why an application cannot be imported.
        wrong = [("environment", result) for result in environment(Patient(None, None, environ)) if result.mend]
        sys.stderr.write(_as_text(wrong, width_of(sys.stderr)))
        raise
    # Results that are the same for all guards, such as those about the environment, are told once.
    found = list(
        dict.fromkeys((name, result) for name, check in CHECKS for patient in patients for result in check(patient))
    )
    sys.stdout.write(_as_json(found) if options.format == "json" else _as_text(found, width_of(sys.stdout)))
    return int(any(result.outcome is Outcome.PROBLEM for _, result in found))


def patients_of(pool: str | None, address: str | None, environ: Mapping[str, str]) -> list[Patient]:
    """
    Return what is to be looked at: one patient for each guard with settings of its own.

    Args:
        pool: A pool's id; it wins over the application's guards.
        address: The application as ``module:name``, or None.
        environ: The environment.

    Raises:
        UsageError: The application cannot be imported.
    """
    app = None if address is None else App(address, load(address))
    mounted = () if app is None or pool is not None else mounted_in(app.loaded)
    servers = dict.fromkeys(guard.server for guard in mounted if guard.server is not None)
    try:
        return [Patient(server, app, environ) for server in servers or (server_for(pool, environ),)]
    except ConfigurationError as error:
        return [Patient(None, app, environ, fault=error)]


def _as_text(found: Iterable[tuple[str, Result]], width: int) -> str:
    lines = []
    for name, result in found:
        lines.append(folded(f"{_MARKS[result.outcome]:<8} {name}: {result.words}", width, hanging=" " * 9))
        if result.mend:
            lines.append(folded(f"{'':<9}{result.mend}", width, hanging=""))
    return "".join(f"{line}\n" for line in lines)


def _as_json(found: Iterable[tuple[str, Result]]) -> str:
    findings = [
        {"check": name, "outcome": result.outcome, "words": result.words, "mend": result.mend or None}
        for name, result in found
    ]
    problems = sum(finding["outcome"] == Outcome.PROBLEM for finding in findings)
    return (
        json.dumps({"schema": SCHEMA, "problems": problems, "findings": findings}, indent=2, ensure_ascii=False) + "\n"
    )

"""``poolwarden demo``: forty days in under a minute."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from poolwarden.commands.failures import UsageError
from poolwarden.commands.progress import Progress
from poolwarden.commands.terminal import takes_color, width_of

_MORE = """
Plays users of two app clients, web (30 hours of refresh validity, by mistake)
and mobile (30 days), through a FastAPI and a Flask application behind the
middleware, on a local user pool whose clock is moved; then triages the log.
Nothing leaves this machine. Needs the extras fastapi, flask and triage.
"""

_NEEDED = ("fastapi", "flask", "duckdb", "ahocorasick_rs")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("--users", type=_count, default=160, metavar="N", help="how many people (default: 160)")
    parser.add_argument("--days", type=_count, default=40, metavar="N", help="how many days (default: 40)")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="what chance begins with (default: 1)")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep the guard's events in this file")


def run(options: argparse.Namespace) -> int:
    """
    Play, and show what was found; the findings are wanted, so it ends with 0.

    Raises:
        UsageError: A package is missing; one that is named after the other would cost a try each.
    """
    if missing := [package for package in _NEEDED if find_spec(package) is None]:
        mend = "get them with: pip install 'poolwarden[fastapi,flask,triage]'"
        raise UsageError(f"the demo needs packages that are not installed ({', '.join(missing)}); {mend}.")
    from poolwarden.demo.perform import tell  # noqa: PLC0415 (needs three extras; help does not)
    from poolwarden.demo.script import Script  # noqa: PLC0415

    script = Script(users=options.users, days=options.days, seed=options.seed)
    with Progress(f"Playing {script.days} days") as progress:
        parts: list[str] = []
        tell(script, options.log, parts.append, progress, width=width_of(sys.stdout), color=takes_color(sys.stdout))
    sys.stdout.write("".join(parts))
    return 0


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 10_000:  # noqa: PLR2004 (a bound on how long it may take)
        message = f"{text!r} is no number from 1 to 10000"
        raise argparse.ArgumentTypeError(message)
    return int(text)

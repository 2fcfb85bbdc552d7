"""``poolwarden explain``: a message, a traceback, a cause, a verdict or a check in, what it means out."""

import argparse
import re
import sys
from collections.abc import Collection
from difflib import get_close_matches

from poolwarden.causes import CAUSES
from poolwarden.commands.failures import UsageError
from poolwarden.commands.terminal import folded, width_of
from poolwarden.triage.explain_text import as_json, as_text, explain, explain_lines
from poolwarden.triage.explain_verdict import verdict_as_json, verdict_as_text
from poolwarden.triage.verdicts import Verdict

_CLOSE = 0.8  # as like a cause's name as one with two letters mistyped
_CHECK_ID = re.compile(r"pw\d+")
_NAME = re.compile(r"[a-z]+(?:[_-][a-z0-9]+)+")
_VERDICTS = {verdict.value: verdict for verdict in Verdict if verdict.value not in CAUSES}

_MORE = """
examples:
  poolwarden explain "NotAuthorizedException: Refresh Token has expired"
  poolwarden explain refresh_token_reused
  poolwarden explain rotation_race
  poolwarden explain PW003
  poolwarden explain 'Bearer error="invalid_token", error_description="…"'
  tail -n 50 app.log | poolwarden explain

Ends with 0, whether or not the text says anything of Cognito's.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument(
        "text",
        nargs="*",
        metavar="TEXT|CAUSE|-",
        help="a message, a cause, a verdict or a check; - reads standard input",
    )
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how to say it (default: text)")
    parser.add_argument(
        "--jsonl",
        action="store_true",
        help='read {"id", "text"} objects, one a line, and answer each with {"id", "cause", "operation", '
        '"ends_session"}',
    )


def run(options: argparse.Namespace) -> int:
    """
    Explain.

    Raises:
        UsageError: There is nothing to explain, or a line of ``--jsonl`` is no such object.
    """
    if options.jsonl:
        _answer_lines(options.text)
        return 0
    text = _text(options.text)
    named = text.strip().lower()
    if _CHECK_ID.fullmatch(named) or named in _check_names(named):
        _tell(_check(text, options.format))
        return 0
    if named in _VERDICTS:
        verdict = _VERDICTS[named]
        _tell(verdict_as_json(verdict) if options.format == "json" else _folded(verdict_as_text(verdict)))
        return 0
    told = explain(text)
    _tell(as_json(told) if options.format == "json" else _folded(as_text(told)))
    known = [*CAUSES, *_VERDICTS, *_check_names(named)]
    if told.row is None and (close := get_close_matches(named, known, 1, _CLOSE)):
        sys.stderr.write(f"Did you mean {close[0]}?\n")
    return 0


def _tell(answer: str) -> None:
    sys.stdout.write(f"{answer}\n")


def _folded(text: str) -> str:
    return folded(text, width_of(sys.stdout))


def _check_names(named: str) -> Collection[str]:
    """Return the names of the checks of app clients, where what is asked for may be one; nothing for a sentence."""
    if named in CAUSES or named in _VERDICTS or not _NAME.fullmatch(named):
        return ()
    from poolwarden.appclient.catalogue import BY_NAME  # noqa: PLC0415 (only who names a check needs them)

    return BY_NAME


def _check(text: str, form: str) -> str:
    """Explain a check of app clients by its id or its name."""
    from poolwarden.appclient.catalogue import CATALOGUE, entry_of  # noqa: PLC0415 (only who names a check needs them)
    from poolwarden.appclient.reports.explained import check_as_json, check_as_text, check_of  # noqa: PLC0415

    entry = entry_of(text)
    if entry is None:
        ids = f"{CATALOGUE[0].id} to {CATALOGUE[-1].id}"
        raise UsageError(f"no check is called {text.strip().upper()}; there are {ids}.")
    check = check_of(entry.id)
    return check_as_json(check) if form == "json" else _folded(check_as_text(check))


def _answer_lines(given: list[str]) -> None:
    if given not in ([], ["-"]):
        raise UsageError("--jsonl reads standard input; give no text with it.")
    try:
        for answer in explain_lines(sys.stdin.buffer):
            sys.stdout.write(answer.decode())
    except ValueError as error:
        message = f"--jsonl: {error}"
        raise UsageError(message) from error


def _text(given: list[str]) -> str:
    if given and given != ["-"]:
        return " ".join(given)
    if not given and sys.stdin.isatty():
        message = (
            f"nothing to explain; give a message, or a cause such as {', '.join(list(CAUSES)[:3])}, or pipe text in."
        )
        raise UsageError(message)
    text = sys.stdin.buffer.read().decode("utf-8", "replace")
    if not text.strip():
        raise UsageError("nothing to explain: standard input is empty.")
    return text

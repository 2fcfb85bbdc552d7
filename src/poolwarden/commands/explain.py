"""``poolwarden explain``: a message, a traceback or a cause in, what it means out."""

import argparse
import sys

from poolwarden.causes import CAUSES
from poolwarden.commands.failures import UsageError
from poolwarden.commands.terminal import folded, width_of
from poolwarden.triage.explain_text import as_json, as_text, explain, explain_lines

_MORE = """
examples:
  poolwarden explain "NotAuthorizedException: Refresh Token has expired"
  poolwarden explain refresh_token_reused
  tail -n 50 app.log | poolwarden explain

Ends with 0, whether or not the text says anything of Cognito's.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("text", nargs="*", metavar="TEXT|CAUSE|-", help="what to explain; - reads standard input")
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
    told = explain(_text(options.text))
    answer = as_json(told) if options.format == "json" else folded(as_text(told), width_of(sys.stdout))
    sys.stdout.write(f"{answer}\n")
    return 0


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

"""
Turn arguments into one call and its outcome into an exit code.

Only the command that is asked for is imported, and it imports its rooms when it
runs: help and errors come at once, and without the extras.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NamedTuple

from poolwarden.commands.failures import explain_failure
from poolwarden.commands.terminal import give_up_output, settle_streams

OK, FOUND, WRONG = 0, 1, 2
"""Exit codes: nothing found; findings; usage or internal error."""

INTERRUPTED, READER_GONE = 130, 141
"""Exit codes of a program that SIGINT or SIGPIPE has ended, as shells report them."""


_SPARED = 200_000
"""So many objects are made until the garbage collector runs: most belong to loaded code, which it checks in vain."""


class Command(NamedTuple):
    """
    A command.

    Attributes:
        name: What the user types.
        help: One line about it.
        module: The module below ``poolwarden.commands`` with ``add_arguments(parser)`` and ``run(options)``.
    """

    name: str
    help: str
    module: str


COMMANDS = (
    Command("triage", "say from logs why sessions vanished", "triage"),
    Command("explain", "say what a message or a cause means", "explain"),
    Command("inspect", "say what a token on standard input is, and which check refuses it", "inspect"),
    Command("doctor", "check settings, keys, clock, the middleware's order and the metrics' directory", "doctor"),
    Command("client", "check app-client settings, and print the safe update that mends them", "client"),
    Command("rehearse", "play the life of a session at an application, every boundary within seconds", "rehearse"),
    Command("pool", "run a local user pool whose clock can be moved", "pool"),
    Command("export", "write alerting rules, a dashboard or a log format", "export"),
    Command("demo", "play forty days of sessions, offline, and triage what they leave behind", "demo"),
    Command("completion", "write what lets a shell complete all this", "completion"),
)
"""Every command, in the order of the help."""


def main(argv: Sequence[str] | None = None) -> int:
    """
    Run a command.

    Args:
        argv: The arguments without the program's name; by default the process's.

    Returns:
        The exit code.
    """
    given = sys.argv[1:] if argv is None else list(argv)
    if argv is None:  # the process is ours
        gc.set_threshold(_SPARED)
    settle_streams()
    try:
        code = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        give_up_output()
        return READER_GONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 (whatever goes wrong ends in a sentence, never in a traceback)
        if os.environ.get("POOLWARDEN_DEBUG"):
            import_module("traceback").print_exc()
        sys.stderr.write(f"poolwarden: {explain_failure(error)}\n")
        give_up_output()
        return WRONG
    return code


def _run(given: Sequence[str]) -> int:
    try:
        parser = parser_for(given)
        if not given:
            parser.print_help(sys.stderr)
            return WRONG
        options = parser.parse_args(given)
        run: Callable[[argparse.Namespace], int] = options.run
        code = run(options)
    except SystemExit as ended:  # argparse's: 0 after help, 2 after a mistake
        return _whole(ended.code)
    return OK if getattr(options, "exit_zero", False) and code == FOUND else code


def parser_for(given: Sequence[str]) -> argparse.ArgumentParser:
    """
    Return the parser, with the arguments of those commands that are named.

    Args:
        given: The arguments.
    """
    parser = _Parser(
        prog="poolwarden",
        formatter_class=_Help,
        description="Guard APIs behind Amazon Cognito, and find out why sessions vanish.",
        epilog="Exit codes: 0 nothing found, 1 findings, 2 usage or internal error. "
        "POOLWARDEN_DEBUG=1 shows where an error comes from.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and end")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        below = commands.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if command.name in given:
            module = import_module(f"poolwarden.commands.{command.module}")
            module.add_arguments(below)
            below.set_defaults(run=module.run)
    return parser


class _Help(argparse.HelpFormatter):
    """Leave room for the longest command: argparse does not count the indentation, and would break that line."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog)
        self._action_max_length = max(len(command.name) for command in COMMANDS) + len("    ")


class _Parser(argparse.ArgumentParser):
    """Refuse arguments with the usage of the command in question, and show no value, which may be a token."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        found, rest = super().parse_known_args(args, namespace)
        if rest:
            unknown = [one.partition("=")[0] for one in rest if one.startswith("--")]
            more = len(rest) - len(unknown)
            words = [*unknown, *([f"{more} argument{'s' * (more != 1)} too many"] if more else [])]
            self.error(f"not taken here: {', '.join(words)}; --help shows what is")
        return found, rest


class _Version(argparse.Action):
    """Show the version, which is looked up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        version = import_module("poolwarden.version").__version__
        sys.stdout.write(f"poolwarden {version}\n")
        parser.exit()


def _whole(code: object) -> int:
    return code if isinstance(code, int) else WRONG

"""Know the terminal: its width, whether it shows colours, and what to do when the reader of a pipe has gone."""

import os
import shutil
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

PIPE_WIDTH = 80
"""How many columns a report has that does not go to a terminal."""

_WIDEST = 120  # longer lines are hard to read


def width_of(stream: TextIO) -> int:
    """
    Return how many columns a report may have.

    Args:
        stream: Where the report goes.
    """
    if not stream.isatty():
        return PIPE_WIDTH
    return min(shutil.get_terminal_size((PIPE_WIDTH, 24)).columns, _WIDEST)


def takes_color(stream: TextIO, environ: Mapping[str, str] | None = None) -> bool:
    """
    Return whether colours may be used: on a terminal, unless NO_COLOR is set to anything (no-color.org).

    Args:
        stream: Where the report goes.
        environ: The environment; by default the process's.
    """
    env = os.environ if environ is None else environ
    return stream.isatty() and not env.get("NO_COLOR") and env.get("TERM") != "dumb"


def folded(text: str, width: int, hanging: str = "  ") -> str:
    """
    Return text with its lines broken between words; addresses stay whole.

    Args:
        text: The text.
        width: How many columns a line may take.
        hanging: What the further lines of one begin with, after its own indentation.
    """
    lines: list[str] = []
    for line in text.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        further = indent + hanging
        lines += textwrap.wrap(
            line.strip(),
            width,
            initial_indent=indent,
            subsequent_indent=further,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]
    return "\n".join(lines)


def settle_streams() -> None:
    """
    Let neither a character nor a closed stream end a report.

    Characters that the terminal's encoding lacks are escaped. A closed standard input is empty, messages to a closed
    standard error are lost, and to write a report to a closed standard output is an error (EBADF).
    """
    nowhere = Path(os.devnull)
    sys.stdin = sys.stdin or nowhere.open(encoding="utf-8")
    sys.stdout = sys.stdout or os.fdopen(os.open(nowhere, os.O_RDONLY), "w", encoding="utf-8")
    sys.stderr = sys.stderr or nowhere.open("w", encoding="utf-8")
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def give_up_output() -> None:
    """Flush standard output; where its reader has gone, prevent Python from flushing it again at exit."""
    try:
        sys.stdout.flush()
    except OSError:
        pass
    else:
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, sys.stdout.fileno())
    finally:
        os.close(nowhere)

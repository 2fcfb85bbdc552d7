"""Lay text out in columns, and keep control characters from files away from the terminal."""

import textwrap
from typing import Final

_NARROWEST: Final = 40


def shown(text: str) -> str:
    """Return a text from a file as it may be printed: what is not printable is replaced."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def shown_lines(text: str) -> list[str]:
    """Return a command's or a snippet's lines as they may be printed, indented."""
    return ["  " + shown(line) if line else "" for line in text.split("\n")]


def wrapped(text: str, width: int, indent: str = "", first: str | None = None) -> str:
    """
    Return a text in lines of some width; an address or a name that is longer stays whole.

    Args:
        text: The text.
        width: How many columns there are.
        indent: What each line begins with.
        first: What the first line begins with, if it is something else.
    """
    return textwrap.fill(
        shown(text),
        max(width, _NARROWEST),
        initial_indent=indent if first is None else first,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )

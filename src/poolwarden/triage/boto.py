"""Find botocore's own sentence, which names the exception, the operation and what Cognito said."""

import re
from typing import NamedTuple

from poolwarden.causes import Cause
from poolwarden.refusals import cause_of
from poolwarden.triage.patterns import later

_SENTENCE = later(
    r"An error occurred \((?P<name>[\w.]+)\)\s+when\s+calling\s+the\s+(?P<operation>\w+)\s+operation(?: \([^)]*\))?: ?"
    # Where a terminal's width broke the sentence, its next line is indented or framed.
    r"(?:\n(?=[A-Z])(?!During handling|The above exc|Traceback))?"
    r"(?P<said>(?:[^\n\"]|\n[ \t\u2502]++(?!at |File )){0,400})"
)


class Said(NamedTuple):
    """What the sentence says: its cause, the words for operation and exception, and the whole of it."""

    cause: Cause
    operation: str
    name: str
    said: str


def said_by_boto(text: str) -> Said | None:
    """Return the first refusal that botocore tells of, or None."""
    if "An error occurred (" not in text:
        return None
    for first in _SENTENCE.finditer(text):
        told = _whole(first, text)
        cause = cause_of(told["name"], told["said"], told["operation"])
        if cause is not None:
            return Said(cause, told["operation"], told["name"], told[0])
    return None


def _whole(told: re.Match[str], text: str) -> re.Match[str]:
    """Return the sentence from where it stands whole, if it is cut here: a traceback shows values shortened."""
    if not told[0].rstrip(" )'").endswith("..."):
        return told
    begun = told[0].rstrip(" .)'")
    return next((more for more in _SENTENCE.finditer(text, told.end()) if more[0].startswith(begun)), told)

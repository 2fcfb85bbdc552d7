"""Undo the quoting that loggers put around a text, as often as it was put there."""

import html
import re
from urllib.parse import unquote_plus

from poolwarden.triage.patterns import later

_ESCAPE = later(r"\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r?\n)|(.))", re.DOTALL)
_PLAIN = {"n": "\n", "r": "\n", "t": "\t", "b": " ", "f": " ", "0": " "}
_COLOUR = later(
    r"\x1b\[[\d;?]{0,20}[A-Za-z]|\x1b\][^\x07\x1b]{0,300}(?:\x07|\x1b\\)|\x1b[()][0AB]"
    # what copies and syslog servers make of the escape, or leave of it
    r"|(?:\^\[|#033|\u241b)?\[\d{1,2}(?:;\d{1,3}){0,5}m(?!\w*\])"
)
_BARE = later(r"\[\d{1,2}(?:;\d{1,3}){0,5}m")  # whichever colour: texts that differ in it tell the same
IN_URL = ("%3A%20", "%3a%20", "%3A+", "%3a+", "%22%3A", "%22%3a")
"""What a text in a URL's encoding holds: a sentence behind a name, or a member of JSON."""

_DEEPEST = 6  # JSON in JSON doubles its backslashes each time: nobody nests deeper


def _undo(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code:
        return chr(int(code, 16))
    return "" if found[3] else _PLAIN.get(found[4], found[4])


def colourless(text: str) -> str:
    """Return the text without a terminal's colours, links and cursor movements (ECMA-48)."""
    return _COLOUR.sub("", text) if "\x1b" in text or _BARE.search(text) is not None else text


def unescaped(text: str) -> str:
    r"""
    Return the text with escapes of JSON, Python, Go, HTML and URLs undone.

    Args:
        text: Any text. ``\n``, ``\"``, ``\u0027`` and their nested forms become
            what they stand for. Paths of Windows may suffer; words of interest
            hold no backslash.
    """
    for _ in range(_DEEPEST):
        if "\\" not in text:
            break
        if '\\"' not in text and "\\n" not in text and "\\u" not in text and "\\'" not in text and "\\\\" not in text:
            break
        text = _ESCAPE.sub(_undo, text)
    if "&" in text and ("&quot;" in text or "&#" in text or "&apos;" in text):
        text = html.unescape(text)
    # an OAuth redirect (RFC 6749 section 4.1.2.1), or what a browser reports in a query
    if "error_description=" in text or ("%" in text and any(sign in text for sign in IN_URL)):
        text = unquote_plus(text)
    return colourless(text)

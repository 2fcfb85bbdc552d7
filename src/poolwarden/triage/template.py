"""
Tell what a text has in common with its likes: all but the numbers and ids that change from line to line.

What the rules decide about a text, and where in it the facts stand, is the
same for every text of one template: a variable part keeps its length and the
sort of its characters, and whatever a rule may ask for stays as it is. So a
log's lines are judged once for each template, not once each.
"""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from poolwarden.triage.marks import FOREIGN, HINTS, JWT
from poolwarden.triage.unescape import IN_URL

Told = TypeVar("Told")

LONGEST = 4000
"""Characters of the longest text that is worth a template."""

MOST = 4096
"""Templates that are remembered for each thing asked: 16 MB at most, usually one."""
_UNASKED: Any = object()
# A word with a digit and the numbers behind it: a UUID, an address, a clock's time, a version.
_VARIABLE = re.compile(
    r"(\b[A-Za-z_]*+[0-9][\w.:]*+(?:-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|(?<=:[0-9]{2}),[0-9]{3}\b)?+)",
    re.ASCII,
)
_DOTS = re.compile(r"([.:])")
_ID, _HEX, _SESSION = 16, 6, 16  # characters of ids
_MANY, _FEW = 4, 3  # digits of an id, and behind a name
_UNIT = 2  # letters behind a number: ms, Z, kB
# Numbers that may tell: how a request was answered, a year, and that seconds since 1970 begin with a 1.
_ASKED, _STATUS, _YEAR, _EPOCH = "401", 3, 4, 10
_DIGITS = "0123456789"
_HEXADECIMAL = frozenset("0123456789abcdef-")
_BASE32 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_UPPER, _LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
_AS_NUMBER = str.maketrans(dict.fromkeys(_DIGITS, "\x01"))
_AS_HEX = str.maketrans(dict.fromkeys("0123456789abcdef", "\x02"))
_AS_SESSION = str.maketrans(dict.fromkeys(_UPPER + _DIGITS, "\x03"))
_AS_LOWER = str.maketrans(dict.fromkeys(_LOWER + _DIGITS, "\x04"))
_AS_UPPER = str.maketrans(dict.fromkeys(_UPPER + _DIGITS, "\x05"))
_AS_ID = str.maketrans(dict.fromkeys(_UPPER + _LOWER + _DIGITS, "\x06"))
_UUID = "00000000-0000-0000-0000-000000000000".translate(_AS_HEX)
_MARKS = tuple({mark for marks in (FOREIGN, HINTS, JWT) for mark in marks if mark.isalnum()})
# Where escapes are undone and colours taken off, a number may stand for a character.
_ESCAPED = (
    *(
        "\\",
        "\x1b",
        "[0m",
        "[39m",
        "&quot;",
        "&apos;",
        "&#",
        "error_description=",
        'MESSAGE":[',  # a journal's numbers stand for letters
    ),
    *IN_URL,
    *("\x01", "\x02", "\x03", "\x04", "\x05", "\x06"),
)


def _of_number(part: str) -> str | None:
    """Return a number's template, with its unit; None where it is none, or where its value may tell."""
    unit = part.lstrip("0123456789.:,T")
    if len(unit) > _UNIT:
        return None
    number = part[: len(part) - len(unit)]
    bare = number.rstrip(".:")
    if bare.startswith(_ASKED) and not bare[_STATUS : _STATUS + 1].isdigit():
        return None
    if not unit and bare.isdigit():
        if len(bare) == _STATUS and bare[0] in "12345":
            return None
        if len(bare) == _YEAR and bare.startswith("20"):
            return None
    first = number[: number[:_EPOCH].isdigit() and len(number) >= _EPOCH]
    return first + number[len(first) :].translate(_AS_NUMBER) + unit


@lru_cache(maxsize=4096)
def _folded(part: str) -> str:
    """Return what stands for a variable part in a template."""
    if part[0] in _DIGITS:
        number = _of_number(part)
        if number is not None:
            return number
    if "." in part or ":" in part:
        return "".join(_folded(piece) if len(piece) > 1 else piece for piece in _DOTS.split(part))
    if len(part) >= _HEX and _HEXADECIMAL.issuperset(part) and not part.isalpha():
        return part.translate(_AS_HEX)
    return _of_id(part) if len(part) >= _ID and part.isalnum() else _counted(part)


def _of_id(part: str) -> str:
    low = part.lower()
    # A programmer's names have a digit or two.
    if sum(map(str.isdigit, part)) < _MANY or any(mark in low for mark in _MARKS):
        return part
    if part.isupper():
        session = len(part) == _SESSION and _BASE32.issuperset(part)
        return part.translate(_AS_SESSION if session else _AS_UPPER)
    return part.translate(_AS_LOWER if part.islower() else _AS_ID)


def _counted(part: str) -> str:
    """Return the template of a short name with a number behind it, such as ``user10234``; a code's number may tell."""
    name = part.rstrip(_DIGITS)
    counted = name.islower() and name.isalpha() and len(part) - len(name) >= _FEW
    return name + part[len(name) :].translate(_AS_NUMBER) if counted else part


def _is_uuid(part: str) -> bool:
    return len(part) == len(_UUID) and _HEXADECIMAL.issuperset(part[:8])


@lru_cache(maxsize=1024)  # a block's lines are looked up first, and read then
def template_of(text: str) -> str | None:
    """
    Return a text's template: as long as the text, each variable part replaced.

    Args:
        text: One log record.

    Returns:
        The template; None where the text is too long, or holds escapes, whose
        numbers stand for characters.
    """
    if len(text) > LONGEST:
        return None
    for sign in _ESCAPED:  # any() takes four times as long
        if sign in text:
            return None
    parts = _VARIABLE.split(text)
    parts[1::2] = [_UUID if part[8:9] == "-" and _is_uuid(part) else _folded(part) for part in parts[1::2]]
    return "".join(parts)


def by_template(judge: Callable[[str], Told]) -> Callable[[str], Told]:
    """Make a function that is asked once for each template: what it answers must be the same for all texts of one."""
    known: dict[str, Told] = {}

    @wraps(judge)
    def judged(text: str) -> Told:
        template = template_of(text)
        if template is None:
            return judge(text)
        told: Told = known.get(template, _UNASKED)
        if told is _UNASKED:
            if len(known) >= MOST:
                known.clear()
            told = known[template] = judge(text)
        return told

    return judged

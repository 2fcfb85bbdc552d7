"""Fold a text's variable parts: each number and id becomes signs of its length and its sort."""

import re
from functools import lru_cache

from poolwarden.triage.marks import FOREIGN, HINTS, JWT
from poolwarden.triage.patterns import later
from poolwarden.triage.unescape import IN_URL

# A word with a digit and the numbers behind it: a UUID, an address, a clock's time, a version.
VARIABLE = later(
    r"(\b[A-Za-z_]*+[0-9][\w.:]*+(?:-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b|(?<=:[0-9]{2}),[0-9]{3}\b)?+)",
    re.ASCII,
)
_DOTS = later(r"([.:])")
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
UUID = "00000000-0000-0000-0000-000000000000".translate(_AS_HEX)
_MARKS = tuple({mark for marks in (FOREIGN, HINTS, JWT) for mark in marks if mark.isalnum()})
# An escape that is written as a number, or that hides where one begins; a quote or a line's end changes nothing else.
_NUMBERED = later(r"\\(?![\"\\/]|[nrt](?![0-9]))")
# Where escapes are undone and colours taken off, a number may stand for a character.
_ESCAPED = (
    *(
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
    return len(part) == len(UUID) and _HEXADECIMAL.issuperset(part[:8])


def has_escapes(text: str) -> bool:
    """Tell whether a text holds what stands for other characters: a number in it may be part of one."""
    for sign in _ESCAPED:  # any() takes four times as long
        if sign in text:
            return True
    return "\\" in text and _NUMBERED.search(text) is not None


def parts_of(text: str) -> list[str]:
    """Return a text's parts: every second one is variable."""
    return VARIABLE.split(text)


def fold(part: str) -> str:
    """Return what stands for a variable part in a template."""
    return UUID if part[8:9] == "-" and _is_uuid(part) else _folded(part)

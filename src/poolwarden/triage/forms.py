"""
Know a text's template by the form of texts before it: to match one costs a part of what folding each number costs.

A form is one pattern for a whole text. It matches no text that would be cut or
folded in another way: what a pattern cannot promise is folded, and compared.
"""

import re
import string
from collections.abc import Sequence
from typing import NamedTuple

from poolwarden.triage.folding import UUID, fold

MOST = 2048
"""Skeletons that are remembered, some kilobytes each."""

_FEW = 4  # forms of one skeleton that are tried
_SKELETON = str.maketrans(dict.fromkeys(string.ascii_letters + string.digits, "0"))
_HEX = r"(?=[a-f]*[0-9])[0-9a-f]"  # at least one digit
_UUID = rf"{_HEX}{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}"
_IS_NUMBER = re.compile(r"([0-9]+)[0-9.:,T]*([A-Za-z]{0,2})")
_STATUS, _YEAR, _EPOCH = 3, 4, 10  # digits; see folding.py
_SIGNS = {
    "\x01": "[0-9]",
    "\x02": "[0-9a-f]",
    "\x03": "[A-Z2-7]",
    "\x04": "[a-z0-9]",
    "\x05": "[A-Z0-9]",
    "\x06": "[A-Za-z0-9]",
}
_BEFORE_ESCAPED = ("[", "%", "#", "\\")  # an escape may begin so, and a number be the rest of it
_TAIL = re.compile(r"-\w{4}-\w{4}-\w{4}-\w{12}\b")  # joins what stands before it if it is hexadecimal


class _Piece(NamedTuple):
    """
    A piece of a text.

    Attributes:
        pattern: What it looks like.
        sign: What stands for it in a template; nothing where it stays as it is.
        asked: Whether it must be folded, and compared with the sign.
    """

    pattern: str
    sign: str = ""
    asked: bool = False


class _Form(NamedTuple):
    """
    What the texts of one form have in common.

    Attributes:
        pattern: Matches a whole text. Its groups are what stays as it is, and what is to be folded.
        between: The template's parts around the groups.
        signs: What each group must fold to; nothing where it stays as it is.
    """

    pattern: re.Pattern[str]
    between: Sequence[str]
    signs: Sequence[str]


class Forms:
    """Learn forms of texts, within bounds."""

    def __init__(self) -> None:
        self._known: dict[str, list[_Form]] = {}
        self._once: set[str] = set()

    def template(self, text: str) -> str | None:
        """Return a text's template where its form is known."""
        for pattern, between, signs in self._known.get(text.translate(_SKELETON), ()):
            found = pattern.fullmatch(text)
            if found is None:
                continue
            if not signs:
                return between[0]
            template = [between[0]]
            for value, sign, behind in zip(found.groups(), signs, between[1:], strict=True):
                if sign and fold(value) != sign:
                    break
                template += sign or value, behind
            else:
                return "".join(template)
        return None

    def learn(self, text: str, parts: Sequence[str], signs: Sequence[str]) -> None:
        """
        Remember the form of a text, if one of such a skeleton was seen before.

        Args:
            text: The text; none with escapes.
            parts: Its parts: every second one is variable.
            signs: What each variable one folds to.
        """
        skeleton = text.translate(_SKELETON)
        if skeleton not in self._once:
            if len(self._once) >= MOST:
                self._once.clear()
            self._once.add(skeleton)
            return
        if len(self._known) >= MOST:
            self._known.clear()
        forms = self._known.setdefault(skeleton, [])
        if len(forms) < _FEW and _is_sure(text, parts):
            forms.append(_form_of(parts, signs))


def _is_sure(text: str, parts: Sequence[str]) -> bool:
    """Tell whether texts of the same form are cut in the same way, and hold no escapes."""
    joined = sum(_TAIL.search(part) is not None for part in parts[1::2])
    return joined == len(_TAIL.findall(text)) and not any(
        before.endswith(_BEFORE_ESCAPED) or (":" in part and behind.startswith(","))
        for before, part, behind in zip(parts[:-1:2], parts[1::2], parts[2::2], strict=True)
    )


def _form_of(parts: Sequence[str], signs: Sequence[str]) -> _Form:
    pattern, between, asked = re.escape(parts[0]), [parts[0]], []
    for part, sign, behind in zip(parts[1::2], signs, parts[2::2], strict=True):
        for piece in (*_pieces(part, sign), _Piece(re.escape(behind), behind)):
            if piece.sign and not piece.asked:
                pattern += piece.pattern
                between[-1] += piece.sign
            elif piece.pattern:
                pattern += f"({piece.pattern})"
                between.append("")
                asked.append(piece.sign)
    return _Form(re.compile(pattern, re.ASCII), between, asked)


def _pieces(part: str, sign: str) -> Sequence[_Piece]:
    """Return the pieces of a variable part: the rules of folding.py as patterns."""
    number = _IS_NUMBER.fullmatch(part)
    if number is not None and not (part.startswith("401") and len(number[1]) == _STATUS):
        return _pieces_of_number(part, sign, number[1], number[2])
    if sign == part:
        return (_Piece(re.escape(part), sign),)
    if sign == UUID:
        return (_Piece(_UUID, sign),)
    if set(sign) == {"\x02"}:  # no number with two letters behind it
        return (_Piece(rf"(?![0-9]{{{len(sign) - 2}}}){_HEX}{{{len(sign)}}}", sign),)
    return (_Piece("".join(_SIGNS.get(character) or re.escape(character) for character in sign), sign, asked=True),)


def _pieces_of_number(part: str, sign: str, digits: str, unit: str) -> Sequence[_Piece]:
    count = len(digits)
    pure = not unit and not part[count:].strip(".:")
    rest = _Piece(re.escape(part[count:]), part[count:])
    if pure and count == _STATUS:
        kept = sign == part
        return _Piece("[1-5][0-9]{2}") if kept else _Piece("[06-9][0-9]{2}", sign[:count]), rest
    if pure and count == _YEAR:
        kept = sign == part
        return _Piece("20[0-9]{2}") if kept else _Piece("(?!20)[0-9]{4}", sign[:count]), rest
    first = [_Piece("[0-9]")] if count >= _EPOCH else []
    behind = part[len(first) :]
    not_asked = "(?!401)" if count == _STATUS else ""
    pattern = "".join("[0-9]" if each in string.digits else re.escape(each) for each in behind)
    return *first, _Piece(not_asked + pattern, sign[len(first) :])

"""
Read JSON objects strictly: UTF-8, no duplicate members, no NaN, bounded depth.

RFC 8259, RFC 7515 §4 (duplicate members), RFC 8725 §2.
"""

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.guard.quoted_texts import QUOTED

MAX_DEPTH = 100
"""How deep arrays and objects may be nested; claims and JWK Sets need a few levels."""

_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class NotStrictError(ValueError):
    """The bytes are not one strict JSON object."""


def read_object(raw: bytes) -> dict[str, Any]:
    """
    Return the JSON object that the bytes are.

    Args:
        raw: The bytes; the caller bounds their length.

    Raises:
        NotStrictError: Not UTF-8 (a byte order mark and lone surrogates included),
            not an object, a member twice at any depth, NaN or Infinity, a
            number out of range, or nested too deep.
    """
    try:
        # The depth is bounded here, because Python's recursion limit does not bound it since 3.12: readers written in C
        # have a limit of their own, ten times as high, and a thread's stack may be too small for that.
        if raw.count(b"[") + raw.count(b"{") > MAX_DEPTH and _is_too_deep(raw):
            raise NotStrictError
        value = _decode(raw)
        # Of duplicate members msgspec keeps the last. Every name and every text has two quotes: if there are as many
        # quotes as the members at hand have, none was dropped. Everything else (nested members, escaped quotes) is read
        # once more, by a reader that sees each member.
        if raw.count(b'"') != 2 * (len(value) + _texts(value)):
            json.loads(raw.decode(), object_pairs_hook=_without_duplicates)
    except UNDECODABLE as error:
        raise NotStrictError from error
    return value


def _is_too_deep(raw: bytes) -> bool:
    depth = 0
    for bracket in QUOTED.sub(b"", raw).translate(None, _NO_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        if depth > MAX_DEPTH:
            return True
    return False


def _texts(value: Mapping[str, Any]) -> int:
    texts = 0
    for entry in value.values():
        if entry.__class__ is str:
            texts += 1
        elif entry.__class__ is list:
            texts += list(map(type, entry)).count(str)
    return texts


def _without_duplicates(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotStrictError
    return members

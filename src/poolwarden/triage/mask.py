"""Take tokens and personal data out of evidence, and find tokens that a log should not hold."""

import re
from functools import lru_cache
from hashlib import sha256
from typing import Any

from poolwarden.triage.patterns import later

_TOKEN = later(r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,4}")
_SECRET_FIELD = later(
    r"(?i)(?<![a-z])((?:access|id|refresh|session|device|client|bearer|security)[_ -]?(?:token|secret|key)|"
    r"token|password|passwd|secret|secret_?access_?key"
    r"|(?:given|family|middle|first|last|full|nick)_?name|birth_?date|bearer"
    r"|secret_?hash|authorization|cookie|api[_-]?key|signature|code|username|user_?name|e-?mail|"
    r"phone(?:_number)?|login)"
    r"([\"']?\s*(?:[:=]|%3[ad])\s*[\"']?)(?!\s)([^\s\"',;&})\]]{3,})"
)
_BEARER = later(r"(?i)\b(bearer|basic)\s+(?!error|realm|scope|token\b|undefined\b|null\b)[A-Za-z0-9._~+/=-]{8,}")
# What every name of such a field holds, in lower case.
_SECRETS = (
    *("token", "key", "secret", "passw", "hash", "authorization", "cookie", "signature", "code", "user", "mail"),
    *("phone", "login", "name", "birth", "bearer"),
)
_PERSONS = ("user", "sub", "account", "customer")
_MAIL = later(r"[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_ADDRESS = later(r"(?<![\d.])(\d{1,3}\.\d{1,3})\.\d{1,3}\.\d{1,3}(?![\d.])")
_ADDRESS_6 = later(
    r"(?<![\w:.])(?=[0-9A-Fa-f:]*(?:::|(?::[0-9A-Fa-f]{1,4}){5}))(?=[A-Fa-f:]*\d)"
    r"([0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4})?)(?::[0-9A-Fa-f]{0,4}){2,7}(?![\w:])"
)
_PHONE = later(r"(?<![\w+])\+\d{8,15}(?!\d)")
# Shorter than a token, but no word: digits among letters of both cases.
_OPAQUE = later(
    r"(?<![A-Za-z0-9+/_-])(?=[A-Za-z+/_-]*(?:\d[A-Za-z+/_-]*){4})(?=[^\sa-z]*[a-z])(?=[^\sA-Z]*[A-Z])"
    r"[A-Za-z0-9+/_-]{32,}={0,2}"
)
_LONGEST_WORD = 32
_LONG = later(r"[A-Za-z0-9+/_-]{60,}={0,2}")
_QUERY = later(r"(https?://[^\s?\"']+|\s/[^\s?\"']*)\?[^\s\"']+")
_USER = later(
    r"(?i)\b(user(?:_?(?:id|name))?|sub|subject|for user|account|customer)([\"']?\s*[:=]\s*[\"']?|\s+)"
    r"(?=[^\s\"',;})\]]*[\d@.+_-])[^\s\"',;})\]]{3,}"
)
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_SPACE = later(r"\s+|[\x00-\x1f\x7f]+")
_SAFE_FIELD = later(
    r"(?i)^(has|is|was|not|expired|revoked|invalid|none|null|undefined|error|true|false|NotAuthorized|4\d\d|5\d\d)"
)

LONGEST = 300
"""How many characters of evidence are kept."""


def _field(found: re.Match[str]) -> str:
    return found[0] if _SAFE_FIELD.match(found[3]) or found[3].endswith("Exception") else f"{found[1]}{found[2]}…"


# What must be in a text, in lower case, for a step to be needed; what is looked for; and what stands there instead.
_STEPS: tuple[tuple[tuple[str, ...], re.Pattern[str], Any], ...] = (
    (("eyj",), _TOKEN, "eyJ…"),
    (("bearer", "basic"), _BEARER, r"\1 …"),
    (("?",), _QUERY, r"\1?…"),
    (_SECRETS, _SECRET_FIELD, _field),
    (("@",), _MAIL, "…@…"),
    (_PERSONS, _USER, r"\1\2…"),
    ((".",), _ADDRESS, r"\1.…"),
    ((":",), _ADDRESS_6, r"\1:…"),
    (("+",), _PHONE, "+…"),
)


def masked(text: str, longest: int = LONGEST) -> str:
    """
    Return text that may be shown: one line, no token, no secret, no person.

    Args:
        text: Any part of a log.
        longest: How many characters to keep.
    """
    return _masked(text[: longest * 8], longest)  # remembered by what is read of it


@lru_cache(maxsize=8192)
def _masked(text: str, longest: int) -> str:
    text = _SPACE.sub(" ", text).strip()
    low = text.casefold()
    for needed, pattern, instead in _STEPS:
        if any(mark in low for mark in needed):
            text = pattern.sub(instead, text)
    if max(map(len, text.split(" "))) >= _LONGEST_WORD:
        text = _LONG.sub("…", _OPAQUE.sub("…", text))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


TOKEN_BYTES = later(rb"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}")
"""A token in full, as bytes."""


# Ten bits are two characters: base64.b32encode takes five times as long.
_PAIRS = [one + other for one in _BASE32 for other in _BASE32]
_SHIFTS = tuple(range(70, -1, -10))


@lru_cache(maxsize=16384)
def user_key(value: str) -> str:
    """
    Return the key that stands for a user: 16 base32 characters of SHA-256 over ``user|value``.

    Args:
        value: A ``sub`` or a user name; it cannot be read back from the key,
            though who knows the value can recognise it.
    """
    bits = int.from_bytes(sha256(f"user|{value}".encode(errors="replace")).digest()[:10], "big")
    return "".join([_PAIRS[bits >> shift & 1023] for shift in _SHIFTS])

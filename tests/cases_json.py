"""Header and payload as strict JSON (RFC 8259, RFC 7515 §4, RFC 8725 §2)."""

import json
from collections.abc import Callable

from poolwarden import Cause
from world import Case, World, bearer


def _compact(members: dict[str, object]) -> bytes:
    return json.dumps(members, separators=(",", ":")).encode()


def _with(raw: bytes, member: bytes) -> bytes:
    """Put one more member at the end of an object."""
    return raw[:-1] + b"," + member + b"}"


# What may befall either part; each takes the good part and returns the bad one.
_BROKEN: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("with a byte order mark", lambda raw: b"\xef\xbb\xbf" + raw),
    ("in UTF-16", lambda raw: raw.decode().encode("utf-16")),
    ("in UTF-16 without a mark", lambda raw: raw.decode().encode("utf-16-le")),
    ("in latin-1", lambda raw: _with(raw, b'"note":"\xe9t\xe9"')),
    ("with an overlong form", lambda raw: _with(raw, b'"note":"\xc0\xaf"')),
    ("with a surrogate in UTF-8", lambda raw: _with(raw, b'"note":"\xed\xa0\x80"')),
    ("with a lone high surrogate", lambda raw: _with(raw, rb'"note":"\ud800"')),
    ("with a lone low surrogate", lambda raw: _with(raw, rb'"note":"\udc00x"')),
    ("with a lone surrogate as name", lambda raw: _with(raw, rb'"\ud800":1')),
    ("with a control character", lambda raw: _with(raw, b'"note":"\x01"')),
    ("as an array", lambda raw: b"[" + raw + b"]"),
    ("as a text", lambda _: b'"header"'),
    ("as a number", lambda _: b"1"),
    ("as null", lambda _: b"null"),
    ("as true", lambda _: b"true"),
    ("with white space only", lambda _: b"  "),
    ("cut", lambda raw: raw[:-1]),
    ("twice", lambda raw: raw + raw),
    ("with more behind", lambda raw: raw + b"x"),
    ("with NUL behind", lambda raw: raw + b"\0"),
    ("with NaN", lambda raw: _with(raw, b'"note":NaN')),
    ("with Infinity", lambda raw: _with(raw, b'"note":Infinity')),
    ("with -Infinity", lambda raw: _with(raw, b'"note":-Infinity')),
    ("with a number out of range", lambda raw: _with(raw, b'"note":1e999')),
    ("with a leading zero", lambda raw: _with(raw, b'"note":01')),
    ("with a comma too many", lambda raw: raw[:-1] + b",}"),
    ("with a comment", lambda raw: raw + b"/**/"),
    ("with single quotes", lambda raw: raw.replace(b'"', b"'")),
    ("10 000 arrays deep", lambda raw: _with(raw, b'"note":' + b"[" * 5000 + b"]" * 5000)),
    ("1 500 objects deep", lambda raw: _with(raw, b'"note":' + b'{"a":' * 1500 + b"1" + b"}" * 1500)),
    ("with one member twice", lambda raw: _with(raw, b'"note":1,"note":1')),
    ("with a member twice below", lambda raw: _with(raw, b'"note":{"a":1,"a":2}')),
    ("with a member twice in an array", lambda raw: _with(raw, b'"note":[{"a":1,"a":2}]')),
    ("with a member twice, escaped", lambda raw: _with(raw, rb'"note":1,"n\u006fte":2')),
    ("with a member twice, spaced", lambda raw: _with(raw, b'"note" : 1 , "note"\n: 2')),
    ("with a member twice and a colon in a text", lambda raw: _with(raw, rb'"a":"\":","note":1,"note"' + b"\t:1")),
    ("with a member twice, both far off", lambda raw: b'{"zz":1,' + _with(raw, b'"zz":2')[1:]),
)

_HEADER_MEMBERS = ("alg", "kid")
_PAYLOAD_MEMBERS = ("exp", "iss", "client_id", "token_use", "sub")


def _header(name: str, breaks: Callable[[bytes], bytes]) -> Case:
    def make(world: World) -> bytes:
        return world.signed(header=breaks(_compact(world.header())))

    return bearer(f"header {name}", make, Cause.TOKEN_MALFORMED)


def _payload(name: str, breaks: Callable[[bytes], bytes], cause: Cause | None = Cause.TOKEN_MALFORMED) -> Case:
    def make(world: World) -> bytes:
        return world.signed(breaks(_compact(world.claims())))

    return bearer(f"payload {name}", make, cause)


def _again(member: str, *, first: bool) -> Callable[[bytes], bytes]:
    """Repeat a member with the same value, at the front or at the end."""

    def breaks(raw: bytes) -> bytes:
        repeated = json.dumps(member).encode() + b":" + json.dumps(json.loads(raw)[member]).encode()
        return b"{" + repeated + b"," + raw[1:] if first else _with(raw, repeated)

    return breaks


def _deep(world: World) -> bytes:
    return world.signed(_with(_compact(world.claims()), b'"note":' + b"[" * 100_000 + b"]" * 100_000))


def _deep_header(world: World) -> bytes:
    return world.signed(header=_with(_compact(world.header()), b'"note":' + b"[" * 100_000 + b"]" * 100_000))


JSON_CASES: tuple[Case, ...] = (
    *(_header(name, breaks) for name, breaks in _BROKEN),
    *(_payload(name, breaks) for name, breaks in _BROKEN),
    *(
        part(f"with {member} twice, {'first' if first else 'last'}", _again(member, first=first))
        for part, members in ((_header, _HEADER_MEMBERS), (_payload, _PAYLOAD_MEMBERS))
        for member in members
        for first in (True, False)
    ),
    # Far beyond the usual size, to meet a reader that recurses.
    bearer("payload 100 000 deep", _deep, Cause.TOKEN_MALFORMED, max_token_bytes=1_000_000),
    bearer("header 100 000 deep", _deep_header, Cause.TOKEN_MALFORMED, max_token_bytes=1_000_000),
    _payload("with NaN as exp", lambda raw: raw.replace(b'"exp":', b'"exp":NaN,"x":'), Cause.TOKEN_MALFORMED),
    _payload("with an endless integer", lambda raw: _with(raw, b'"note":' + b"9" * 5000), Cause.TOKEN_MALFORMED),
    _payload("with white space", lambda raw: raw.replace(b":", b" : ").replace(b"https : ", b"https:"), None),
    _payload("with names below", lambda raw: _with(raw, b'"address":{"exp":1,"a":[{"exp":2},{"exp":3}]}'), None),
    _payload("with a colon in a text", lambda raw: _with(raw, rb'"note":"\":{"'), None),
    _payload("with UTF-8", lambda raw: _with(raw, '"note":"ééé 𝄞"'.encode()), None),
    _payload("with a pair of surrogates", lambda raw: _with(raw, rb'"note":"\ud834\udd1e"'), None),
)
"""Documents that are not one strict JSON object, and unusual ones that are."""

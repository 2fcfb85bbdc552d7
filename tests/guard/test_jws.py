"""Parts that the cases of whole tokens do not reach: every last character, what is named, keys, headers seen before."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from poolwarden import BearerError, Cause
from poolwarden.guard.jws import kid_of, public_key, read_claims, split
from poolwarden.guard.strict_json import NotStrictError, read_object
from world import World, base64url, unbase64url

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def refusal(read: Callable[[bytes], object], given: bytes) -> tuple[Cause, str | None]:
    """Return why something is refused, and what is named."""
    with pytest.raises(BearerError) as caught:
        read(given)
    return caught.value.cause, caught.value.claim


def test_split() -> None:
    """A token's header stays encoded, its payload and signature are decoded, and both its first parts are signed."""
    parts = split(b"aGVhZA.cGF5bG9h_Q.c2ln-w")
    assert (parts.header, parts.payload, parts.signature) == (b"aGVhZA", b"payloa\xfd", b"sig\xfb")
    assert parts.signing_input == b"aGVhZA.cGF5bG9h_Q"


def test_shortest() -> None:
    """One character of a header is enough to take a token apart, and its signature may be empty; its payload not."""
    parts = split(b"a.e30.")
    assert (parts.header, parts.payload, parts.signature) == (b"a", b"{}", b"")
    for token in (b".e30.c2ln", b"a..c2ln", b"a.e30", b"a", b"", b".", b"..", b"a.e30.e30.c2ln"):
        assert refusal(split, token) == (Cause.TOKEN_MALFORMED, None)


@pytest.mark.parametrize("before", [b"", b"A", b"AA", b"AAA", b"AAAA", b"-_-_-", b"zz99zz", b"0000000"], ids=str)
def test_last_character(before: bytes) -> None:
    """A part is decoded if it is exactly how its bytes are written (RFC 4648 §3.5), and refused otherwise."""
    for text in (before + ALPHABET[at : at + 1] for at in range(64)):
        if len(text) % 4 != 1 and base64url(unbase64url(text)) == text:
            assert split(b"a." + text + b"." + text).payload == unbase64url(text)
        else:
            assert refusal(split, b"a." + text + b".") == (Cause.TOKEN_MALFORMED, None)
            assert refusal(split, b"a.e30." + text) == (Cause.TOKEN_MALFORMED, None)


def test_other_characters() -> None:
    """No character but those of base64url is taken, wherever it stands, so that nothing can stand for another."""
    for other in (bytes([byte]) for byte in range(256) if byte not in ALPHABET):
        for text in (other + b"AAA", b"A" + other + b"AA", b"AAA" + other, b"AA" + other, b"AA" + other * 2, other * 4):
            for token in (b"a." + text + b".", b"a.e30." + text):
                assert refusal(split, token) == (Cause.TOKEN_MALFORMED, None)
            assert refusal(kid_of, text)[0] is Cause.TOKEN_MALFORMED


@pytest.mark.parametrize("escaped", [rb"\u0041" * 4, rb"\/" * 4, rb"AA\/\/AA\n\n", b'AA"A', b'"' + b"A" * 7])
def test_no_escapes(escaped: bytes) -> None:
    """A part is base64url and no JSON text: nothing in it is escaped, and nothing ends it early."""
    assert refusal(split, b"a." + escaped + b".") == (Cause.TOKEN_MALFORMED, None)


@pytest.mark.parametrize(
    ("changes", "cause", "named"),
    [
        *(({name: 1}, Cause.TOKEN_MALFORMED, name) for name in ("crit", "b64", "zip", "cty")),
        *(({name: None}, Cause.TOKEN_MALFORMED, name) for name in ("jku", "x5u", "x5c", "jwk")),
        ({"typ": "JWE"}, Cause.TOKEN_MALFORMED, "typ"),
        ({"typ": None}, Cause.TOKEN_MALFORMED, "typ"),
        ({"alg": "none"}, Cause.ALGORITHM_REFUSED, "alg"),
        ({"kid": None}, Cause.TOKEN_MALFORMED, "kid"),
        ({"kid": ""}, Cause.KEY_UNKNOWN, "kid"),
        ({"kid": "k" * 257}, Cause.KEY_UNKNOWN, "kid"),
        # The first that fits wins.
        ({"crit": [], "typ": "JWE", "alg": "none", "kid": ""}, Cause.TOKEN_MALFORMED, "crit"),
        ({"typ": "JWE", "alg": "none", "kid": ""}, Cause.TOKEN_MALFORMED, "typ"),
        ({"alg": "none", "kid": ""}, Cause.ALGORITHM_REFUSED, "alg"),
    ],
    ids=str,
)
def test_header(changes: dict[str, Any], cause: Cause, named: str) -> None:
    """A header is refused for one cause, under the name of the parameter at fault."""
    header = json.dumps({"alg": "RS256", "kid": "a", **changes}).encode()
    assert refusal(kid_of, base64url(header)) == (cause, named)


def test_without_kid() -> None:
    """A header that names no key asks for a key that nobody has."""
    assert refusal(kid_of, base64url(b'{"alg":"RS256"}')) == (Cause.KEY_UNKNOWN, "kid")


@pytest.mark.parametrize("kid", ["a", "k" * 256, "caf\u00e9"])
@pytest.mark.parametrize("kind", ["JWT", "jwt", "AT+JWT", "Application/at+jwt"])
def test_kid(kid: str, kind: str) -> None:
    """The key id of a plain header is returned as it is; its type is read without regard to case (RFC 7515 §4.1.9)."""
    assert kid_of(base64url(json.dumps({"alg": "RS256", "kid": kid, "typ": kind}).encode())) == kid


def test_alphabet_of_header() -> None:
    """A header is base64url too: the characters of base64 that differ are not taken for theirs."""
    header = base64url(b'{"alg":"RS256","kid":"a","note":"?>~~~???>>>"}')
    assert kid_of(header) == "a"
    for url, standard in ((b"-", b"+"), (b"_", b"/")):
        assert url in header
        assert refusal(kid_of, header.replace(url, standard)) == (Cause.TOKEN_MALFORMED, None)


def test_not_json() -> None:
    """What is no JSON object is named by its part, and what was wrong with it is not carried along."""
    assert refusal(kid_of, base64url(b"[]")) == (Cause.TOKEN_MALFORMED, "header")
    assert refusal(read_claims, b"[]") == (Cause.TOKEN_MALFORMED, "payload")
    assert read_claims(b'{"a":1}') == {"a": 1}


def test_key_is_named_wrong() -> None:
    """Whatever is wrong with a key, the error says what it is not, and has the reason behind it."""
    with pytest.raises(ValueError, match=r"^not an RSA public key$") as caught:
        public_key({"n": "AQAB"})
    assert isinstance(caught.value.__cause__, KeyError)


@pytest.mark.parametrize(
    "jwk", [{}, {"n": "AQAB"}, {"n": 1, "e": "AQAB"}, {"n": "AQAB", "e": None}, {"n": "!", "e": "AQAB"}], ids=str
)
def test_no_key(jwk: dict[str, Any]) -> None:
    """What is no RSA key is a ValueError."""
    with pytest.raises(ValueError, match=r"RSA|>= 3"):
        public_key(jwk)


def test_header_seen_before(world: World) -> None:
    """A header known from a good token is read once, and vouches for nothing else."""
    server = world.server(cache_size=0)
    server.authenticate(b"Bearer " + world.mint())
    assert list(server.rules.headers.values()) in ([], [world.rings.main.access.kid])
    server.authenticate(b"Bearer " + world.mint())
    assert list(server.rules.headers.values()) == [world.rings.main.access.kid]
    header, payload, signature = world.mint().split(b".")
    forged = b".".join((header, payload[:-4] + b"AAAA", signature))
    with pytest.raises(BearerError) as caught:
        server.authenticate(b"Bearer " + forged)
    assert caught.value.cause in (Cause.TOKEN_MALFORMED, Cause.SIGNATURE_INVALID)


def test_headers_are_bounded(world: World) -> None:
    """However many forms good headers have, so many are known and no more."""
    server = world.server(cache_size=0)
    server.authenticate(b"Bearer " + world.mint())
    for n in range(1000):
        server.rules.headers[b"%d" % n] = "kid"
    server.authenticate(b"Bearer " + world.mint({}, {"typ": "JWT"}))
    assert len(server.rules.headers) == 1000


@pytest.mark.parametrize(
    "raw", [b'{"a":1}', b'{ "a" : 1 }', b'{"a":{"a":1}}', b'{"\\"":"\\":"}', b"{}", b' {"a":[{}]} ']
)
def test_objects(raw: bytes) -> None:
    """An object is read whatever white space and nesting it has."""
    assert isinstance(read_object(raw), dict)


NESTED = ((b"[", b"]", b""), (b'{"a":', b"}", b"1"))


@pytest.mark.parametrize("depth", [99, 100, 1500, 5000])
@pytest.mark.parametrize(("opened", "closed", "middle"), NESTED)
def test_depth(depth: int, opened: bytes, closed: bytes, middle: bytes) -> None:
    """Nesting has a bound of its own, which is not the interpreter's: the object itself and 99 levels in it."""
    raw = b'{"a":' + opened * depth + middle + closed * depth + b"}"
    if depth < 100:
        assert read_object(raw)
    else:
        with pytest.raises(NotStrictError):
            read_object(raw)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":[' + b"{}," * 500 + b"[]]}",
        b'{"a":"' + b"[{" * 500 + b'"}',
        b'{"a":"' + b'\\"[' * 500 + b'"}',
        b'{"a":"\\\\","b":' + b'["[",' * 90 + b"1" + b"]" * 90 + b"}",
    ],
)
def test_not_deep(raw: bytes) -> None:
    """Brackets side by side, or within a text, are no nesting."""
    assert read_object(raw)


@pytest.mark.parametrize("end", [b"", b"\\", b'"', b'\\"'])
@pytest.mark.parametrize("piece", [b'\\"', b'"', b"\\", b'"[', b"[", b'"\\'])
def test_depth_in_time(piece: bytes, end: bytes) -> None:
    """However texts are begun and broken off, one look is enough."""
    with pytest.raises(NotStrictError):
        read_object(b'{"a":' + b"[]," * 101 + b'"' + piece * 50_000 + end)


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"a":1,"a":1}', b'{"a":{"b":1,"b":2}}', b'{"a":NaN}', b'{"a":1}}'])
def test_no_objects(raw: bytes) -> None:
    """What is not one strict object is refused with one error."""
    with pytest.raises(NotStrictError):
        read_object(raw)

"""The form of a token before any cryptography: size, parts, base64url, header parameters (RFC 7515, RFC 8725)."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from poolwarden import Cause
from world import Case, World, base64url, bearer

LIMIT = 16 * 1024


def _padded(world: World, beyond: int) -> bytes:
    """Sign a token whose length is just below the limit, or beyond it."""
    claims = world.claims()
    plain = len(world.signed(claims))
    return world.signed({**claims, "note": "n" * ((LIMIT + beyond - plain) * 3 // 4 - 12)})


def _parts(name: str, form: str, cause: Cause = Cause.TOKEN_MALFORMED) -> Case:
    def make(world: World) -> bytes:
        header, payload, signature = world.mint().decode().split(".")
        return form.format(h=header, p=payload, s=signature).encode()

    return bearer(name, make, cause)


def _segment(name: str, index: int, change: bytes) -> Case:
    def make(world: World) -> bytes:
        parts = world.mint().split(b".")
        parts[index] += change
        return b".".join(parts)

    return bearer(f"{name} at the end of part {index + 1}", make, Cause.TOKEN_MALFORMED)


def _standard_alphabet(world: World, plain: bytes, standard: bytes) -> bytes:
    """Write the payload in base64 where base64url is asked for; the signature holds for what is written."""
    claims = {**world.claims(), "note": "\x3f\x3e~~~???>>>"}
    for filler in range(64):
        token = world.signed(json.dumps({**claims, "pad": "?>~" * (1 + filler) + "~" * filler}).encode())
        header, payload, signature = token.split(b".")
        if plain in payload:
            return b".".join((header, payload.replace(plain, standard, 1), signature))
    raise AssertionError


def _spare_bits(world: World, index: int) -> bytes:
    """Set an unused bit of a part's last character (RFC 4648 §3.5)."""
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for filler in range(4):
        parts = world.signed({**world.claims(), "pad": "x" * filler}, {**world.header(), "x": "x" * filler}).split(b".")
        if len(parts[index]) % 4:
            last = alphabet.index(parts[index][-1:])
            parts[index] = parts[index][:-1] + alphabet[last + 1 : last + 2]
            return b".".join(parts)
    raise AssertionError


def _header(name: str, parameters: Mapping[str, Any], cause: Cause | None, **settings: Any) -> Case:
    def make(world: World) -> bytes:
        merged = {**world.header(), **parameters}
        return world.signed(header={key: value for key, value in merged.items() if value is not ...})

    return bearer(f"header {name}", make, cause, **settings)


def _symmetric(name: str, alg: str, encoding: str) -> Case:
    """Sign by HMAC with the public key as its secret: the confusion of RFC 8725 §3.1."""

    def make(world: World) -> bytes:
        key = world.rings.main.access
        secret = json.dumps(dict(key.jwk)).encode()
        if encoding != "JWK":
            public = key._private.public_key()
            secret = public.public_bytes(getattr(Encoding, encoding), PublicFormat.SubjectPublicKeyInfo)
        header = base64url(json.dumps({**world.header(), "alg": alg}).encode())
        signed = header + b"." + base64url(json.dumps(world.claims()).encode())
        return signed + b"." + base64url(hmac.digest(secret, signed, hashlib.sha256))

    return bearer(name, make, Cause.ALGORITHM_REFUSED)


def _unsigned(world: World) -> bytes:
    parts = world.signed(header={**world.header(), "alg": "none"}).split(b".")
    return b".".join((*parts[:2], b""))


_ALGORITHMS: tuple[Any, ...] = (
    *("none", "None", "NONE", "nOnE", "", "rs256", "RS256 ", "RS384", "RS512", "PS256", "ES256", "EdDSA", "HS256"),
    *(..., None, 0, True, ["RS256"], {"alg": "RS256"}),
)
_REFUSED: tuple[tuple[str, Any], ...] = (
    *(("typ", value) for value in ("dpop+jwt", "JWE", "logout+jwt", "secevent+jwt", "", None, 1, ["JWT"])),
    *(("crit", value) for value in ([], ["exp"], ["b64"], ["made-up"], None, "exp", {})),
    *(("b64", value) for value in (False, True)),
    *(("cty", value) for value in ("JWT", "jwt", "application/json")),
    ("zip", "DEF"),
    *((name, "https://evil.example/keys.json") for name in ("jku", "x5u")),
    ("x5c", ["MIIB"]),
    ("jwk", {"kty": "RSA", "n": "AQAB", "e": "AQAB"}),
)
_KIDS: tuple[tuple[str, Any], ...] = (
    ("absent", ...),
    ("empty", ""),
    ("too long", "k" * 257),
    ("as long as may be", "k" * 256),
    ("a path", "../../../../dev/null"),
    ("a URL", "https://evil.example/key"),
    ("SQL", "' OR 1=1 --"),
    ("with NUL", "key\0id"),
    ("with a line end", "key\nid"),
    ("unknown", "bm9ib2R5IHB1Ymxpc2hlcyB0aGlz"),
)

FORM_CASES: tuple[Case, ...] = (
    bearer("valid", lambda world: world.mint(), None),
    bearer("valid, of the other pool", lambda world: world.other.mint(client_id="1example23456789").encode(), None),
    bearer("just below the size limit", lambda world: _padded(world, -8), None),
    bearer("over the size limit", lambda world: _padded(world, 40), Cause.TOKEN_MALFORMED),
    bearer("far over the size limit", lambda _: b"A" * 60_000, Cause.TOKEN_MALFORMED),
    _parts("1 part", "{h}"),
    _parts("2 parts", "{h}.{p}"),
    _parts("4 parts", "{h}.{p}.{s}.{s}"),
    _parts("5 parts, as a JWE", "{h}.{p}.{p}.{p}.{s}"),
    _parts("trailing dot", "{h}.{p}.{s}."),
    _parts("leading dot", ".{h}.{p}.{s}"),
    _parts("empty header", ".{p}.{s}"),
    _parts("empty payload", "{h}..{s}"),
    _parts("only dots", ".."),
    _parts("more dots than parts", "." * 200),
    _parts("JSON serialisation", '{{"protected":"{h}","payload":"{p}","signature":"{s}"}}'),
    _parts("JSON serialisation, general", '{{"payload": "{p}", "signatures": [{{"signature": "{s}"}}]}}'),
    *(_segment(f"padding {pad!r}", index, pad.encode()) for index in range(3) for pad in ("=", "==")),
    _segment("three characters too many", 2, b"AAA"),
    bearer("+ for -", lambda world: _standard_alphabet(world, b"-", b"+"), Cause.TOKEN_MALFORMED),
    bearer("/ for _", lambda world: _standard_alphabet(world, b"_", b"/"), Cause.TOKEN_MALFORMED),
    *(
        bearer(
            f"spare bits in part {index + 1}",
            lambda world, index=index: _spare_bits(world, index),
            Cause.TOKEN_MALFORMED,
        )  # type: ignore[misc]
        for index in range(3)
    ),
    *(_header(f"alg {value!r}", {"alg": value}, Cause.ALGORITHM_REFUSED) for value in _ALGORITHMS),
    bearer("alg none without a signature", _unsigned, Cause.ALGORITHM_REFUSED),
    *(_symmetric(f"HS256 with the {form} as secret", "HS256", form) for form in ("PEM", "DER", "JWK")),
    *(_header(f"{name} {value!r}", {name: value}, Cause.TOKEN_MALFORMED) for name, value in _REFUSED),
    *(
        _header(f"typ {typ}", {"typ": typ}, None)
        for typ in ("JWT", "jwt", "application/jwt", "at+jwt", "application/at+jwt")
    ),
    *(_header(f"kid {name}", {"kid": value}, Cause.KEY_UNKNOWN) for name, value in _KIDS),
    *(_header(f"kid {value!r}", {"kid": value}, Cause.TOKEN_MALFORMED) for value in (None, 1, True, ["a"], {})),
    _header("with an unknown parameter", {"note": "ignored (RFC 7515 §4)"}, None),
)
"""Sizes, parts, base64url and header parameters."""

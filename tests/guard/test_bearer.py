"""The Authorization header on its own: forms in which it may be given, and the cause where it holds no one token."""

from contextlib import suppress
from typing import Any

import pytest

from poolwarden import BearerError, Cause
from poolwarden.guard.bearer import MAX_TOKEN_BYTES, check_characters, token_of
from world import World

WHOLE = b"eyJhbGciOiJSUzI1NiJ9.e30." + b"A" * 342
"""As long as a token signed with a key of 2 048 bits is at least."""


def cause_of(header: Any) -> Cause:
    """Return why a header is refused."""
    with pytest.raises(BearerError) as caught:
        token_of(header)
    return caught.value.cause


@pytest.mark.parametrize(
    "header",
    [
        b"Bearer " + WHOLE,
        "Bearer " + WHOLE.decode(),
        b"bearer " + WHOLE,
        "BEARER " + WHOLE.decode(),
        [b"Bearer " + WHOLE],
        ("Bearer " + WHOLE.decode(),),
        b"\t Bearer \t " + WHOLE + b" \t",
        b"Bearer \t" + WHOLE + b"\t",
        b"bearer  " + WHOLE,
    ],
    ids=range(9),
)
def test_token(header: Any) -> None:
    """One token after the scheme is returned without the white space around it, whatever the header's form."""
    assert token_of(header) == WHOLE


@pytest.mark.parametrize("around", [b"\n", b"\r", b"\x0b", b"\x0c", b"\x85", b"\xa0"])
def test_other_white_space(around: bytes) -> None:
    """Only spaces and tabs are white space in a header (RFC 9110 §5.6.3): all else stays with the token."""
    assert token_of(b"Bearer " + around + WHOLE + around) == around + WHOLE + around
    assert cause_of(around + b"Bearer " + WHOLE) is Cause.CREDENTIALS_MISSING


@pytest.mark.parametrize(
    "header", [None, [], (), "", b"", [None], "Basic YTpi", b"Basic YTpi", ["Basic YTpi"], "XBearer x"]
)
def test_missing(header: Any) -> None:
    """No header, an empty one and another scheme are all the same: nobody tried to use a token."""
    assert cause_of(header) is Cause.CREDENTIALS_MISSING


@pytest.mark.parametrize("header", [1, {}, {"Bearer x"}, object(), [b"Bearer x", b"Bearer x"], ["", ""], [1]])
def test_not_one(header: Any) -> None:
    """What is no header value, and more than one, are refused as malformed."""
    assert cause_of(header) is Cause.CREDENTIALS_MALFORMED


@pytest.mark.parametrize(
    "header",
    [
        *(
            "Basic YTpi, Bearer b",
            "Basic YTpi,\t bEaReR b",
            "Basic YTpi,Bearer",
            "Basic YTpi, Bearer ,",
            ",",
            ",Basic a",
            ",a=b",
        ),
        *(
            "Basic YTpi, Basic YTpi",
            'Digest a="b", c="d", Bearer e',
            'Digest a="\\",", Bearer c',
            "X y, ~!# z",
            "a,b c",
        ),
        *("bearer, X", "BEARER a, Basic b", "Bearer undefined, Bearer null", f"bearer {'a' * 20_000}, Bearer b"),
        f"Bearer {WHOLE.decode()}, Basic YTpi",
    ],
)
def test_folded(header: str) -> None:
    """Several headers in one, with commas, are as many as they are on their own (RFC 6750 §3.1: not more than one)."""
    assert cause_of(header) is Cause.CREDENTIALS_MALFORMED
    assert cause_of(header.encode()) is Cause.CREDENTIALS_MALFORMED


@pytest.mark.parametrize(
    "header",
    [
        *('Digest a="b", c="d"', 'Digest a="b, Bearer c"', 'Digest a="\\", Bearer b"', 'Digest a="b, Bearer c'),
        *(
            "Digest a=b,",
            "Digest a=b,, c = d",
            "Digest a=b, bearer=c",
            "Digest a=b, bearer = c",
            "Digest a=b, bearerish",
            'Digest a=b,"c" d',
        ),
        *("Negotiate a,b", 'Digest a="b",\tc=d', "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=c;d, Signature=e"),
    ],
)
def test_parameters(header: str) -> None:
    """Commas between parameters and within quotes begin no further credentials (RFC 9110 §11.2)."""
    assert cause_of(header) is Cause.CREDENTIALS_MISSING


@pytest.mark.parametrize("end", ["", "\\", '"', '\\"', ",", " "])
@pytest.mark.parametrize("piece", ['\\"', '"', ",", ", a", ", a ", "\\", '",', ' "', '"\\', "a", " ", "\t,"])
def test_folded_in_time(piece: str, end: str) -> None:
    """However long a header is, and however it is quoted and ends, one look is enough for it."""
    for before in ('Digest a="', "Digest a, ", "Bearer a, ", 'Bearer a,"'):
        with suppress(BearerError):
            token_of(before + piece * 50_000 + end)


@pytest.mark.parametrize("after", ["X", "X-", "9", "-Plus", "_plus", "Token"])
def test_other_schemes(after: str) -> None:
    """A scheme that only begins like Bearer is another scheme."""
    assert cause_of(f"Bearer{after} {WHOLE.decode()}") is Cause.CREDENTIALS_MISSING


@pytest.mark.parametrize("after", ["\t", ":", "=", ",", ".", '"', "\u00e9", "\n", "\0"])
def test_misspelt(after: str) -> None:
    """Bearer, and then no space, was meant as a bearer token and is written wrongly."""
    assert cause_of(f"Bearer{after}{WHOLE.decode()}") is Cause.CREDENTIALS_MALFORMED
    assert cause_of(f"bEARER{after} x") is Cause.CREDENTIALS_MALFORMED


@pytest.mark.parametrize(
    "text",
    [
        *("", "undefined", "null", "nan", "none", "nil", "false", "true", "[object object]", "[object promise]"),
        *("(null)", "{}", "[object Promise]", "NaN", "None", "UNDEFINED"),
    ],
)
@pytest.mark.parametrize("quotes", ["{}", '"{}"', "'{}'", "''{}'"])
def test_placeholder(text: str, quotes: str) -> None:
    """What front ends send in place of a token is told apart, in any case and in quotes."""
    assert cause_of("Bearer " + quotes.format(text)) is Cause.TOKEN_PLACEHOLDER


@pytest.mark.parametrize(
    "text", ["undefine", "nulll", "XnullX", "XaX", "null undefined", "true.false", "a.b.c", "''[object Promise]''"]
)
def test_no_placeholder(text: str) -> None:
    """What only resembles a placeholder is taken for a token, and refused as one later."""
    assert token_of(f"Bearer {text}") == text.encode()


@pytest.mark.parametrize(
    "character", [bytes([byte]) for byte in b"aZ09-_~+/=\0\x1f\x7f\x80\xff \t\n\r\x0b"], ids=bytes.hex
)
def test_damage(character: bytes) -> None:
    """Whatever base64 has, white space, a control or a byte beyond ASCII may stand anywhere in one damaged token."""
    check_characters(b"eyJ" + character + b".b.c ")
    check_characters(b"eyJ.b" + character + b".c ")
    check_characters(b"eyJ.b.c" + character + b" ")


@pytest.mark.parametrize("character", [bytes([byte]) for byte in b"!\"#$%&'()*,:;<>?@[\\]^`{|}"], ids=bytes.hex)
def test_no_damage(character: bytes) -> None:
    """What base64 does not have and no damage explains is not one token, in whatever part it stands."""
    for token in (b"eyJ" + character + b".b.c ", b"eyJ.b" + character + b".c ", b"eyJ.b.c" + character + b" "):
        with pytest.raises(BearerError, match="not one bearer token"):
            check_characters(token)


def test_limit(world: World) -> None:
    """A token may be exactly as long as the limit, which is 16 KiB where none is set."""
    token = world.mint()
    assert MAX_TOKEN_BYTES == 16_384
    assert world.server(max_token_bytes=len(token)).authenticate(b"Bearer " + token)
    with pytest.raises(BearerError) as caught:
        world.server(max_token_bytes=len(token) - 1).authenticate(b"Bearer " + token)
    assert caught.value.cause is Cause.TOKEN_MALFORMED


def test_beyond_unicode() -> None:
    """A lone surrogate in a text is a byte beyond ASCII like any other, and raises nothing of its own."""
    assert token_of("Bearer a\ud800b") == b"a\xed\xa0\x80b"


@pytest.mark.parametrize(
    "token",
    [
        *(b"abc", WHOLE, b"a.b", b"-._~+/=", b"A", b'{"protected":"a b"}', b"{}"),
        *(b"eyJ.b.c ", b"ey b.c.d", b"ew.\x00.c", b"ey.b.\xff", b"ey.b. ", b"ey b.c.", b"ey\t.b.c"),
        # A JWT's header begins with {" or { and white space, whatever came in between.
        *(b"\x00e\xffy.b.c", b" e w.b.c", b"ey\x00.."),
        # One whole token among white space that the header's grammar does not know is still one token.
        *(b"\n" + WHOLE, WHOLE + b"\r\n", b"\x0b" + WHOLE + b"\x0c"),
        # Two pieces, neither of which is whole: one token, broken in two.
        *(WHOLE[:-1] + b" A", WHOLE[:9] + b" " + WHOLE[9:]),
    ],
)
def test_damaged(token: bytes) -> None:
    """One token, even damaged, is not the header's fault."""
    check_characters(token)


@pytest.mark.parametrize(
    "token",
    [
        *(b"", b" ", b"a b", b"a,b", b'"a"', b"t\xc3\xb6ken", b"a.b c", b"a.b.c.d\xff", b"a.b.\xff.d", b'a{"b":1}'),
        *(b"ey.b.c,", b"ey.b.%20", b"a.b.c d.e.f", b"ey.b.c d.e.f", b"ey.b c", b"eyJ b"),
        # Three parts and damage among them, and yet no JWT: another thing than a token, or two.
        *(b"a.b c.d", b"a.b.c ", b"a b.c.d", b"a.\x00.c", b"ez.b.c ", b"eJ.b.c ", b".b.c ", b"wy.b.c ", b"e.b.c "),
        *(WHOLE[1:] + b" A", b"x" + WHOLE + b" A"),
        *(WHOLE + b" " + WHOLE, WHOLE + b" x", b"x " + WHOLE, b"x\n" + WHOLE, WHOLE + b"\t" + WHOLE),
    ],
)
def test_not_one_token(token: bytes) -> None:
    """What is not one token by the header's grammar is a malformed header."""
    with pytest.raises(BearerError) as caught:
        check_characters(token)
    assert caught.value.cause is Cause.CREDENTIALS_MALFORMED

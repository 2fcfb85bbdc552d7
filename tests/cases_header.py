"""What stands in the Authorization header (RFC 6750 §2.1, RFC 9110 §11.6.2)."""

from poolwarden import Cause
from world import Case, World, bearer


def _value(name: str, before: bytes, after: bytes, cause: Cause | None) -> Case:
    return Case(name, lambda world: (before + world.mint() + after,), cause)


def _cut(world: World, character: bytes) -> bytes:
    token = world.mint()
    middle = len(token) // 2
    return token[:middle] + character + token[middle:]


def _foreign(name: str, character: bytes, cause: Cause = Cause.CREDENTIALS_MALFORMED) -> Case:
    return bearer(f"{name} within the token", lambda world: _cut(world, character), cause)


def _damaged(name: str, character: bytes) -> Case:
    """Make a case of one token that was damaged on its way, which is not the header's fault."""
    return _foreign(name, character, Cause.TOKEN_MALFORMED)


HEADER_CASES: tuple[Case, ...] = (
    Case("no header", lambda _: (), Cause.CREDENTIALS_MISSING),
    Case("a header without a value", lambda _: (b"",), Cause.CREDENTIALS_MISSING),
    Case("Basic", lambda _: (b"Basic YWRhOnB3",), Cause.CREDENTIALS_MISSING),
    Case("Basic with bytes beyond ASCII", lambda _: (b"Basic \xe9\xff",), Cause.CREDENTIALS_MISSING),
    _value("DPoP", b"DPoP ", b"", Cause.CREDENTIALS_MISSING),
    _value("a token without a scheme", b"", b"", Cause.CREDENTIALS_MISSING),
    _value("no space after the scheme", b"Bearer", b"", Cause.CREDENTIALS_MISSING),
    _value("another scheme that begins alike", b"Bearer-Plus ", b"", Cause.CREDENTIALS_MISSING),
    Case("two headers", lambda world: (b"Bearer " + world.mint(),) * 2, Cause.CREDENTIALS_MALFORMED),
    Case("two kinds", lambda world: (b"Basic YTpi", b"Bearer " + world.mint()), Cause.CREDENTIALS_MALFORMED),
    Case("two tokens", lambda world: (b"Bearer " + world.mint() + b" b",), Cause.CREDENTIALS_MALFORMED),
    Case("Bearer a b", lambda _: (b"Bearer a b",), Cause.CREDENTIALS_MALFORMED),
    Case("Bearer a, Bearer b", lambda _: (b"Bearer a, Bearer b",), Cause.CREDENTIALS_MALFORMED),
    *(
        Case(f"folded: {text.decode()}", lambda _, text=text: (text,), Cause.CREDENTIALS_MALFORMED)  # type: ignore[misc]
        for text in (
            *(b"Basic YTpi, Bearer b", b"Basic YTpi,bEaReR b", b"Basic YTpi, Bearer", b",Bearer b", b", Basic YTpi"),
            *(b"Basic YTpi, Basic YTpi", b'Digest username="a", realm="b", Bearer c', b"Bearer a, Basic YTpi"),
            *(b"Bearer undefined,Bearer undefined", b"Bearer, Bearer b", b"Basic YTpi, Digest username=a"),
        )
    ),
    _value("folded, another kind first", b"Basic YTpi, Bearer ", b"", Cause.CREDENTIALS_MALFORMED),
    _value("folded, another kind last", b"Bearer ", b", Basic YTpi", Cause.CREDENTIALS_MALFORMED),
    Case(
        "folded, beyond the limit of one token",
        lambda _: (b"Bearer " + b"a" * 9000 + b", Bearer " + b"a" * 9000,),
        Cause.CREDENTIALS_MALFORMED,
    ),
    Case("two of another kind", lambda _: (b"Basic YTpi", b"Basic YTpi"), Cause.CREDENTIALS_MALFORMED),
    *(
        Case(f"parameters: {text.decode()}", lambda _, text=text: (text,), Cause.CREDENTIALS_MISSING)  # type: ignore[misc]
        for text in (
            *(
                b'Digest username="a", realm="b"',
                b'Digest username="a, Bearer b", realm = "b",',
                b"Digest a=b, bearer=c",
            ),
            *(
                b'Digest a="""b", c="d, Bearer e"',
                b'Digest a="b, Bearer c',
                b"AWS4-HMAC-SHA256 Credential=a/b, Signature=c",
            ),
        )
    ),
    Case("two pieces", lambda _: (b"Bearer a.b c.d",), Cause.CREDENTIALS_MALFORMED),
    Case("three parts that are no JWT's", lambda _: (b"Bearer a.b c.d.e",), Cause.CREDENTIALS_MALFORMED),
    bearer(
        "white space at the token's end",
        lambda world: world.mint()[:-9] + b" " + world.mint()[-9:],
        Cause.TOKEN_MALFORMED,
    ),
    bearer("white space at the token's start", lambda world: b"ey " + world.mint()[2:], Cause.TOKEN_MALFORMED),
    bearer("two whole tokens", lambda world: world.mint() + b" " + world.mint(), Cause.CREDENTIALS_MALFORMED),
    bearer("bytes beyond ASCII and no token", lambda _: b"t\xc3\xb6ken", Cause.CREDENTIALS_MALFORMED),
    _value("a list of one", b"Bearer ", b", Bearer b", Cause.CREDENTIALS_MALFORMED),
    _value("a tab after the scheme", b"Bearer\t", b"", Cause.CREDENTIALS_MALFORMED),
    _value("a colon after the scheme", b"Bearer: ", b"", Cause.CREDENTIALS_MALFORMED),
    _value("a quoted token", b'Bearer "', b'"', Cause.CREDENTIALS_MALFORMED),
    _damaged("white space", b" "),
    _damaged("a tab", b"\t"),
    _foreign("a comma", b","),
    _foreign("a quote", b'"'),
    _foreign("a percent sign", b"%"),
    _damaged("a byte beyond ASCII", b"\xe9"),
    _damaged("UTF-8", "é".encode()),
    _value("Bearer", b"Bearer ", b"", None),
    _value("lower case", b"bearer ", b"", None),
    _value("upper case", b"BEARER ", b"", None),
    _value("mixed case", b"bEaReR ", b"", None),
    _value("two spaces", b"Bearer  ", b"", None),
    _value("white space around", b"  Bearer ", b"  ", None),
    Case("the scheme alone", lambda _: (b"Bearer",), Cause.TOKEN_PLACEHOLDER),
    *(
        Case(f"placeholder {text.decode()!r}", lambda _, text=text: (b"Bearer " + text,), Cause.TOKEN_PLACEHOLDER)  # type: ignore[misc]
        for text in (
            *(b"", b" ", b"undefined", b"null", b"NaN", b"[object Object]", b"Undefined", b"NULL", b"None", b"nil"),
            *(b'"undefined"', b"'null'", b'""', b"false", b"(null)", b"[object Promise]", b"{}"),
        )
    ),
    Case("lower case undefined", lambda _: (b"bearer undefined",), Cause.TOKEN_PLACEHOLDER),
)
"""Headers that carry no token, not exactly one, or a placeholder; and those that do carry one."""

# A raw NUL or line end never reaches an application: servers refuse or cut the header before.
UNSENDABLE_HEADER_CASES: tuple[Case, ...] = (_damaged("NUL", b"\0"), _damaged("a line end", b"\r\n"))
"""Cases for the core call alone, which no HTTP client can send."""

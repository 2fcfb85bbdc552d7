"""The claims of a token whose signature holds (RFC 7519, RFC 8725, Cognito's access-token form)."""

from collections.abc import Mapping
from typing import Any

from poolwarden import Cause
from world import CLIENT_ID, ISSUER, OTHER_CLIENT_ID, POOL_ID, START, Case, bearer

API = "https://api.example"
# No NumericDate, each in its own way; JSON has no NaN, so that is a case of form.
_NO_DATES: tuple[Any, ...] = (
    *(None, True, False, "", "soon", "NaN", str(START), "٣", "99_999", "1700000000.0", "+1700000000"),
    *([START], [], {}, {"seconds": START}, -1, -0.5, 2**53 + 1, 10**30, -(10**30), 1e300),
)
_NO_TEXTS: tuple[Any, ...] = (None, 1, 1.5, True, ["a"], {"a": 1})


def _claims(name: str, changes: Mapping[str, Any], cause: Cause | None, **settings: Any) -> Case:
    return bearer(name, lambda world: world.mint(changes), cause, **settings)


def _wrong(
    claim: str, values: tuple[Any, ...], cause: Cause = Cause.CLAIM_INVALID, **settings: Any
) -> tuple[Case, ...]:
    return tuple(_claims(f"{claim} {_shown(value)}", {claim: value}, cause, **settings) for value in values)


def _right(claim: str, values: tuple[Any, ...], **settings: Any) -> tuple[Case, ...]:
    return tuple(_claims(f"{claim} {_shown(value)}, accepted", {claim: value}, None, **settings) for value in values)


def _shown(value: object) -> str:
    # pytest escapes the backslashes of a name once more, each time it collects in one process.
    return "missing" if value is ... else ascii(value).replace("\\", "/")


_DATES: tuple[Case, ...] = (
    *_wrong("exp", (..., *_NO_DATES)),
    *_wrong("iat", (..., *_NO_DATES)),
    *_wrong("auth_time", (..., *_NO_DATES)),
    *_wrong("nbf", _NO_DATES),
    *_right("exp", (START + 1, START + 0.5, START + 100.5, START + 86_400)),
    *_right("iat", (START + 1, START + 2, START + 5, START - 1.5, START - 82_800, START + 1.5)),
    *_right("auth_time", (START + 2, START + 5, START - 10**8, 0, START - 0.5)),
    *_right("nbf", (..., START, START - 10, START + 5, START + 1.5)),
    *_wrong("exp", (START, START - 1, START - 0.5, START - 86_399, 0), Cause.TOKEN_EXPIRED),
    *_wrong("iat", (START + 6, START + 5.5, START + 3599, START + 10**6), Cause.TOKEN_NOT_YET_VALID),
    *_wrong("auth_time", (START + 6, START + 5.5, START + 10**6), Cause.TOKEN_NOT_YET_VALID),
    *_wrong("nbf", (START + 6, START + 5.5, START + 10**6), Cause.TOKEN_NOT_YET_VALID),
    *_wrong("exp", (START + 86_401, START + 86_400.5, START + 10**8, 2**53)),
    *_wrong("iat", (START + 3_600 - 86_401, 0)),
    _claims("a life of a day", {"iat": START - 86_399, "exp": START + 1}, None),
    _claims("iat 1 s ahead without leeway", {"iat": START + 1}, Cause.TOKEN_NOT_YET_VALID, leeway=0),
    _claims("expired within the leeway", {"exp": START - 1}, Cause.TOKEN_EXPIRED, leeway=60),
    _claims("a sign-in longer ago than asked", {"auth_time": START - 601}, Cause.SESSION_TOO_OLD, max_session_age=600),
    _claims("a sign-in as long ago as asked", {"auth_time": START - 600}, None, max_session_age=600),
)

_WHO: tuple[Case, ...] = (
    *_wrong(
        "iss",
        (
            *(
                ...,
                None,
                1,
                [ISSUER],
                {},
                "",
                ISSUER + "/",
                ISSUER.lower(),
                ISSUER.upper(),
                ISSUER + "x",
                ISSUER + "\n",
            ),
            *(ISSUER[:-1], ISSUER.replace("https", "http"), ISSUER.replace("eu-west-1.", "eu-west-2."), " " + ISSUER),
            *(f"{ISSUER}.evil.example", f"https://evil.example/{POOL_ID}", f"https://evil.example/?{ISSUER}"),
            f"https://cognito-idp.eu-west-1.amazonaws.com.evil.example/{POOL_ID}",
        ),
        Cause.ISSUER_MISMATCH,
    ),
    *_right("iss", (ISSUER.replace("cognito-idp", "issuer-cognito-idp"),)),
    *_wrong(
        "token_use",
        (..., None, 1, "", "id", "refresh", "ACCESS", "access ", ["access"], {"access": 1}, True),
        Cause.TOKEN_USE_MISMATCH,
    ),
    _claims(
        "an ID token",
        {"token_use": "id", "aud": CLIENT_ID, "client_id": ..., "scope": ..., "email": "ada@example.com"},
        Cause.TOKEN_USE_MISMATCH,
    ),
    _claims(
        "an ID token with client_id and scope",
        {"token_use": "id", "aud": CLIENT_ID, "scope": "orders/read"},
        Cause.TOKEN_USE_MISMATCH,
    ),
    *_wrong(
        "client_id",
        (
            *(..., None, 1, "", [CLIENT_ID], {}, OTHER_CLIENT_ID, CLIENT_ID[:-1], CLIENT_ID + "0", CLIENT_ID.upper()),
            *(f" {CLIENT_ID}", f"{CLIENT_ID},{OTHER_CLIENT_ID}"),
        ),
        Cause.CLIENT_MISMATCH,
    ),
    _claims("aud is this client, client_id another", {"aud": CLIENT_ID, "client_id": "no"}, Cause.CLIENT_MISMATCH),
    *_right("aud", (..., CLIENT_ID, "https://other.example", ["a", "b"], {"a": 1}, 1, None)),
    *_right("aud", (API, [API], ["https://other.example", API], [1, API]), audience=API),
    *_wrong(
        "aud",
        (
            *(..., None, 1, "", [], {}, "https://other.example", API + "/", API[:-1], API.upper(), {API: 1}, [[API]]),
            *(["https://other.example"], f"{API} https://other.example", CLIENT_ID),
        ),
        Cause.AUDIENCE_MISMATCH,
        audience=API,
    ),
    *_wrong(
        "cnf",
        ({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}, {"x5t#S256": "a"}, {}, None, "a"),
        Cause.TOKEN_BOUND,
    ),
)

_WHAT: tuple[Case, ...] = (
    *_wrong(
        "scope",
        (
            *(None, 1, True, ["orders/read"], {}, "orders/read\torders/write", "orders/read\norders/write", "a\0b"),
            *("a\rb", "a\x7fb", "caf\u00e9", "a\u00a0b", "a\u2028b"),
        ),
    ),
    *_right(
        "scope", (..., "", "orders/read", "orders/read orders/write", "openid  profile", "https://api.example/a.b:c")
    ),
    *_wrong("cognito:groups", (None, 1, True, "", "not-admin", {"admin": 1}, [1], ["admin", None], [["admin"]])),
    *_right("cognito:groups", (..., [], ["admin"], ["admin", "caf\u00e9"])),
    *_wrong("sub", (..., "", *_NO_TEXTS)),
    *_wrong("username", _NO_TEXTS),
    *_wrong("jti", _NO_TEXTS),
    *_wrong("origin_jti", _NO_TEXTS),
    *_right("username", (..., "ada", "caf\u00e9")),
    *_right("jti", (...,)),
    *_right("origin_jti", (...,)),
    _claims(
        "a machine's token",
        {"sub": CLIENT_ID, "username": ..., "origin_jti": ..., "scope": "orders/read"},
        None,
    ),
    _claims("a token of a client without revocation", {"jti": ..., "origin_jti": ...}, None),
    _claims("claims nobody knows", {"acr": "1", "amr": ["pwd"], "custom": {"a": [1]}, "device_key": "a"}, None),
)

CLAIM_CASES: tuple[Case, ...] = (*_DATES, *_WHO, *_WHAT)
"""Claims that Cognito cannot have issued, those for somebody else, and those that are right."""

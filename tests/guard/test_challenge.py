"""What an HTTP client is told: status, challenge (RFC 6750 §3), problem (RFC 9457), and nothing of its request."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import CASES
from poolwarden import CAUSES, BearerError, Cause, ConfigurationError
from poolwarden.causes import Action, Seen
from poolwarden.errors import bearer_error
from poolwarden.guard.challenge import _fixed, answer_to, problem_of, quoted
from world import Case, World

METADATA = "https://api.example/.well-known/oauth-protected-resource"
GUARDS = [cause for cause, row in CAUSES.items() if row.seen_by is Seen.GUARD]
# RFC 6750 §3 and RFC 9110 §5.5: what these headers may hold.
HEADER = re.compile(r"[\x20-\x5B\x5D-\x7E]*")
PARAMETER = re.compile(r'([a-z_]+)="([\x20-\x21\x23-\x5B\x5D-\x7E]*)"')

CHALLENGES = {
    Cause.CREDENTIALS_MISSING: "Bearer",
    Cause.CREDENTIALS_MALFORMED: 'Bearer error="invalid_request", '
    'error_description="The Authorization header is not one bearer token."',
    Cause.TOKEN_EXPIRED: 'Bearer error="invalid_token", error_description="The access token has expired."',
    Cause.TOKEN_PLACEHOLDER: 'Bearer error="invalid_token", '
    'error_description="A placeholder such as undefined or null was sent instead of a token."',
    Cause.SCOPE_MISSING: 'Bearer error="insufficient_scope", '
    'error_description="The token lacks a scope that this request needs."',
    Cause.GROUP_MISSING: 'Bearer error="insufficient_scope", '
    'error_description="The user is not in a group that this request needs."',
}


@pytest.fixture(autouse=True)
def anew() -> None:
    """Make each answer anew: none is left from another test."""
    _fixed.cache_clear()


@pytest.mark.parametrize("cause", GUARDS)
def test_every_cause(cause: Cause) -> None:
    """Every refusal is a problem that may not be stored; 503 asks to wait, all others challenge."""
    row = CAUSES[cause]
    answer = answer_to(bearer_error(cause))
    headers = dict(answer.headers)
    assert answer.status == row.status
    assert headers.pop("content-type") == "application/problem+json"
    assert headers.pop("cache-control") == "no-store"
    assert headers.pop("content-length") == str(len(answer.body))
    if row.status == 503:
        assert headers == {"retry-after": "1"}
    else:
        expected = f'Bearer error="{row.error}", error_description="{row.sentence}"' if row.error else "Bearer"
        assert headers == {"www-authenticate": CHALLENGES.get(cause, expected)}
    assert json.loads(answer.body) == {
        "type": f"urn:poolwarden:cause:{cause}",
        "title": row.title,
        "status": row.status,
        "detail": row.sentence,
        "cause": str(cause),
        "action": str(row.action),
    }
    assert json.loads(answer.body) == problem_of(bearer_error(cause))
    assert answer.body == json.dumps(json.loads(answer.body), separators=(",", ":")).encode()


@pytest.mark.parametrize("cause", GUARDS)
@pytest.mark.parametrize("resource_metadata", [None, METADATA])
def test_characters(cause: Cause, resource_metadata: str | None) -> None:
    """Headers hold nothing that needs escaping, and each parameter stands once."""
    answer = answer_to(bearer_error(cause, missing=("a", "b"), retry_after_s=None), resource_metadata)
    for name, value in answer.headers:
        assert name == name.lower()
        assert HEADER.fullmatch(value)
    challenge = dict(answer.headers).get("www-authenticate", "Bearer")
    scheme, _, parameters = challenge.partition(" ")
    assert scheme == "Bearer"
    named = PARAMETER.findall(parameters)
    assert ", ".join(f'{name}="{value}"' for name, value in named) == parameters
    assert len({name for name, _ in named}) == len(named)


def test_missing_scopes() -> None:
    """The scopes that are needed are named, as configured; where they are not known, those that are missing."""
    answer = answer_to(bearer_error(Cause.SCOPE_MISSING, missing=("orders/read", "orders/write")))
    assert dict(answer.headers)["www-authenticate"].endswith(', scope="orders/read orders/write"')
    answer = answer_to(bearer_error(Cause.SCOPE_MISSING, missing=("orders/write",), needed=("openid", "orders/write")))
    assert dict(answer.headers)["www-authenticate"].endswith(', scope="openid orders/write"')


def test_missing_groups() -> None:
    """Which groups there are is nobody's business."""
    answer = answer_to(bearer_error(Cause.GROUP_MISSING, missing=("board",), needed=("openid",)))
    assert "board" not in repr(answer)


@pytest.mark.parametrize(("asked", "told"), [(None, "1"), (0, "1"), (1, "1"), (30, "30")])
def test_retry_after(asked: int | None, told: str) -> None:
    """Retry-After is a whole number of seconds, at least one."""
    for cause in (Cause.KEYS_UNAVAILABLE, Cause.REVOCATION_UNAVAILABLE):
        assert dict(answer_to(bearer_error(cause, retry_after_s=asked)).headers)["retry-after"] == told


def test_made_once() -> None:
    """The answer for a cause and an address is made once, and the address is part of it."""
    error = bearer_error(Cause.TOKEN_EXPIRED)
    assert answer_to(error, METADATA) is answer_to(bearer_error(Cause.TOKEN_EXPIRED), METADATA)
    assert answer_to(error) is not answer_to(error, METADATA)
    assert METADATA not in repr(answer_to(error))


def test_metadata() -> None:
    """Where this resource has metadata, challenges point there, also without an error (RFC 9728 §5.1)."""
    plain = dict(answer_to(bearer_error(Cause.CREDENTIALS_MISSING), METADATA).headers)
    assert plain["www-authenticate"] == f'Bearer resource_metadata="{METADATA}"'
    scopes = dict(answer_to(bearer_error(Cause.SCOPE_MISSING, missing=("a",)), METADATA).headers)
    assert scopes["www-authenticate"].endswith(f', scope="a", resource_metadata="{METADATA}"')
    expired = dict(answer_to(bearer_error(Cause.TOKEN_EXPIRED), METADATA).headers)
    assert expired["www-authenticate"] == f'{CHALLENGES[Cause.TOKEN_EXPIRED]}, resource_metadata="{METADATA}"'


@given(st.text())
def test_quoted(text: str) -> None:
    """Only what may stand between quotes is quoted; all else is refused."""
    if all(0x20 <= ord(character) <= 0x7E and character not in '"\\' for character in text):
        assert quoted(text) == f'"{text}"'
    else:
        with pytest.raises(
            ConfigurationError, match=r"^challenge: has a character .* quoted\. Use ASCII without quotes\.$"
        ):
            quoted(text)


def test_quoted_characters() -> None:
    """Of all characters, those that RFC 6750 §3 lets stand between quotes are quoted, and no other."""
    allowed = {*range(0x20, 0x22), *range(0x23, 0x5C), *range(0x5D, 0x7F)}
    for code in range(0x200):
        if code in allowed:
            assert quoted(chr(code)) == f'"{chr(code)}"'
        else:
            with pytest.raises(ConfigurationError):
                quoted(chr(code))


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_nothing_is_reflected(case: Case, world: World) -> None:
    """The answer to a request is the one for its cause, whatever the request held."""
    if case.cause is None:
        return
    with pytest.raises(BearerError) as caught:
        case.server(world).authenticate(list(case.headers(world)))
    assert answer_to(caught.value) == answer_to(bearer_error(case.cause))
    # Only what a refresh mends asks for one, and no token can make a 503.
    assert (caught.value.row.action is Action.REFRESH) is (case.cause is Cause.TOKEN_EXPIRED)
    assert caught.value.row.status != 503

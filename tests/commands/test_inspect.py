"""A token is described and judged without a byte of it being shown."""

import io
import os
import sys
from typing import Any

import pytest

from poolwarden import cli
from poolwarden.commands.failures import UsageError
from poolwarden.commands.pasted import Pasted, token_pasted
from poolwarden.commands.token_facts import describe, verdict_on
from poolwarden.localpool import Clock, KeyRing, LocalPool

NOW = 1_772_442_000.0


@pytest.fixture(scope="module")
def pool() -> LocalPool:
    """Found a pool whose clock stands still."""
    return LocalPool(clock=Clock(NOW), keys=KeyRing())


def refused_for(token: str, now: float = NOW) -> str:
    """Return the first line of the verdict on a token without its pool's keys."""
    verdict = verdict_on(token, None, now)
    assert verdict.refused
    return verdict.lines[0]


def test_access_token(pool: LocalPool) -> None:
    """A good token is described: what it is, its times in UTC, its claims by name."""
    lines = describe(pool.mint(), NOW, None)
    assert lines[0] == "A user's access token."
    assert "  expires     2026-03-02 10:00:00 UTC  (in 1 hour)" in lines
    assert "  signed in   2026-03-02 09:00:00 UTC  (0 seconds ago)" in lines
    assert "username" in lines[-1]


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ({"token_use": "id"}, "An ID token"),
        ({"sub": "1example23456789"}, "A machine's access token."),
        ({"token_use": None}, "A signed token that does not look like Cognito's"),
    ],
)
def test_kinds(pool: LocalPool, claims: dict[str, Any], words: str) -> None:
    """ID tokens, machine tokens and strangers are told apart."""
    assert describe(pool.mint(claims=claims), NOW, None)[0].startswith(words)


def test_refresh_token(pool: LocalPool) -> None:
    """A refresh token is known by its five parts."""
    client = pool.create_client("web")
    pool.create_user("ada", "Passw0rd!")
    refresh = pool.sign_in(client.client_id, "ada", "Passw0rd!").refresh_token or ""
    assert describe(refresh, NOW, None)[0].startswith("An encrypted token of five parts")
    assert refused_for(refresh).startswith("Refused: token_malformed")


def test_nothing_of_it_is_shown(pool: LocalPool) -> None:
    """No part of the token and no personal datum appears; users are shown by reference where there is a key."""
    personal = {"sub": "8f0c2b1e-user", "username": "ada.lovelace", "email": "ada@example.com", "odd\x1b[2J": 1}
    token = pool.mint(claims=personal)
    text = "\n".join([*describe(token, NOW, b"key"), *verdict_on(token, None, NOW).lines])
    assert not [part for part in token.split(".") if part[:12] in text]
    assert not [value for value in ("8f0c2b1e", "lovelace", "ada@", "\x1b") if value in text]
    assert "user_ref" in text
    assert "(needs" not in text


@pytest.mark.parametrize("value", ["a\x1b[31mb", "x@example.com", 7, ["a", 1], "e" * 300])
def test_odd_values_are_not_shown(pool: LocalPool, value: object) -> None:
    """What could move a cursor or name a person is left out."""
    assert "  scope       (not shown: unusual characters)" in describe(pool.mint(claims={"scope": value}), NOW, None)


@pytest.mark.parametrize(
    ("value", "shown"), [("soon", "(not a date)"), (2**52, "(beyond the calendar)"), (True, "(not a date)")]
)
def test_odd_dates(pool: LocalPool, value: object, shown: str) -> None:
    """Dates that are none are called so."""
    assert f"  expires     {shown}" in describe(pool.mint(claims={"exp": value}), NOW, None)


def test_checks_without_keys(pool: LocalPool) -> None:
    """Without the pool's keys all but the signature is checked."""
    assert refused_for(pool.mint(), NOW + 7200).startswith("Refused: token_expired (at exp).")
    assert refused_for(pool.mint(claims={"token_use": "id"})).startswith("Refused: token_use_mismatch")
    assert refused_for(pool.mint(header={"alg": "none"})).startswith("Refused: algorithm_refused")
    assert refused_for("undefined").startswith("Refused: token_placeholder")
    assert refused_for("a,b.c.d").startswith("Refused: credentials_malformed")
    assert not verdict_on(pool.mint(), None, NOW).refused


class _Given:
    """Standard input with bytes in it."""

    def __init__(self, text: str) -> None:
        self.buffer = io.BytesIO(text.encode())

    def isatty(self) -> bool:
        """Say that it is a pipe."""
        return False


def inspect(monkeypatch: pytest.MonkeyPatch, given: str, *arguments: str) -> int:
    """Run the command with a token on standard input."""
    monkeypatch.setattr(sys, "stdin", _Given(given))
    return cli.main(["inspect", *arguments])


def test_command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pool: LocalPool) -> None:
    """A whole header may be given; an expired token is a finding, in 80 columns."""
    assert inspect(monkeypatch, f"Authorization: Bearer {pool.mint()}\n") == 1
    told = capsys.readouterr().out
    assert "Refused: token_expired (at exp)." in told
    assert max(map(len, told.splitlines())) <= 80


def test_any_key(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pool: LocalPool) -> None:
    """The reference key may be bytes that are no text."""
    monkeypatch.setenv("POOLWARDEN_REF_KEY", os.fsdecode(b"\xffk"))
    assert inspect(monkeypatch, pool.mint()) == 1
    assert "(needs POOLWARDEN_REF_KEY)" not in capsys.readouterr().out


@pytest.mark.parametrize("given", ["", " \n", "Bearer "])
def test_nothing_given(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], given: str) -> None:
    """No token is a usage error."""
    assert inspect(monkeypatch, given) == 2
    assert capsys.readouterr().err == "poolwarden: no token on standard input; pipe one in.\n"


@pytest.mark.parametrize("pool_id", ["", "nonsense"])
def test_bad_pool(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pool_id: str) -> None:
    """A pool id that is none, or empty, is a usage error."""
    assert inspect(monkeypatch, "x", "--pool", pool_id) == 2
    assert "POOL" in capsys.readouterr().err.upper()


def test_with_the_pool_over_http(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """With the pool named, the signature is checked with the keys that it publishes."""
    from poolwarden.localpool.http import serve  # noqa: PLC0415 (only here)

    live, stranger = LocalPool(), LocalPool()
    with serve(live) as url:
        monkeypatch.setenv("POOLWARDEN_JWKS_URL", f"{url}/{live.pool_id}/.well-known/jwks.json")
        assert inspect(monkeypatch, live.mint(), "--pool", live.pool_id) == 0
        assert "Passes every check of pool main" in capsys.readouterr().out
        assert inspect(monkeypatch, stranger.mint(), "--pool", live.pool_id) == 1
        assert "Refused: key_unknown" in capsys.readouterr().out
    assert inspect(monkeypatch, live.mint(), "--pool", live.pool_id) == 1
    assert "Undecided: keys_unavailable." in capsys.readouterr().out


A, B = "eyJhbGciOi.eyJzdWIi.c2ln", "eyJhbGciOi.eyJhdWQi.c2ln"
JWE = "eyJlbmMi.a-_b.c.d.e"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (A, Pasted(A)),
        (f"Bearer {A}\n", Pasted(A)),
        (f"authorization: bearer  {A}", Pasted(A)),
        (f"{A[:5]}\r\n  {A[5:12]}\n{A[12:]}", Pasted(A)),
        (f"{A}AAAA\nBBBB", Pasted(f"{A}AAAABBBB")),
        (f'"{A}"', Pasted(A, within=True)),
        (f"'Bearer {A}',", Pasted(A, within=True)),
        (f"curl -H 'Authorization: Bearer {A}' https://x/", Pasted(A, within=True)),
        (f"GET /cb#access_token={A}&expires_in=3600", Pasted(A, within=True)),
        (f'{{"AccessToken": "{A}", "Again": "{A}"}}', Pasted(A, within=True)),
        (f'{{"RefreshToken": "{JWE}"}}', Pasted(JWE, within=True)),
        ("Bearer undefined", Pasted("undefined")),
        ('"abc"', Pasted('"abc"')),
    ],
)
def test_pasted(text: str, found: Pasted) -> None:
    """The token is found as people paste it, and it is told where it stood within other text."""
    assert token_pasted(text) == found


@pytest.mark.parametrize("text", [f"{A}\n{B}", f'{{"AccessToken": "{A}", "IdToken": "{B}"}}', f"{A} {JWE}"])
def test_several_tokens(text: str) -> None:
    """Of several tokens none is chosen."""
    with pytest.raises(UsageError, match="2 tokens on standard input; give one alone"):
        token_pasted(text)


def test_in_quotes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], pool: LocalPool) -> None:
    """A token in quotes is told as the token it is, with a word on the quotes."""
    assert inspect(monkeypatch, f'"{pool.mint()}"') == 1
    out = capsys.readouterr().out
    assert out.startswith("A user's access token.")
    assert "Refused: token_expired (at exp)." in out
    assert "within other text; sent with quotes" in out

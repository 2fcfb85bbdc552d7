"""Checks of the user's own, at every request."""

import pytest

from playing import bearer, cause_of
from poolwarden import AccessToken, Cause, RevocationUnavailable
from poolwarden.guard.revocation import RevocationList
from world import START, World


def test_row_that_fits(world: World) -> None:
    """An own check refuses verified tokens for its cause, known ones included, after all others."""
    banned: set[str | None] = set()
    asked: list[AccessToken] = []

    def is_banned(token: AccessToken) -> bool:
        asked.append(token)
        return token.username in banned

    server = world.server(checks=[(Cause.TOKEN_REVOKED, is_banned), (Cause.GROUP_MISSING, lambda token: not token.sub)])
    token = world.mint()
    assert cause_of(server, world.mint({"exp": START - 1})) is Cause.TOKEN_EXPIRED
    assert not asked
    assert cause_of(server, token) is None
    banned.add("ada")
    assert cause_of(server, token) is Cause.TOKEN_REVOKED
    assert cause_of(server, token) is Cause.TOKEN_REVOKED


def test_row_that_raises(world: World, caplog: pytest.LogCaptureFixture) -> None:
    """An own check that raises lets nobody in and signs nobody out; its type is told once, and nothing of the token."""

    def is_banned(token: AccessToken) -> bool:
        return bool(token.claims["custom:of " + token.sub])

    server = world.server(checks=[(Cause.TOKEN_REVOKED, is_banned)])
    for _ in range(2):
        with pytest.raises(RevocationUnavailable) as caught:
            server.authenticate(bearer(world.mint({"sub": "ada-sub"})))
        assert caught.value.retry_after_s == 1
    assert [record.getMessage() for record in caplog.records] == [
        "poolwarden: requests are refused: the own check for token_revoked raises KeyError"
    ]


def test_before_the_list(world: World) -> None:
    """Own checks come before the revocation list, and both are asked for known tokens, too."""
    revoked, banned = RevocationList(now=world.clock), set[str]()
    server = world.server(checks=[(Cause.GROUP_MISSING, lambda token: token.sub in banned)], revoked=revoked)
    token = world.mint({"sub": "ada-sub"})
    assert cause_of(server, token) is None
    revoked.revoke_user("ada-sub")
    assert cause_of(server, token) is Cause.TOKEN_REVOKED
    banned.add("ada-sub")
    assert cause_of(server, token) is Cause.GROUP_MISSING

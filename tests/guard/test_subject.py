"""Whose token it is, by references only."""

import pytest

from playing import bearer
from poolwarden.guard.subject import identify
from world import World


def test_expired(world: World) -> None:
    """A token whose signature holds tells its session and client, also once it has expired."""
    server = world.server(ref_key=b"key")
    token = world.mint()
    accepted = server.authenticate(bearer(token))
    world.clock.move(7200)
    world.down[0] = True
    subject = identify(bearer(token), server.rules)
    assert subject is not None
    assert (subject.pool, subject.client) == (accepted.pool, accepted.client)
    assert subject.session_ref == accepted.session_ref
    assert subject.user_ref
    assert subject.token_ref


def test_no_session(world: World) -> None:
    """Claims that name no session still tell the token, and whatever cannot be told is left out."""
    server = world.server()
    server.authenticate(bearer(world.mint()))
    subject = identify(bearer(world.mint({"sub": 7})), server.rules)
    assert subject is not None
    assert subject.token_ref
    assert subject.session_ref is None
    nameless = identify(bearer(world.mint({"jti": ..., "origin_jti": ...})), server.rules)
    assert nameless is not None
    assert nameless.session_ref


@pytest.mark.parametrize("header", [None, b"Basic eA==", b"Bearer undefined", b"Bearer a.b.c"])
def test_nobody(world: World, header: bytes | None) -> None:
    """Without a token whose signature holds it is nobody's."""
    assert identify(header, world.server().rules) is None


def test_unasked(world: World) -> None:
    """Nothing is fetched for it, and nothing is remembered."""
    server = world.server()
    assert identify(bearer(world.mint()), server.rules) is None
    assert not world.fetched
    assert len(server._known) == 0

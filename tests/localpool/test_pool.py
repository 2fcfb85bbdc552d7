"""The short ways do what the operations do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool import CognitoError

if TYPE_CHECKING:
    from conftest import Refused
    from poolwarden.localpool import AppClient, LocalPool, Tokens


def test_create_client_grants(pool: LocalPool) -> None:
    """OAuth grants follow from what a client is given, unless they are named."""
    page = pool.create_client("page", callback_urls=["https://a.example"]).settings
    assert (page.oauth_enabled, page.oauth_flows, page.oauth_scopes[0]) == (True, ("code",), "openid")
    machine = pool.create_client("machine", secret=True, allowed_scopes=["a/b"]).settings
    assert (machine.oauth_enabled, machine.oauth_flows, machine.oauth_scopes) == (
        True,
        ("client_credentials",),
        ("a/b",),
    )
    assert not pool.create_client("plain").settings.oauth_enabled
    named = pool.create_client("named", allowed_flows=["code"], allowed_scopes=["openid"]).settings
    assert (named.oauth_flows, named.oauth_scopes) == (("code",), ("openid",))


def test_create_client_units(pool: LocalPool) -> None:
    """Each token has a unit of its own."""
    client = pool.create_client(
        "web",
        refresh_validity=30,
        access_validity=5,
        id_validity=600,
        units={"refresh": "hours", "access": "minutes", "id": "seconds"},
    )
    assert (client.refresh_validity_s, client.access_validity_s, client.id_validity_s) == (108_000, 300, 600)


def test_unknown_unit_kind(pool: LocalPool) -> None:
    """A unit for a token that does not exist is a mistake."""
    with pytest.raises(KeyError):
        pool.create_client("web", units={"acess": "hours"})


def test_create_user(pool: LocalPool, refused: Refused) -> None:
    """A user is confirmed, in its groups, and its name is taken."""
    sub = pool.create_user("bob", "Passw0rd!", groups=("admin", "ops"))
    user = pool.run(lambda state: state.users.get("bob"))
    assert (user.sub, user.groups, user.status) == (sub, ["admin", "ops"], "CONFIRMED")
    with refused("UsernameExistsException"):
        pool.create_user("bob", "Passw0rd!")


def test_refresh_without_token(pool: LocalPool, web: AppClient, rotating: AppClient, refused: Refused) -> None:
    """Without a refresh token there is nothing to refresh."""
    with refused("InvalidParameterException", "Missing required parameter REFRESH_TOKEN"):
        pool.refresh(web.client_id, None)
    with refused("NotAuthorizedException", "Invalid Refresh Token"):
        pool.refresh(rotating.client_id, None)


def test_threads(pool: LocalPool) -> None:
    """Of many threads that redeem one refresh token without grace, exactly one gets tokens."""
    client = pool.create_client("strict", rotation_grace_s=0)
    token = pool.sign_in(client.client_id, "ada", "Passw0rd!").refresh_token
    won: list[Tokens] = []
    lost: list[str] = []

    def redeem() -> None:
        try:
            won.append(pool.refresh(client.client_id, token))
        except CognitoError as error:
            lost.append(error.name)

    threads = [threading.Thread(target=redeem) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    assert lost == ["RefreshTokenReuseException"] * 7

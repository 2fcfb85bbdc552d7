"""App clients are frozen values that a store replaces."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool.clients import ClientStore, Rotation, Settings, draft_client, draft_secret

if TYPE_CHECKING:
    from conftest import Refused


def test_draft() -> None:
    """A client gets an id of 26 letters and digits, and its secret stays out of its repr."""
    secret = draft_secret()
    client = draft_client("web", Settings(), now=5, secret=secret)
    assert len(client.client_id) == 26
    assert client.client_id.isalnum()
    assert len(secret) == 52
    assert secret not in repr(client)
    assert (client.created_at, client.modified_at) == (5, 5)


def test_defaults_are_cognitos() -> None:
    """Without settings a client has Cognito's validities and flows."""
    client = draft_client("web", Settings(), now=0)
    assert (client.refresh_validity_s, client.access_validity_s, client.id_validity_s) == (2_592_000, 3600, 3600)
    assert client.auth_flows == ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")
    assert not client.rotates
    assert not client.hides_users


@pytest.mark.parametrize(("rotation", "rotates"), [(Rotation(True), True), (Rotation(False), False), (None, False)])
def test_rotates(rotation: Rotation | None, rotates: bool) -> None:
    """A client rotates only where the feature is enabled."""
    assert draft_client("web", Settings(rotation=rotation), now=0).rotates is rotates


def test_store(refused: Refused) -> None:
    """A store finds, lists and forgets its clients."""
    store = ClientStore()
    client = store.put(draft_client("web", Settings(), now=0))
    assert store.get(client.client_id) is client
    assert list(store) == [client]
    store.delete(client.client_id)
    with refused("ResourceNotFoundException", f"User pool client {client.client_id} does not exist."):
        store.get(client.client_id)

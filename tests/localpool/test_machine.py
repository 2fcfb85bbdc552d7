"""Machines get custom scopes with their secret."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from poolwarden.localpool import OAuthError

if TYPE_CHECKING:
    from poolwarden.localpool import AppClient, LocalPool


def test_scopes(pool: LocalPool, machine: AppClient) -> None:
    """A machine gets the scopes it asks for, or all it may have."""
    assert pool.machine_token(machine.client_id, machine.secret, ["orders/read"]).scope == "orders/read"
    assert pool.machine_token(machine.client_id, machine.secret).scope == "orders/read orders/write"


def test_refusals(pool: LocalPool, machine: AppClient, web: AppClient, secretive: AppClient) -> None:
    """A wrong secret, a client of another kind and a scope beyond the client's are refused."""
    cases: list[tuple[str, str | None, list[str], str]] = [
        ("", None, [], "invalid_request"),
        ("nobody", "x", [], "invalid_client"),
        (machine.client_id, "é", [], "invalid_client"),
        (machine.client_id, None, [], "invalid_client"),
        (web.client_id, "x", [], "invalid_client"),
        (web.client_id, None, [], "unauthorized_client"),
        (secretive.client_id, secretive.secret, [], "unauthorized_client"),
        (machine.client_id, machine.secret, ["orders/delete"], "invalid_grant"),
    ]
    for client_id, secret, scopes, code in cases:
        with pytest.raises(OAuthError) as caught:
            pool.machine_token(client_id, secret, scopes)
        assert caught.value.name == code

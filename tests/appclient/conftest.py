"""Settings of one app client, made as the sources make them."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from poolwarden.appclient import ClientSettings, Place, read_clients
from poolwarden.appclient.settings import settings_from

Describe = Callable[..., ClientSettings]
Declare = Callable[..., ClientSettings]

NAMES = {"UserPoolId": "eu-west-1_AbCdEfGhI", "ClientId": "1example23456789", "ClientName": "web"}
GOOD = {
    **NAMES,
    "RefreshTokenValidity": 30,
    "AccessTokenValidity": 60,
    "IdTokenValidity": 60,
    "TokenValidityUnits": {"RefreshToken": "days", "AccessToken": "minutes", "IdToken": "minutes"},
    "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
    "CallbackURLs": ["https://app.example.com/cb", "http://localhost:3000/cb"],
    "AllowedOAuthFlows": ["code"],
    "AllowedOAuthFlowsUserPoolClient": True,
    "PreventUserExistenceErrors": "ENABLED",
    "EnableTokenRevocation": True,
    "AuthSessionValidity": 3,
}


@pytest.fixture
def describe() -> Describe:
    """Describe a client in which nothing is the matter but what is given; None takes an attribute away."""

    def make(**given: Any) -> ClientSettings:
        client = {name: value for name, value in {**GOOD, **given}.items() if value is not None}
        (settings,) = read_clients("client.json", json.dumps({"UserPoolClient": client}).encode())
        return settings

    return make


@pytest.fixture
def declare() -> Declare:
    """Declare a client in a source, with what is given and nothing else."""

    def make(source: str = "cloudformation", syntax: str = "yaml", **given: Any) -> ClientSettings:
        return settings_from(given, Place("file", "Web", source, syntax))

    return make

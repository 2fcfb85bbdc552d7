"""A local Amazon Cognito user pool with a clock that can be moved."""

from poolwarden.localpool.assumptions import ASSUMPTIONS
from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.clock import Clock
from poolwarden.localpool.errors import CognitoError
from poolwarden.localpool.keys import KeyRing, SigningKey
from poolwarden.localpool.oauth_errors import OAuthError
from poolwarden.localpool.pool import LocalPool
from poolwarden.localpool.tokens import Tokens

__all__ = [
    "ASSUMPTIONS",
    "AppClient",
    "Clock",
    "CognitoError",
    "KeyRing",
    "LocalPool",
    "OAuthError",
    "SigningKey",
    "Tokens",
]

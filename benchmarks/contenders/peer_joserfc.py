"""joserfc, with a claims registry that asks what Cognito's documentation asks."""

from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet

from benchmarks.subject import Subject, World, token_in

PACKAGES = ("joserfc", "cryptography")


def subjects(world: World, _variant: str) -> dict[str, Subject]:
    """Return decoding with checks."""
    keys = KeySet.import_key_set(world.key_set())
    registry = jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": world.issuer},
        exp={"essential": True},
        token_use={"essential": True, "value": "access"},
        client_id={"essential": True, "value": world.client_id},
    )

    def verify(token: str) -> dict[str, Any]:
        claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        registry.validate(claims)
        return claims

    return {"verify": Subject(verify, token_in)}

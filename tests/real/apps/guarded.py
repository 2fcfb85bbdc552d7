"""What the served applications share: a server made from files and the environment, on a clock that a test can move."""

import json
import os
import time
from pathlib import Path
from typing import Any

from poolwarden import AccessToken, ResourceServer, UserPool
from poolwarden.guard.keys import KeyPolicy

FOLDER = Path(os.environ["GUARDED_FOLDER"])
EXEMPT = ["/healthz", "/metrics"]
FIRST, LAST = b"first\n", b"last\n"


def now() -> float:
    """Return the time, moved by what the file says."""
    return time.time() + float((FOLDER / "offset").read_text())


def made() -> ResourceServer:
    """Make the server: of the pools in the file, or of the environment's."""
    settings: dict[str, Any] = {"now": now, "key_policy": KeyPolicy(cooldown_s=0.2)}
    if "POOLWARDEN_USER_POOL_ID" in os.environ:
        return ResourceServer.from_env(**settings)
    pools = json.loads((FOLDER / "pools.json").read_text())
    return ResourceServer([UserPool(**pool) for pool in pools], **settings)


def told(token: AccessToken) -> dict[str, Any]:
    """Tell whose token it is."""
    return {"pool": token.pool, "client": token.client, "sub": token.sub, "scopes": sorted(token.scopes)}


def gate_is_open() -> bool:
    """Return whether the test lets the rest of a stream pass."""
    return (FOLDER / "gate").exists()


def cognito() -> Any:
    """Return an unmodified boto3 client of the local pool."""
    import boto3  # noqa: PLC0415 (only few applications call Cognito)

    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    return boto3.client("cognito-idp", region_name="eu-west-1", endpoint_url=os.environ["COGNITO_URL"], **keys)  # type: ignore[call-overload]

"""Show what an event of CloudTrail asked for, without secrets and persons."""

from collections.abc import Mapping
from typing import Any

import msgspec

from poolwarden.triage.mask import masked

_LONGEST_DETAIL = 4000
_UNITS = ("seconds", "minutes", "hours", "days")
_HIDDEN = frozenset(
    (
        *(
            "clientsecret",
            "accesstoken",
            "refreshtoken",
            "idtoken",
            "token",
            "password",
            "username",
            "userattributes",
            "authparameters",
        ),
        *(
            "challengeresponses",
            "session",
            "secrethash",
            "contextdata",
            "usercontextdata",
            "clientmetadata",
            "email",
            "devicekey",
        ),
        *("proposedpassword", "previouspassword", "temporarypassword", "attributes", "secretkey"),
    )
)


def _visible(value: Any, depth: int = 4) -> Any:
    """Return settings without secrets and persons."""
    if isinstance(value, Mapping):
        # TokenValidityUnits has the names of tokens for keys, and no token behind them.
        shown = {
            str(k): _visible(v, depth - 1) for k, v in value.items() if str(k).lower() not in _HIDDEN or v in _UNITS
        }
        return shown if depth else "…"
    if isinstance(value, list):
        return [_visible(item, depth - 1) for item in value[:50]] if depth else "…"
    return masked(value, 200) if isinstance(value, str) else value


def detail_of(parameters: Mapping[str, Any]) -> str:
    """Return a change's request parameters as bounded JSON text, without secrets and persons."""
    shown = _visible(parameters)
    encoded = msgspec.json.encode(shown).decode()
    while len(encoded) > _LONGEST_DETAIL:
        longest = max(shown, key=lambda key: len(msgspec.json.encode(shown[key])))
        del shown[longest]
        encoded = msgspec.json.encode({**shown, "omitted": True}).decode()
    return encoded

"""Read what a change of an app client's settings set, from what to what, and what it silently reset."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.durations import spell
from poolwarden.triage.patterns import later
from poolwarden.triage.report import Change, moment
from poolwarden.validities import DAY, UNIT_S

DEFAULT_REFRESH_S = 30 * DAY
"""The refresh validity of an app client that sets none, seconds."""

_WHOLE = later(r"[0-9]{1,9}")  # a log may hold anything: other scripts' digits, numbers without end

RESET_TO: Mapping[str, str] = {
    "accessTokenValidity": "1 hour",
    "idTokenValidity": "1 hour",
    "explicitAuthFlows": "ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH, ALLOW_CUSTOM_AUTH",
    "callbackURLs": "none",
    "logoutURLs": "none",
    "allowedOAuthFlows": "none",
    "allowedOAuthScopes": "none",
    "readAttributes": "all standard attributes",
    "writeAttributes": "all standard attributes",
    "supportedIdentityProviders": "none",
    "preventUserExistenceErrors": "LEGACY",
    "enableTokenRevocation": "the default",
    "refreshTokenRotation": "off",
    "authSessionValidity": "3 minutes",
}
"""What an update that leaves a setting out makes of it (A/API_UpdateUserPoolClient.html)."""


class Setting(msgspec.Struct, frozen=True):
    """
    A change of settings, and what it may have done to the refresh validity.

    Attributes:
        at: When, epoch seconds.
        pool: The user pool, where the change tells.
        client: The app client; None where it concerns all of the pool's.
        operation: The operation, such as ``UpdateUserPoolClient``.
        refresh_s: The refresh validity from then on, seconds, where the change tells.
        repeats: Whether that is the one that was set before.
        change: The change as the report shows it.
    """

    at: float | None
    pool: str | None
    client: str | None
    operation: str
    refresh_s: int | None
    change: Change
    repeats: bool = False


def settings_changes(
    rows: Iterable[tuple[float | None, str, str | None, str | None, str | None, str | None]],
) -> list[Setting]:
    """
    Return the changes in their order, each with what was in force before where an earlier change tells.

    Args:
        rows: When, operation, who, pool, app client, and the request's parameters as JSON text.
    """
    found = []
    before: dict[tuple[str | None, str | None], int] = {}
    for at, operation, who, pool, client, text in rows:
        parameters = _parameters(text)
        refresh_s = refresh_validity_s(parameters) if operation.endswith("UserPoolClient") else None
        deleted = operation.startswith("Delete")
        repeats = refresh_s is not None and not deleted and before.get((pool, client)) == refresh_s
        detail: dict[str, Any] = {"pool": pool, "client": client, "set": dict(parameters)}
        if refresh_s is not None and not deleted:
            detail["refresh_validity"] = spell(refresh_s)
            if (pool, client) in before:
                detail["refresh_validity_before"] = spell(before[pool, client])
            before[pool, client] = refresh_s
        if operation == "UpdateUserPoolClient" and parameters:
            detail["reset"] = silently_reset(parameters)
        change = Change(at=moment(at), what=operation, who=who, detail={k: v for k, v in detail.items() if v})
        found.append(Setting(at, pool, client, operation, None if deleted else refresh_s, change, repeats))
    return found


def refresh_validity_s(parameters: Mapping[str, Any]) -> int | None:
    """
    Return the refresh validity that settings of an app client declare, seconds, or None where they are not such.

    Args:
        parameters: The settings, in CloudTrail's or the API's spelling.
    """
    fields = {name.lower(): value for name, value in parameters.items()}
    units = fields.get("tokenvalidityunits")
    unit = (
        {name.lower(): value for name, value in units.items()}.get("refreshtoken") if isinstance(units, dict) else None
    )
    value = fields.get("refreshtokenvalidity")
    if not value:
        return DEFAULT_REFRESH_S if fields else None
    return int(value) * UNIT_S.get(str(unit or "days").lower(), DAY) if _WHOLE.fullmatch(str(value)) else None


def told_validities(details: Iterable[str]) -> dict[str, int]:
    """
    Return the refresh validities that guards were told, by app client, seconds.

    Where several were told for one app client, none is: they cannot all be in force.

    Args:
        details: What the guards' ``started`` events say, as JSON text: validities by ``pool/client``.
    """
    found: dict[str, set[int]] = {}
    for text in details:
        parameters = _parameters(text)
        inner = parameters.get("refresh_validity_s", parameters)
        for name, seconds in inner.items() if isinstance(inner, dict) else ():
            if isinstance(seconds, int):
                found.setdefault(name.rpartition("/")[2], set()).add(seconds)
    return {client: validities.pop() for client, validities in found.items() if len(validities) == 1}


def silently_reset(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the settings that an update leaves out, and what Cognito makes of them."""
    given = {name.lower() for name in parameters}
    return {name: value for name, value in RESET_TO.items() if name.lower() not in given}


def _parameters(text: str | None) -> Mapping[str, Any]:
    """Return a change's parameters; none where the text was cut or is no object."""
    try:
        value = msgspec.json.decode(text) if text else {}
    except UNDECODABLE:
        return {}
    return value if isinstance(value, dict) else {}

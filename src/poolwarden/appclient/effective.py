"""Say what is in force: what is set, or what Cognito makes of a setting that is not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolwarden.appclient.attributes import ATTRIBUTES, BY_NAME, Kind
from poolwarden.appclient.durations import TOKENS, Token, Validity
from poolwarden.appclient.settings import UNKNOWN, ClientSettings

_UNITS: Final = "TokenValidityUnits"
_ROTATION: Final = "RefreshTokenRotation"
_BY_ATTRIBUTE: Final[Mapping[str, Token]] = {token.attribute: token for token in TOKENS}

DEFAULTS: Final[Mapping[str, Any]] = {
    "ExplicitAuthFlows": ("ALLOW_CUSTOM_AUTH", "ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"),
    "AllowedOAuthFlowsUserPoolClient": False,
    "PreventUserExistenceErrors": "LEGACY",
    # That an update resets it to on, as for a new client, is assumed.
    "EnableTokenRevocation": True,
    "EnablePropagateAdditionalUserContextData": False,
    "AuthSessionValidity": 3,
    _ROTATION: {"Feature": "DISABLED"},
}
"""What Cognito takes where nothing is set (A/API_UpdateUserPoolClient.html); lists are empty, see Token too."""

COMPARED: Final = tuple(row.name for row in ATTRIBUTES if row.reset is not None and row.name != _UNITS)
"""The settings that can be compared; units are part of the validities."""


@dataclass(frozen=True, slots=True)
class Difference:
    """
    A setting that is in force here and another there.

    Attributes:
        name: The attribute.
        before: What is in force, in words.
        after: What is in force there, or would be.
    """

    name: str
    before: str
    after: str


def effective(client: ClientSettings, name: str) -> Any:
    """
    Return what is in force: a :class:`Validity`, a set of texts, a value; :data:`UNKNOWN` where it cannot be told.

    Args:
        client: The settings.
        name: The attribute, one of :data:`COMPARED`.
    """
    if name in _BY_ATTRIBUTE:
        return client.validity(_BY_ATTRIBUTE[name]) or UNKNOWN
    if client.is_unknown(name):
        return UNKNOWN
    value = client.values.get(name, DEFAULTS.get(name))
    if BY_NAME[name].kind is Kind.TEXTS:
        return frozenset(value or ())
    if name == _ROTATION and isinstance(value, Mapping):
        on = value.get("Feature") == "ENABLED"
        return (on, value.get("RetryGracePeriodSeconds") or 0) if on else (False, 0)
    return dict(value) if isinstance(value, Mapping) else value


def differences(before: ClientSettings, after: ClientSettings, names: Iterable[str] = COMPARED) -> list[Difference]:
    """
    Return what is in force in one and not in the other; what is unknown in either is passed over.

    Args:
        before: The settings as they are.
        after: The settings to compare them with.
        names: Which settings.
    """
    found = []
    for name in names:
        one, other = effective(before, name), effective(after, name)
        if one is not UNKNOWN and other is not UNKNOWN and not _same(one, other):
            found.append(Difference(name, in_words(name, one), in_words(name, other)))
    return found


def in_words(name: str, value: Any) -> str:
    """Say what is in force as a report does."""
    if name == "AuthSessionValidity":
        value = Validity(value, "minutes")
    if isinstance(value, Validity):
        return value.plain
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or (BY_NAME[name].reset or "none")
    if name == _ROTATION:
        return f"on, grace {value[1]} s" if value[0] else "off"
    if isinstance(value, dict):
        return ", ".join(f"{key} {inner}" for key, inner in value.items())
    return {None: "none", True: "true", False: "false"}.get(value, str(value))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Validity) and isinstance(other, Validity):
        return one.seconds == other.seconds
    return bool(one == other)

"""Settle which validities an app client is to have, and what changes with them."""

from collections.abc import Mapping
from dataclasses import dataclass

from poolwarden.appclient.durations import ACCESS, ID, REFRESH, TOKENS, Token, Validity
from poolwarden.appclient.settings import UNKNOWN, ClientSettings
from poolwarden.appclient.units import meant_instead
from poolwarden.errors import ConfigurationError


@dataclass(frozen=True, slots=True)
class Change:
    """
    A validity before and after.

    Attributes:
        token: Which token's it is.
        before: What is set; None where only a later run will tell.
        after: What is to be set.
        number_before: The number as it is set; None where none is, or it is unknown.
        unit_before: The unit as it is set; the same.
    """

    token: Token
    before: Validity | None
    after: Validity
    number_before: int | None
    unit_before: str | None


def settle_wanted(client: ClientSettings, given: Mapping[Token, Validity]) -> dict[Token, Validity]:
    """
    Return the validities to set: those given, and what was probably meant where the unit is mistaken.

    Args:
        client: The settings.
        given: What the user asks for.

    Raises:
        ConfigurationError: There is nothing to change, or a token would outlive the refresh token.
    """
    wanted = {token: validity for token in TOKENS if (validity := given.get(token) or _meant(client, token))}
    if not wanted:
        mend = "Say what you want, such as --refresh-validity 30d."
        raise ConfigurationError(str(client.place), "no mistaken unit to mend.", mend)
    after = {token: wanted.get(token) or client.validity(token) for token in TOKENS}
    refresh = after[REFRESH]
    for token in (ACCESS, ID):
        other = after[token]
        if refresh and other and other.seconds > refresh.seconds:
            problem = f"{token.attribute} ({other}) would be above {REFRESH.attribute} ({refresh})."
            mend = f"Set both: --refresh-validity and --{token.word.lower()}-validity."
            raise ConfigurationError(str(client.place), problem, mend)
    return wanted


def changes_of(client: ClientSettings, wanted: Mapping[Token, Validity]) -> tuple[Change, ...]:
    """
    Return what the validities change.

    Args:
        client: The settings.
        wanted: The validities to set.

    Raises:
        ConfigurationError: They are set as they are wanted already.
    """
    changes = tuple(
        Change(token, client.validity(token), after, client.number(token.attribute), _unit(client, token))
        for token, after in wanted.items()
        if client.validity(token) != after
    )
    if not changes:
        told = ", ".join(f"{token.attribute} {validity}" for token, validity in wanted.items())
        raise ConfigurationError(str(client.place), f"is set as wanted already ({told}).", "There is nothing to do.")
    return changes


def _meant(client: ClientSettings, token: Token) -> Validity | None:
    validity = client.validity(token)
    return None if validity is None else meant_instead(token, validity, unit_given=client.unit_given(token))


def _unit(client: ClientSettings, token: Token) -> str | None:
    unit = client.inner("TokenValidityUnits", token.member)
    return None if unit is UNKNOWN or unit is None else str(unit)

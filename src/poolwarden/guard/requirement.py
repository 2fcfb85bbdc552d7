"""Say which scopes and groups a request needs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from poolwarden.causes import Cause
from poolwarden.errors import ConfigurationError
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.challenge import quoted

_TOLD = ("scopes", "any_scope")


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """
    What a verified token must have; empty means nothing.

    Args:
        scopes: Scopes that the token must have, all of them.
        any_scope: Scopes of which it must have at least one.
        groups: Groups that the user must be in, all of them.
        any_group: Groups of which the user must be in at least one.

    Raises:
        ConfigurationError: A name is not text, has white space, or is a scope that may not stand in a challenge.
    """

    scopes: Iterable[str] = ()
    any_scope: Iterable[str] = ()
    groups: Iterable[str] = ()
    any_group: Iterable[str] = ()

    def __post_init__(self) -> None:
        """Normalise to tuples, and refuse what could not be told to a client."""
        for field in self.__slots__:
            names = _names(field, getattr(self, field))
            if field in _TOLD:
                quoted(" ".join(names))
            object.__setattr__(self, field, names)

    def missing_in(self, token: AccessToken) -> tuple[Cause, tuple[str, ...]] | None:
        """
        Return the cause and the names that are missing, or None where the token has all it needs.

        Args:
            token: The verified token.
        """
        if self.scopes or self.any_scope:
            missing = _missing(token.scope.split(), self.scopes, self.any_scope)
            if missing:
                return Cause.SCOPE_MISSING, missing
        if self.groups or self.any_group:
            missing = _missing(token.groups, self.groups, self.any_group)
            if missing:
                return Cause.GROUP_MISSING, missing
        return None

    def scopes_for(self, token: AccessToken) -> tuple[str, ...]:
        """
        Return the scopes that a new token should have, those included that this one has already.

        Args:
            token: The token that is refused.
        """
        owned = [name for name in self.any_scope if name in token.scopes]
        return (*self.scopes, *(owned or self.any_scope))


def _missing(owned: Collection[str], needs_all: Iterable[str], needs_one: Iterable[str]) -> tuple[str, ...]:
    missing = tuple([name for name in needs_all if name not in owned])
    if missing or not needs_one or any(name in owned for name in needs_one):
        return missing
    return tuple(needs_one)


def required(requirement: object) -> Requirement | None:
    """
    Return a ``require`` setting of a middleware.

    Args:
        requirement: A requirement, or None for nothing.

    Raises:
        ConfigurationError: It is something else, which would fail at the first request only.
    """
    if not isinstance(requirement, Requirement | None):
        raise ConfigurationError(
            "require", "is no requirement.", 'Give poolwarden.Requirement(scopes=["orders/read"]), or nothing.'
        )
    return requirement


def _names(field: str, given: object) -> tuple[str, ...]:
    # A mapping would lose its values without a word.
    listed = isinstance(given, Iterable) and not isinstance(given, Mapping)
    names = (given,) if isinstance(given, str) or not listed else tuple(given)  # type: ignore[arg-type]
    if not all(isinstance(name, str) and name for name in names):
        raise ConfigurationError(field, "holds something that is not a name.", "Give a list of names.")
    if any(str(name).split() != [name] for name in names):
        # No token has such a scope, and no user pool such a group: every request would be refused.
        raise ConfigurationError(
            field, "holds a name with white space.", 'Give a list: ["orders/read", "orders/write"].'
        )
    return names  # type: ignore[return-value]

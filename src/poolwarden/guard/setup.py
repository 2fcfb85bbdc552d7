"""Turn a server's settings into the rules and key sources that it works with; wrong settings end here."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from poolwarden.errors import ConfigurationError
from poolwarden.events import OTHER
from poolwarden.guard.claims import Standard
from poolwarden.guard.jwks import BadKeySetError, read_keys
from poolwarden.guard.jws import Key
from poolwarden.guard.keys import KeyPolicy, KeyRing
from poolwarden.guard.own_checks import answers_at_once
from poolwarden.guard.pool import UserPool
from poolwarden.guard.rules import Issuer
from poolwarden.guard.source import Fetch, KeySource, Outcome

# What a setting may be, and what to write instead.
_FORMS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "cache_size": (lambda value: type(value) is int and value >= 0, "Give a whole number, 0 to switch the cache off."),
    "max_token_bytes": (lambda value: type(value) is int and value > 0, "Give a whole number of bytes."),
    "ref_key": (lambda value: value is None or isinstance(value, bytes), "Give bytes, such as text.encode()."),
    "key_policy": (lambda value: value is None or isinstance(value, KeyPolicy), "Give a KeyPolicy."),
    "revoked": (lambda value: value is None or hasattr(value, "cause_for"), "Give a RevocationList."),
    "online": (lambda value: value is None or hasattr(value, "can_ask"), "Give an OnlineCheck or an OnlineList."),
    "checks": (lambda value: isinstance(value, Iterable), "Give a list of pairs."),
    "now": (answers_at_once, "Give a function of no arguments, such as time.time."),
    "monotonic": (answers_at_once, "Give a function of no arguments, such as time.monotonic."),
    "fetch": (answers_at_once, "Give a function of an address and a time-out in seconds."),
}

Told = Callable[[str, KeySource, Outcome], None]


def check_settings(**settings: object) -> None:
    """
    Refuse settings that are not of the type that they have to be.

    Args:
        settings: The settings by their names.

    Raises:
        ConfigurationError: A setting is unusable, and would else fail at the first request only.
    """
    for name, value in settings.items():
        fits, mend = _FORMS[name]
        if not fits(value):
            raise ConfigurationError(name, "is not usable.", mend)


def pools_of(pools: object) -> tuple[tuple[str, UserPool], ...]:
    """
    Return the pools with their aliases; a pool without one is ``main`` if it is the only one, else called by its id.

    Args:
        pools: A :class:`poolwarden.UserPool`, or several.

    Raises:
        ConfigurationError: There is none, one is not a UserPool, or two share an alias.
    """
    listed = (pools,) if isinstance(pools, UserPool) else tuple(pools) if isinstance(pools, Iterable) else ()
    if not listed or not all(isinstance(pool, UserPool) for pool in listed):
        raise ConfigurationError("pools", "holds no user pool.", "Give one UserPool or a list of them.")
    named = tuple((pool.alias or ("main" if len(listed) == 1 else pool.pool_id), pool) for pool in listed)
    if len({alias for alias, _ in named}) != len(named):
        raise ConfigurationError("pools", "holds two pools with one alias.", "Give each UserPool its own alias.")
    return named


def issuers_of(
    pools: Iterable[tuple[str, UserPool]],
    policy: KeyPolicy,
    *,
    monotonic: Callable[[], float],
    told: Told,
    fetch: Fetch,
    leeway_s: float,
    max_age_s: float | None,
) -> dict[str, Issuer]:
    """
    Return the accepted issuers by their ``iss``; issuers of a pool whose keys have one address share one key source.

    Args:
        pools: The pools with their aliases.
        policy: How keys are fetched and how long they are used.
        monotonic: The clock for keys, seconds.
        told: Called with the pool's alias, the source and the outcome after every fetch.
        fetch: What fetches a JWK Set.
        leeway_s: How far another clock may be ahead, seconds.
        max_age_s: How long ago a sign-in may be, seconds; None for no limit.

    Raises:
        ConfigurationError: Two pools share an issuer, or a given JWK Set is not usable.
    """
    issuers: dict[str, Issuer] = {}
    for alias, pool in pools:
        keys = pool.static_keys()
        fixed = None if keys is None else KeyRing.fixed(_usable(keys))
        standard = Standard(leeway_s, dict(pool.clients), pool.any_client, pool.audiences, max_age_s)
        named = {client: pool.refresh_validity_of(client) for client in (*pool.clients.values(), OTHER)}
        validities = {client: validity for client, validity in named.items() if validity is not None}
        sources: dict[str, KeySource] = {}
        for iss in pool.issuers:
            if iss in issuers:
                raise ConfigurationError("issuers", "is shared by two pools.", "Give each pool its own issuers.")
            source = None
            if fixed is None:
                url = pool.jwks_url_of(iss)
                source = sources.get(url) or KeySource(
                    url, KeyRing(policy), policy, monotonic=monotonic, told=_naming(alias, told), fetch=fetch
                )
                sources[url] = source
            ring = fixed if fixed is not None else sources[pool.jwks_url_of(iss)].ring
            issuers[iss] = Issuer(alias, iss, ring, source, standard, validities)
    return issuers


def clients_of(
    pools: Iterable[tuple[str, UserPool]], *, others: bool = False
) -> tuple[tuple[str, str, int | None], ...]:
    """
    Return the configured app clients: pool, client, refresh validity in seconds or None.

    Args:
        pools: The pools with their aliases.
        others: Whether ``other`` stands for every app client of pools that accept all.
    """
    return tuple(
        (alias, client, pool.refresh_validity_of(client))
        for alias, pool in pools
        for client in (*pool.clients.values(), *([OTHER] if others and pool.any_client else ()))
    )


def _usable(document: bytes | Mapping[str, object]) -> dict[str, Key]:
    try:
        return read_keys(document)
    except BadKeySetError as error:
        raise ConfigurationError("keys", f"is no usable JWK Set: {error}.", "Give the pool's jwks.json.") from error


def _naming(alias: str, told: Told) -> Callable[[KeySource, Outcome], None]:
    return lambda source, outcome: told(alias, source, outcome)

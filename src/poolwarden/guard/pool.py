"""Name a user pool: who issues the tokens, to whom, and with which keys they are signed."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

from poolwarden.errors import ConfigurationError


class _AnyClient(Enum):
    ANY_CLIENT = "any"


ANY_CLIENT: Final = _AnyClient.ANY_CLIENT
"""Accept tokens of every app client of the pool, on purpose."""

Keys = Mapping[str, Any] | bytes | str | os.PathLike[str]

# https://docs.aws.amazon.com/cognito/latest/developerguide/ and botocore's partitions; the first prefix that fits.
_SUFFIXES = (
    ("cn-", "amazonaws.com.cn"),
    ("eusc-", "amazonaws.eu"),
    ("us-isob-", "sc2s.sgov.gov"),
    ("us-isof-", "csp.hci.ic.gov"),
    ("eu-isoe-", "cloud.adc-e.uk"),
    ("us-iso-", "c2s.ic.gov"),
    ("", "amazonaws.com"),
)
# API_UserPoolType, Id: the region, "_", letters and digits; 55 characters in Cognito, some more in stand-ins.
_POOL_ID = re.compile(r"(?P<region>[\w-]{1,32})_[0-9A-Za-z]{1,55}", re.ASCII)
# As AWS names them: where, of which partition, which part, which number.
_REGION = re.compile(r"[a-z]{2,4}(-[a-z]+)?-(central|(north|south)?(east|west)|north|south)-\d{1,2}", re.ASCII)
# An app client's id as Cognito draws it. Those of stand-ins are accepted too, but not a text that is a list or a pair.
_DRAWN = re.compile(r"[0-9a-z]{26}", re.ASCII)
_CLIENT_ID = re.compile(r"[\w.+-]+", re.ASCII)
_ALIAS = re.compile(r"[\w.:/+-]{1,128}", re.ASCII)
_RESERVED = frozenset({"other", "unverified"})


@dataclass(frozen=True, slots=True)
class UserPool:
    """
    A user pool whose access tokens are accepted.

    Args:
        pool_id: The pool's id, such as ``eu-west-1_AbCdEfGhI``.
        client_ids: The accepted app clients: ids by their alias, or just ids;
            :data:`ANY_CLIENT` accepts all on purpose. Aliases are what logs and
            metrics show.
        alias: What logs and metrics call the pool. By default ``main``, or the
            pool's id where a server has several.
        refresh_validity: The app clients' RefreshTokenValidity: one for all, or
            by client alias. It tells when sessions end, and decides nothing.
        issuers: The accepted ``iss`` instead of those derived from the pool id
            (both forms, see below); for stand-ins.
        jwks_url: Where the JWK Set is instead of ``{iss}/.well-known/jwks.json``.
            Plain http is accepted for loopback addresses only.
        keys: The JWK Set itself, as a dict, JSON bytes or text, or a path: nothing is fetched,
            and ``jwks_url`` would never be asked.
        replica_regions: Further regions that issue tokens of this pool (multi-region replication).
        audience: Accepted ``aud`` values where resource binding is used (RFC 8707);
            by default ``aud`` is not looked at.

    The issuers derived are ``https://cognito-idp.{region}.{suffix}/{pool id}``
    and ``https://issuer-cognito-idp.{region}.{suffix}/{pool id}``, with the
    suffix of the region's partition (China, GovCloud and EU Sovereign included).

    Raises:
        ConfigurationError: A setting is wrong; it names the field and the mend.
    """

    pool_id: str
    client_ids: Mapping[str, str] | Iterable[str] | _AnyClient
    alias: str | None = None
    refresh_validity: timedelta | Mapping[str, timedelta] | None = None
    issuers: Iterable[str] = ()
    jwks_url: str | None = field(default=None, repr=False)  # an address may carry credentials
    keys: Keys | None = None
    replica_regions: Iterable[str] = ()
    audience: str | Iterable[str] | None = None
    clients: Mapping[str, str] = field(init=False, repr=False)
    """The accepted app clients' aliases by client id; empty where all are accepted."""
    audiences: frozenset[str] | None = field(init=False, repr=False)
    """The accepted ``aud`` values; None where ``aud`` is not looked at."""

    def __post_init__(self) -> None:
        """Normalise every setting, or say which is wrong and how to mend it."""
        settle = object.__setattr__
        given = () if isinstance(self.issuers, _Derived) else tuple(dict.fromkeys(_strings("issuers", self.issuers)))
        region = _region_of(self.pool_id, custom=bool(given))
        settle(self, "alias", None if self.alias is None else _alias(self.alias))
        # Iterators can be read only once, but dataclasses.replace() reads these settings again.
        settle(self, "client_ids", _kept(self.client_ids))
        settle(self, "clients", _clients(self.client_ids))
        settle(self, "replica_regions", _strings("replica_regions", self.replica_regions))
        settle(self, "issuers", given or _derived(self.pool_id, tuple(dict.fromkeys((region, *self.replica_regions)))))
        settle(self, "refresh_validity", _validities(self.refresh_validity, self.clients))
        settle(self, "audience", _kept(self.audience))
        audience = None if self.audience is None else frozenset(_strings("audience", self.audience))
        if audience is not None and not audience:
            raise ConfigurationError("audience", "is empty: no token would be accepted.", "Name one, or leave it out.")
        settle(self, "audiences", audience)
        for issuer in self.issuers:
            _checked("issuers", issuer)
        if self.jwks_url is not None:
            _checked("jwks_url", self.jwks_url)
            if self.keys is not None:
                raise ConfigurationError("jwks_url", "is never asked where keys are given.", "Give one of them.")

    @property
    def any_client(self) -> bool:
        """Whether every app client is accepted."""
        return self.client_ids is ANY_CLIENT

    def jwks_url_of(self, issuer: str) -> str:
        """
        Return the address of an issuer's JWK Set (OpenID Connect Discovery §3; Cognito has a fixed path).

        Args:
            issuer: The issuer.
        """
        return self.jwks_url or f"{issuer.rstrip('/')}/.well-known/jwks.json"

    def refresh_validity_of(self, client: str) -> int | None:
        """
        Return the refresh validity of an app client in seconds, or None where it is not configured.

        Args:
            client: The app client's alias.
        """
        validity = self.refresh_validity
        if isinstance(validity, Mapping):
            validity = validity.get(client)
        return None if validity is None else int(validity.total_seconds())

    def static_keys(self) -> bytes | Mapping[str, Any] | None:
        """
        Return the JWK Set given as ``keys``, read from its file where it is a path.

        Raises:
            ConfigurationError: The file cannot be read.
        """
        keys = self.keys
        if keys is None or isinstance(keys, (bytes, Mapping)):
            return keys
        if isinstance(keys, str) and keys.lstrip().startswith(("{", "[")):
            return keys.encode()
        if not _is_path(keys):
            raise ConfigurationError("keys", "is neither a JWK Set nor a path.", "Give the pool's jwks.json.")
        try:
            return Path(keys).read_bytes()
        except OSError as error:
            raise ConfigurationError(
                "keys",
                f"the file {os.fspath(keys)} cannot be read ({error.strerror}).",
                "Give a readable JWK Set file.",
            ) from error


def is_safe(url: str) -> bool:
    """
    Return whether keys may be fetched from an address: by https, or by plain http from this machine.

    Args:
        url: The address.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
        # urlsplit() ignores line ends and white space around an address; an HTTP client would not.
        written = url.isprintable() and url.split() == [url]
    except (ValueError, AttributeError, TypeError):  # no address, or no text
        return False
    safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(str(host)))
    return bool(host) and written and safe


def _is_path(keys: object) -> bool:
    # A text of several lines, such as a key in PEM, is no path; the message about a missing file would show it.
    return isinstance(keys, (str, os.PathLike)) and min(str(keys), default="") >= " "


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _region_of(pool_id: object, *, custom: bool) -> str:
    match = _POOL_ID.fullmatch(pool_id) if isinstance(pool_id, str) else None
    if match is None:
        raise ConfigurationError(
            "pool_id", "is not a user pool id.", "Write it as the console shows it, such as eu-west-1_AbCdEfGhI."
        )
    if not (custom or _REGION.fullmatch(match["region"])):
        raise ConfigurationError(
            "pool_id", "begins with no region.", "Write eu-west-1_AbCdEfGhI, or name a stand-in's issuers."
        )
    return match["region"]


def _alias(alias: object, field: str = "alias") -> str:
    if not isinstance(alias, str) or not _ALIAS.fullmatch(alias) or alias in _RESERVED:
        raise ConfigurationError(
            field,
            "is not usable as a label." if field == "alias" else "has an alias that is not usable as a label.",
            "Use letters, digits, '.', '_' or '-'; not 'other' or 'unverified'.",
        )
    return alias


def _clients(client_ids: object) -> dict[str, str]:
    if client_ids is ANY_CLIENT:
        return {}
    if isinstance(client_ids, str):
        client_ids = () if client_ids == "*" else (client_ids,)
    try:
        pairs = client_ids.items() if isinstance(client_ids, Mapping) else [(one, one) for one in client_ids]  # type: ignore[attr-defined]
    except TypeError:
        pairs = []
    if not pairs or not all(isinstance(client_id, str) and _CLIENT_ID.fullmatch(client_id) for _, client_id in pairs):
        raise ConfigurationError(
            "client_ids",
            "is empty, or holds what is no app client's id.",
            'Write {"web": "<app client id>"}, or ANY_CLIENT to accept every app client on purpose.',
        )
    if any(isinstance(alias, str) and _DRAWN.fullmatch(alias) and not _DRAWN.fullmatch(one) for alias, one in pairs):
        raise ConfigurationError(
            "client_ids", "has an id where its alias belongs.", 'Write {"web": "<app client id>"}, the alias first.'
        )
    clients = {client_id: _alias(alias, "client_ids") for alias, client_id in pairs}
    if len(clients) != len(pairs):
        raise ConfigurationError("client_ids", "names one app client twice.", "Give each app client one alias.")
    return clients


class _Derived(tuple[str, ...]):
    """Issuers that were derived from the pool's id and regions: dataclasses.replace() derives them anew."""

    __slots__ = ()


def _kept(given: Any) -> Any:
    if given is None or given is ANY_CLIENT or isinstance(given, str) or not isinstance(given, Iterable):
        return given
    return dict(given) if isinstance(given, Mapping) else tuple(given)


def _strings(name: str, values: object) -> tuple[str, ...]:
    values = (values,) if isinstance(values, str) else values
    texts = tuple(values) if isinstance(values, Iterable) else (None,)
    if not all(isinstance(text, str) and text for text in texts):
        raise ConfigurationError(name, "holds something that is not text.", "Give a text or a list of texts.")
    return texts


def _derived(pool_id: str, regions: tuple[str, ...]) -> tuple[str, ...]:
    issuers = []
    for region in regions:
        if not _REGION.fullmatch(region):
            raise ConfigurationError("replica_regions", "holds no region.", "Write regions such as us-west-2.")
        suffix = next(suffix for prefix, suffix in _SUFFIXES if region.startswith(prefix))
        issuers += [f"https://{host}.{region}.{suffix}/{pool_id}" for host in ("cognito-idp", "issuer-cognito-idp")]
    return _Derived(issuers)


def _validities(validity: object, clients: Mapping[str, str]) -> timedelta | dict[str, timedelta] | None:
    if validity is None:
        return None
    named: dict[str | None, timedelta] = (
        dict(validity) if isinstance(validity, Mapping) else {None: cast("timedelta", validity)}
    )
    for alias, value in named.items():
        if not (type(value) is timedelta and value > timedelta(0)):
            raise ConfigurationError(
                "refresh_validity", "is not a positive timedelta.", "Write timedelta(days=30), the unit spelt out."
            )
        if alias is not None and clients and alias not in clients.values():
            raise ConfigurationError(
                "refresh_validity",
                "names an app client that client_ids does not have.",
                "Use the aliases of client_ids.",
            )
    return cast("dict[str, timedelta]", named) if isinstance(validity, Mapping) else named[None]


def _checked(name: str, url: str) -> None:
    if not is_safe(url):
        raise ConfigurationError(
            name, "is not an https address.", "Use https://…; plain http is accepted for loopback addresses only."
        )

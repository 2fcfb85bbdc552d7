"""Put the guard together with what an application expects by default: structlog and Prometheus."""

import os
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Literal, Unpack

from poolwarden.errors import ConfigurationError
from poolwarden.guard.observer import Mark, Meter, NoMeter, NoSink, no_mark
from poolwarden.guard.pool import UserPool
from poolwarden.guard.server import Guard
from poolwarden.guard.settings import GuardSettings
from poolwarden.telling import EventSink
from poolwarden.validities import LETTERS

_VARIABLES = {
    "pool_id": "POOLWARDEN_USER_POOL_ID",
    "client_ids": "POOLWARDEN_CLIENT_IDS",
    "refresh_validity": "POOLWARDEN_REFRESH_VALIDITY",
    "jwks_url": "POOLWARDEN_JWKS_URL",
    "issuers": "POOLWARDEN_ISSUERS",
}
# How the environment writes what Python writes otherwise.
_WRITTEN = {
    "client_ids": "web=1example23456789,mobile=9example87654321, or * to accept every app client on purpose.",
    "refresh_validity": "30d, or web=30d,mobile=90d.",
}
_MAX_DIGITS = 9


class ServerSettings(GuardSettings, total=False):
    """What :class:`ResourceServer` takes by keyword."""

    events: EventSink | Literal["structlog"] | None
    meter: Meter | Literal["prometheus"] | None
    mark: Mark | Literal["opentelemetry"] | None


class ResourceServer(Guard):
    """
    A :class:`poolwarden.guard.server.Guard` that logs through structlog and counts for Prometheus.

    Neither is configured here: structlog logs as the application has set it
    up, and metrics go to prometheus_client's default registry.

    Args:
        pools: One :class:`poolwarden.UserPool` or several.
        events: Where events go instead of structlog: any
            :class:`poolwarden.EventSink`, such as
            :class:`poolwarden.observe.lines.JsonLines`; None for nowhere.
        meter: Where counts go instead of the default registry, such as
            ``poolwarden.observe.prometheus.meter(registry)``; None for nowhere.
        mark: What is told of every refusal in its request instead of
            OpenTelemetry's active span; None for nobody.
        settings: Every other setting of :class:`poolwarden.guard.server.Guard`.

    Raises:
        ConfigurationError: A setting is wrong; it names the field and the mend.
    """

    def __init__(
        self,
        pools: UserPool | Iterable[UserPool],
        *,
        events: EventSink | Literal["structlog"] | None = "structlog",
        meter: Meter | Literal["prometheus"] | None = "prometheus",
        mark: Mark | Literal["opentelemetry"] | None = "opentelemetry",
        **settings: Unpack[GuardSettings],
    ) -> None:
        super().__init__(pools, events=_sink(events), meter=_meter(meter), mark=_mark(mark), **settings)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None, **settings: Unpack[ServerSettings]) -> "ResourceServer":
        """
        Make a server from environment variables.

        ``POOLWARDEN_USER_POOL_ID`` and ``POOLWARDEN_CLIENT_IDS`` (``web=id,mobile=id``
        or just ids; ``*`` accepts every client on purpose) are needed;
        ``POOLWARDEN_REFRESH_VALIDITY`` (``30d``, ``30h``, or ``web=30d,mobile=90d``),
        ``POOLWARDEN_REF_KEY``, ``POOLWARDEN_JWKS_URL`` and ``POOLWARDEN_ISSUERS``
        (separated by commas) are optional.

        Args:
            environ: The variables; by default the process's.
            settings: Every setting of the constructor.

        Raises:
            ConfigurationError: A variable is missing or wrong; it names the variable.
        """
        from poolwarden.guard.pool import ANY_CLIENT  # noqa: PLC0415

        env = os.environ if environ is None else environ
        pool_id = _needed(env, "POOLWARDEN_USER_POOL_ID", "the pool's id, such as eu-west-1_AbCdEfGhI")
        accepted = "the accepted app clients: web=1example23456789,mobile=…; * accepts every one, on purpose"
        clients = _needed(env, "POOLWARDEN_CLIENT_IDS", accepted)
        try:
            pool = UserPool(
                pool_id,
                client_ids=ANY_CLIENT if clients == "*" else _named("client_ids", clients),
                refresh_validity=_validity(env.get("POOLWARDEN_REFRESH_VALIDITY", "")),
                jwks_url=env.get("POOLWARDEN_JWKS_URL", "").strip() or None,
                issuers=_parts(env.get("POOLWARDEN_ISSUERS", "")),
            )
        except ConfigurationError as error:
            python = error.mend.startswith("Write ") and error.field in _WRITTEN
            mend = f"Write {_WRITTEN[error.field]}" if python else error.mend
            raise ConfigurationError(_VARIABLES.get(error.field, error.field), error.problem, mend) from error
        key = env.get("POOLWARDEN_REF_KEY", "")
        settings.setdefault("ref_key", key.encode("utf-8", "surrogateescape") or None)  # any bytes make a key
        return cls(pool, **settings)


def _sink(events: EventSink | Literal["structlog"] | None) -> EventSink:
    if events == "structlog":
        from poolwarden.observe.structured import StructlogEvents  # noqa: PLC0415 (not loaded where it is not used)

        return StructlogEvents()
    if events is None:
        return NoSink()
    if not isinstance(events, EventSink):
        raise ConfigurationError("events", "takes no events.", "Give an object with enabled() and emit(), or None.")
    return events


def _meter(meter: Meter | Literal["prometheus"] | None) -> Meter:
    if meter == "prometheus":
        from poolwarden.observe.prometheus import meter as shared  # noqa: PLC0415 (as above)

        return shared()
    if meter is None:
        return NoMeter()
    if not isinstance(meter, Meter):
        raise ConfigurationError("meter", "takes no counts.", "Give poolwarden.observe.prometheus.meter(), or None.")
    return meter


def _mark(mark: Mark | Literal["opentelemetry"] | None) -> Mark:
    if mark == "opentelemetry":
        from poolwarden.observe.tracing import mark as in_span  # noqa: PLC0415 (as above)

        return in_span
    if mark is None:
        return no_mark
    if not callable(mark):
        raise ConfigurationError("mark", "cannot be called.", "Give a function of pool, client, outcome and cause.")
    return mark


def _needed(env: Mapping[str, str], name: str, what: str) -> str:
    value = env.get(name, "").strip()
    if not value:
        raise ConfigurationError(name, "is not set.", f"Set it in this process's environment to {what}.")
    return value


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _pair(part: str) -> tuple[str, str]:
    alias, separator, value = part.partition("=")
    return (alias.strip(), value.strip()) if separator else (part, part)


def _named(field: str, text: str) -> dict[str, str]:
    parts = _parts(text)
    if any(part.count("=") > 1 for part in parts):
        raise ConfigurationError(field, "has two '=' in one part: a comma is missing.", f"Write {_WRITTEN[field]}")
    pairs = [_pair(part) for part in parts]
    if len(dict(pairs)) != len(pairs):
        raise ConfigurationError(field, "has one name twice.", "Give each app client an alias of its own.")
    return dict(pairs)


def _validity(text: str) -> timedelta | dict[str, timedelta] | None:
    if not text.strip():
        return None
    if "=" in text:
        named = _named("refresh_validity", text)
        return {alias: _duration(value) for alias, value in named.items()}
    return _duration(text.strip())


def _duration(text: str) -> timedelta:
    number, unit = text[:-1], LETTERS.get(text[-1:].lower())
    # Cognito's longest validity is ten years; nine digits of seconds are more, and nine of days still fit a timedelta.
    if unit is None or not (number.isascii() and number.isdecimal()) or len(number) > _MAX_DIGITS:
        raise ConfigurationError(
            "POOLWARDEN_REFRESH_VALIDITY", "has no unit, or no number.", "Write 30d, 30h, 90m or 3600s."
        )
    return timedelta(**{unit: int(number)})

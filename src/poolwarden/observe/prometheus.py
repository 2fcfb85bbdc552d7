"""
Count for Prometheus.

Label values come from closed sets: configured aliases, causes, results. So no
request can create a series. All metrics work in prometheus_client's
multi-process mode, and every series that is known from the configuration
exists from the start at 0.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from weakref import WeakKeyDictionary, WeakSet

from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram

from poolwarden.causes import CAUSES, Seen
from poolwarden.events import OTHER, UNVERIFIED
from poolwarden.locks import fork_safe_lock
from poolwarden.observe.forked import free_in_children
from poolwarden.observe.ticking import TickingCounter
from poolwarden.observe.tracing import exemplar
from poolwarden.validities import AGES, DAY, HOUR

# The bounds of the histograms, seconds.
_EXPIRED_FOR = (1, 5, 15, 60, 300, 900, HOUR, 6 * HOUR, DAY, 7 * DAY, 30 * DAY)
_SECONDS = (1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 1e-3, 5e-3, 2.5e-2, 0.1, 0.5, 1, 3)

# The metrics: name (of a counter without "_total"), what it shows, and labels.
_REQUESTS = ("poolwarden_requests", "Requests decided.", ("pool", "client", "outcome", "cause"))
_VERIFICATION = (
    "poolwarden_verification_seconds",
    "How long a decision took; of warm ones every 16th is timed.",
    ("path",),
)
_TOKEN_EXPIRED_FOR = (
    "poolwarden_token_expired_for_seconds",
    "How long a refused token had been expired.",
    ("client",),
)
_SESSION_AGE = (
    "poolwarden_session_age_seconds",
    "How old a session was at a refresh or at its loss.",
    ("client", "at"),
)
_ZOMBIES = ("poolwarden_zombie_requests", "Requests with a dead token.", ("client", "kind"))
_REFUSALS = ("poolwarden_cognito_refusals", "Calls to Cognito that failed.", ("operation", "cause"))
_FETCHES = ("poolwarden_keys_fetches", "Fetches of keys.", ("pool", "result"))
_LAST_SUCCESS = ("poolwarden_keys_last_success_timestamp_seconds", "When keys were last fetched.", ("pool",))
_KEYS = ("poolwarden_keys", "Keys in force.", ("pool",))
_CACHE = ("poolwarden_token_cache_events", "Looks into the cache.", ("result",))
_VALIDITY = ("poolwarden_client_validity_seconds", "Validity of an app client's tokens.", ("pool", "client", "token"))
_BUILD = ("poolwarden_build_info", "1, with the version.", ("version",))

_TRACED = ("rejected", "error")
_TICKED = ("accepted", "skipped")
_shared: "WeakKeyDictionary[CollectorRegistry, PrometheusMeter]" = WeakKeyDictionary()
_sharing = fork_safe_lock()
_registries: "WeakSet[CollectorRegistry]" = WeakSet()
_meters: "WeakSet[PrometheusMeter]" = WeakSet()


def _collectors() -> Iterator[object]:
    yield from _registries
    for one in _meters:
        yield from vars(one).values()


free_in_children(_collectors)


def meter(registry: CollectorRegistry = REGISTRY) -> "PrometheusMeter":
    """
    Return the meter of a registry: one for all servers, because a registry takes each metric's name once only.

    Args:
        registry: Where the metrics are registered; by default prometheus_client's own.
    """
    with _sharing:
        found = _shared.get(registry)
        if found is None:
            found = _shared[registry] = PrometheusMeter(registry)
    return found


class _Bound(dict[tuple[str, ...], Callable[..., None]]):
    """A method of a metric's children, by their labels: a look into a dict takes a tenth of the time of labels()."""

    def __init__(self, metric: Counter | Gauge | Histogram, method: str) -> None:
        super().__init__()
        self._metric = metric
        self._method = method

    def __missing__(self, labels: tuple[str, ...]) -> Callable[..., None]:
        bound: Callable[..., None] = getattr(self._metric.labels(*labels), self._method)
        self[labels] = bound
        return bound


class PrometheusMeter:
    """
    The metrics of the vocabulary.

    Args:
        registry: Where they are registered; use :func:`meter` to share them.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = TickingCounter(*_REQUESTS, registry=registry)
        self._verification = Histogram(*_VERIFICATION, buckets=_SECONDS, registry=registry)
        self._expired_for = Histogram(*_TOKEN_EXPIRED_FOR, buckets=_EXPIRED_FOR, registry=registry)
        self._session_age = Histogram(*_SESSION_AGE, buckets=AGES, registry=registry)
        self._zombies = Counter(*_ZOMBIES, registry=registry)
        self._refusals = Counter(*_REFUSALS, registry=registry)
        self._fetches = Counter(*_FETCHES, registry=registry)
        self._last_success = Gauge(*_LAST_SUCCESS, registry=registry, multiprocess_mode="livemostrecent")
        self._keys = Gauge(*_KEYS, registry=registry, multiprocess_mode="livemostrecent")
        self._cache = TickingCounter(*_CACHE, registry=registry)
        self._validity = Gauge(*_VALIDITY, registry=registry, multiprocess_mode="livemax")
        self._build = Gauge(*_BUILD, registry=registry, multiprocess_mode="livemax")
        self._tickers: dict[tuple[str, ...], Callable[[], object]] = {}
        self._requests_by = _Bound(self._requests, "inc")
        self._expired_for_by = _Bound(self._expired_for, "observe")
        self._session_age_by = _Bound(self._session_age, "observe")
        self._validity_by = _Bound(self._validity, "set")
        _registries.add(registry)
        _meters.add(self)

    def configured(self, clients: Iterable[tuple[str, str, int | None]], version: str) -> None:
        """Make every series that is known from the configuration, at 0."""
        named = list(clients)
        self._build.labels(version).set(1)
        pools = sorted({pool for pool, _, _ in named})
        for result in ("hit", "miss", "evicted"):
            self._cache.labels(result)
        for path in ("cold", "warm", "rejected"):
            self._verification.labels(path)
        for pool in pools:
            for result in ("ok", "timeout", "http_error", "invalid", "blocked"):
                self._fetches.labels(pool, result)
        for pool, client, validity in [
            *named,
            *((pool, OTHER, None) for pool in pools),
            (UNVERIFIED, UNVERIFIED, None),
        ]:
            self._configured_client(pool, client, validity)

    def _configured_client(self, pool: str, client: str, validity: int | None) -> None:
        for row in CAUSES.values():
            if row.seen_by is Seen.GUARD:
                outcome = "error" if row.is_unavailable else "rejected"
                self._requests.labels(pool, client, outcome, row.cause)
        self._requests.labels(pool, client, "skipped" if client == UNVERIFIED else "accepted", "none")
        for kind in ("expired", "placeholder", "revoked"):
            self._zombies.labels(client, kind)
        if client != UNVERIFIED:
            self._expired_for.labels(client)
            for at in ("refresh", "loss"):
                self._session_age.labels(client, at)
        if validity is not None:
            self._validity.labels(pool, client, "refresh").set(validity)

    def request(self, pool: str, client: str, outcome: str, cause: str) -> Callable[[], object]:
        """Return what counts one request with these labels."""
        if outcome in _TICKED:
            return self._ticker(self._requests, pool, client, outcome, cause)
        count = self._requests_by[pool, client, outcome, cause]
        # The exemplar is of this very request; that is right, because what counts a refusal is called at once.
        labels = exemplar() if outcome in _TRACED else None
        return count if labels is None else partial(count, 1, labels)

    def cache(self, result: str) -> Callable[[], object]:
        """Return what counts one look into the cache with this result."""
        return self._ticker(self._cache, result)

    def _ticker(self, counter: TickingCounter, *labels: str) -> Callable[[], object]:
        ticker = self._tickers.get(labels)
        if ticker is None:
            ticker = self._tickers.setdefault(labels, counter.ticker(*labels))
        return ticker

    def verification(self, path: str) -> Callable[[float], None]:
        """Return what takes how long a decision on this path took, seconds."""
        return self._verification.labels(path).observe

    def expired_for(self, client: str, seconds: float) -> None:
        """Take how long a refused token had been expired."""
        self._expired_for_by[(client,)](seconds)

    def session_age(self, client: str, at: str, seconds: float) -> None:
        """Take how old a session was at a ``refresh`` or at its ``loss``."""
        self._session_age_by[client, at](seconds)

    def zombie(self, client: str, kind: str) -> None:
        """Count a request with a dead token."""
        self._zombies.labels(client, kind).inc()

    def validity(self, pool: str, client: str, token: str, seconds: float) -> None:
        """Take the validity of an app client's tokens."""
        self._validity_by[pool, client, token](seconds)

    def fetched(self, pool: str, result: str) -> None:
        """Count a fetch of keys."""
        self._fetches.labels(pool, result).inc()

    def keys(self, pool: str, count: int, at: float) -> None:
        """Take how many keys are in force, and when they were fetched."""
        self._keys.labels(pool).set(count)
        self._last_success.labels(pool).set(at)

    def cognito_refused(self, operation: str, cause: str) -> None:
        """Count a call to Cognito that failed."""
        self._refusals.labels(operation, cause).inc()

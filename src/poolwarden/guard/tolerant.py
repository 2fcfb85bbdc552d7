"""Send events and counts in a way that fails no request: a disk may be full, or a file may be gone."""

from collections.abc import Callable, Iterable
from types import MethodWrapperType
from typing import Any

from poolwarden.guard.observer import Meter, NoMeter, NoSink
from poolwarden.telling import EventSink
from poolwarden.tolerated import Tolerated


class TolerantSink:
    """
    Hand events on to a sink that may raise; the first error is logged.

    Attributes:
        sink: The sink.
        emit: Hands one event on.
    """

    __slots__ = ("emit", "sink")

    def __init__(self, sink: EventSink) -> None:
        self.sink: EventSink = sink
        self.emit: Callable[..., None] = Tolerated(sink.emit, "events are lost: the sink")

    def enabled(self, level: str) -> bool:
        """Return the sink's answer; True where it raises, so that :attr:`emit` is called and logs that it fails."""
        try:
            return self.sink.enabled(level)
        except Exception:  # noqa: BLE001 (whatever a sink of the user's raises)
            return True


class TolerantMeter:
    """
    Count with a meter that may raise; the first error is logged.

    In prometheus_client's multi-process mode each worker writes files of its own, and may fail to.

    Attributes:
        meter: The meter.
    """

    __slots__ = ("_tolerated", "meter")

    def __init__(self, meter: Meter) -> None:
        self.meter: Meter = meter
        self._tolerated: Tolerated[...] = Tolerated(_called, "counts are lost: the meter")

    def configured(self, clients: Iterable[tuple[str, str, int | None]], version: str) -> None:
        """Take the configuration; an error at the start is raised, for the operator to see."""
        self.meter.configured(clients, version)

    def request(self, pool: str, client: str, outcome: str, cause: str) -> Callable[[], object]:
        """Return what counts one request."""
        return self._sure(self.meter.request, pool, client, outcome, cause)

    def cache(self, result: str) -> Callable[[], object]:
        """Return what counts one look into the cache."""
        return self._sure(self.meter.cache, result)

    def verification(self, path: str) -> Callable[[float], None]:
        """Return what takes how long a decision took."""
        return self._sure(self.meter.verification, path)

    def expired_for(self, client: str, seconds: float) -> None:
        """Take how long a refused token had been expired."""
        self._tolerated(self.meter.expired_for, client, seconds)

    def session_age(self, client: str, at: str, seconds: float) -> None:
        """Take how old a session was."""
        self._tolerated(self.meter.session_age, client, at, seconds)

    def zombie(self, client: str, kind: str) -> None:
        """Count a request with a dead token."""
        self._tolerated(self.meter.zombie, client, kind)

    def validity(self, pool: str, client: str, token: str, seconds: float) -> None:
        """Take the validity of an app client's tokens."""
        self._tolerated(self.meter.validity, pool, client, token, seconds)

    def fetched(self, pool: str, result: str) -> None:
        """Count a fetch of keys."""
        self._tolerated(self.meter.fetched, pool, result)

    def keys(self, pool: str, count: int, at: float) -> None:
        """Take how many keys are in force."""
        self._tolerated(self.meter.keys, pool, count, at)

    def cognito_refused(self, operation: str, cause: str) -> None:
        """Count a call to Cognito that failed."""
        self._tolerated(self.meter.cognito_refused, operation, cause)

    def _sure(self, make: Callable[..., Callable[..., Any]], *labels: str) -> Callable[..., Any]:
        try:
            count = make(*labels)
        except Exception as error:  # noqa: BLE001 (as above)
            self._tolerated.failed(error)
            return _uncounted
        if isinstance(count, MethodWrapperType):  # written in C, as are the ticks of every request: it cannot fail
            return count
        failed = self._tolerated.failed

        def counted(*seconds: float) -> None:
            try:
                count(*seconds)
            except Exception as error:  # noqa: BLE001 (as above)
                failed(error)

        return counted


def tolerant_sink(sink: EventSink | None) -> EventSink:
    """Return a sink that fails no request; for None one that drops every event."""
    return NoSink() if sink is None else TolerantSink(sink)


def tolerant_meter(meter: Meter | None) -> Meter:
    """Return a meter that fails no request; for None one that counts nothing."""
    if meter is None or isinstance(meter, NoMeter):
        return NoMeter()
    return TolerantMeter(meter)


def _called(count: Callable[..., object], *args: object) -> None:
    count(*args)


def _uncounted(*_: float) -> None:
    """Count nothing."""

"""Counts for Prometheus: the vocabulary's metrics, in closed sets of series, also over several processes."""

import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.utils import floatToGoString

from poolwarden import CAUSES
from poolwarden.causes import Seen
from poolwarden.guard.observer import Meter, NoMeter, NoSink
from poolwarden.observe.prometheus import PrometheusMeter, meter

CLIENTS = [("main", "web", 108_000), ("main", "mobile", None)]
METRICS = {
    "poolwarden_requests": ("counter", {"pool", "client", "outcome", "cause"}),
    "poolwarden_verification_seconds": ("histogram", {"path"}),
    "poolwarden_token_expired_for_seconds": ("histogram", {"client"}),
    "poolwarden_session_age_seconds": ("histogram", {"client", "at"}),
    "poolwarden_zombie_requests": ("counter", {"client", "kind"}),
    "poolwarden_cognito_refusals": ("counter", {"operation", "cause"}),
    "poolwarden_keys_fetches": ("counter", {"pool", "result"}),
    "poolwarden_keys_last_success_timestamp_seconds": ("gauge", {"pool"}),
    "poolwarden_keys": ("gauge", {"pool"}),
    "poolwarden_token_cache_events": ("counter", {"result"}),
    "poolwarden_client_validity_seconds": ("gauge", {"pool", "client", "token"}),
    "poolwarden_build_info": ("gauge", {"version"}),
}


@pytest.fixture
def counts(registry: CollectorRegistry) -> PrometheusMeter:
    """Count in a registry of its own."""
    return meter(registry)


def test_vocabulary(registry: CollectorRegistry, counts: PrometheusMeter) -> None:
    """Names, kinds and labels are those of the vocabulary."""
    counts.configured(CLIENTS, "1.2.3")
    use(counts)
    found = {
        family.name: (family.type, {name for sample in family.samples for name in sample.labels} - {"le"})
        for family in text_string_to_metric_families(generate_latest(registry).decode())
        if not family.name.endswith("_created")
    }
    assert found == METRICS


def use(counts: Meter) -> None:
    """Call every method once."""
    counts.request("main", "web", "accepted", "none")()
    counts.cache("hit")()
    counts.verification("cold")(0.00003)
    counts.expired_for("web", 10)
    counts.session_age("web", "loss", 107_999)
    counts.zombie("web", "expired")
    counts.validity("main", "web", "access", 3600)
    counts.fetched("main", "ok")
    counts.keys("main", 2, 1_700_000_000)
    counts.cognito_refused("GetUser", "access_token_revoked")


def test_from_the_start(registry: CollectorRegistry, counts: PrometheusMeter) -> None:
    """Every series that the configuration knows is there at 0, so that a first count shows as a rate."""
    counts.configured(CLIENTS, "1.2.3")

    def value(name: str, **labels: str) -> float | None:
        return registry.get_sample_value(name, labels)

    for cause, row in CAUSES.items():
        if row.seen_by is Seen.GUARD:
            outcome = "error" if row.status == 503 else "rejected"
            for pool, client in (("main", "web"), ("main", "mobile"), ("main", "other"), ("unverified", "unverified")):
                labels = {"pool": pool, "client": client, "outcome": outcome, "cause": cause.value}
                assert value("poolwarden_requests_total", **labels) == 0
    assert value("poolwarden_requests_total", pool="main", client="web", outcome="accepted", cause="none") == 0
    skipped = {"pool": "unverified", "client": "unverified", "outcome": "skipped", "cause": "none"}
    assert value("poolwarden_requests_total", **skipped) == 0
    for result in ("ok", "timeout", "http_error", "invalid", "blocked"):
        assert value("poolwarden_keys_fetches_total", pool="main", result=result) == 0
    for result in ("hit", "miss", "evicted"):
        assert value("poolwarden_token_cache_events_total", result=result) == 0
    for kind in ("expired", "placeholder", "revoked"):
        for client in ("web", "mobile", "other", "unverified"):
            assert value("poolwarden_zombie_requests_total", client=client, kind=kind) == 0
    for at in ("refresh", "loss"):
        assert value("poolwarden_session_age_seconds_count", client="web", at=at) == 0
    assert value("poolwarden_client_validity_seconds", pool="main", client="web", token="refresh") == 108_000
    assert value("poolwarden_client_validity_seconds", pool="main", client="mobile", token="refresh") is None
    assert value("poolwarden_build_info", version="1.2.3") == 1


@pytest.mark.parametrize("hours", [1, 8, 12, 24, 30, 48, 7 * 24, 14 * 24, 30 * 24, 60 * 24, 90 * 24, 365 * 24])
def test_ages(registry: CollectorRegistry, counts: PrometheusMeter, hours: int) -> None:
    """Session ages fall into buckets at the usual validities, just under and just over each: there a wall shows."""
    counts.session_age("web", "loss", hours * 3600 - 60)
    at = {"client": "web", "at": "loss"}
    name = "poolwarden_session_age_seconds_bucket"
    assert registry.get_sample_value(name, {**at, "le": floatToGoString(hours * 3600)}) == 1
    assert registry.get_sample_value(name, {**at, "le": floatToGoString(hours * 3600 * 98 // 100)}) == 0
    counts.session_age("web", "loss", hours * 3600 + 60)
    assert registry.get_sample_value(name, {**at, "le": floatToGoString(hours * 3600)}) == 1
    assert (
        registry.get_sample_value(
            name, {**at, "le": floatToGoString(max(hours * 3600 * 102 // 100, hours * 3600 + 3600))}
        )
        == 2
    )


def test_shared(registry: CollectorRegistry) -> None:
    """Servers of one registry share its meter, for a registry takes a name once."""
    assert meter(registry) is meter(registry)
    assert meter(CollectorRegistry()) is not meter(registry)
    assert meter() is meter(REGISTRY)


def test_shared_by_threads() -> None:
    """Threads that ask for a registry's first meter at a time get the same one."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            for _ in range(20):
                registry, together = CollectorRegistry(), threading.Barrier(8)

                def first(registry: CollectorRegistry = registry, together: threading.Barrier = together) -> object:
                    together.wait(60)
                    return meter(registry)

                assert len({future.result(60) for future in [threads.submit(first) for _ in range(8)]}) == 1
    finally:
        sys.setswitchinterval(before)


def test_nothing() -> None:
    """Where nobody counts, everything may be told all the same."""
    nobody = NoMeter()
    nobody.configured(CLIENTS, "1")
    use(nobody)
    assert isinstance(nobody, Meter)
    assert not NoSink().enabled("error")
    NoSink().emit(None)  # type: ignore[arg-type]


PROGRAM = """
import sys
from poolwarden.observe.prometheus import meter

counts = meter()
counts.configured([("main", "web", 3600)], "1.2.3")
for _ in range(3):
    counts.request("main", "web", "accepted", "none")()
counts.keys("main", int(sys.argv[1]), 1_700_000_000 + int(sys.argv[1]))
counts.validity("main", "web", "access", int(sys.argv[1]))
counts.session_age("web", "refresh", 10)
"""
COLLECT = """
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()
MultiProcessCollector(registry)
print(generate_latest(registry).decode())
"""


def test_several_processes(tmp_path: Path) -> None:
    """Over several processes counts add up, validities take the highest and keys the most recent."""
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", *arguments], env=environment, capture_output=True, text=True, timeout=120, check=True
        )
        assert done.stderr == ""
        return done.stdout

    for number in ("7", "5"):
        run(PROGRAM, number)
    told = run(COLLECT)

    def value(pattern: str) -> float:
        (found,) = re.findall(rf"^{pattern} (\S+)$", told, re.MULTILINE)
        return float(found)

    assert value(r'poolwarden_requests_total{cause="none",client="web",outcome="accepted",pool="main"}') == 6
    assert value(r'poolwarden_requests_total{cause="token_expired",client="web",outcome="rejected",pool="main"}') == 0
    assert value(r'poolwarden_keys{pool="main"}') == 5
    assert value(r'poolwarden_keys_last_success_timestamp_seconds{pool="main"}') == 1_700_000_005
    assert value(r'poolwarden_client_validity_seconds{client="web",pool="main",token="access"}') == 7
    assert value(r'poolwarden_session_age_seconds_count{at="refresh",client="web"}') == 2
    assert value(r'poolwarden_build_info{version="1.2.3"}') == 1

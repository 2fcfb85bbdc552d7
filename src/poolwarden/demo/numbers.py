"""The metrics that count, as a compact table."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry

from poolwarden.causes import CAUSES

_REQUESTS = "poolwarden_requests_total"


def total(registry: CollectorRegistry, sample: str, **labels: str) -> float:
    """
    Return the sum of a metric's samples.

    Args:
        registry: Where the metric is.
        sample: The sample's name, such as ``poolwarden_requests_total``.
        labels: Labels that the samples must have; others may be anything.
    """
    found = (one for metric in registry.collect() for one in metric.samples if one.name == sample)
    return sum(one.value for one in found if labels.items() <= one.labels.items())


def table(registry: CollectorRegistry, clients: Iterable[str]) -> str:
    """
    Return the table.

    Args:
        registry: Where the metrics are.
        clients: The app clients' aliases.
    """
    rows = [("requests accepted", total(registry, _REQUESTS, outcome="accepted"))]
    rows += _by_cause(registry)
    for client in clients:
        zombies = total(registry, "poolwarden_zombie_requests_total", client=client)
        lost_within = _losses(registry, client)
        rows += [(f"requests of zombies, {client}", zombies), *lost_within]
    rows += [
        ("keys fetched", total(registry, "poolwarden_keys_fetches_total", result="ok")),
        ("keys not fetched", total(registry, "poolwarden_keys_fetches_total", result="http_error")),
    ]
    known = total(registry, "poolwarden_token_cache_events_total", result="hit")
    looked = known + total(registry, "poolwarden_token_cache_events_total", result="miss")
    lines = [f"  {value:>9,.0f}  {words}" for words, value in rows if value]
    lines.append(f"  {known / looked if looked else 0:>9.0%}  of tokens known from an earlier request")
    return "\n".join(lines)


def _by_cause(registry: CollectorRegistry) -> list[tuple[str, float]]:
    rows = []
    for cause, row in CAUSES.items():
        refused = total(registry, _REQUESTS, cause=cause)
        said = total(registry, "poolwarden_cognito_refusals_total", cause=cause)
        rows += [(f"requests answered {row.status}: {cause}", refused), (f"refused by Cognito: {cause}", said)]
    return sorted(rows, key=lambda row: -row[1])


def _losses(registry: CollectorRegistry, client: str) -> list[tuple[str, float]]:
    """Return how old a client's zombies were when they were lost, around the two validities that are played."""
    name = "poolwarden_session_age_seconds_bucket"
    bounds = {"29.4 to 48 hours": ("105840.0", "172800.0"), "29.4 to 60 days": ("2.54016e+06", "5.184e+06")}
    rows = []
    for words, (low, high) in bounds.items():
        below, within = (total(registry, name, client=client, at="loss", le=bound) for bound in (low, high))
        rows.append((f"zombies lost at an age of {words}, {client}", within - below))
    return rows

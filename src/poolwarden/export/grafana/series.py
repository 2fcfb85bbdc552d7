"""Name series with the dashboard's variables as matchers."""

from collections.abc import Mapping

VARIABLES: Mapping[str, tuple[str, ...]] = {
    "poolwarden_requests_total": ("pool", "client"),
    "poolwarden_verification_seconds_bucket": (),
    "poolwarden_token_expired_for_seconds_bucket": ("client",),
    "poolwarden_session_age_seconds_bucket": ("client",),
    "poolwarden_session_age_seconds_count": ("client",),
    "poolwarden_zombie_requests_total": ("client",),
    "poolwarden_cognito_refusals_total": (),
    "poolwarden_keys_fetches_total": ("pool",),
    "poolwarden_keys_last_success_timestamp_seconds": ("pool",),
    "poolwarden_keys": ("pool",),
    "poolwarden_token_cache_events_total": (),
    "poolwarden_client_validity_seconds": ("pool", "client"),
    "poolwarden_build_info": (),
}
"""Which variables, beside job and instance, a metric has labels for."""


def series(metric: str, *matchers: str) -> str:
    """
    Return a selector.

    Args:
        metric: The metric.
        matchers: Further label matchers.
    """
    chosen = [f'{name}=~"${name}"' for name in ("job", "instance", *VARIABLES[metric])]
    return f"{metric}{{{', '.join([*chosen, *matchers])}}}"


def rate(metric: str, *matchers: str) -> str:
    """Return the query for a counter's rate."""
    return f"rate({series(metric, *matchers)}[$__rate_interval])"


def increase(metric: str, *matchers: str, window: str = "$__rate_interval") -> str:
    """Return the query for a counter's increase."""
    return f"increase({series(metric, *matchers)}[{window}])"


def quantile(share: float, by: str, metric: str, *matchers: str) -> str:
    """Return the query for a quantile of a histogram."""
    return f"histogram_quantile({share}, sum by ({by}, le) ({rate(metric, *matchers)}))"

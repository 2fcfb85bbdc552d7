"""Panels on what the guard decides."""

from poolwarden.export.grafana.rows import STACKED, Panel, Query, Row
from poolwarden.export.grafana.series import increase, quantile, rate, series

_REQUESTS = "poolwarden_requests_total"
_DECIDED = 'outcome=~"accepted|rejected|error"'
_REFUSED = 'outcome=~"rejected|error"'


def _share(outcome: str) -> str:
    """Return the query for the share of decided requests with an outcome."""
    part = rate(_REQUESTS, f'outcome="{outcome}"')
    return f"sum({part})\n  / sum({rate(_REQUESTS, _DECIDED)})"


IS_IT_US = Row(
    "Is it us?",
    (
        Panel(
            kind="stat",
            title="Answered 503",
            description="The share of requests that failed for our or Cognito's reasons; bad tokens do not count. "
            "Above 0 it is us: look at the keys below.",
            unit="percentunit",
            queries=(Query(_share("error"), "503"),),
            width=6,
            height=5,
            steps=(0.0001, 0.001),
            maximum=1,
        ),
        Panel(
            kind="stat",
            title="Accepted",
            description="The share of decided requests that were accepted. It falls when sessions are lost, and to 0 "
            "when the guard and the front end are set to different pools.",
            unit="percentunit",
            queries=(Query(_share("accepted"), "accepted"),),
            width=6,
            height=5,
            maximum=1,
        ),
        Panel(
            kind="stat",
            title="Age of the keys",
            description="How long ago the keys were last fetched, the oldest instance of each pool. An idle instance "
            "does not fetch. Served are keys up to 24 hours old.",
            unit="s",
            queries=(
                Query(
                    f"time() - min by (pool) ({series('poolwarden_keys_last_success_timestamp_seconds')})", "{{pool}}"
                ),
            ),
            width=6,
            height=5,
            steps=(7200, 21_600),
        ),
        Panel(
            kind="stat",
            title="Instances by version",
            description="How many processes or instances run each version of poolwarden.",
            unit="short",
            queries=(Query(f"count by (version) ({series('poolwarden_build_info')})", "{{version}}"),),
            width=6,
            height=5,
        ),
        Panel(
            kind="timeseries",
            title="Requests by outcome",
            description="Requests a second: accepted, rejected (the caller's affair), error (ours or Cognito's), "
            "skipped (exempt paths).",
            unit="reqps",
            queries=(Query(f"sum by (outcome) ({rate(_REQUESTS)})", "{{outcome}}"),),
            width=12,
            custom=STACKED,
        ),
        Panel(
            kind="timeseries",
            title="Fetches of keys by result",
            description="Every result but ok is a failure: timeout, http_error, invalid (not a key set), blocked (not "
            "https, or redirected).",
            unit="ops",
            queries=(Query(f"sum by (pool, result) ({rate('poolwarden_keys_fetches_total')})", "{{pool}} {{result}}"),),
            width=12,
        ),
        Panel(
            kind="timeseries",
            title="Keys in force",
            description="How many keys each pool publishes, the instance with the fewest. A change is a rotation.",
            unit="short",
            queries=(Query(f"min by (pool) ({series('poolwarden_keys')})", "{{pool}}"),),
            width=8,
        ),
        Panel(
            kind="timeseries",
            title="Time to decide, 99 %",
            description="How long 99 of 100 decisions take at most: warm is a known token, cold a new one, rejected a "
            "refusal. A cold one may wait for keys.",
            unit="s",
            queries=(Query(quantile(0.99, "path", "poolwarden_verification_seconds_bucket"), "{{path}}"),),
            width=8,
        ),
        Panel(
            kind="timeseries",
            title="Looks into the token cache",
            description="Hits cost a microsecond, misses a signature check. Evictions mean that there are more live "
            "tokens than the cache holds.",
            unit="ops",
            queries=(Query(f"sum by (result) ({rate('poolwarden_token_cache_events_total')})", "{{result}}"),),
            width=8,
        ),
    ),
)
"""Are we at fault, or the tokens?"""

WHY_REFUSED = Row(
    "Why refused",
    (
        Panel(
            kind="timeseries",
            title="Refusals by cause",
            description="Refused requests a second by cause; poolwarden explain says what a cause means and who can "
            "mend it.",
            unit="reqps",
            queries=(Query(f"sum by (cause) ({rate(_REQUESTS, _REFUSED)})", "{{cause}}"),),
            width=16,
            custom=STACKED,
        ),
        Panel(
            kind="table",
            title="Refusals in this time range",
            description="How often each cause was given, by app client; unverified where the signature did not hold.",
            unit="short",
            queries=(
                Query(
                    f"sort_desc(sum by (cause, client) ({increase(_REQUESTS, _REFUSED, window='$__range')}) >= 1)",
                    instant=True,
                    format="table",
                ),
            ),
            width=8,
            transformations=(
                {
                    "id": "organize",
                    "options": {"excludeByName": {"Time": True}, "renameByName": {"Value": "refusals"}},
                },
            ),
        ),
        Panel(
            kind="timeseries",
            title="Refusals by app client",
            description="Refused requests a second by app client: one client alone is its front end's affair.",
            unit="reqps",
            queries=(Query(f"sum by (client) ({rate(_REQUESTS, _REFUSED)})", "{{client}}"),),
            width=12,
            custom=STACKED,
        ),
        Panel(
            kind="timeseries",
            title="How long refused tokens had been expired",
            description="Median and 90 % by app client. Seconds are a front end that refreshes after a 401; hours are "
            "sessions that are dead and go on.",
            unit="s",
            queries=tuple(
                Query(
                    quantile(share, "client", "poolwarden_token_expired_for_seconds_bucket"), f"{{{{client}}}} {words}"
                )
                for share, words in ((0.5, "median"), (0.9, "90 %"))
            ),
            width=12,
        ),
    ),
)
"""What the refusals are for."""

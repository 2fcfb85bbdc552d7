"""Rules on what the guard decides: everything refused, our own errors, wrong pools, clocks."""

from poolwarden.export.prometheus.rows import Alert, Group, Recording

_DECIDED = 'poolwarden_requests_total{<only>outcome=~"accepted|rejected|error"}'
_REFUSED = 'poolwarden_requests_total{<only>outcome=~"rejected|error"}'
_ERRORS = 'poolwarden_requests_total{<only>outcome="error"}'
_WRONG_POOL = 'poolwarden_requests_total{<only>cause=~"key_unknown|issuer_mismatch"}'

# The windows of the multi-window, multi-burn-rate alerts of the SRE Workbook, chapter 5: a long one proves that it
# matters, a short one that it still goes on.
_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


def _errors(window: str) -> str:
    return f"job:poolwarden_request_errors:ratio_rate{window}"


def _burn(*pairs: tuple[str, str, str]) -> str:
    """Return the query for any of the pairs (long window, short window, burn rate)."""
    return "\nor\n".join(
        f"(\n  {_errors(long)} > {rate} * <objective>\n"
        f"  and {_errors(short)} > {rate} * <objective>\n"
        f"  and sum by (job) (increase({_DECIDED}[{long}])) >= <min_requests>\n)"
        for long, short, rate in pairs
    )


_BURN_CAUSES = (
    "Only answers of 503 count here: refusals of bad tokens are the callers' affair. Likely causes: the JWK Set "
    "address cannot be reached (proxy, DNS, egress rule, certificate) and the keys have run out; or the online "
    "revocation check cannot reach Cognito or is throttled, and is set to fail closed."
)

REQUESTS = Group(
    "poolwarden-requests",
    (
        *(
            Recording(
                _errors(window),
                f"sum by (job) (rate({_ERRORS}[{window}]))\n  / sum by (job) (rate({_DECIDED}[{window}]))",
            )
            for window in _WINDOWS
        ),
        Alert(
            name="PoolwardenAllRequestsRefused",
            severity="critical",
            waits=True,
            expr=f"""\
sum by (job) (rate({_REFUSED}[10m]))
  / sum by (job) (rate({_DECIDED}[10m])) >= <refused>
and
sum by (job) (increase({_REFUSED}[10m])) >= <min_requests>""",
            summary="{{ $labels.job }} refuses {{ $value | humanizePercentage }} of its requests.",
            description=(
                "Nobody gets through. Likely causes: the API is configured with another user pool or app client than "
                "the front end signs in to (issuer_mismatch, key_unknown, client_mismatch); a proxy drops the "
                "Authorization header or a front end sends none (credentials_missing); ID tokens are sent instead of "
                "access tokens (token_use_mismatch); the keys cannot be fetched (keys_unavailable); this host's clock "
                "is off (token_expired, token_not_yet_valid)."
            ),
        ),
        Alert(
            name="PoolwardenErrorBudgetBurnFast",
            severity="critical",
            waits=False,
            expr=_burn(("1h", "5m", "14.4"), ("6h", "30m", "6")),
            summary="{{ $labels.job }} fails {{ $value | humanizePercentage }} of its requests for our own reasons.",
            description=f"At this rate the error budget of 30 days is gone within days. {_BURN_CAUSES}",
        ),
        Alert(
            name="PoolwardenErrorBudgetBurnSlow",
            severity="warning",
            waits=False,
            expr=_burn(("1d", "2h", "3"), ("3d", "6h", "1")),
            summary="{{ $labels.job }} keeps failing {{ $value | humanizePercentage }} of its requests.",
            description=f"At this rate the error budget of 30 days does not last. {_BURN_CAUSES}",
        ),
        Alert(
            name="PoolwardenWrongPoolTokens",
            severity="warning",
            waits=True,
            expr=f"""\
sum by (job) (rate({_WRONG_POOL}[15m]))
  / sum by (job) (rate({_DECIDED}[15m])) >= <wrong_pool>
and
sum by (job) (increase({_WRONG_POOL}[15m])) >= <min_requests>""",
            summary="{{ $labels.job }} gets tokens of another pool, {{ $value | humanizePercentage }} of its requests.",
            description=(
                "Tokens are signed with keys that the configured pool does not publish, or name another issuer. Likely "
                "causes: a front end or a test environment signs in to another pool; the pool was replaced; the "
                "issuer has a second form or a replica region that is not configured; or somebody tries forged tokens."
            ),
        ),
        Alert(
            name="PoolwardenClockSkew",
            severity="warning",
            waits=True,
            expr="""\
sum by (job, instance) (
  increase(poolwarden_requests_total{<only>cause="token_not_yet_valid"}[15m])
) >= <skewed>""",
            summary="{{ $labels.instance }} of {{ $labels.job }} meets tokens from the future.",
            description=(
                "Cognito issues no token ahead of time, so a clock is off. Likely causes: the time service of this "
                "host does not run or cannot be reached; a virtual machine was paused or restored; a stand-in for "
                "Cognito runs on a host whose clock is fast."
            ),
        ),
    ),
)
"""What the guard decides."""

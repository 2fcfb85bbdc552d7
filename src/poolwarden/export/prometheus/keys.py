"""Rules on the keys, and on whether there are metrics at all."""

from poolwarden.export.prometheus.rows import Alert, Group

_BAD = 'poolwarden_keys_fetches_total{<only>result!="ok"}'
_GOOD = 'poolwarden_keys_fetches_total{<only>result="ok"}'
_BY = "by (job, instance, pool)"

KEYS = Group(
    "poolwarden-keys",
    (
        Alert(
            name="PoolwardenKeysStale",
            severity="critical",
            waits=True,
            # An idle instance fetches nothing and is not stale: it must have tried.
            expr=f"""\
time() - max {_BY} (poolwarden_keys_last_success_timestamp_seconds{{<only>}}) > <keys_stale>
and
sum {_BY} (increase({_BAD}[1h])) > 0""",
            summary="{{ $labels.instance }} has had no fresh keys of {{ $labels.pool }} for "
            "{{ $value | humanizeDuration }}.",
            description=(
                "The keys in force are older than <keys_stale>, and fetching them fails. They are served until they "
                "are 24 hours old; after that every request is answered 503, and a key rotation hurts at once. Likely "
                "causes: an egress rule, a proxy or DNS stopped the way to Cognito; a certificate of a TLS-inspecting "
                "proxy is not trusted; the pool was deleted."
            ),
        ),
        Alert(
            name="PoolwardenKeysUnreachable",
            severity="warning",
            waits=True,
            expr=f"""\
sum {_BY} (increase({_BAD}[10m])) >= <keys_failed>
unless
sum {_BY} (increase({_GOOD}[10m])) > 0""",
            summary="{{ $labels.instance }} cannot fetch the keys of {{ $labels.pool }}.",
            description=(
                "Fetches of the JWK Set fail and none succeeds. Running processes go on with the keys they have for "
                "up to 24 hours; a process that starts now has none and answers 503, so do not deploy. Likely causes: "
                "egress rule, proxy, DNS, an untrusted certificate, a wrong pool id or JWK Set address, an address "
                "that is not https."
            ),
        ),
        Alert(
            name="PoolwardenMetricsAbsent",
            severity="warning",
            waits=True,
            # None for a day or ever; or none from a job that had them within the last day.
            expr="""\
absent_over_time(poolwarden_build_info{<only>}[1d])
or
(
  group by (job) (last_over_time(poolwarden_build_info{<only>}[1d]))
  unless on (job)
  group by (job) (poolwarden_build_info{<only>})
)""",
            summary="There are no metrics of poolwarden{{ with $labels.job }} from {{ . }}{{ end }}.",
            description=(
                "No other alert can fire. Likely causes: the application is down; /metrics moved, or the guard refuses "
                "the scraper and it is not exempt; the scrape configuration or a network policy changed; in several "
                "processes, PROMETHEUS_MULTIPROC_DIR is not set or not writable; the guard was removed."
            ),
        ),
    ),
)
"""The keys, and the metrics themselves."""

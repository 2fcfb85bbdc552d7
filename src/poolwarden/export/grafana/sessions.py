"""Panels on sessions, zombies, Cognito's refusals and the app clients' settings."""

from poolwarden.export.grafana.lines import ages_with_lines
from poolwarden.export.grafana.rows import STACKED, Panel, Query, Row
from poolwarden.export.grafana.series import increase, quantile, rate, series

_COUNT = "poolwarden_session_age_seconds_count"
_BUCKET = "poolwarden_session_age_seconds_bucket"
_ZOMBIES = "poolwarden_zombie_requests_total"
_REFUSALS = "poolwarden_cognito_refusals_total"
_VALIDITY = "poolwarden_client_validity_seconds"
_LOSS = 'at="loss"'
_REFRESH = 'token="refresh"'
_DECIDED = 'outcome=~"accepted|rejected|error"'
_LINE = (
    "The thin line is the bucket that ends at a configured refresh validity; an unusual validity is drawn at the next "
    "usual one."
)

_LOST = f"sum by (client) ({increase(_COUNT, _LOSS)})"
_LOST_LAST_WEEK = _LOST.replace("[$__rate_interval]", "[$__rate_interval] offset 1w")

SESSIONS_LOST = Row(
    "Sessions lost",
    (
        Panel(
            kind="timeseries",
            title="Sessions lost",
            description="Sessions whose client went on with a dead token for a minute, by app client, and the same a "
            "week earlier.",
            unit="short",
            queries=(Query(_LOST, "{{client}}"), Query(_LOST_LAST_WEEK, "{{client}} last week")),
            width=12,
        ),
        Panel(
            kind="timeseries",
            title="Age of lost sessions and the configured validity",
            description="Median age at the loss, by app client, beside the configured refresh validity. On the line: "
            "they ended as set. Below it: something else ended them, or another validity is in force.",
            unit="s",
            queries=(
                Query(quantile(0.5, "client", _BUCKET, _LOSS), "{{client}} median age"),
                Query(f"max by (client) ({series(_VALIDITY, _REFRESH)})", "{{client}} configured"),
            ),
            width=12,
        ),
        Panel(
            kind="heatmap",
            title="Age of lost sessions",
            description=f"How old sessions were when they were lost. A wall is a validity that was reached. {_LINE}",
            unit="s",
            queries=(Query(ages_with_lines("loss"), "{{le}}", format="heatmap"),),
            width=12,
            height=11,
        ),
        Panel(
            kind="heatmap",
            title="Age of sessions at a refresh",
            description="How old sessions were when a refreshed token was first seen. Nothing is ever above the "
            f"validity in force. {_LINE}",
            unit="s",
            queries=(Query(ages_with_lines("refresh"), "{{le}}", format="heatmap"),),
            width=12,
            height=11,
        ),
    ),
)
"""How sessions end."""

ZOMBIES = Row(
    "Zombies",
    (
        Panel(
            kind="stat",
            title="Requests with a dead token",
            description="The share of decided requests that carry a token that is dead for a minute or more, or a "
            "placeholder.",
            unit="percentunit",
            queries=(
                Query(f"sum({rate(_ZOMBIES)})\n  / sum({rate('poolwarden_requests_total', _DECIDED)})", "zombies"),
            ),
            width=6,
            steps=(0.01, 0.05),
            maximum=1,
        ),
        Panel(
            kind="timeseries",
            title="Requests with a dead token, by kind",
            description="expired: neither refreshed nor given up; placeholder: a header built from a session that is "
            "gone; revoked: ended by somebody.",
            unit="reqps",
            queries=(Query(f"sum by (client, kind) ({rate(_ZOMBIES)})", "{{client}} {{kind}}"),),
            width=18,
            custom=STACKED,
        ),
    ),
)
"""Clients that go on with dead tokens."""

COGNITO = Row(
    "Cognito's refusals",
    (
        Panel(
            kind="timeseries",
            title="Refusals by cause",
            description="Calls to Cognito that failed, by cause. A series begins with its first refusal. "
            "refresh_token_expired is a validity that was reached, refresh_token_reused a race or a theft.",
            unit="ops",
            queries=(Query(f"sum by (cause) ({rate(_REFUSALS)})", "{{cause}}"),),
            width=12,
            custom=STACKED,
        ),
        Panel(
            kind="timeseries",
            title="Refusals by operation",
            description="The same by the operation that was called.",
            unit="ops",
            queries=(Query(f"sum by (operation) ({rate(_REFUSALS)})", "{{operation}}"),),
            width=12,
            custom=STACKED,
        ),
    ),
)
"""What Cognito refuses to the application."""

SETTINGS = Row(
    "App-client settings",
    (
        Panel(
            kind="table",
            title="Validities",
            description="The refresh validity as the guard is configured, and the access validity as seen in tokens. "
            "30 hours are probably meant to be 30 days: poolwarden client check.",
            unit="s",
            queries=(Query(f"max by (pool, client, token) ({series(_VALIDITY)})", instant=True, format="table"),),
            width=12,
            transformations=(
                {
                    "id": "organize",
                    "options": {"excludeByName": {"Time": True}, "renameByName": {"Value": "validity"}},
                },
            ),
        ),
        Panel(
            kind="timeseries",
            title="Validities over time",
            description="A step is a change of settings: of the access validity in Cognito, of the refresh validity in "
            "the guard's configuration.",
            unit="s",
            queries=(Query(f"max by (pool, client, token) ({series(_VALIDITY)})", "{{pool}} {{client}} {{token}}"),),
            width=12,
        ),
    ),
)
"""What the app clients are set to."""

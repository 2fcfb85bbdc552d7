"""Rules on what Cognito refuses to the application."""

from poolwarden.export.prometheus.rows import Alert, Group


def _refused(cause: str, window: str) -> str:
    """
    Return the query for how often Cognito gave a cause within a window.

    A series of this metric begins with its first refusal, which increase() does
    not see; so one that is younger than the window counts as it stands.
    """
    series = f'poolwarden_cognito_refusals_total{{<only>cause="{cause}"}}'
    return f"""\
sum by (job) (
  (
    increase({series}[{window}])
    and
    {series} offset {window}
  )
  or
  (
    {series}
    unless
    {series} offset {window}
  )
)"""


COGNITO = Group(
    "poolwarden-cognito",
    (
        Alert(
            name="PoolwardenRefreshTokensReused",
            severity="warning",
            waits=False,
            expr=f"{_refused('refresh_token_reused', '1h')} >= <reused>",
            summary="{{ $labels.job }} saw {{ $value | humanize }} refresh tokens used twice within an hour.",
            description=(
                "With rotation on, a refresh token works once, and its second use ends the session. Likely causes: two "
                "tabs or two requests of one front end refresh at the same time; a retry after an answer that got "
                "lost, with too short a grace period; a server that shares one token among its processes; or a stolen "
                "token: look at whose sessions they are."
            ),
        ),
        Alert(
            name="PoolwardenCognitoThrottled",
            severity="warning",
            waits=False,
            expr=f"{_refused('throttled', '15m')} >= <throttled>",
            summary="Cognito throttled {{ $value | humanize }} calls of {{ $labels.job }} within 15 minutes.",
            description=(
                "The quota of a category of operations is used up for the whole account and region. Likely causes: "
                "many sessions refresh at once after an outage or at a common validity; a retry loop without backoff; "
                "GetUser on every request (the online revocation check without its cache); a load test or a password-"
                "spraying attack."
            ),
        ),
    ),
)
"""What Cognito refuses."""

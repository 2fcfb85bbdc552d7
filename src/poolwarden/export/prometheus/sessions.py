"""Rules on sessions: those lost en masse, validities that are short or have a mistaken unit, and zombies."""

from poolwarden.export.bounds import le
from poolwarden.export.prometheus.rows import Alert, Group, Recording
from poolwarden.validities import DAYS_MEANT, HOUR, USUAL, just_over, just_under

_LOST = "job_client:poolwarden_sessions_lost:increase1h"
_LOST_LAST_WEEK = "job_client:poolwarden_sessions_lost:increase1h_offset1w"
_AT_VALIDITY = "job_client_validity:poolwarden_sessions_lost_at_validity:increase1h"
_COUNT = 'poolwarden_session_age_seconds_count{<only>at="loss"}'
_CONFIGURED = 'poolwarden_client_validity_seconds{<only>token="refresh"}'
_ZOMBIES = "poolwarden_zombie_requests_total{<only>}"
_DECIDED = 'poolwarden_requests_total{<only>outcome=~"accepted|rejected|error"}'


def _ages(at: str, up_to: int | None = None) -> str:
    """
    Return the selector of a bucket of session ages.

    Args:
        at: ``refresh`` or ``loss``: when the age was taken.
        up_to: The bucket's upper bound, seconds; None for sessions of any age.
    """
    bound = "+Inf" if up_to is None else le(up_to)
    return f'poolwarden_session_age_seconds_bucket{{<only>at="{at}", le="{bound}"}}'


_MASS = f"""\
(
  {_LOST} >= <min_lost>
  and
  {_LOST} > <lost_factor> * {_LOST_LAST_WEEK}
)"""

_SHARE = f"""\
(
  {_AT_VALIDITY}
  / on (job, client) group_left () {_LOST} >= <lost_at_validity>
)"""

_SET_BY_MISTAKE = tuple(f"max by (job, client) ({_CONFIGURED}) == {days * HOUR}" for days in sorted(DAYS_MEANT))
# What is set in Cognito may differ from what is configured here. Sessions are refreshed up to the validity in force and
# never beyond, and lost from there on: whatever hour their users come back at, the wall stands at one age.
_WALL, _BEFORE_IT = USUAL["30h"], USUAL["24h"]
_WALL_AT_30_HOURS = f"""\
(
  sum by (job, client) (increase({_ages("refresh", _WALL)}[1d]))
  - sum by (job, client) (increase({_ages("refresh", just_over(_BEFORE_IT))}[1d])) >= <min_lost>
  unless
  sum by (job, client) (increase({_ages("refresh")}[1d]))
  - sum by (job, client) (increase({_ages("refresh", just_over(_WALL))}[1d])) >= 1
  and
  sum by (job, client) (increase({_ages("loss")}[1d]))
  - sum by (job, client) (increase({_ages("loss", just_under(_WALL))}[1d])) >= <min_lost>
)"""

SESSIONS = Group(
    "poolwarden-sessions",
    (
        Recording(_LOST, f"sum by (job, client) (\n  increase({_COUNT}[1h])\n)"),
        Recording(_LOST_LAST_WEEK, f"sum by (job, client) (\n  increase({_COUNT}[1h] offset 1w)\n)"),
        *(
            # Only where that validity is the configured one; a missed scrape shall not make it unknown.
            Recording(
                _AT_VALIDITY,
                f"(\n  sum by (job, client) (increase({_ages('loss', just_over(validity))}[1h]))\n"
                f"  - sum by (job, client) (increase({_ages('loss', just_under(validity))}[1h]))\n)\n"
                f"and on (job, client)\nmax by (job, client) (last_over_time({_CONFIGURED}[1h])) == {validity}",
                {"validity": name},
            )
            for name, validity in USUAL.items()
        ),
        Alert(
            name="PoolwardenSessionsExpireEnMasse",
            severity="critical",
            waits=False,
            expr=f"{_SHARE}\nand on (job, client)\n{_MASS}",
            summary="Sessions of {{ $labels.client }} expire en masse, {{ $value | humanizePercentage }} of those lost "
            "at their refresh validity of {{ $labels.validity }}.",
            description=(
                "At least <min_lost> sessions were lost within an hour, more than <lost_factor> times as many as in "
                "the same hour last week, and most ended within 2 % of the configured refresh validity, or within "
                "the hour after it that an access token lives on. Likely causes: many users signed in at the same "
                "time one validity ago (a launch, a forced sign-out, an incident, the replacement of a client); or "
                "the validity was lowered and old sessions meet it now."
            ),
        ),
        Alert(
            name="PoolwardenSessionsLostEnMasse",
            severity="critical",
            waits=False,
            expr=f"{_MASS}\nunless on (job, client)\n{_SHARE}",
            summary="{{ $labels.job }} lost {{ $value | humanize }} sessions of {{ $labels.client }} within an hour.",
            description=(
                "That is more than <lost_factor> times as many as in the same hour last week, and they were not "
                "lost at the configured refresh validity. Likely causes: the validity in force is another than the "
                "configured one (a mistaken unit: 30 hours for 30 days); an operator or a job signed users out "
                "(AdminUserGlobalSignOut, RevokeToken); the app client or the pool was replaced; refresh-token "
                "rotation was switched on while front ends keep the old token; many users come back at once to "
                "sessions that had ended unseen."
            ),
        ),
        Alert(
            name="PoolwardenRefreshValidityShort",
            severity="warning",
            waits=True,
            expr=f"min by (job, pool, client) (\n  {_CONFIGURED}\n) < <validity_short>",
            summary="Sessions of {{ $labels.client }} last {{ $value | humanizeDuration }} at most.",
            description=(
                "The refresh validity is below <validity_short>: users sign in again within the working day. Likely "
                "causes: a security rule that wants it so (then raise this alert's threshold); a mistaken unit; a "
                "template that was meant for tests."
            ),
        ),
        Alert(
            name="PoolwardenRefreshValidityUnitMistake",
            severity="warning",
            waits=True,
            expr="\nor\n".join((*_SET_BY_MISTAKE, _WALL_AT_30_HOURS)),
            summary="The refresh validity of {{ $labels.client }} looks like a mistaken unit.",
            description=(
                "The configured validity is a number of hours that is usual in days (such as 30); or sessions are "
                "refreshed up to an age of 30 hours, never beyond, and lost from there on. Likely causes: "
                "RefreshTokenValidity was set without TokenValidityUnits or with the unit of the access token; "
                "infrastructure code set hours where the console had days; an update of the app client left the "
                "units out, and Cognito reset them."
            ),
        ),
        Alert(
            name="PoolwardenZombies",
            severity="warning",
            waits=True,
            expr=f"""\
sum by (job) (rate({_ZOMBIES}[30m]))
  / sum by (job) (rate({_DECIDED}[30m])) >= <zombies>
and
sum by (job) (increase({_DECIDED}[30m])) >= <min_requests>""",
            summary="{{ $value | humanizePercentage }} of the requests to {{ $labels.job }} carry a dead token.",
            description=(
                "Clients go on with tokens that expired or were revoked, or send a placeholder such as undefined. "
                "Likely causes: a front end that takes a lost session for a live one (an older oidc-client-ts or "
                "Amplify, tokens kept in storage); a poller or a background tab that never looks at the 401; a service "
                "that caches a token beyond its life."
            ),
        ),
    ),
)
"""Sessions: how they end, and how long they may last."""

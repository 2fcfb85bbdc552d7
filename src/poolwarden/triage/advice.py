"""Say what to do about a verdict: one table of next steps."""

from collections.abc import Collection, Mapping

from poolwarden.triage.report import moment
from poolwarden.triage.verdicts import Verdict

NEXT: Mapping[Verdict, str] = {
    Verdict.REFRESH_VALIDITY_REACHED: "Compare RefreshTokenValidity and its unit with what was meant: describe the app "
    "client, run poolwarden client check on it, and change it only by the merged update that poolwarden client fix "
    "prints.",
    Verdict.SIGNED_OUT: "Nothing to mend in the pool. Let the front end end all its tabs when a user signs out; "
    "CloudTrail's GlobalSignOut, RevokeToken and Admin… events tell which sign-outs they were, and whose.",
    Verdict.REVOKED_BY_OPERATOR: "Ask who ended these sessions: CloudTrail's Admin… events name the principal.",
    Verdict.USER_DISABLED: "Wanted, if an administrator meant it: CloudTrail's AdminDisableUser names who. "
    "Enabling the user again revives no session.",
    Verdict.USER_DELETED: "Wanted, if the user was to be deleted: CloudTrail's AdminDeleteUser and DeleteUser name "
    "who. Else compare the pool that the front end asks.",
    Verdict.ROTATION_RACE: "Raise RetryGracePeriodSeconds (up to 60) and let one tab refresh for all. "
    "A reuse that is no race is theft: look at its source address in CloudTrail.",
    Verdict.CLIENT_REPLACED: "Compare the front end's client id and secret with the pool's app clients, and with those "
    "that the API accepts; sessions of a deleted client cannot be refreshed.",
    Verdict.POOL_CHANGED: "Compare the pool, region and app client of the front end with those configured in the API.",
    Verdict.KEYS_UNAVAILABLE: "Check the way to the JWK Set (poolwarden doctor), keep keys while they are stale, and "
    "answer 503 instead of 401, so that no front end drops its session.",
    Verdict.CLOCK_SKEW: "Compare the hosts' clocks with a time server (chronyc tracking).",
    Verdict.WRONG_TOKEN: "Send the access token, unchanged: tokens.accessToken in Amplify, not the ID token.",
    Verdict.FRONT_END_GAVE_UP: "The refresh token was still good and was not used: refresh on a 401 and before expiry, "
    "and look at how the front end handles a failed refresh.",
}
"""The next step for each verdict that explains something."""


def never_refreshed(client: str) -> str:
    """Return what speaks from an app client whose sessions all end with their first token."""
    return (
        f"No session of {client} ever got a second token: its front end does not refresh, or each of its refreshes "
        "fails. Look at what it does before a token expires and on a 401. "
    )


def signed_in_together(sessions: int) -> str:
    """Return what speaks from users who signed in again in a crowd while their tokens were good."""
    return (
        f"{sessions:,} of these users signed in again within minutes of each other, with tokens that were good: look "
        "at what was deployed then (cookies, storage, the address of the site). "
    )


def refused_unseen(cause: str, since: float, until: float, refusals: int) -> str:
    """Return what is to be said of requests that were refused in a crowd where no log tells whose they were."""
    span = " and ".join((moment(at) or "")[:16].replace("T", " ") for at in (since, until))
    return (
        f"Between {span} UTC at least {refusals:,} requests were refused as {cause}: "
        "whom that signed out, these logs do not tell. "
    )


def missing_log(sources: Collection[str], *, users_known: bool) -> str:
    """
    Return which log would explain the sessions that these logs do not.

    Args:
        sources: The formats that were read, such as ``poolwarden`` (the guard) or ``cloudtrail``.
        users_known: Whether the logs tell which sessions are of one user.
    """
    if not any(source.startswith("cloudtrail") for source in sources):
        return (
            "CloudTrail of the same days would explain them: InitiateAuth, GetTokensFromRefreshToken and Token_POST "
            "say why a refresh failed, GlobalSignOut, RevokeToken and Admin… who ended a session."
        )
    if "poolwarden" not in sources:
        return "The guard's events would explain them: mount poolwarden in the API and give its log to the triage."
    if not users_known:
        return "Set POOLWARDEN_REF_KEY in the API: with it the guard's events tell which sessions are of one user."
    return "The front end's own error log would explain them: what the SDK said when its refresh failed."

"""What each alert must do: series as promtool's unit tests write them, and whether it fires."""

from collections.abc import Mapping
from dataclasses import dataclass

REQUESTS = "poolwarden_requests_total"
FETCHES = "poolwarden_keys_fetches_total"
REFUSALS = "poolwarden_cognito_refusals_total"
VALIDITY = 'poolwarden_client_validity_seconds{job="shop", instance="a", pool="main", client="web", token="refresh"}'
BUILD = 'poolwarden_build_info{job="shop", instance="a", version="1"}'
SUCCESS = 'poolwarden_keys_last_success_timestamp_seconds{job="shop", instance="a", pool="main"}'

SHOP = {"job": "shop"}
WEB = {"job": "shop", "client": "web"}
HOST = {"job": "shop", "instance": "a"}
POOL = {**HOST, "pool": "main"}


# A quiet week of values five minutes apart, and an hour of losses after it.
QUIET = "0x2027"
BURST = f"{QUIET} 3+3x30"
STEADY = "0+3x2100"
AFTER = "10200m"


@dataclass(frozen=True, slots=True)
class RuleCase:
    """
    A situation and what an alert makes of it.

    Attributes:
        alert: The alert, without the prefix of all.
        name: What the situation is.
        series: Values by series, in promtool's notation.
        at: When to look, in Prometheus' notation.
        fires: The labels that it fires with, beside its name and severity; None where it must be silent.
        interval: How far apart the values are.
    """

    alert: str
    name: str
    series: Mapping[str, str]
    at: str
    fires: Mapping[str, str] | None = None
    interval: str = "1m"

    @property
    def evaluated(self) -> str:
        """How often the rules are evaluated: seldom in long situations, which would take long."""
        return "1m" if self.interval == "1m" else "30m"


def decided(outcome: str, cause: str = "none") -> str:
    """Name a series of decided requests."""
    pool, client = ("main", "web") if outcome == "accepted" else ("unverified", "unverified")
    labels = f'pool="{pool}", client="{client}", outcome="{outcome}", cause="{cause}"'
    return f'{REQUESTS}{{job="shop", instance="a", {labels}}}'


def fetched(result: str) -> str:
    """Name a series of fetches."""
    return f'{FETCHES}{{job="shop", instance="a", pool="main", result="{result}"}}'


def lost(within: str, all_: str, validity: int | None = 108_000) -> dict[str, str]:
    """Give lost sessions: those within two percent of 30 hours, and all; and the configured validity."""
    labels = 'job="shop", instance="a", client="web", at="loss"'
    return {
        f'poolwarden_session_age_seconds_bucket{{{labels}, le="105840.0"}}': "0x2100",
        f'poolwarden_session_age_seconds_bucket{{{labels}, le="111600.0"}}': within,
        f"poolwarden_session_age_seconds_count{{{labels}}}": all_,
        **({} if validity is None else {VALIDITY: f"{validity}x2100"}),
    }


def walled(beyond: str, all_losses: str, early_losses: str = "0x2100") -> dict[str, str]:
    """Give sessions refreshed at ages of 25 to 30 hours, so many beyond, and so many lost; 30 days are configured."""
    labels = 'job="shop", instance="a", client="web"'
    bucket = "poolwarden_session_age_seconds_bucket"
    return {
        f'{bucket}{{{labels}, at="refresh", le="90000.0"}}': "0x2100",
        f'{bucket}{{{labels}, at="refresh", le="108000.0"}}': STEADY,
        f'{bucket}{{{labels}, at="refresh", le="111600.0"}}': STEADY,
        f'{bucket}{{{labels}, at="refresh", le="+Inf"}}': beyond,
        f'{bucket}{{{labels}, at="loss", le="105840.0"}}': early_losses,
        f'{bucket}{{{labels}, at="loss", le="+Inf"}}': all_losses,
        VALIDITY: "2592000x2100",
    }


def zombies(kind: str) -> str:
    """Name a series of requests with dead tokens."""
    return f'poolwarden_zombie_requests_total{{job="shop", instance="a", client="web", kind="{kind}"}}'


def said(cause: str) -> str:
    """Name a series of Cognito's refusals."""
    return f'{REFUSALS}{{job="shop", instance="a", operation="InitiateAuth", cause="{cause}"}}'


def tally(alert: str, cause: str, at: str) -> tuple[RuleCase, ...]:
    """Give what an alert on a cause of Cognito's must do: its counter begins with its first refusal."""
    return (
        RuleCase(alert, "a series that begins", {said(cause): "_x30 12x40"}, "40m", SHOP),
        RuleCase(alert, "a series that grows", {said(cause): "100+1x200"}, at, SHOP),
        RuleCase(alert, "an old incident", {said(cause): "100x200"}, at),
        RuleCase(alert, "a few", {said(cause): "_x30 2x40"}, "40m"),
        RuleCase(alert, "another cause", {said("credentials_wrong"): "0+10x200"}, at),
    )


CASES: tuple[RuleCase, ...] = (
    RuleCase(
        "AllRequestsRefused",
        "another pool",
        {decided("rejected", "key_unknown"): "0+20x40", decided("accepted"): "5x40"},
        "20m",
        SHOP,
    ),
    RuleCase(
        "AllRequestsRefused",
        "one in eleven passes",
        {decided("rejected", "key_unknown"): "0+20x40", decided("accepted"): "0+2x40"},
        "20m",
    ),
    RuleCase("AllRequestsRefused", "hardly anybody calls", {decided("rejected", "token_expired"): "0+2x40"}, "20m"),
    RuleCase(
        "AllRequestsRefused",
        "exempt paths only",
        {decided("skipped"): "0+90x40", decided("rejected", "credentials_missing"): "0x40"},
        "20m",
    ),
    RuleCase(
        "KeysStale",
        "fails for seven hours",
        {SUCCESS: "0x100", fetched("timeout"): "0+5x100"},
        "7h",
        POOL,
        interval="5m",
    ),
    RuleCase("KeysStale", "idle for seven hours", {SUCCESS: "0x100", fetched("timeout"): "0x100"}, "7h", interval="5m"),
    RuleCase(
        "KeysStale", "fails now and then", {SUCCESS: "0+300x100", fetched("timeout"): "0+5x100"}, "7h", interval="5m"
    ),
    RuleCase("KeysUnreachable", "no way out", {fetched("timeout"): "0+1x40", fetched("ok"): "3x40"}, "20m", POOL),
    RuleCase("KeysUnreachable", "blocked from the start", {fetched("blocked"): "0+1x40"}, "20m", POOL),
    RuleCase("KeysUnreachable", "every other one", {fetched("timeout"): "0+1x40", fetched("ok"): "0+1x40"}, "20m"),
    RuleCase("KeysUnreachable", "one failure", {fetched("timeout"): "0x5 1x40", fetched("ok"): "3x40"}, "20m"),
    RuleCase(
        "ErrorBudgetBurnFast",
        "three percent",
        {decided("error", "keys_unavailable"): "0+3x120", decided("accepted"): "0+97x120"},
        "90m",
        SHOP,
    ),
    RuleCase(
        "ErrorBudgetBurnFast",
        "half are 401, which is not our error",
        {
            decided("rejected", "token_expired"): "0+50x120",
            decided("accepted"): "0+50x120",
            decided("error", "keys_unavailable"): "0x120",
        },
        "90m",
    ),
    RuleCase(
        "ErrorBudgetBurnFast",
        "one error among a dozen requests",
        {decided("error", "keys_unavailable"): "0x80 1x40", decided("accepted"): "0x80 0+1x40"},
        "92m",
    ),
    RuleCase(
        "ErrorBudgetBurnFast",
        "it is over",
        {decided("error", "keys_unavailable"): "0+3x60 180x60", decided("accepted"): "0+97x120"},
        "95m",
    ),
    RuleCase(
        "ErrorBudgetBurnSlow",
        "four in a thousand",
        {decided("error", "revocation_unavailable"): "0+2x500", decided("accepted"): "0+498x500"},
        "36h",
        SHOP,
        interval="5m",
    ),
    RuleCase(
        "ErrorBudgetBurnSlow",
        "one in two thousand",
        {decided("error", "revocation_unavailable"): "0+1x500", decided("accepted"): "0+1999x500"},
        "36h",
        interval="5m",
    ),
    RuleCase(
        "WrongPoolTokens",
        "a fifth",
        {decided("rejected", "issuer_mismatch"): "0+20x40", decided("accepted"): "0+80x40"},
        "25m",
        SHOP,
    ),
    RuleCase(
        "WrongPoolTokens",
        "one in fifty",
        {decided("rejected", "key_unknown"): "0+20x40", decided("accepted"): "0+980x40"},
        "25m",
    ),
    RuleCase(
        "WrongPoolTokens",
        "a handful in the night",
        {decided("rejected", "key_unknown"): "0+1x40", decided("accepted"): "0x40"},
        "25m",
    ),
    RuleCase("ClockSkew", "one a minute", {decided("rejected", "token_not_yet_valid"): "0+1x40"}, "25m", HOST),
    RuleCase("ClockSkew", "three in all", {decided("rejected", "token_not_yet_valid"): "0x10 1 2 3x40"}, "25m"),
    RuleCase("MetricsAbsent", "a job that went away", {BUILD: "1x10"}, "30m", SHOP),
    RuleCase("MetricsAbsent", "nothing ever", {'up{job="shop"}': "1x40"}, "30m", {}),
    RuleCase("MetricsAbsent", "there", {BUILD: "1x40"}, "30m"),
    RuleCase("MetricsAbsent", "a missed scrape", {BUILD: "1x10 _x3 1x40"}, "30m"),
    RuleCase(
        "SessionsExpireEnMasse",
        "all at the validity",
        lost(BURST, BURST),
        AFTER,
        {**WEB, "validity": "30h"},
        interval="5m",
    ),
    RuleCase("SessionsExpireEnMasse", "as last week", lost(STEADY, STEADY), AFTER, interval="5m"),
    RuleCase("SessionsExpireEnMasse", "a few", lost(f"{QUIET} 0+1x30", f"{QUIET} 0+1x30"), AFTER, interval="5m"),
    RuleCase("SessionsExpireEnMasse", "at other ages", lost("0x2100", BURST), AFTER, interval="5m"),
    RuleCase("SessionsExpireEnMasse", "another validity", lost(BURST, BURST, 2_592_000), AFTER, interval="5m"),
    RuleCase("SessionsLostEnMasse", "at other ages", lost("0x2100", BURST), AFTER, WEB, interval="5m"),
    RuleCase("SessionsLostEnMasse", "no validity is known", lost(BURST, BURST, None), AFTER, WEB, interval="5m"),
    RuleCase("SessionsLostEnMasse", "at the validity", lost(BURST, BURST), AFTER, interval="5m"),
    RuleCase("SessionsLostEnMasse", "as last week", lost("0x2100", STEADY), AFTER, interval="5m"),
    RuleCase("SessionsLostEnMasse", "last week is not known", lost("0x200", "0+3x200"), "5h", interval="5m"),
    RuleCase("RefreshValidityShort", "eight hours", {VALIDITY: "28800x40"}, "20m", {"pool": "main", **WEB}),
    RuleCase("RefreshValidityShort", "30 days", {VALIDITY: "2592000x40"}, "20m"),
    RuleCase("RefreshValidityUnitMistake", "30 hours are set", {VALIDITY: "108000x40"}, "20m", WEB),
    RuleCase(
        "RefreshValidityUnitMistake",
        "30 days are configured, no session is refreshed beyond 30 hours",
        walled(STEADY, STEADY),
        AFTER,
        WEB,
        interval="5m",
    ),
    RuleCase("RefreshValidityUnitMistake", "30 days", {VALIDITY: "2592000x40"}, "20m"),
    RuleCase("RefreshValidityUnitMistake", "a working day", {VALIDITY: "28800x40"}, "20m"),
    RuleCase(
        "RefreshValidityUnitMistake",
        "some are refreshed beyond 30 hours",
        walled("0+4x2100", STEADY),
        AFTER,
        interval="5m",
    ),
    RuleCase("RefreshValidityUnitMistake", "hardly any is lost", walled(STEADY, "0x2100"), AFTER, interval="5m"),
    RuleCase("RefreshValidityUnitMistake", "they are lost early", walled(STEADY, STEADY, STEADY), AFTER, interval="5m"),
    RuleCase(
        "Zombies",
        "one in ten",
        {
            zombies("expired"): "0+10x60",
            decided("rejected", "token_expired"): "0+10x60",
            decided("accepted"): "0+90x60",
        },
        "50m",
        SHOP,
    ),
    RuleCase("Zombies", "one in a hundred", {zombies("expired"): "0+1x60", decided("accepted"): "0+99x60"}, "50m"),
    RuleCase(
        "Zombies", "hardly anybody calls", {zombies("placeholder"): "0+1x60", decided("accepted"): "0+1x60"}, "50m"
    ),
    *tally("RefreshTokensReused", "refresh_token_reused", "100m"),
    *tally("CognitoThrottled", "throttled", "100m"),
)
"""Every situation."""

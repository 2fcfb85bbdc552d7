"""Write the rehearsal as a recipe against Cognito itself, for an application that cannot be pointed at a local pool."""

import json
import shlex
from collections.abc import Iterator
from typing import Any, Final

from poolwarden.appclient import ClientSettings
from poolwarden.rehearse.terms import Terms

REFRESH_MINUTES: Final = 60
"""Cognito's shortest refresh validity (A/API_UserPoolClientType.html, RefreshTokenValidity)."""

ACCESS_MINUTES: Final = 5
"""Cognito's shortest access validity (the same, AccessTokenValidity)."""

_FILE: Final = "rehearsal-client.json"
_ANSWER: Final = "rehearsal-answer.txt"
_USER: Final = "poolwarden-rehearsal"
_OAUTH: Final = (
    *("AllowedOAuthFlows", "AllowedOAuthScopes", "AllowedOAuthFlowsUserPoolClient", "CallbackURLs", "LogoutURLs"),
    *("DefaultRedirectURI", "SupportedIdentityProviders"),
)
# Names, what the recipe sets itself, and what has no part in a session's life and needs a role of its own.
_LEFT_OUT: Final = frozenset(
    {
        *("UserPoolId", "ClientId", "ClientName", "ExplicitAuthFlows", "AnalyticsConfiguration"),
        *("RefreshTokenValidity", "AccessTokenValidity", "IdTokenValidity", "TokenValidityUnits"),
    }
)


def recipe(client: ClientSettings, terms: Terms, application: str | None) -> str:
    """
    Return the recipe as Markdown; nothing is run.

    Args:
        client: The settings.
        terms: What they come to.
        application: The application's address; None where it is not known.
    """
    parts = [
        *_introduction(client, terms),
        *_setting_up(client, terms, application),
        *_access(),
        *_refresh(),
        *(() if terms.grace_s is None else _rotation(terms.grace_s)),
        *_endings(terms),
        *_cleaning_up(),
    ]
    return "\n\n".join(parts) + "\n"


def client_document(client: ClientSettings, terms: Terms) -> dict[str, Any]:
    """
    Return the temporary app client as CreateUserPoolClient takes it: the settings with the shortest validities.

    Args:
        client: The settings.
        terms: What they come to.
    """
    unknown = any(client.is_unknown(name) for name in _OAUTH)
    kept = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in client.values.items()
        if name not in _LEFT_OUT and not client.is_unknown(name) and not (unknown and name in _OAUTH)
    }
    flows = ["ALLOW_ADMIN_USER_PASSWORD_AUTH", *([] if terms.grace_s is not None else ["ALLOW_REFRESH_TOKEN_AUTH"])]
    units = dict.fromkeys(("RefreshToken", "AccessToken", "IdToken"), "minutes")
    return {
        "ClientName": _USER,
        "GenerateSecret": False,
        "RefreshTokenValidity": REFRESH_MINUTES,
        "AccessTokenValidity": ACCESS_MINUTES,
        "IdTokenValidity": ACCESS_MINUTES,
        "TokenValidityUnits": units,
        "ExplicitAuthFlows": flows,
        **kept,
    }


def _introduction(client: ClientSettings, terms: Terms) -> Iterator[str]:
    yield f"# Rehearse {terms.name} against Amazon Cognito itself"
    yield (
        f"A temporary app client in the same user pool gets the settings of `{terms.name}`, but for the validities: "
        f"{REFRESH_MINUTES} minutes to refresh and {ACCESS_MINUTES} minutes of access are Cognito's shortest. What "
        f"happens at {terms.refresh} happens there after an hour. The real app client and its users are not touched. "
        "It takes about 70 minutes, nearly all of it waiting."
    )
    yield (
        "You need the AWS CLI, curl, bash, and leave to create and delete app clients and users of the pool. The "
        "commands print no token, but tokens stand on command lines for a moment: a test user's. Where the pool "
        "demands a second factor, the sign-in answers with a challenge instead of tokens: take a test pool."
    )
    if client.has_secret:
        yield (
            "The temporary app client has no secret, unlike the real one: it has no part in how long sessions live, "
            "and every call would need a hash."
        )
    if terms.way == "page":
        yield (
            "Its tokens have the scope `aws.cognito.signin.user.admin` alone, as the user signs in by an operation "
            "and not on the page: choose a route that needs no other scope."
        )


def _setting_up(client: ClientSettings, terms: Terms, application: str | None) -> Iterator[str]:
    pool = client.text("UserPoolId") or "REGION_POOL"
    document = json.dumps(client_document(client, terms), indent=2)
    yield "## 1. The temporary app client and its user"
    yield _bash(
        f"POOL={shlex.quote(pool)}",
        'export AWS_REGION="${POOL%%_*}"',
        f"APP={shlex.quote(application or 'https://api.example.com/orders')}  # a route that needs a token",
        f"cat > {_FILE} <<'JSON'",
        document,
        "JSON",
        'CLIENT=$(aws cognito-idp create-user-pool-client --user-pool-id "$POOL" \\',
        f"  --cli-input-json file://{_FILE} --query UserPoolClient.ClientId --output text)",
        'echo "$CLIENT"',
    )
    yield _bash("read -rsp 'A password for the test user, without a comma: ' PASSWORD")
    yield _bash(
        f'aws cognito-idp admin-create-user --user-pool-id "$POOL" --username {_USER} \\',
        "  --message-action SUPPRESS --query User.UserStatus --output text",
        f'aws cognito-idp admin-set-user-password --user-pool-id "$POOL" --username {_USER} \\',
        '  --password "$PASSWORD" --permanent',
    )
    yield (
        "Let the application accept the app client as well, and start it anew: with poolwarden's guard, append "
        "`,rehearsal=CLIENT` to `POOLWARDEN_CLIENT_IDS`."
    )
    yield "## 2. Words for what is done again and again"
    yield _bash(*_words(rotates=terms.grace_s is not None))


def _words(*, rotates: bool) -> Iterator[str]:
    yield "sign_in() {"
    yield "  read -r ACCESS REFRESH < <(aws cognito-idp admin-initiate-auth \\"
    yield '    --user-pool-id "$POOL" --client-id "$CLIENT" --auth-flow ADMIN_USER_PASSWORD_AUTH \\'
    yield f'    --auth-parameters "USERNAME={_USER},PASSWORD=$PASSWORD" \\'
    yield "    --query 'AuthenticationResult.[AccessToken,RefreshToken]' --output text)"
    yield "  SIGNED_IN=$(date +%s)"
    yield "}"
    yield "renew() {  # with a refresh token; prints nothing, or what Cognito says against it"
    yield "  local answer"
    if rotates:
        yield "  answer=$(aws cognito-idp get-tokens-from-refresh-token \\"
        yield '    --client-id "$CLIENT" --refresh-token "$1" \\'
        yield "    --query 'AuthenticationResult.[AccessToken,RefreshToken]' --output text) || return"
        yield '  read -r ACCESS REFRESH <<< "$answer"'
    else:
        yield "  answer=$(aws cognito-idp initiate-auth --auth-flow REFRESH_TOKEN_AUTH \\"
        yield '    --client-id "$CLIENT" --auth-parameters "REFRESH_TOKEN=$1" \\'
        yield "    --query AuthenticationResult.AccessToken --output text) || return"
        yield '  ACCESS="$answer"'
    yield "}"
    yield "ask() {"
    yield f'  curl -sS -D - -o {_ANSWER} -H "Authorization: Bearer $ACCESS" "$APP"'
    yield f"  head -c 400 {_ANSWER}; echo"
    yield "}"
    yield "wait_until() {  # so many seconds after the sign-in"
    yield "  local left=$(( SIGNED_IN + $1 - $(date +%s) ))"
    yield '  (( left <= 0 )) || sleep "$left"'
    yield "}"


def _access() -> Iterator[str]:
    access_s = ACCESS_MINUTES * 60
    yield "## 3. The access token expires"
    yield _bash("sign_in; ask", f"wait_until {access_s - 60}; ask", f"wait_until {access_s + 120}; ask")
    yield _table(
        ("just signed in", "200"),
        ("a minute before", "200"),
        (
            "two minutes after",
            '401, `WWW-Authenticate: Bearer error="invalid_token"`, cause `token_expired`, action `refresh`',
        ),
    )
    yield _bash('renew "$REFRESH"; ask')
    yield _table(("renewed", "200"))


def _refresh() -> Iterator[str]:
    refresh_s, access_s = REFRESH_MINUTES * 60, ACCESS_MINUTES * 60
    yield "## 4. The refresh token expires"
    yield _bash(
        f'wait_until {refresh_s - 60}; renew "$REFRESH"; ask',
        f'wait_until {refresh_s + 120}; renew "$REFRESH"; ask',
        f'wait_until {refresh_s + access_s + 120}; renew "$REFRESH"; ask',
    )
    yield _table(
        ("a minute before", "nothing from Cognito, and 200"),
        (
            "two minutes after",
            "`Refresh Token has expired`; 200 all the same, as the last access token lives to its own end",
        ),
        (f"{ACCESS_MINUTES} minutes later", "the same; 401, cause `token_expired`: refresh, which fails, so sign in"),
    )


def _rotation(grace_s: int) -> Iterator[str]:
    yield "## 5. A rotated refresh token is used again"
    commands = ['sign_in; OLD=$REFRESH; renew "$OLD"']
    rows = []
    if grace_s:
        commands += ['renew "$OLD"; ask']
        rows += [(f"within {grace_s} s of grace", "nothing from Cognito, and 200")]
    commands += [f'sleep {grace_s + 5}; renew "$OLD"; ask']
    rows += [("after it", "`RefreshTokenReuseException`; the newest access token still gets 200")]
    yield _bash(*commands)
    yield _table(*rows)


def _endings(terms: Terms) -> Iterator[str]:
    yield "## 6. Revocation, and sign-out on all devices"
    rows = (
        ("the application", f"401 with cause `token_revoked` at once, or 200 for up to {ACCESS_MINUTES} minutes more"),
        ("the user pool", "`Refresh Token has been revoked`; the front end asks its user to sign in"),
    )
    if terms.revocable:
        yield _bash(
            'sign_in; aws cognito-idp revoke-token --client-id "$CLIENT" --token "$REFRESH"', 'ask; renew "$REFRESH"'
        )
        yield _table(*rows)
    yield _bash('sign_in; aws cognito-idp global-sign-out --access-token "$ACCESS"', 'ask; renew "$REFRESH"')
    yield _table(*rows)


def _cleaning_up() -> Iterator[str]:
    yield "## 7. Leave nothing behind"
    yield _bash(
        'aws cognito-idp delete-user-pool-client --user-pool-id "$POOL" --client-id "$CLIENT"',
        f'aws cognito-idp admin-delete-user --user-pool-id "$POOL" --username {_USER}',
        f"rm {_FILE} {_ANSWER}; unset ACCESS REFRESH OLD PASSWORD",
    )
    yield "Take the app client's id out of the application's settings again."


def _bash(*lines: str) -> str:
    return "\n".join(["```bash", *lines, "```"])


def _table(*rows: tuple[str, str]) -> str:
    return "\n".join(["| when | what should come |", "|---|---|", *(f"| {when} | {what} |" for when, what in rows)])

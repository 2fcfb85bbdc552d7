"""What may be wrong with an answer: one row each, with what a front end makes of it and how to mend it."""

from dataclasses import dataclass
from typing import Final

from poolwarden.causes.sources import API, GUIDE


@dataclass(frozen=True, slots=True)
class Deviation:
    """
    One way to answer otherwise than one should.

    Attributes:
        id: Its name, public and stable.
        sentence: What happened, with ``{subject}`` (what was sent), ``{status}`` and ``{told}`` (what the answer says).
        front_end: What a front end makes of it.
        mend: What to do.
        source: What this rests on.
    """

    id: str
    sentence: str
    front_end: str
    mend: str
    source: str


_ACCEPTED: Final = "The application answered {status} to {subject}."
_GOES_ON: Final = "It goes on, and nobody notices."

ROWS: Final = (
    Deviation(
        "open",
        _ACCEPTED,
        "It needs no session here, so this address tells nothing about one.",
        "Guard the route, or give --app the address of one that is guarded.",
        "RFC 6750 section 3.1",
    ),
    Deviation(
        "signature_unchecked",
        _ACCEPTED,
        _GOES_ON + " Anybody can write a token and be anybody.",
        "Verify the signature with the key that the header's kid names, before anything in the token is believed.",
        "RFC 7515 section 5.2",
    ),
    Deviation(
        "expiry_unchecked",
        _ACCEPTED,
        "It never has to refresh, so no validity that is set at the user pool takes effect, and a stolen token works "
        "for ever.",
        "Check exp on every request, also where a token is remembered. Leeway is for clocks, a few seconds: more "
        "lengthens every token's life.",
        "RFC 7519 section 4.1.4",
    ),
    Deviation(
        "id_token_accepted",
        _ACCEPTED,
        _GOES_ON + " An ID token tells who somebody is; it carries no scopes, and RevokeToken does not end it.",
        'Accept tokens with token_use "access" only, and let the front end send tokens.accessToken.',
        f"{GUIDE}/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html; RFC 8725 section 3.11",
    ),
    Deviation(
        "client_unchecked",
        _ACCEPTED,
        _GOES_ON + " Tokens of every app client of the pool pass, partners' and test clients' included.",
        "Compare client_id with the app clients that may call this API; or rehearse with --any-client where all may.",
        f"{GUIDE}/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html",
    ),
    Deviation(
        "revocation_unchecked",
        _ACCEPTED,
        _GOES_ON + " A sign-out takes effect here only at the access token's own expiry.",
        "Ask Cognito (poolwarden's OnlineCheck) or keep a list (RevocationList); else expect it, and keep access "
        "tokens short.",
        f"{GUIDE}/token-revocation.html",
    ),
    Deviation(
        "refused_too_soon",
        "The application refused {subject} ({told}).",
        "It asks its user to sign in although the session is alive, or refreshes in circles.",
        "Let the token's exp alone say when it ends: look for a bound on the session's age, for a leeway that is "
        "subtracted, for a clock that is off.",
        "RFC 7519 section 4.1.4",
    ),
    Deviation(
        "no_answer",
        "The application broke off the connection at {subject} ({told}).",
        "It takes it for an outage, keeps the dead token and tries again.",
        "Answer 401 with a challenge; the application's own log tells what ended the request.",
        "RFC 9110 section 15.5.2",
    ),
    Deviation(
        "login_page",
        "The application answered {status} with an HTML page to {subject}.",
        "It gets a page where it expects data: it fails in its parser, and never learns that the session is over.",
        "An API answers 401 and leaves it to the front end to show its sign-in.",
        "RFC 9110 section 15.5.2; RFC 6750 section 3",
    ),
    Deviation(
        "error_in_success",
        "The application answered {status} to {subject}, and told of an error in the body.",
        "It takes the error for data: HTTP clients, caches and retries go by the status.",
        "Answer 401; the body may stay as it is.",
        "RFC 9110 section 15.3",
    ),
    Deviation(
        "redirected",
        "The application answered {status} ({told}) to {subject}.",
        "A browser's fetch follows it unasked and gets a page, or a CORS error from the other origin: it cannot tell "
        "that the session is over.",
        "An API answers 401 and leaves it to the front end to show its sign-in.",
        "Fetch standard, HTTP-redirect fetch; RFC 6750 section 3",
    ),
    Deviation(
        "unavailable",
        "The application answered {status} to {subject}, as if it were out of order.",
        "It waits and tries again with the same token, which will not do.",
        "503 is for keys or a revocation check that fail; what the caller can mend is 401.",
        "RFC 9110 section 15.6.4",
    ),
    Deviation(
        "crashed",
        "The application answered {status} to {subject}.",
        "It shows a failure or tries again with the same token. Nothing tells it to refresh, and the end of a session "
        "counts as the application's fault in every dashboard.",
        "Catch what the token library raises and answer 401; poolwarden's middleware does it, also for exceptions of "
        "boto3.",
        "RFC 9110 section 15.6.1",
    ),
    Deviation(
        "forbidden",
        "The application answered {status} to {subject}.",
        "403 says that other credentials are of no use, so it neither refreshes nor asks its user to sign in.",
        "403 is for a good token that lacks a scope or a group; a bad token is 401.",
        "RFC 9110 section 15.5.4; RFC 6750 section 3.1",
    ),
    Deviation(
        "other_status",
        "The application answered {status} to {subject}.",
        "HTTP clients refresh on 401 and on nothing else.",
        "Answer 401 with a challenge.",
        "RFC 6750 section 3.1",
    ),
    Deviation(
        "challenge_missing",
        "The application answered {status} to {subject}, without a WWW-Authenticate challenge.",
        "It knows that something is wrong with its credentials and not what: whether to refresh or to sign in is "
        "guesswork.",
        'Add WWW-Authenticate: Bearer error="invalid_token".',
        "RFC 9110 section 15.5.2 (a 401 must carry one); RFC 6750 section 3",
    ),
    Deviation(
        "challenge_not_bearer",
        "The application answered {status} to {subject}, with a challenge that is not Bearer ({told}).",
        "A browser answers Basic and Digest with a password window of its own, over the front end.",
        'Write WWW-Authenticate: Bearer error="invalid_token".',
        "RFC 6750 section 3",
    ),
    Deviation(
        "cause_missing",
        "The application answered {status} to {subject}, with a challenge that does not say why.",
        "It cannot tell a token that has expired (refresh) from one that is missing or wrong (sign in).",
        'Add error="invalid_token" to the challenge, or a cause to the body that a program can read.',
        "RFC 6750 section 3.1",
    ),
    Deviation(
        "other_cause",
        "The application refused {subject} for another reason than the right one ({told}).",
        "It does what mends the other thing.",
        "Look at the order of the checks, and at the clocks of both sides.",
        "poolwarden explain CAUSE",
    ),
    Deviation(
        "other_action",
        "The application refused {subject} rightly, and tells the front end to do the wrong thing ({told}).",
        "It does as it is told.",
        "Take the action from the cause: poolwarden explain CAUSE.",
        "poolwarden explain CAUSE",
    ),
    Deviation(
        "hidden_by_cors",
        "The application answered {status} to {subject}, without the Access-Control-Allow-Origin that its good answers "
        "have.",
        "A browser shows it nothing of the answer: no status, no challenge, only a network error.",
        "Put the CORS middleware outside the guard; in Starlette and FastAPI what is added last runs first.",
        "Fetch standard, CORS check",
    ),
    Deviation(
        "token_repeated",
        "The answer to {subject} repeats the token.",
        "Whatever logs, caches or shows answers now has a credential.",
        "Leave the token out of the answer.",
        "RFC 6750 section 5.2",
    ),
    Deviation(
        "pool_refuses",
        "The user pool refuses to renew the session ({told}).",
        "Its user has to sign in again.",
        "{next_step}",
        f"{API}/API_InitiateAuth.html, {API}/API_GetTokensFromRefreshToken.html",
    ),
    Deviation(
        "pool_renews",
        "The user pool renews a session that should be over.",
        _GOES_ON,
        "Compare the settings with what was meant: poolwarden client check.",
        f"{API}/API_UserPoolClientType.html",
    ),
    Deviation(
        "pool_other_cause",
        "The user pool refuses to renew the session for another reason than the right one ({told}).",
        "It does what mends the other thing.",
        "{next_step}",
        f"{GUIDE}/amazon-cognito-user-pools-using-the-refresh-token.html",
    ),
)
"""Every deviation, in the order in which a report tells them."""

BY_ID: Final = {row.id: row for row in ROWS}
"""The same by id."""

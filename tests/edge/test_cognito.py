"""A Cognito exception that leaves an application is answered as what it means, and told about."""

from typing import Any

import pytest
from botocore.exceptions import (
    BotoCoreError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ProxyConnectionError,
    ReadTimeoutError,
    SSLError,
)
from prometheus_client import CollectorRegistry

from botoerrors import cut_off, raised
from edges import acall, authorization, call_asgi, call_wsgi, ending_server
from playing import events_of
from poolwarden import Cause, asgi, wsgi
from poolwarden.causes import CAUSES
from poolwarden.edge.cognito import answerable
from poolwarden.errors import BearerError, bearer_error
from poolwarden.events import CognitoRefused
from poolwarden.observe.cognito import TOLD
from poolwarden.observe.prometheus import meter
from poolwarden.telling import RequestFacts
from world import World

# code, message, operation, cause, status
SAID = (
    ("NotAuthorizedException", "Refresh Token has expired", "InitiateAuth", "refresh_token_expired", 401),
    ("NotAuthorizedException", "Refresh Token has been revoked", "InitiateAuth", "refresh_token_revoked", 401),
    ("NotAuthorizedException", "Invalid Refresh Token", "InitiateAuth", "refresh_token_invalid", 401),
    ("NotAuthorizedException", "Access Token has expired", "GetUser", "access_token_expired", 401),
    ("NotAuthorizedException", "Access Token has been revoked", "GetUser", "access_token_revoked", 401),
    (
        "NotAuthorizedException",
        "Access Token does not have required scopes",
        "GetUser",
        "access_token_scope_missing",
        403,
    ),
    ("NotAuthorizedException", "User is disabled.", "InitiateAuth", "user_disabled", 401),
    ("NotAuthorizedException", "Something new", "InitiateAuth", "not_authorized_other", 401),
    ("RefreshTokenReuseException", "Refresh token reused", "GetTokensFromRefreshToken", "refresh_token_reused", 401),
    ("PasswordResetRequiredException", "Password reset required", "InitiateAuth", "password_reset_required", 401),
    ("UserNotFoundException", "User does not exist.", "AdminGetUser", "user_missing", 401),
    ("UserNotConfirmedException", "User is not confirmed.", "InitiateAuth", "user_unconfirmed", 401),
    ("TooManyRequestsException", "Rate exceeded", "InitiateAuth", "throttled", 503),
    ("ForbiddenException", "Request not allowed due to WAF block.", "InitiateAuth", "waf_blocked", 503),
    ("UserLambdaValidationException", "PreTokenGeneration failed with error x.", "InitiateAuth", "trigger_denied", 503),
    ("InternalErrorException", "Unknown", "InitiateAuth", "service_error", 503),
    (
        "NotAuthorizedException",
        "Unauthenticated access is not supported for this identity pool.",
        "GetId",
        "identity_unauthenticated",
        401,
    ),
)
NOT_COGNITO = (
    raised("ConditionalCheckFailedException", "The conditional request failed", "PutItem"),
    raised("ThrottlingException", "Rate exceeded", "PutItem"),
    raised("NotAuthorizedException", "Refresh Token has expired", "PutItem"),
    ValueError("Refresh Token has expired"),
    KeyError("response"),
    raised("ThrottlingException", "Rate exceeded", "ListGroups"),
    raised("NotAuthorizedException", "Access Token has expired", "ListGroups"),
    *(cut_off(kind, "PutItem") for kind in (EndpointConnectionError, ReadTimeoutError, ProxyConnectionError)),
    cut_off(EndpointConnectionError, "ListGroups", endpoint_url="https://cognito-idp.eu-west-1.amazonaws.com"),
    ConnectionError("cognito-idp.eu-west-1.amazonaws.com"),
)


def failing_asgi(world: World, error: BaseException, *, sent: tuple[str, ...] = (), **settings: Any) -> Any:
    """Guard an ASGI application that raises, after it has sent these messages."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        for kind in sent:
            await send({"type": kind, "status": 200, "headers": [], "body": b"first", "more_body": True})
        raise error

    return asgi.BearerMiddleware(app, world.server(**settings))


def failing_wsgi(world: World, error: BaseException, **settings: Any) -> Any:
    """Guard a WSGI application that raises."""

    def app(environ: Any, start_response: Any) -> Any:
        raise error

    return wsgi.BearerMiddleware(app, world.server(**settings))


@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
@pytest.mark.parametrize(("code", "message", "operation", "cause", "status"), SAID)
def test_said(edge: str, code: str, message: str, operation: str, cause: str, status: int, world: World) -> None:
    """What ends a session is a 401, what is not the caller's fault a 503; with an event and a count each."""
    registry = CollectorRegistry()
    make, call = (failing_asgi, call_asgi) if edge == "asgi" else (failing_wsgi, call_wsgi)
    app = make(world, raised(code, message, operation), meter=meter(registry))
    headers = [*authorization(b"Bearer " + world.mint()), (b"x-request-id", b"req-1")]
    reply = call(app, headers, path="/refresh", method="POST")
    assert (reply.status, reply.cause) == (status, cause)
    assert reply.json["action"] == CAUSES[Cause(cause)].action
    assert (reply["retry-after"] is not None) is (status == 503)
    assert (reply["www-authenticate"] is not None) is (status != 503)
    (event,) = events_of(world, CognitoRefused)
    assert (event.cause, event.operation, event.error) == (cause, operation, code)
    assert (event.pool, event.client) == ("main", "web")
    assert event.session_ref
    assert (event.method, event.route, event.request_id) == ("POST", "/refresh", "req-1")
    assert event.aws_request_id == "req-aws-1"
    labels = {"operation": operation, "cause": cause}
    assert registry.get_sample_value("poolwarden_cognito_refusals_total", labels) == 1


@pytest.mark.parametrize("error", NOT_COGNITO, ids=repr)
def test_not_cognito(error: Exception, world: World) -> None:
    """Another service's exception, and any other, passes as it is and is not told about."""
    headers = authorization(b"Bearer " + world.mint())
    for call, app in ((call_asgi, failing_asgi(world, error)), (call_wsgi, failing_wsgi(world, error))):
        with pytest.raises(type(error)) as info:
            call(app, headers)
        assert info.value is error
    assert not events_of(world, CognitoRefused)


UNANSWERED = (
    *((kind, {}) for kind in (EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError)),
    *((kind, {}) for kind in (ConnectionClosedError, SSLError)),
    (EndpointConnectionError, {"endpoint_url": "https://auth.example.com"}),
    (ProxyConnectionError, {}),  # which names the proxy alone
)


@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
@pytest.mark.parametrize(("kind", "settings"), UNANSWERED)
def test_unanswered(edge: str, kind: type[BotoCoreError], settings: dict[str, Any], world: World) -> None:
    """A call to Cognito that gets no answer is nobody's session lost: 503, when to come back, an event and a count."""
    registry = CollectorRegistry()
    error = cut_off(kind, **settings)
    headers = authorization(b"Bearer " + world.mint())
    if edge == "asgi":
        reply = call_asgi(failing_asgi(world, error, meter=meter(registry)), headers)
    else:
        reply = call_wsgi(failing_wsgi(world, error, meter=meter(registry)), headers)
    assert (reply.status, reply.cause, reply["retry-after"]) == (503, "service_error", "1")
    assert reply["www-authenticate"] is None
    (event,) = events_of(world, CognitoRefused)
    assert (event.cause, event.operation, event.error) == ("service_error", "InitiateAuth", kind.__name__)
    assert event.session_ref
    labels = {"operation": "InitiateAuth", "cause": "service_error"}
    assert registry.get_sample_value("poolwarden_cognito_refusals_total", labels) == 1


def test_exempt_path(world: World) -> None:
    """A request that passes unasked is answered likewise: a sign-in page calls Cognito, too."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise raised("NotAuthorizedException", "Incorrect username or password.")

    reply = call_asgi(asgi.BearerMiddleware(app, world.server(), exempt=["/sign-in"]), path="/sign-in")
    assert (reply.status, reply.cause) == (401, "credentials_wrong")


async def test_begun_asgi(world: World) -> None:
    """Once the answer has begun it cannot be taken back: the exception passes, and is told about all the same."""
    error = raised("NotAuthorizedException", "Refresh Token has expired")
    app = failing_asgi(world, error, sent=("http.response.start", "http.response.body"))
    with pytest.raises(type(error)):
        await acall(app, authorization(b"Bearer " + world.mint()))
    assert [event.cause for event in events_of(world, CognitoRefused)] == ["refresh_token_expired"]


@pytest.mark.parametrize(
    ("started", "pieces", "status"),
    [(False, 0, 401), (True, 0, 401), (True, 1, None), (True, 3, None)],
)
def test_begun_wsgi(started: bool, pieces: int, status: int | None, world: World) -> None:
    """A generator that raises before its first piece is answered (PEP 3333's exc_info), after it it passes."""
    error = raised("NotAuthorizedException", "Refresh Token has expired")

    def app(environ: Any, start_response: Any) -> Any:
        if started:
            start_response("200 OK", [("Content-Type", "text/plain")])
        for _ in range(pieces):
            yield b"piece"
        raise error

    guarded = wsgi.BearerMiddleware(app, world.server())
    headers = authorization(b"Bearer " + world.mint())
    if status is None:
        with pytest.raises(type(error)):
            call_wsgi(guarded, headers)
    else:
        reply = call_wsgi(guarded, headers)
        assert (reply.status, reply.cause) == (401, "refresh_token_expired")
    assert [event.cause for event in events_of(world, CognitoRefused)] == ["refresh_token_expired"]


def test_own_refusal(world: World) -> None:
    """A refusal of a guard that an application asked itself is answered, and was told about by that guard."""
    error = bearer_error(Cause.SESSION_TOO_OLD)
    for call, app in ((call_asgi, failing_asgi(world, error)), (call_wsgi, failing_wsgi(world, error))):
        reply = call(app, authorization(b"Bearer " + world.mint()))
        assert (reply.status, reply.cause) == (401, "session_too_old")
    assert not events_of(world, CognitoRefused)


def test_group(world: World) -> None:
    """A task group's exceptions are taken out of it where all have one cause; others are nobody's in particular."""
    error = raised("NotAuthorizedException", "Refresh Token has expired")
    server = world.server()
    answer = answerable(ExceptionGroup("a", [ExceptionGroup("b", [error])]), server, RequestFacts)
    assert isinstance(answer, BearerError)
    assert answer.cause is Cause.REFRESH_TOKEN_EXPIRED
    other = raised("TooManyRequestsException", "Rate exceeded")
    for mixed in ([error, ValueError()], [ValueError(), error], [error, other], [ValueError(), ValueError()]):
        assert answerable(ExceptionGroup("a", mixed), server, RequestFacts) is None
    assert len(events_of(world, CognitoRefused)) == 1
    again = raised("NotAuthorizedException", "Refresh Token has expired")
    answer = answerable(ExceptionGroup("a", [error, ExceptionGroup("b", [again])]), server, RequestFacts)
    assert answer is not None
    assert answer.cause is Cause.REFRESH_TOKEN_EXPIRED
    assert len(events_of(world, CognitoRefused)) == 3


def test_told_already(world: World) -> None:
    """What a watched client has told is answered and not told again."""
    error = raised("NotAuthorizedException", "Refresh Token has expired")
    error.response[TOLD] = True  # type: ignore[typeddict-unknown-key]
    assert answerable(error, world.server(), RequestFacts) is not None
    assert not events_of(world, CognitoRefused)


def test_session_ends_not_told(world: World) -> None:
    """An answer that ends a session does not carry when the session would have ended."""
    error = raised("NotAuthorizedException", "Refresh Token has expired")

    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise error

    def app_too(environ: Any, start_response: Any) -> Any:
        raise error

    headers = authorization(b"Bearer " + world.mint())
    for reply in (
        call_asgi(asgi.BearerMiddleware(app, ending_server(world), session_ends=True), headers),
        call_wsgi(wsgi.BearerMiddleware(app_too, ending_server(world), session_ends=True), headers),
    ):
        assert (reply.cause, reply["poolwarden-session-ends"]) == ("refresh_token_expired", None)


def test_no_response(world: World) -> None:
    """An exception whose response is no mapping is not taken for Cognito's."""

    class OddError(Exception):
        response = "NotAuthorizedException"

    with pytest.raises(OddError):
        call_wsgi(failing_wsgi(world, OddError()), authorization(b"Bearer " + world.mint()))

"""Cognito's refusals are recognised in botocore's responses, and told without anything personal."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError, InvalidEndpointConfigurationError, UnknownEndpointError

from botoerrors import raised
from poolwarden import Cause
from poolwarden.observe.cognito import count, emit, refusal_in, refusal_of, sanitised
from world import Notebook

SUB = "0b8f1a2c-1111-4222-8333-123456789abc"


class Counts:
    """Remember every count."""

    def __init__(self) -> None:
        self.counted: list[tuple[str, str]] = []

    def cognito_refused(self, operation: str, cause: str) -> None:
        """Remember one."""
        self.counted.append((operation, cause))


def response(code: object = "NotAuthorizedException", message: object = "Access Token has expired", **more: Any) -> Any:
    """Return a parsed response as botocore makes it."""
    return {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"RequestId": "r-1"}, **more}


def test_of_exception() -> None:
    """An exception of botocore tells cause, operation, name, sentence and request."""
    refusal = refusal_of(raised("NotAuthorizedException", "Refresh Token has expired"))
    assert refusal is not None
    assert (refusal.cause, refusal.operation) == (Cause.REFRESH_TOKEN_EXPIRED, "InitiateAuth")
    assert (refusal.error, refusal.message) == ("NotAuthorizedException", "Refresh Token has expired")
    assert refusal.aws_request_id == "req-aws-1"


@pytest.mark.parametrize("error", [ValueError("Refresh Token has expired"), KeyError(1)])
def test_of_other(error: Exception) -> None:
    """An exception without a response is none of Cognito's."""
    assert refusal_of(error) is None


@pytest.mark.parametrize(
    ("endpoint", "ours"),
    [
        ("https://cognito-idp.eu-west-1.amazonaws.com/", True),
        ("https://cognito-idp-fips.us-east-1.amazonaws.com/", True),
        ("https://cognito-identity.cn-north-1.amazonaws.com.cn/", True),
        ("https://vpce-1.cognito-idp.us-east-1.vpce.amazonaws.com/", True),
        ("https://dynamodb.eu-west-1.amazonaws.com/", False),
        ("https://example.com/cognito-idp", False),
        ("https://my-cognito-idp.example.com/", False),
        ("https://[cognito-idp", False),
        ("", False),
        (None, False),
    ],
)
def test_endpoint(endpoint: Any, ours: bool) -> None:
    """An error of the connection is about Cognito where its endpoint's host says so."""
    refusal = refusal_of(EndpointConnectionError(endpoint_url=endpoint))
    assert (refusal is not None) is ours
    if refusal is not None:
        assert (refusal.cause, refusal.operation, refusal.calls) == (Cause.SERVICE_ERROR, "other", 1)
        assert refusal.error == "EndpointConnectionError"
        assert refusal.message.startswith("Could not connect to the endpoint URL")


def test_other_errors_of_botocore() -> None:
    """What botocore refuses by itself was never on its way to Cognito."""
    assert refusal_of(UnknownEndpointError(service_name="cognito-idp", region_name="x")) is None
    assert refusal_of(InvalidEndpointConfigurationError(msg="x", endpoint_url="https://cognito-idp.x.aws")) is None


@pytest.mark.parametrize(
    ("code", "operation", "cause"),
    [
        ("429", "InitiateAuth", Cause.THROTTLED),
        *((code, "GetUser", Cause.SERVICE_ERROR) for code in ("500", "502", "503", "504")),
        *((code, "GetUser", None) for code in ("400", "403", "404", "501", "Unknown", "")),
        ("503", "PutItem", None),
        ("503", None, None),
    ],
)
def test_status_alone(code: str, operation: str | None, cause: Cause | None) -> None:
    """An error without a name, such as a load balancer's page, is Cognito's failure where its status says so."""
    refusal = refusal_in(response(code, "Bad Gateway"), operation)
    assert (refusal and refusal.cause) is cause
    if refusal is not None:
        assert (refusal.operation, refusal.error, refusal.message) == (operation, "other", "Bad Gateway")


@pytest.mark.parametrize(
    "given",
    [{}, {"Error": None}, {"Error": "NotAuthorizedException"}, {"Error": {}}, response("NoSuchBucket", "no bucket")],
)
def test_none(given: Any) -> None:
    """A response without an error, and another service's error, are no refusals."""
    assert refusal_in(given, "GetUser") is None


@pytest.mark.parametrize(
    ("given", "operation", "told"),
    [
        (response(), "GetUser", ("GetUser", "NotAuthorizedException", "r-1")),
        (response(), None, ("other", "NotAuthorizedException", "r-1")),
        (response(), 7, ("other", "NotAuthorizedException", "r-1")),
        (response("NotAuthorizedException:"), "GetUser", ("GetUser", "other", "r-1")),
        (response(ResponseMetadata=None), "GetUser", ("GetUser", "NotAuthorizedException", None)),
        (response(ResponseMetadata={}), "GetUser", ("GetUser", "NotAuthorizedException", None)),
        (
            response(ResponseMetadata={"RequestId": "r" * 99}),
            "GetUser",
            ("GetUser", "NotAuthorizedException", "r" * 64),
        ),
        (
            response(ResponseMetadata={"RequestId": "r\r\n1"}),
            "GetUser",
            ("GetUser", "NotAuthorizedException", "r  1"),
        ),
    ],
)
def test_bounded(given: Any, operation: Any, told: tuple[str, str, str | None]) -> None:
    """Operations come from Cognito's list and names look like names: nobody makes a series by an odd response."""
    refusal = refusal_in(given, operation)
    assert refusal is not None
    assert (refusal.operation, refusal.error, refusal.aws_request_id) == told


@pytest.mark.parametrize(
    ("message", "kept"),
    [
        ("Access Token has expired", "Access Token has expired"),
        ("User ada@example.com not found", "User … not found"),
        ("No user +49 170 1234567 here", "No user … here"),
        (f"User {SUB} does not exist", "User … does not exist"),
        (f"Identity 'eu-west-1:{SUB}' not found", "Identity '…' not found"),
        ("Bad token " + "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "Bad token …"),
        ("PreTokenGeneration failed with error card 4111 of ada.", "PreTokenGeneration failed with error …"),
        ("line\nbreak\x1b[31m\u2028end", "line break [31m end"),
        ("a " * 300, ("a " * 300)[:200]),
        ("a!" * 50_000, ("a!" * 100)),
    ],
)
def test_sanitised(message: str, kept: str) -> None:
    """A message becomes one bounded line without persons, tokens and a trigger's own words."""
    assert sanitised(message) == kept


@pytest.mark.parametrize(
    ("metadata", "calls"),
    [(None, 1), ({}, 1), ({"RetryAttempts": 0}, 1), ({"RetryAttempts": 4}, 5), ({"RetryAttempts": "4"}, 1)],
)
def test_retries(metadata: Any, calls: int) -> None:
    """What botocore tried again by itself is one refusal of so many calls, and its event says how many."""
    refusal, sink = refusal_in(response("TooManyRequestsException", ResponseMetadata=metadata), "GetUser"), Notebook()
    assert refusal is not None
    assert refusal.calls == calls
    emit(refusal, sink, 1_700_000_000.0)
    assert [event.burst for event in sink.events] == [None if calls == 1 else calls]  # type: ignore[union-attr]


def test_count() -> None:
    """A refusal is counted by its operation and its cause."""
    refusal, counts = refusal_in(response(), "GetUser"), Counts()
    assert refusal is not None
    count(refusal, counts)
    assert counts.counted == [("GetUser", "access_token_expired")]


@pytest.mark.parametrize("wanted", [True, False])
def test_emit(wanted: bool) -> None:
    """A refusal is told where warnings are wanted."""

    class Sink(Notebook):
        def enabled(self, level: str) -> bool:
            return wanted and level == "warning"

    refusal, sink = refusal_in(response(), "GetUser"), Sink()
    assert refusal is not None
    emit(refusal, sink, 1_700_000_000.0, burst=6)
    assert [(event.cause, event.burst, event.method) for event in sink.events] == (  # type: ignore[union-attr]
        [("access_token_expired", 6, None)] if wanted else []
    )

"""Which call raised an exception is read from its frames."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from botoerrors import cut_off, raised
from poolwarden.observe.called import Call, call_behind


def client_of(service: object) -> Any:
    """Return what has a service as a client of botocore has it."""
    return SimpleNamespace(meta=SimpleNamespace(service_model=SimpleNamespace(service_name=service)))


def _make_api_call(self: Any, operation_name: Any, inner: Any = None) -> None:
    if inner is not None:
        inner()
    raise ValueError(self, operation_name)


def raised_by(call: Any) -> BaseException:
    """Return what a call raises."""
    with pytest.raises(ValueError) as caught:  # noqa: PT011 (which call raised it is the question)
        call()
    return caught.value


@pytest.mark.parametrize(
    ("error", "call"),
    [
        (raised("ThrottlingException", "Rate exceeded", "ListGroups"), Call("iam", "ListGroups")),
        (raised("NotAuthorizedException", "Access Token has expired", "GetUser"), Call("cognito-idp", "GetUser")),
        (cut_off(EndpointConnectionError, "GetId"), Call("cognito-identity", "GetId")),
        (EndpointConnectionError(endpoint_url="https://cognito-idp.eu-west-1.amazonaws.com"), None),
        (raised("NotAuthorizedException", "Access Token has expired").with_traceback(None), None),
    ],
)
def test_of_botocore(error: BaseException, call: Call | None) -> None:
    """What botocore raises tells service and operation, as long as it has its traceback."""
    assert call_behind(error) == call


@pytest.mark.parametrize(("service", "operation"), [(None, "GetUser"), ("cognito-idp", None)])
def test_of_other_code(service: object, operation: object) -> None:
    """A function that only has the name is no call."""
    assert call_behind(raised_by(lambda: _make_api_call(client_of(service), operation))) is None
    assert call_behind(raised_by(lambda: _make_api_call(None, operation))) is None


def test_call_within_a_call() -> None:
    """The innermost call raised it: one for credentials, say; what only has the name is passed over."""

    def inner() -> None:
        _make_api_call(client_of("sts"), "AssumeRole", lambda: _make_api_call(None, None))

    error = raised_by(lambda: _make_api_call(client_of("cognito-idp"), "GetUser", inner))
    assert call_behind(error) == Call("sts", "AssumeRole")

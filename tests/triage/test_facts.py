"""A text tells whom and what it is about, in whatever notation."""

import json

import pytest

from poolwarden.triage.facts import facts_in
from poolwarden.triage.mask import user_key

ID = "6f1c3f0a-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "text",
    [
        f"(Service: CognitoIdentityProvider, Status Code: 400, Request ID: {ID}) (SDK Attempt Count: 1)",
        f"(Service: AWSCognitoIdentityProvider; Status Code: 400; Request ID: {ID}; Proxy: null)",
        f"https response error StatusCode: 400, RequestID: {ID}, NotAuthorizedException",
        f'extras: Some({{"aws_request_id": "{ID}"}})',
        json.dumps({"error": f'extras: Some({{"aws_request_id": "{ID}"}})'}),
        json.dumps({"log": json.dumps({"requestId": ID})}),
        f"<td>{{&quot;requestId&quot;:&quot;{ID}&quot;}}</td>",
        f'message: Optional("User is disabled."), requestID: Optional("{ID}"))',
        f'requestId = Just (RequestId {{fromRequestId = "{ID}"}})',
        f'"x-amzn-requestid": HeaderValue {{ _private: H0("{ID}") }}',
        f'headers: [{{"x-amzn-RequestId", "{ID}"}}], status_code: 400',
        f"'statusCode' => 400, 'requestId' => '{ID}'",
        f"    [statusCode] => 400\n    [requestId] => {ID}",
        f"request_id=7f3a-web-2 (Service: CognitoIdentityProvider, Status Code: 400, Request ID: {ID})",
        f"requestId: 'f81d4fae', err: {{ $metadata: {{ httpStatusCode: 400, requestId: '{ID}' }} }}",
    ],
)
def test_the_calls_id_is_found(text: str) -> None:
    """SDKs write it as a sentence or wrapped, loggers as a field, however often quoted; AWS's own before others."""
    assert facts_in(text).request == ID


@pytest.mark.parametrize(
    "text",
    [
        f"user.id: {ID}",
        f"enduser.id={ID}",
        f'"usr.id":"{ID}"',
        json.dumps({"e": json.dumps({"sub": ID})}),
        json.dumps({"_sub": ID}),
        f'{{:sub=>"{ID}"}}',
        f"    [user] => {ID}",
        f'["sub"]=> "{ID}"',
    ],
)
def test_the_user_is_found(text: str) -> None:
    """Logs of observability products name the user in fields of their own, Ruby behind an arrow."""
    assert facts_in(text).user == user_key(ID)


@pytest.mark.parametrize(
    "text", ["for this request id is unknown", "request id", "user.identity: 1", "requestID: Optional(nil)"]
)
def test_words_are_no_ids(text: str) -> None:
    """A sentence about ids names none."""
    assert facts_in(text).request is None
    assert facts_in(text).user is None

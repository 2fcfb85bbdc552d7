"""Read records over many lines in every envelope, and what CloudTrail and others say at the edges."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from poolwarden import events
from poolwarden.triage.formats import Context
from poolwarden.triage.formats.cloudtrail_detail import detail_of
from poolwarden.triage.opening import opened
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.records import Kind, Record

SENTENCE = (
    "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
)
PYTHON = f"""Traceback (most recent call last):
  File "/app/a.py", line 3, in refresh
    except client.exceptions.NotAuthorizedException:
botocore.errorfactory.NotAuthorizedException: {SENTENCE}

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/b.py", line 9, in view
app.errors.SessionGone: please sign in"""
NODE = """NotAuthorizedException: Refresh Token has expired
    at AwsJson1_1Protocol.handleError (/var/task/index.js:1:1) {
  '$metadata': {
    httpStatusCode: 400,
  },
  __type: 'NotAuthorizedException'
}"""
JAVA = """2026-03-01 10:00:00.123 ERROR 1 --- [nio-8080-exec-1] c.a.AuthService : refresh failed

s.a.a.s.cognitoidentityprovider.model.NotAuthorizedException: Refresh Token has expired (Service: Cognito)
\tat x.y.Z.handle(Z.java:43)
\t... 41 common frames omitted
Caused by: java.lang.RuntimeException: x
\tat a.b.C(D.java:1)"""
LOGGED = f"2026-03-01 10:00:00,000 ERROR boom\n{PYTHON}"
OK = "2026-03-01 10:00:05,000 INFO fine"


def numbered(form: str) -> Callable[[list[str]], list[str]]:
    """Return what puts each line into an envelope with a time of its own."""
    return lambda lines: [form.format(number, line) for number, line in enumerate(lines)]


ENVELOPES: dict[str, Callable[[list[str]], list[str]]] = {
    "plain": lambda lines: lines,
    "docker": lambda lines: [
        json.dumps({"log": f"{line}\n", "stream": "stderr", "time": "2026-03-01T10:00:00Z"}) for line in lines
    ],
    "cri": numbered("2026-03-01T10:00:{:02}.500000000Z stderr F {}"),
    "syslog": numbered("Mar  1 10:00:{:02} host api[7]: {}"),
    "heroku": numbered("2026-03-01T10:00:{:02}.500000+00:00 app[web.1]: {}"),
    "export": numbered("2026-03-01T10:00:{:02}.500Z {}"),
    "tail": numbered("2026-03-01T10:00:{:02}.500000+00:00 ecs/api/0123abcd {}"),
    "compose": lambda lines: [f"api-1  | {line}" for line in lines],
}


@pytest.mark.parametrize("apart", [True, False])
@pytest.mark.parametrize("text", [PYTHON, NODE, JAVA, LOGGED], ids=["python", "node", "java", "logged"])
@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_traceback_is_one_record(envelope: str, text: str, apart: bool, tmp_path: Path) -> None:
    """A record over many lines is one, in any envelope, with or without other lines between."""
    lines: list[str] = []
    for _ in range(3):
        lines += [OK] * apart + text.split("\n")
    path = tmp_path / "a.log"
    path.write_text("\n".join(ENVELOPES[envelope](lines)) + "\n")
    records = [record for batch in read([str(path)], ReadOptions(year=2026)) for record in batch]
    length = len(text.split("\n")) + apart
    # A traceback without a head of its own does not belong to a line that tells of no failure.
    assert [record.line for record in records] == [1 + apart + length * number for number in range(3)]
    assert {record.cause for record in records} == {"refresh_token_expired"}
    assert all(
        record.at is not None for record in records if envelope not in ("plain", "compose") or text in (JAVA, LOGGED)
    )


@pytest.mark.parametrize("event", list(events.KINDS))
def test_every_event_of_the_guard_is_read(event: str) -> None:
    """Each kind of event that concerns a session becomes a record, as it is written and with other fields around it."""
    fields: dict[str, Any] = {
        "event": event,
        "timestamp": "2026-03-01T10:00:00.000Z",
        "client": "web",
        "token_ref": "AAAABBBBCCCCDDDD",
    }
    line = events.render(events.from_fields(fields))
    records = opened(line, Context())
    around = opened(json.dumps({"msg": event, "time": 1772359200, "level": 30, "client": "web"}), Context())
    if event == "poolwarden.session_ending":
        assert records == around == []
        return
    assert (records[0].at, records[0].client, records[0].source) == (1772359200.0, "web", "poolwarden")
    assert around[0].at == 1772359200.0


def trail(**fields: Any) -> list[Record]:
    """Return the records of a CloudTrail event."""
    return opened(
        {"eventSource": "cognito-idp.amazonaws.com", "eventTime": "2026-03-01T10:00:00Z", **fields}, Context()
    )


@pytest.mark.parametrize(
    ("identity", "actor"),
    [
        (None, None),
        ({"userName": "alice-admin"}, "alice-admin"),
        ({"arn": "arn:aws:iam::1:user/bob"}, "user/bob"),
        (
            {
                "arn": "arn:aws:sts::1:assumed-role/Deploy/ci-4",
                "sessionContext": {"sessionIssuer": {"userName": "Deploy"}},
            },
            "Deploy/ci-4",
        ),
        ({"invokedBy": "cloudformation.amazonaws.com"}, "cloudformation.amazonaws.com"),
        ({"principalId": "Anonymous"}, "Anonymous"),
    ],
)
def test_who_ended_a_session_is_told(identity: Any, actor: str | None) -> None:
    """An end on purpose names who did it."""
    (record,) = trail(eventName="AdminUserGlobalSignOut", userIdentity=identity)
    assert (record.kind, record.actor) == (Kind.ENDED, actor)


@pytest.mark.parametrize(
    ("fields", "kind", "refresh"),
    [
        ({"eventName": "InitiateAuth", "requestParameters": {"authFlow": "USER_SRP_AUTH"}}, Kind.ISSUED, False),
        ({"eventName": "InitiateAuth", "responseElements": {"challengeName": "SMS_MFA"}}, None, None),
        ({"eventName": "Token_POST", "requestParameters": {"grant_type": ["refresh_token"]}}, Kind.ISSUED, True),
        ({"eventName": "Token_POST", "requestParameters": {"grant_type": "authorization_code"}}, Kind.ISSUED, False),
        ({"eventName": "Token_POST", "errorMessage": "invalid_grant"}, Kind.REFUSED, None),
        ({"eventName": "Token_POST", "requestParameters": "HIDDEN"}, Kind.ISSUED, None),
        ({"eventName": "SignUp", "errorCode": "UsernameExistsException", "errorMessage": "x"}, None, None),
        ({"eventName": "ListUsers"}, None, None),
        ({"eventName": 7}, None, None),
    ],
)
def test_calls_are_told_apart(fields: dict[str, Any], kind: Kind | None, refresh: bool | None) -> None:
    """A call that gave tokens, was refused or says nothing of sessions is told as such, a refresh where known."""
    records = trail(**fields)
    assert [(record.kind, record.refresh) for record in records] == ([(kind, refresh)] if kind is not None else [])


def at_endpoint(status: Any, grant: str = "refresh_token", **fields: Any) -> dict[str, Any]:
    """Return the fields of a request to a pool's domain: what was asked and answered stands beside the event's own."""
    asked = {"grant_type": [grant], "client_id": ["1example23456789"], "refresh_token": ["HIDDEN_DUE_TO_SECURITY"]}
    extra = {"requestParameters": asked, "responseParameters": {"status": status}, "userPoolId": "eu-west-1_AbCdEfGhI"}
    return {"eventName": "Token_POST", "requestParameters": None, "additionalEventData": extra, **fields}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (at_endpoint(200), (Kind.ISSUED, None, True)),
        (at_endpoint(200.0, errorCode="", errorMessage=""), (Kind.ISSUED, None, True)),
        (at_endpoint(200, "authorization_code"), (Kind.ISSUED, None, False)),
        (at_endpoint(200, "client_credentials"), None),
        (at_endpoint(400, errorCode="400"), (Kind.REFUSED, "grant_refused", True)),
        (at_endpoint(400), (Kind.REFUSED, "grant_refused", True)),
        (at_endpoint(400, errorCode="400", errorMessage="invalid_grant"), (Kind.REFUSED, "grant_refused", True)),
        (at_endpoint(400, errorCode="400", errorMessage="invalid_client"), None),
        (at_endpoint(429, errorCode="429"), (Kind.REFUSED, "throttled", True)),
        (at_endpoint(503), (Kind.REFUSED, "service_error", True)),
        (at_endpoint(403), None),
        (at_endpoint("never"), (Kind.ISSUED, None, True)),
        (at_endpoint(400, eventName="Logout_GET"), None),
        (at_endpoint(302, eventName="Logout_GET", errorCode=""), (Kind.ENDED, None, None)),
        (at_endpoint(400, eventName="Login_GET"), None),
    ],
)
def test_a_request_to_a_pools_domain_tells_in_its_additional_data(
    fields: dict[str, Any], told: tuple[Kind, str | None, bool | None] | None
) -> None:
    """Grant, app client and status stand beside the event's own parameters; a refusal says no more."""
    records = trail(**fields)
    assert [(record.kind, record.cause, record.refresh) for record in records] == ([told] if told else [])
    assert {(record.client, record.pool) for record in records} <= {("1example23456789", "eu-west-1_AbCdEfGhI")}


def test_a_new_client_is_found_in_the_answer() -> None:
    """Where the request does not name the client, the answer does."""
    made = {"userPoolClient": {"clientId": "c1", "userPoolId": "p1"}}
    (record,) = trail(eventName="CreateUserPoolClient", responseElements=made, additionalEventData={"originJti": "x"})
    assert (record.client, record.pool) == ("c1", "p1")


def test_changes_are_bounded_and_hold_no_secret() -> None:
    """What a change set is kept, but secrets, and what would be too long."""
    detail = json.loads(
        detail_of({"clientSecret": "s", "refreshTokenValidity": 30, "callbackURLs": ["a b " * 60] * 50})
    )
    assert detail == {"refreshTokenValidity": 30, "omitted": True}


def test_nesting_without_end_is_left() -> None:
    """A value nested deeper than any logger nests is not followed for ever."""
    value: Any = "NotAuthorizedException: Refresh Token has expired"
    for _ in range(40):
        value = [value]
    assert opened(value, Context()) == []

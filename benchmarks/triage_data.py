"""
Make logs to triage: text of an application, the guard's events, CloudTrail.

Every run makes the same bytes. Time goes on from line to line, so no line comes
twice.
"""

import gzip
import heapq
import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from poolwarden import events

START = 1_772_000_000
DAYS, HOUR, DAY = 38, 3600, 86400
MB = 1_000_000

REFUSALS = (
    "NotAuthorizedException",
    "Refresh Token has expired",
    "Refresh Token has been revoked",
    "Access Token has expired",
    "Signature has expired",
)
"""What a line that matters holds, for the tools that are told what to look for."""

_NOISE = (
    "INFO [app.orders] order {n} placed in {ms} ms by session {s} for basket {n} of warehouse north",
    "INFO [app.http] GET /api/orders/{n} 200 in {ms} ms",
    "DEBUG [app.db] SELECT id, state, total FROM orders WHERE id = {n} took {ms} ms",
    "WARNING [app.cache] miss for key orders:{n}, loading from the database",
)
_REFUSED = "An error occurred (NotAuthorizedException) when calling the {} operation: {}"
_TOLD = (
    f"ERROR [app.auth] refresh failed: {_REFUSED.format('InitiateAuth', 'Refresh Token has expired')}",
    f"ERROR [app.auth] refresh failed: {_REFUSED.format('InitiateAuth', 'Refresh Token has been revoked')}",
    "WARNING [app.auth] jwt.exceptions.ExpiredSignatureError: Signature has expired",
    f"ERROR [app.auth] {_REFUSED.format('GetUser', 'Access Token has expired')}",
)
_SHARE = 0.005
_LINES = 60_000  # of a day
_OF_DAY = "feedface"  # in whose place each day has a number of its own


def text_log(path: Path, megabytes: int) -> None:
    """Write the log of an application, 0.5 % of whose lines matter."""
    _by_day(path, megabytes, lambda told, _: told)


def named_log(path: Path, megabytes: int) -> None:
    """Write the same, each line with the ids of its request and its user."""
    _by_day(path, megabytes, _named)


def _named(told: str, draw: random.Random) -> str:
    level, logger, text = told.split(" ", 2)
    request, user = (_OF_DAY + str(uuid.UUID(int=draw.getrandbits(128), version=4))[len(_OF_DAY) :] for _ in range(2))
    return f"{level} {logger} request_id={request} sub={user} {text}"


def _by_day(path: Path, megabytes: int, told_by: Callable[[str, random.Random], str]) -> None:
    draw = random.Random(7)
    lines = []
    for number in range(_LINES):
        text = draw.choice(_TOLD) if draw.random() < _SHARE else draw.choice(_NOISE)
        at = time.strftime("%H:%M:%S", time.gmtime(number * DAY // _LINES))
        told = text.format(n=draw.randrange(10**7), ms=draw.randrange(900), s=draw.getrandbits(60))
        lines.append(f"2026-01-01 {at},{draw.randrange(1000):03d} {told_by(told, draw)}")
    one_day = ("\n".join(lines) + "\n").encode()
    with path.open("wb") as stream:
        for number in range(max(1, round(megabytes * MB / len(one_day)))):
            day = one_day.replace(b"2026-01-01", f"{date(2024, 1, 1) + timedelta(number)}".encode())
            stream.write(day.replace(_OF_DAY.encode(), b"%08x" % (number * 0x9E3779B1 & 0xFFFFFFFF)))


def trail_files(folder: Path, megabytes: int) -> None:
    """Write packed CloudTrail files, of so many megabytes when unpacked; 5 % of the events are Cognito's."""
    folder.mkdir()
    draw = random.Random(11)
    size = number = 0
    while size < megabytes * MB:
        first = START + 4000 * number
        found = [_trail_event(draw, first + index) for index in range(4000)]
        data = json.dumps({"Records": found}, separators=(",", ":")).encode()
        (folder / f"trail-{number:05}.json.gz").write_bytes(gzip.compress(data, 6, mtime=0))
        size += len(data)
        number += 1


def _trail_event(draw: random.Random, at: int) -> dict[str, Any]:
    ours = draw.random() < 0.05
    refused = {"errorCode": "NotAuthorizedException", "errorMessage": "Refresh Token has expired"}
    ask = {"authFlow": "REFRESH_TOKEN_AUTH", "clientId": "1example23456789"}
    issuer = {"type": "Role", "userName": "r"}
    attributes = {"creationDate": "2026-03-01T09:00:00Z", "mfaAuthenticated": "false"}
    return {
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": f"AROA{draw.getrandbits(60)}:x",
            "arn": "arn:aws:sts::111122223333:assumed-role/r/x",
            "accountId": "111122223333",
            "sessionContext": {"sessionIssuer": issuer, "attributes": attributes},
        },
        "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)),
        "eventSource": "cognito-idp.amazonaws.com" if ours else "dynamodb.amazonaws.com",
        "eventName": "InitiateAuth" if ours else "DescribeTable",
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "192.0.2.1",
        "userAgent": "aws-sdk-go-v2/1.30.0 os/linux lang/go#1.22.5",
        **(refused if ours and draw.random() < 0.3 else {}),
        "requestParameters": ask if ours else {"tableName": f"t-{draw.getrandbits(40)}"},
        "responseElements": None,
        "additionalEventData": {"sub": f"{draw.randrange(20_000):012x}"},
        "requestID": f"{draw.getrandbits(64):x}",
        "eventID": f"{draw.getrandbits(64):x}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111122223333",
    }


def guard_log(path: Path, megabytes: int) -> None:
    """Write the guard's events of so many megabytes, 265 sessions each."""
    with path.open("w") as stream:
        stream.writelines(f"{line}\n" for line in _in_order(random.Random(5), megabytes * 265))


def _session(draw: random.Random, number: int, start: float) -> Iterator[tuple[float, str]]:
    """Yield the events of one session with their times."""
    client, validity = ("web", 30 * HOUR) if number % 5 else ("mobile", 30 * DAY)
    shared = {
        "pool": "main",
        "client": client,
        "session_ref": f"{draw.getrandbits(80):020d}"[:16],
        "user_ref": f"U{number % 400_000:015d}",
        "auth_time": int(start),
    }
    ends, issued = start + draw.expovariate(1 / (14 * HOUR)), start
    while True:
        times = {"issued_at": int(issued), "expires_at": int(issued) + HOUR}
        at = issued + 0.4
        token = f"{draw.getrandbits(80):020d}"[:16]
        seen = events.TokenSeen(
            timestamp=events.timestamp(at), outcome="accepted", token_ref=token, scope_count=1, **shared, **times
        )
        yield at, events.render(seen)
        issued += HOUR * draw.uniform(1, 1.3)
        if issued - start > validity:
            for repeats in (1, 2, 4, 8) if number % 3 == 0 else (1,):
                at = issued + 40 * repeats
                refusal = events.RequestRejected(
                    timestamp=events.timestamp(at), outcome="rejected", cause="token_expired", method="GET", status=401,
                    route="/orders", token_ref=token, repeats=repeats, zombie=repeats > 2 or None,
                    expired_for_s=round(at - times["expires_at"], 3), session_age_s=round(at - start, 3),
                    **shared, **times,
                )  # fmt: skip
                yield at, events.render(refusal)
            return
        if issued > ends:
            return


def _in_order(draw: random.Random, sessions: int) -> Iterator[str]:
    """Yield the lines of so many sessions in the order of time."""
    waiting: list[tuple[float, int, str, Iterator[tuple[float, str]]]] = []
    for number in range(sessions):
        start = START + DAYS * DAY * number / sessions
        while waiting and waiting[0][0] <= start:
            yield from _next(waiting)
        told = _session(draw, number, start)
        at, line = next(told)
        heapq.heappush(waiting, (at, number, line, told))
    while waiting:
        yield from _next(waiting)


def _next(waiting: list[tuple[float, int, str, Iterator[tuple[float, str]]]]) -> Iterator[str]:
    _, number, line, told = waiting[0]
    yield line
    following = next(told, None)
    if following is None:
        heapq.heappop(waiting)
    else:
        heapq.heapreplace(waiting, (*following[:1], number, following[1], told))

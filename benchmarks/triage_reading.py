"""
Measure the reading half of the triage: bytes to records.

Run with ``python benchmarks/triage_reading.py [MEGABYTES]``. The data is made
once in a temporary folder: text of an application with 0.5 % relevant lines,
and CloudTrail files, gzip-packed.
"""

import gzip
import json
import random
import sys
import tempfile
import time
from pathlib import Path

from poolwarden.triage.reader import read

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


def text_file(folder: Path, megabytes: int) -> Path:
    """Return a log of an application."""
    path = folder / f"application-{megabytes}.log"
    if path.exists():
        return path
    draw = random.Random(7)
    lines = []
    for number in range(60_000):
        text = draw.choice(_TOLD) if draw.random() < _SHARE else draw.choice(_NOISE)
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(1_772_359_200 + number // 20))
        lines.append(
            f"{at},{draw.randrange(1000):03d} "
            + text.format(n=draw.randrange(10**7), ms=draw.randrange(900), s=draw.getrandbits(60))
        )
    chunk = ("\n".join(lines) + "\n").encode()
    with path.open("wb") as stream:
        for _ in range(max(1, megabytes * 1_000_000 // len(chunk))):
            stream.write(chunk)
    return path


def trail_files(folder: Path, megabytes: int) -> list[Path]:
    """Return delivered CloudTrail files, ``megabytes`` in all when unpacked."""
    draw = random.Random(11)
    paths = []
    size, number = 0, 0
    while size < megabytes * 1_000_000:
        path = folder / f"trail-{number}.json.gz"
        events = []
        for index in range(4000):
            ours = draw.random() < 0.05
            events.append(
                {
                    "eventVersion": "1.08",
                    "userIdentity": {
                        "type": "AssumedRole",
                        "principalId": f"AROA{draw.getrandbits(60)}:x",
                        "arn": "arn:aws:sts::111122223333:assumed-role/r/x",
                        "accountId": "111122223333",
                        "sessionContext": {
                            "sessionIssuer": {"type": "Role", "userName": "r"},
                            "attributes": {"creationDate": "2026-03-01T09:00:00Z", "mfaAuthenticated": "false"},
                        },
                    },
                    "eventTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(1_772_359_200 + index)),
                    "eventSource": "cognito-idp.amazonaws.com" if ours else "dynamodb.amazonaws.com",
                    "eventName": "InitiateAuth" if ours else "DescribeTable",
                    "awsRegion": "eu-west-1",
                    "sourceIPAddress": "192.0.2.1",
                    "userAgent": "aws-sdk-go-v2/1.30.0 os/linux lang/go#1.22.5",
                    **(
                        {"errorCode": "NotAuthorizedException", "errorMessage": "Refresh Token has expired"}
                        if ours and draw.random() < 0.3
                        else {}
                    ),
                    "requestParameters": {"authFlow": "REFRESH_TOKEN_AUTH", "clientId": "1example23456789"}
                    if ours
                    else {"tableName": f"t-{draw.getrandbits(40)}"},
                    "responseElements": None,
                    "additionalEventData": {"sub": f"{draw.getrandbits(64):x}"},
                    "requestID": f"{draw.getrandbits(64):x}",
                    "eventID": f"{draw.getrandbits(64):x}",
                    "readOnly": True,
                    "eventType": "AwsApiCall",
                    "managementEvent": True,
                    "recipientAccountId": "111122223333",
                }
            )
        data = json.dumps({"Records": events}, separators=(",", ":")).encode()
        if not path.exists():
            path.write_bytes(gzip.compress(data, 6))
        size += len(data)
        number += 1
        paths.append(path)
    return paths


def measure(name: str, paths: list[Path]) -> None:
    """Print how long it takes to read the files."""
    best, tally = float("inf"), None
    for _ in range(3):
        begin = time.perf_counter()
        reading = read([str(path) for path in paths])
        for _batch in reading:
            pass
        best, tally = min(best, time.perf_counter() - begin), reading.tally
    assert tally is not None
    gigabytes = tally.bytes / 1e9
    print(
        f"{name:24} {best:6.3f} s  {best / gigabytes:6.3f} s/GB  {tally.lines} lines  {tally.records} "
        f"records  {tally.unread_lines} unread"
    )


def main() -> None:
    """Measure."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    folder = Path(tempfile.gettempdir()) / "poolwarden-benchmarks"
    folder.mkdir(exist_ok=True)
    measure("application text", [text_file(folder, megabytes)])
    measure("CloudTrail, gzip", trail_files(folder, megabytes // 2))


if __name__ == "__main__":
    main()

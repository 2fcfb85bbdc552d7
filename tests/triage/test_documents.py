"""A document over many lines tells on which of them each of its records stands."""

import json
from pathlib import Path

import pytest

from poolwarden.triage.reader import read

_SAID = "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has "


def _event(number: int, message: str, stream: str = "s") -> dict[str, object]:
    return {"logStreamName": stream, "timestamp": 1_772_359_200_000 + number * 1000, "message": message}


EVENTS = [
    _event(0, "all is well"),
    _event(1, _SAID + "expired\n"),
    _event(2, "Traceback (most recent call last):", stream="t"),
    _event(3, "all is well"),
    _event(4, '  File "a.py", line 1, in f', stream="t"),
    _event(5, "botocore.errorfactory.NotAuthorizedException: " + _SAID + "been revoked", stream="t"),
    _event(6, _SAID + "expired\n"),
]


@pytest.mark.parametrize("around", [{"events": EVENTS}, {"messageType": "DATA_MESSAGE", "logEvents": EVENTS}])
@pytest.mark.parametrize("indent", [2, 4, None])
def test_log_events_stand_on_their_own_lines(around: dict[str, object], indent: int | None, tmp_path: Path) -> None:
    """Each field has a line of its own; the lines of one traceback are one record, at the first of them."""
    path = tmp_path / "events.json"
    text = json.dumps(around, indent=indent)
    path.write_text(text)
    found = sorted((record.line, record.cause) for batch in read([str(path)]) for record in batch)
    begins = [number for number, line in enumerate(text.splitlines(), 1) if line.strip() == "{"]
    lines = [begins[place + 1] for place in (1, 2, 6)] if indent else [1, 1, 1]
    causes = ["refresh_token_expired", "refresh_token_revoked", "refresh_token_expired"]
    assert found == sorted(zip(lines, causes, strict=True))


@pytest.mark.parametrize(
    ("text", "refresh"),
    [
        ("token refresh failed for ada: PasswordResetRequiredException: Password reset required for the user", True),
        ("could not refresh the session: PasswordResetRequiredException: Password reset required for the user", True),
        ("sign-in failed: PasswordResetRequiredException: Password reset required for the user", False),
        ("PasswordResetRequiredException: Password reset required for the user", False),
    ],
)
def test_the_message_tells_a_refresh_from_a_sign_in(text: str, refresh: bool, tmp_path: Path) -> None:
    """Where Cognito says the same of both, what the application says in front of it counts."""
    path = tmp_path / "app.log"
    path.write_text(f"2026-03-01 10:00:00,000 ERROR auth {text}\n")
    (record,) = [one for batch in read([str(path)]) for one in batch]
    assert (record.cause, record.refresh) == ("password_reset_required", refresh)

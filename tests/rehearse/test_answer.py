"""An answer is read as a front end reads it: the challenge, the problem, and what only looks like success."""

import json
from typing import Any

import pytest

from poolwarden.rehearse.answer import Answer


def answer(status: int = 200, body: Any = b"", **headers: str) -> Answer:
    """Make an answer."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Answer(status, named, body if isinstance(body, bytes) else json.dumps(body).encode())


CHALLENGES: dict[str, tuple[str | None, str | None]] = {
    "": (None, None),
    "Bearer": ("", None),
    "bearer": ("", None),
    'Bearer error="invalid_token", error_description="It is, so to say, gone."': ("", "invalid_token"),
    "Bearer error=invalid_token": ("", "invalid_token"),
    'Bearer realm="api",error="insufficient_scope"': ("", "insufficient_scope"),
    'Bearer realm="api", scope="a b"': ("", None),
    'Bearer realm="api", error_description="error is near"': ("", None),
    'Basic realm="shop", Bearer error="invalid_token"': ("", "invalid_token"),
    'Basic realm="bearer of news"': (None, None),
    "DPoP algs=ES256": (None, None),
}


@pytest.mark.parametrize("challenge", CHALLENGES)
def test_challenges(challenge: str) -> None:
    """A Bearer challenge and its error are found wherever they stand, and no other scheme passes for it."""
    bearer, error = CHALLENGES[challenge]
    read = answer(401, www_authenticate=challenge) if challenge else answer(401)
    assert (read.bearer is None) == (bearer is None)
    assert read.error == error


@pytest.mark.parametrize(
    ("body", "cause", "action", "code"),
    [
        ({"cause": "token_expired", "action": "refresh"}, "token_expired", "refresh", None),
        ({"detail": {"cause": "token_expired", "action": "refresh"}}, "token_expired", "refresh", None),
        ({"cause": "something_else", "action": 7}, None, None, None),
        ({"error": "token_expired"}, None, None, "token_expired"),
        ({"error": "The token has expired"}, None, None, None),
        ({"code": 4011}, None, None, None),
        (["token_expired"], None, None, None),
        (b"\xff not JSON", None, None, None),
        (b"[" * 100_000, None, None, None),
    ],
    ids=["problem", "under_detail", "strange", "code", "sentence", "number", "list", "bytes", "deep"],
)
def test_bodies(body: Any, cause: str | None, action: str | None, code: str | None) -> None:
    """A body tells by members that a program can go by; whatever else it holds is no reason to fail."""
    read = answer(401, body)
    assert (read.cause, read.action, read.code) == (cause, action, code)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": "expired"}, True),
        ({"errors": [{"message": "UNAUTHENTICATED"}]}, True),
        ({"success": False}, True),
        ({"ok": False, "data": None}, True),
        ({"statusCode": 401, "message": "Unauthorized"}, True),
        ({"status": 419}, True),
        ({"error": None, "data": [1]}, False),
        ({"errors": [], "orders": [17]}, False),
        ({"status": "packed", "code": 17}, False),
        ({"ok": True}, False),
        ([17, 42], False),
    ],
    ids=lambda value: json.dumps(value) if not isinstance(value, bool) else str(value),
)
def test_errors_in_success(body: Any, error: bool) -> None:
    """An error told under a good status is noticed; what good answers usually hold is none."""
    assert answer(200, body).says_error is error


def test_pages() -> None:
    """A page that asks for a password is told from other pages and from data that has the words."""
    form = b'<form><input type="password"></form>'
    assert answer(200, form, content_type="text/html; charset=utf-8").has_password_form
    assert answer(200, b"<p>Hello</p>", content_type="text/html").is_html
    assert not answer(200, b"<p>Hello</p>", content_type="text/html").has_password_form
    assert not answer(200, form, content_type="application/json").has_password_form

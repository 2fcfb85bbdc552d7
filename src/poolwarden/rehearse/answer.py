"""Read what an application answered, the way a front end would: status, challenge, problem, action."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final, TypeVar

from poolwarden.causes import Action, Cause
from poolwarden.errors import UNDECODABLE

# A challenge of the scheme Bearer, which may come after others, and its parameters (RFC 9110 §11.6.1).
_BEARER: Final = re.compile(r"(?:^|,\s*)bearer(?P<rest>[\s,].*)?$", re.IGNORECASE | re.DOTALL)
# The parameter error (RFC 6750 §3), in quotes or not.
_ERROR: Final = re.compile(r"""(?:^|[\s,])error\s*=\s*(?:"(?P<quoted>[^"]*)"|(?P<token>[\w-]+))""", re.IGNORECASE)
_FAULTS: Final = 400
# An HTML form that asks for a password.
_FORM: Final = re.compile(rb"""type\s*=\s*["']?password""", re.IGNORECASE)
_CODES: Final = ("error", "code", "error_code", "errorCode", "reason")
_NUMBERS: Final = ("status", "statusCode", "status_code", "code")
_SUCCESSES: Final = ("ok", "success")
_Word = TypeVar("_Word", Cause, Action)


@dataclass(frozen=True)  # no slots: what is read from it is kept
class Answer:
    """
    An application's answer to a request.

    Attributes:
        status: The HTTP status; 0 where there was no answer.
        headers: Names in lower case, and values.
        body: The body's bytes, as many as were read.
        fault: Why there was no answer; empty where there was one.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = field(default=b"", repr=False)
    fault: str = ""

    def header(self, name: str) -> str:
        """Return a header's values, joined by commas (RFC 9110 §5.3); empty where there is none."""
        return ", ".join(value for known, value in self.headers if known == name)

    @property
    def succeeds(self) -> bool:
        """Whether the status tells success (RFC 9110 §15.3)."""
        return 200 <= self.status < 300  # noqa: PLR2004 (the class of the status)

    @property
    def redirects(self) -> bool:
        """Whether the status leads elsewhere (RFC 9110 §15.4)."""
        return 300 <= self.status < _FAULTS  # noqa: PLR2004 (the class of the status)

    @property
    def refuses(self) -> bool:
        """Whether the status says that the caller is at fault (RFC 9110 §15.5)."""
        return _FAULTS <= self.status < 500  # noqa: PLR2004 (the class of the status)

    @property
    def challenge(self) -> str:
        """The WWW-Authenticate header."""
        return self.header("www-authenticate")

    @cached_property
    def bearer(self) -> str | None:
        """The parameters of the Bearer challenge; None where there is no such challenge."""
        found = _BEARER.search(self.challenge)
        return None if found is None else (found["rest"] or "")

    @property
    def error(self) -> str | None:
        """The Bearer challenge's error code (RFC 6750 §3.1)."""
        found = _ERROR.search(self.bearer or "")
        return None if found is None else found["quoted"] or found["token"]

    @property
    def is_html(self) -> bool:
        """Whether the body is a page."""
        return self.header("content-type").partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")

    @property
    def has_password_form(self) -> bool:
        """Whether the body is a page that asks for a password."""
        return self.is_html and _FORM.search(self.body) is not None

    @cached_property
    def fields(self) -> Mapping[str, Any]:
        """The body's JSON object, with what FastAPI puts under ``detail``; empty where it is none."""
        try:
            value = json.loads(self.body)
        except UNDECODABLE:
            return {}
        if not isinstance(value, dict):
            return {}
        detail = value.get("detail")
        return {**detail, **value} if isinstance(detail, dict) else value

    @property
    def cause(self) -> Cause | None:
        """The cause that the body names, where it is one of the vocabulary."""
        return _member(Cause, self.fields.get("cause"))

    @property
    def action(self) -> Action | None:
        """What the body tells the front end to do."""
        return _member(Action, self.fields.get("action"))

    @property
    def code(self) -> str | None:
        """Some other code in the body that a program could go by."""
        for name in _CODES:
            value = self.fields.get(name)
            if isinstance(value, str) and value and " " not in value:
                return value
        return None

    @property
    def says_error(self) -> bool:
        """Whether the body tells of an error, whatever the status says."""
        fields = self.fields
        return (
            any(bool(fields.get(name)) for name in ("error", "errors", "error_description", "cause"))
            or any(fields.get(name) is False for name in _SUCCESSES)
            or any(_is_fault(fields.get(name)) for name in _NUMBERS)
        )


def _is_fault(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and _FAULTS <= value < 600  # noqa: PLR2004 (HTTP's)


def _member(kind: type[_Word], value: object) -> _Word | None:
    return next((member for member in kind if member == value), None)

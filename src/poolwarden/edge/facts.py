"""Take from a request what an event may tell of it: of limited length, without the query, and without secrets."""

import re

from poolwarden.observe.tracing import trace_id
from poolwarden.telling import RequestFacts

_MAX_PATH = 200
_MAX_READ = 1000
_MAX_ID = 64
_ID = re.compile(r"[\w.:=+/-]{1,64}", re.ASCII)
# W3C Trace Context: version-traceid-parentid-flags.
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}", re.ASCII)
_TOKEN_LIKE = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*)*")
# An e-mail address as in /users/ada@example.com; in /package@1.2.3 it is a version, which ends in a number.
_EMAIL = re.compile(r"(?<![^/])[^/@]+(?:@|%40)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
# Characters that end a line, move a cursor or turn the direction of text, and surrogates, which UTF-8 does not have.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def facts_of(method: str, path: str, request_id: str | None, traceparent: str | None) -> RequestFacts:
    """
    Return what events tell about a request.

    Args:
        method: The request's method.
        path: The path, or the route's template; cut to 200 characters, a token or an e-mail address in it masked,
            control characters replaced.
        request_id: The value of ``X-Request-ID``, kept only where it looks like an id.
        traceparent: The value of ``traceparent``, of which the trace's id is kept where no span is active here.
    """
    trace = _TRACEPARENT.fullmatch(traceparent) if traceparent else None
    return RequestFacts(
        method=method if method.isascii() and method.isalpha() and len(method) <= _MAX_ID else None,
        route=_UNPRINTABLE.sub("\ufffd", _masked(path)),
        request_id=request_id if request_id and _ID.fullmatch(request_id) and "eyJ" not in request_id else None,
        trace_id=trace_id() or (trace[1] if trace else None),
    )


def _masked(path: str) -> str:
    # Cut twice: first so that the search is fast, and to its final length only when addresses are masked, for half an
    # address would not be found.
    return _EMAIL.sub("…", _TOKEN_LIKE.sub("eyJ…", path[:_MAX_READ].partition("?")[0]))[:_MAX_PATH]

"""Read access logs: who was answered with 401, where, and what the proxy says of it."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from poolwarden.causes import Cause
from poolwarden.triage.formats.app_json import known_of
from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.formats.leaf import kind_of
from poolwarden.triage.known import Told, told_by
from poolwarden.triage.mask import masked
from poolwarden.triage.patterns import later
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.template import by_template
from poolwarden.triage.times import time_in, time_of

_METHOD = r"(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)"
_REQUEST = rf"(?:{_METHOD}) (?P<path>[^\s\"]+)(?: (?:HTTP/)?[\d.]+)?"
_PAINT = r"(?:\x1b\[\d+m)?"

_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, later(form))
    for name, form in (
        (
            "alb",
            rf"(?:https?|h2|wss?|grpcs?) \d{{4}}-\S+Z(?: \S+){{6}} (?P<status>\d{{3}}) \S+ \d+ \d+ \"{_REQUEST}",
        ),
        ("elb", rf"\d{{4}}-\S+Z \S+ \S+:\d+ \S+ \S+ \S+ \S+ (?P<status>\d{{3}}) \S+ \d+ \d+ \"{_REQUEST}"),
        ("haproxy", rf"\[[^\]]+\] \S+ \S+/\S+ [\d/+-]+ (?P<status>\d{{3}}) .*\"{_REQUEST}"),
        ("envoy", rf"\[\d{{4}}-[^\]]+Z\] \"{_REQUEST}\" (?P<status>\d{{3}}) "),
        (
            "cloudfront",
            rf"\d{{4}}-\d\d-\d\d\t\d\d:\d\d:\d\d\t\S+\t\d+\t\S+\t{_METHOD}\t\S+\t(?P<path>\S+)\t(?P<status>\d{{3}})\t",
        ),
        ("uvicorn", rf"\S+:\d+ - \"{_REQUEST}\" (?P<status>\d{{3}})\b"),
        ("combined", rf"\"{_REQUEST}\" (?P<status>\d{{3}})(?: |$)"),
        ("chi", rf"\"{_REQUEST}\" from \S+ - (?P<status>\d{{3}}) "),
        ("sanic", rf"\]: {_METHOD} (?P<path>\S+) {{1,2}}(?P<status>\d{{3}}) \d"),
        ("serilog", rf"\bHTTP {_METHOD} (?P<path>/\S*) responded (?P<status>\d{{3}}) in "),
        ("gin", rf"\| +(?P<status>\d{{3}}) \|.*\| +{_METHOD} +(?:\| +)?\"?(?P<path>/[^\s\"]*)"),
        (
            "morgan",
            rf"(?:^|\s){_METHOD} (?P<path>/\S*) {_PAINT}(?P<status>\d{{3}}){_PAINT}(?: [\d-]+ -)? [\d.]+ ms",
        ),
        ("kestrel", rf"Request finished HTTP/[\d.]+ {_METHOD} (?P<path>\S+)(?: \S+){{0,2}} - (?P<status>\d{{3}})\b"),
        (
            "iis",
            rf"^\d{{4}}-\d\d-\d\d [\d:]{{8}} (?:\S+ ){{1,3}}{_METHOD} (?P<path>/\S*) .* (?P<status>\d{{3}}) [\d ]+$",
        ),
        ("rails", r"(?:^|\s)Completed (?P<status>\d{3}) [A-Z][A-Za-z ]+ in \d+ms(?P<path>)"),
        ("phoenix", r"(?:^|\s)Sent (?P<status>\d{3}) in \d+(?:ms|µs)(?P<path>)\s*$"),
        ("tornado", rf"(?:^|\s)(?P<status>\d{{3}}) {_METHOD} (?P<path>/\S*) \("),
        ("django", r"(?:^|\s)(?P<status>Unauthorized): (?P<path>/\S*)\s*$"),
    )
)
_STATUSES = (
    "status",
    "statusCode",
    "status_code",
    "response_code",
    "http_status",
    "responseCode",
    "DownstreamStatus",
    "elb_status_code",
    "sc-status",
    "StatusCode",
    "httpStatus",
)
_PATHS = (
    "path",
    "uri",
    "url",
    "route",
    "resourcePath",
    "request_uri",
    "requestUri",
    "http.target",
    "request_path",
    "RequestPath",
    "routeKey",
    "rawPath",
    "requestUrl",
)
_TIMES = ("requestTime", "requestTimeEpoch", "time_local", "time_iso8601", "StartUTC", "started_at")
_ASKED = "401"
_ANSWERED = later(r"[123]\d\d")
_ASKED_FOR = later(_REQUEST)


def _route(path: str) -> str:
    return masked(urlsplit(path).path if "://" in path else path.partition("?")[0], 200)


def _record(path: str | None, shown: str, told: Told | None, context: Context, source: str) -> Record:
    cause = told.match.cause if told is not None and not told.match.maybe else Cause.UNATTRIBUTED_401
    return Record(
        kind=kind_of(cause),
        file=context.file,
        line=context.line,
        at=context.at,
        cause=cause.value,
        client=context.client,
        user=context.user,
        request=context.request,
        route=_route(path) if path else context.route,
        text=masked(shown),
        source=context.source if context.source and context.source != "text" else source,
    )


class _Form(NamedTuple):
    """How a line is written, what status it tells, and where its path stands."""

    name: str
    status: str
    path: tuple[int, int]


@by_template
def _form_of(text: str) -> _Form | None:
    for name, form in _FORMS:
        told = form.search(text)
        if told is not None:
            return _Form(name, told["status"], told.span("path"))
    return None


class AccessLine:
    """A line of nginx, Apache, gunicorn, uvicorn, HAProxy, Envoy, Istio, a load balancer or CloudFront."""

    name = "access"
    samples: Sequence[Sample] = (
        Sample(
            '10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /api/orders?page=2 HTTP/1.1" 401 179 "-" '
            '"Mozilla/5.0 (X11)"',
            ({"cause": "unattributed_401", "route": "/api/orders", "at": 1772359200.0, "kind": Kind.REJECTED},),
        ),
        Sample('10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /api/401 HTTP/1.1" 200 401 "-" "curl 401 x"', ()),
        Sample(
            'INFO:     127.0.0.1:35738 - "GET /api/orders?page=2 HTTP/1.1" 401 Unauthorized',
            ({"route": "/api/orders"},),
        ),
        Sample(
            "https 2026-03-01T10:00:00.186641Z app/my/50dc6c 192.0.2.10:2817 10.0.0.1:80 0.086 0.048 "
            "0.037 401 401 0 57 "
            '"GET https://www.example.com:443/a?b=c HTTP/1.1" "curl/7.46.0" ECDHE TLSv1.2 arn:aws:x '
            '"Root=1-5" "www" "-" 1 t "forward" "-" "-"',
            ({"route": "/a", "at": 1772359200.186641, "source": "alb"},),
        ),
        Sample(
            "Mar  1 10:00:00 lb haproxy[14389]: 10.0.1.2:33317 [01/Mar/2026:10:00:00.655] http-in "
            "static/srv1 10/0/30/69/109 401 2750 - - "
            '---- 1/1/1/1/0 0/0 {1wt.eu} {} "GET /index.html HTTP/1.1"',
            ({"cause": "unattributed_401", "route": "/index.html"},),
        ),
        Sample(
            '[2026-03-01T10:00:00.123Z] "GET /orders HTTP/1.1" 401 - '
            'jwt_authn_access_denied{Jwt_is_expired} - "-" 0 14 1 - "-" "curl" "r" "h" "-"',
            ({"cause": "token_expired", "route": "/orders"},),
        ),
        Sample(
            '[GIN] 2026/03/01 - 10:00:00 | 401 |     1.2ms |   10.0.0.1 | GET      "/orders"', ({"route": "/orders"},)
        ),
        Sample("GET /orders 401 2.031 ms - 12", ({"route": "/orders"},)),
        Sample("      Request finished HTTP/2 GET https://api/orders?a=1 - 401 0 - 1.2ms", ({"route": "/orders"},)),
        Sample(
            "2026-03-01 10:00:00 10.0.0.4 GET /orders a=1 443 - 192.0.2.9 curl - 401 0 0 15",
            ({"route": "/orders", "at": 1772359200.0},),
        ),
        Sample(
            '10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /docs/NotAuthorizedException HTTP/1.1" 200 51 "-" "curl"'
        ),
        Sample(
            '10.0.0.1 - - [01/Mar/2026:10:00:00 +0000] "GET /callback?error=invalid_request&error_description='
            'NotAuthorizedException%3A+Refresh+Token+has+expired HTTP/1.1" 302 0 "-" "curl"',
            ({"cause": "refresh_token_expired"},),
        ),
        Sample(
            "2026-03-01\t10:00:00\tFRA2\t212\t192.0.2.1\tGET\tx.cloudfront.net\t/me\t401\t-\tcurl", ({"route": "/me"},)
        ),
        Sample("\x1b[0mGET /me \x1b[33m401\x1b[0m 2.031 ms - 12\x1b[0m", ({"route": "/me"},)),
        Sample("GET /me 401 12 - 2.031 ms", ({"route": "/me"},)),
        Sample(
            '2026/03/01 10:00:00 [x/1] "GET http://x/me HTTP/1.1" from 192.0.2.1:1 - 401 13B in 120us',
            ({"at": 1772359200.0},),
        ),
        Sample("[10:00:00 INF] HTTP GET /me responded 401 in 1.2000 ms", ({"route": "/me"},)),
        Sample(
            "[2026-03-01 10:00:00 +0000] - (sanic.access)[INFO][192.0.2.1:1]: GET http://x/me  401 12",
            ({"route": "/me"},),
        ),
        Sample("10:00:00 | 401 |   1.2ms | 192.0.2.1 | GET | /me | -", ({"route": "/me"},)),
        Sample("[W 260301 10:00:00 web:2348] 401 GET /me (192.0.2.1) 0.52ms", ({"route": "/me", "at": 1772359200.0},)),
        Sample('192.0.2.1:1 - - [01/Mar/2026:10:00:00 +0000] "GET /me 1.1" 401 12 300 "-" "curl"', ({"route": "/me"},)),
        Sample("10:00:00.000 request_id=F8Qm2a1 [info] Sent 401 in 2ms", ({"cause": "unattributed_401"},)),
        Sample("Completed 401 Unauthorized in 4ms (Allocations: 9)", ({"cause": "unattributed_401"},)),
        Sample("2026-03-01 10:00:00,000 WARNING Unauthorized: /orders", ({"route": "/orders"},)),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read the line; one answered otherwise than with 401 tells nothing."""
        # .NET's console logger writes its category into a line of its own.
        if not isinstance(value, str) or value.count("\n") > 1:
            return None
        asked = _ASKED in value or "Unauthorized: /" in value
        form = _form_of(value) if asked or " HTTP/" in value else None
        if form is None:
            return None
        if form.status not in (_ASKED, "Unauthorized"):
            # A redirect may carry an error in its query (RFC 6749 section 4.1.2.1).
            return () if asked or (form.status[0] in "23" and "error=" not in value) else None
        at = context.at if context.at is not None else time_in(value, context.latest)
        path = value[form.path[0] : form.path[1]]
        return (_record(path, value, told_by(value), context.but(at=at), form.name),)


class AccessJson:
    """An access log as JSON: API Gateway, Envoy, Istio, Caddy, Traefik, pino-http, nginx."""

    name = "access-json"
    samples: Sequence[Sample] = (
        Sample(
            '{"requestId":"r-1","ip":"1.2.3.4","requestTime":"01/Mar/2026:10:00:00 +0000",'
            '"httpMethod":"GET","resourcePath":"/orders",'
            '"status":"401","authorizerError":"The incoming token has expired"}',
            ({"cause": "token_expired", "route": "/orders", "request": "r-1", "at": 1772359200.0},),
        ),
        Sample(
            '{"start_time":"2026-03-01T10:00:00.000Z","method":"GET","path":"/a?b=c",'
            '"response_code":401,"response_code_details":"via_upstream"}',
            ({"cause": "unattributed_401", "route": "/a"},),
        ),
        Sample(
            '{"level":"info","ts":1772359200.5,"request":{"method":"GET","uri":"/a"},"status":401}',
            ({"route": "/a", "at": 1772359200.5},),
        ),
        Sample('{"requestTimeEpoch":"1772359200500","routeKey":"GET /a","status":"401"}', ({"at": 1772359200.5},)),
        Sample(
            '{"level":30,"time":1772359200123,"req":{"method":"GET","url":"/a"},'
            '"res":{"statusCode":401},"msg":"request completed"}',
            ({"route": "/a"},),
        ),
        Sample(
            '{"DownstreamStatus":401,"RequestMethod":"GET","RequestPath":"/a","StartUTC":"2026-03-01T10:00:00Z"}',
            ({"route": "/a"},),
        ),
        Sample(
            '{"time_iso8601":"2026-03-01T10:00:00Z","request":"GET /a?b=c HTTP/2.0","status":"401"}', ({"route": "/a"},)
        ),
        Sample('{"method":"GET","path":"/a","status":200,"bytes":401}', ()),
        Sample(
            '{"time_local":"01/Mar/2026:10:00:00 +0000","request":"GET /a HTTP/1.1","status":"401"}',
            ({"at": 1772359200.0},),
        ),
        Sample(
            '{"@t":"2026-03-01T10:00:00Z","RequestMethod":"GET","RequestPath":"/a","StatusCode":401}',
            ({"at": 1772359200.0},),
        ),
        Sample(
            '{"httpRequest":{"requestUrl":"https://x/a","status":401},"timestamp":"2026-03-01T10:00:00Z"}',
            ({"route": "/a"},),
        ),
        Sample(
            '{"method":"GET","path":"/me","controller":"MeController","status":500,"exception":'
            '["Aws::CognitoIdentityProvider::Errors::NotAuthorizedException","Refresh Token has expired"]}',
            ({"cause": "refresh_token_expired"},),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Read the fields."""
        if not isinstance(value, Mapping) or "eventSource" in value:
            return None
        fields = _flat(value)
        status = next((fields[name] for name in _STATUSES if name in fields), None)
        asked = _ASKED_FOR.match(str(value.get("request")))
        path = next((fields[name] for name in _PATHS if isinstance(fields.get(name), str)), asked and asked["path"])
        if status is None or path is None or ("error" in fields and str(status) != _ASKED):
            return None
        if str(status) != _ASKED:
            return () if _ANSWERED.fullmatch(str(status)) else None
        at = next((time_of(value[name], context.latest) for name in _TIMES if name in value), None)
        shown = " ".join(f"{name}={item}" for name, item in fields.items() if name not in ("headers", "ip", "sourceIp"))
        told = told_by("\n".join(f"{name}: {item}" for name, item in fields.items()))
        return (_record(path, shown, told, known_of(value, context).but(at=at), self.name),)


def _flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields with those of a nested request and response beside them."""
    flat: dict[str, Any] = {}
    for name in ("req", "request", "res", "response", "httpRequest", "requestContext", "http", "properties"):
        nested = fields.get(name)
        if isinstance(nested, Mapping):
            flat.update(nested)
    flat.update({name: item for name, item in fields.items() if not isinstance(item, Mapping | list)})
    return flat

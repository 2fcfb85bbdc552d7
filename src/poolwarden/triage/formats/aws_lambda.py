"""Read what Lambda and ``aws logs tail`` put around a function's lines."""

from collections.abc import Sequence

from poolwarden.triage.formats.base import Context, Line, Sample
from poolwarden.triage.patterns import later
from poolwarden.triage.times import time_in

_EXPIRED = (
    "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
)
_TOLD = {"cause": "refresh_token_expired", "operation": "InitiateAuth"}
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


class LambdaText:
    """Lambda's text logs: Python's ``[LEVEL]``, time and request id between tabs; Node's time, request id and level."""

    name = "lambda"
    samples: Sequence[Sample] = (
        Sample(
            f"[ERROR]\t2026-03-01T10:00:00.123Z\t79b4f56e-95b1-4643-9700-2807f4e68189\t{_EXPIRED}",
            ({**_TOLD, "at": 1772359200.123, "request": "79b4f56e-95b1-4643-9700-2807f4e68189"},),
        ),
        Sample(
            "2026-03-01T10:00:00.123Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\tInvoke Error \t"
            '{"errorType":"NotAuthorizedException","errorMessage":"Invalid Refresh Token",'
            '"stack":["NotAuthorizedException: Invalid Refresh Token"]}',
            ({"cause": "refresh_token_invalid", "at": 1772359200.123},),
        ),
        Sample(
            "2026-03-01T10:00:00.123Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tINFO\trefresh begins\n"
            "2026-03-01T10:00:00.456Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\tNotAuthorizedException: "
            "Invalid Refresh Token\n    at a (b.js:1:1)\n"
            "2026-03-01T10:00:00.789Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\tNotAuthorizedException: "
            "Refresh Token has expired",
            (
                {"cause": "refresh_token_invalid", "line": 2, "at": 1772359200.456},
                {"cause": "refresh_token_expired", "line": 4, "at": 1772359200.789},
            ),
        ),
    )
    _form = later(
        rf"(?:\[(?P<a>\w+)\]\s+)?(?P<at>\d{{4}}-\d\d-\d\dT[\d:.]+Z)\s+(?P<id>{_UUID}|undefined)"
        rf"\s+(?:(?P<b>TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\s+)?"
        r"(?:Invoke Error\s+|Uncaught Exception\s+|Unhandled Promise Rejection\s+)?"
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the head."""
        head = self._form.match(text)
        if head is None:
            return None
        request = head["id"] if head["id"] != "undefined" else None
        within = context.but(at=time_in(head["at"]), request=request, source=self.name)
        # Each head begins a record of its own: the further lines of one have none.
        return Line(text[head.end() :], within, f"{head['id']}/{head['at']}")


class LogsTail:
    """A line of ``aws logs tail``: time, log stream, text."""

    name = "aws-logs-tail"
    samples: Sequence[Sample] = (
        Sample(
            f"2026-03-01T10:00:00.754000+00:00 2026/03/01/[$LATEST]0f1e2d [ERROR] ClientError: {_EXPIRED}",
            ({**_TOLD, "at": 1772359200.754},),
        ),
        Sample(f"2026-03-01T10:00:00.754000+00:00 ecs/api/0f1e2d3c4b5a {_EXPIRED}", ({**_TOLD, "at": 1772359200.754},)),
    )
    _form = later(
        r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00) ((?:\d{4}/\d\d/\d\d/\[[^\]]+\]|[\w.-]+/[\w./-]+)\w*) "
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the head."""
        head = self._form.match(text)
        if head is None:
            return None
        return Line(text[head.end() :], context.but(at=time_in(head[1]), source=self.name), head[2])


class S3Export:
    """A line of CloudWatch's export to S3, of Grafana's, ``kubectl logs --timestamps``: time, space or tab, text."""

    name = "cloudwatch-export"
    samples: Sequence[Sample] = (
        Sample(f"2026-03-01T10:00:00.754Z {_EXPIRED}", ({**_TOLD, "at": 1772359200.754},)),
        Sample(
            "2026-03-01T10:00:00.754000000Z NotAuthorizedException: Refresh Token has expired\n"
            "2026-03-01T10:00:00.754000001Z     at de_InitiateAuthCommandError (a.js:1) {\n"
            "2026-03-01T10:00:00.754000002Z   __type: 'NotAuthorizedException'\n"
            "2026-03-01T10:00:00.754000003Z }",
            ({**_TOLD, "at": 1772359200.754, "line": 1},),
        ),
        Sample(f"2026-03-01T10:00:00 {_EXPIRED}", ({**_TOLD, "at": 1772359200.0},)),
        Sample(f"2026-03-01T10:00:00.754Z\t{_EXPIRED}", ({**_TOLD, "at": 1772359200.754},)),
        Sample(
            f"2026-03-01T10:00:00.754Z  WARN 1 --- [main] c.e.Api : {_EXPIRED}\n"
            f"2026-03-01T10:00:01.754Z  WARN 1 --- [main] c.e.Api : {_EXPIRED}",
            ({**_TOLD, "at": 1772359200.754}, {**_TOLD, "at": 1772359201.754}),
        ),
    )
    # A level that is padded to a width, as Spring writes it, is no line that is indented.
    _form = later(
        r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3}Z|\.\d{7}(?:\d\d)?(?:Z|[+-]\d\d:\d\d)|(?=:? )):?)"
        r"(?: {1,6}(?=(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|SEVERE|CRITICAL|FATAL) )|[ \t]|$)"
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the head."""
        head = self._form.match(text)
        if head is None:
            return None
        return Line(text[head.end() :], context.but(at=time_in(head[1]), source=context.source or self.name), "")

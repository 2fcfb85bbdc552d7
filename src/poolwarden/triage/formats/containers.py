"""Take off what container runtimes and their tools put around each line: docker, CRI, compose, kubectl, Fluent Bit."""

from collections.abc import Sequence

import msgspec

from poolwarden.errors import UNDECODABLE
from poolwarden.triage.formats.base import PARTIAL, Context, Line, Sample
from poolwarden.triage.patterns import later
from poolwarden.triage.times import time_in, time_of

_EXPIRED = (
    "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has expired"
)
_TOLD = {"cause": "refresh_token_expired", "operation": "InitiateAuth"}


_CUT_AT = 16_000  # docker cuts at 16 KiB; a character may take more than a byte


class _Docker(msgspec.Struct, frozen=True, gc=False):
    log: str
    stream: str = ""
    time: str | int | float | None = None
    date: str | int | float | None = None
    timestamp: str | int | float | None = msgspec.field(default=None, name="@timestamp")


_docker = msgspec.json.Decoder(_Docker)


class DockerJsonFile:
    """A line of docker's json-file driver, or of a collector that keeps its shape."""

    name = "docker"
    samples: Sequence[Sample] = (
        Sample(
            '{"log":"' + _EXPIRED + '\\n","stream":"stderr","time":"2026-03-01T10:00:00.123456789Z"}',
            ({**_TOLD, "at": 1772359200.123456789},),
        ),
        Sample(
            '{"log":"Traceback (most recent call last):\\n","stream":"stderr","time":"2026-03-01T10:00:00Z"}\n'
            '{"log":"  File \\"a.py\\", line 1, in f\\n","stream":"stderr","time":"2026-03-01T10:00:00Z"}\n'
            '{"log":"botocore.errorfactory.NotAuthorizedException: '
            + _EXPIRED
            + '\\n","stream":"stderr","time":"2026-03-01T10:00:00Z"}',
            ({**_TOLD, "line": 1},),
        ),
        Sample('{"date":1772359200.5,"log":"' + _EXPIRED + '","ecs_cluster":"main"}', ({**_TOLD, "at": 1772359200.5},)),
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Decode the line."""
        if not text.startswith("{") or '"log"' not in text:
            return None
        try:
            line = _docker.decode(text)
        except UNDECODABLE:
            return None
        at = time_of(line.time or line.date or line.timestamp, context.latest)
        text = line.log.rstrip("\r\n")
        text += PARTIAL if len(line.log) >= _CUT_AT and not line.log.endswith("\n") else ""
        return Line(text, context.but(at=at, source=self.name), line.stream or "out")


class Cri:
    """A line of a CRI runtime (containerd, CRI-O): ``time stream F|P text``."""

    name = "cri"
    samples: Sequence[Sample] = (
        Sample(f"2026-03-01T10:00:00.123456789+01:00 stderr F {_EXPIRED}", ({**_TOLD, "at": 1772355600.123456789},)),
        Sample(
            f"2026-03-01T10:00:00.1Z stderr P {_EXPIRED[:60]}\n2026-03-01T10:00:00.1Z stderr F {_EXPIRED[60:]}",
            (_TOLD,),
        ),
    )
    _form = later(r"(\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) (stdout|stderr) ([FP])(?::\w+)? ?")

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the line."""
        head = self._form.match(text)
        if head is None:
            return None
        rest = text[head.end() :] + (PARTIAL if head[3] == "P" else "")
        return Line(rest, context.but(at=time_in(head[1]), source=self.name), head[2])


class Fluent:
    """A line of Fluentd's file or Fluent Bit's standard output: time and tag in front of the record's fields."""

    name = "fluent"
    samples: Sequence[Sample] = (
        Sample(
            '2026-03-01T10:00:00+00:00\tkube.api\t{"log":"' + _EXPIRED + '","stream":"stderr"}',
            ({**_TOLD, "at": 1772359200.0},),
        ),
        Sample(
            '[0] kube.api: [1772359200.500000000, {"log"=>"' + _EXPIRED + '", "stream"=>"stderr"}]',
            ({**_TOLD, "at": 1772359200.5},),
        ),
        Sample(
            '[12] kube.api: [[1772359200.500000000, {}], {"message"=>"Bearer error=\\"invalid_token\\", '
            'error_description=\\"Jwt expired at 2026-03-01T09:00:00Z\\""}]',
            ({"cause": "token_expired", "maybe": False, "at": 1772359200.5},),
        ),
    )
    _form = later(
        r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d))\t([\w.*/-]+)\t(?=\{)"
        r"|\[\d{1,6}\] ([\w.*/-]+): \[{1,2}(1\d{9}\.\d+), (?:\{[^{}]*\}\], )?(?=\{)"
    )
    _member = later(r"(\"(?:[^\"\\]|\\.)*\")=>")

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the line."""
        head = self._form.match(text) if text[:1] == "[" or text[10:11] == "T" else None
        if head is None:
            return None
        at = time_of(head[1] or head[4], context.latest)
        rest = text[head.end() :]
        if head[4]:
            rest = self._member.sub(r"\1:", rest).rstrip("]")
        return Line(rest, context.but(at=at, source=self.name), head[2] or head[3])


class Compose:
    """A line of compose, swarm, ``kubectl logs --prefix``, stern, foreman, pm2: the writer's name in front."""

    name = "compose"
    samples: Sequence[Sample] = (
        Sample(f"api-1  | {_EXPIRED}", (_TOLD,)),
        Sample(f"[pod/api-7d9f/api] {_EXPIRED}", (_TOLD,)),
        Sample(f"api-7d9f5c-x2x4z api {_EXPIRED}", (_TOLD,)),
        Sample(
            "default api-7d9f5c-x2x4z api 2026-03-01 10:00:00 ERROR refresh failed\n"
            "default api-7d9f5c-x2x4z api Traceback (most recent call last):\n"
            'default api-7d9f5c-x2x4z api   File "a.py", line 1, in f\n'
            f"default api-7d9f5c-x2x4z api botocore.errorfactory.NotAuthorizedException: {_EXPIRED}",
            ({**_TOLD, "line": 1, "at": 1772359200.0},),
        ),
        Sample(f"10:00:00 web.1  | 2026-03-01 10:00:00 ERROR {_EXPIRED}", ({**_TOLD, "at": 1772359200.0},)),
        Sample(f"0|api      | 2026-03-01T10:00:00: {_EXPIRED}", ({**_TOLD, "at": 1772359200.0},)),
        Sample(f"shop_api.1.k2j3h4@node-1    | {_EXPIRED}", (_TOLD,)),
    )
    _form = later(
        r"(?:\x1b\[[\d;]*m)?(?:\d\d:\d\d:\d\d |\d{1,4}\|)?([\w.@-]{1,60}(?: std(?:out|err))?) {0,40}\|"
        r"(?: ?\x1b\[0m)?[ \t]?|\[(pod/[\w./-]+)\] |"
        r"((?:[a-z0-9-]{1,63} )?\[?[a-z0-9-]+-[a-z0-9]{4,10}-[a-z0-9]{5}\]? [a-z][\w-]*) (?=\s*\S)"
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the line."""
        head = self._form.match(text) if "|" in text or "[pod/" in text or "-" in text[:60] else None
        if head is None:
            return None
        return Line(text[head.end() :], context, head[1] or head[2] or head[3])

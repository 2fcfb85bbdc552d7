"""Take off what Android's logcat puts around each line, in its formats ``brief``, ``threadtime`` and ``time``."""

from collections.abc import Sequence

from poolwarden.triage.formats.base import Context, Line, Sample
from poolwarden.triage.patterns import later
from poolwarden.triage.times import last_of, time_in

_TOLD = {"cause": "refresh_token_expired"}


class Logcat:
    """A line of ``adb logcat``, of a crash report, or of Android Studio."""

    name = "logcat"
    samples: Sequence[Sample] = (
        Sample(
            "I/flutter (20011): AuthNotAuthorizedException {\n"
            'I/flutter (20011):   "message": "Refresh Token has expired",\n'
            "I/flutter (20011): }",
            (_TOLD,),
        ),
        Sample(
            "03-01 10:00:00.282 20011 20144 W amplify:aws-cognito-auth: NotAuthorizedException: Refresh Token has "
            "expired\n"
            "03-01 10:00:00.282 20011 20144 W amplify:aws-cognito-auth: \tat com.amplifyframework.auth.Plugin",
            ({**_TOLD, "at": 1772359200.282},),
        ),
    )
    _form = later(
        r"(?:(?P<day>\d\d-\d\d) (?P<clock>\d\d:\d\d:\d\d\.\d{3}) +(?:(?P<pid>\d+) +\d+ (?P<level>[VDIWEFA]) |))?"
        r"(?:[VDIWEFA]/)?(?P<tag>[\w.:$-]{1,80})\s*(?:\( *(?P<id>\d+)\))?: "
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the head; it names a level before its tag, or it is none."""
        head = self._form.match(text)
        if head is None or not (
            head["level"] or (head["id"] and text[head.start("tag") - 1 : head.start("tag")] == "/")
        ):
            return None
        at = _at(head["day"], head["clock"], context.latest) if head["day"] else None
        stream = f"{head['tag']}/{head['pid'] or head['id']}"
        return Line(text[head.end() :], context.but(at=at, source=self.name), stream)


def _at(day: str, clock: str, latest: float) -> float | None:
    return last_of(lambda year: time_in(f"{year}-{day} {clock}"), latest)

"""Take off what PHP's process manager puts around each line that a worker writes."""

from collections.abc import Sequence

from poolwarden.triage.formats.base import Context, Line, Sample
from poolwarden.triage.patterns import later
from poolwarden.triage.times import time_in


class Fpm:
    """A line of php-fpm's log with ``catch_workers_output``, as it writes unless told otherwise."""

    name = "php-fpm"
    samples: Sequence[Sample] = (
        Sample(
            '[01-Mar-2026 10:00:00] WARNING: [pool www] child 12 said into stderr: "NOTICE: PHP message: Error '
            'executing "InitiateAuth" on "https://cognito-idp.eu-west-1.amazonaws.com"; AWS HTTP error: Client error: '
            '`POST https://cognito-idp.eu-west-1.amazonaws.com` resulted in a `400 Bad Request` response:"\n'
            '[01-Mar-2026 10:00:00] WARNING: [pool www] child 12 said into stderr: "{"__type":"NotAuthorizedException",'
            '"message":"Refresh Token has expired"}"',
            ({"cause": "refresh_token_expired", "operation": "InitiateAuth", "at": 1772359200.0},),
        ),
    )
    _form = later(
        r"\[(?P<at>\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d(?:\.\d+)?)\] WARNING: "
        r"(?P<who>\[pool [^\]\s]{1,80}\] child \d+) said into (?P<stream>std(?:err|out)): \""
    )

    def unwrap(self, text: str, context: Context) -> Line | None:
        """Split the head, and the quote that ends the line."""
        head = self._form.match(text)
        if head is None:
            return None
        inner = text[head.end() :].removesuffix('"')
        at = time_in(head["at"], context.latest)
        return Line(inner, context.but(at=at, source=self.name), f"{head['who']}/{head['stream']}")

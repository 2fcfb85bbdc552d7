"""Know the formats of logs: one module each, one entry in an ordered tuple; the first that fits wins."""

from poolwarden.triage.formats.access import AccessJson, AccessLine
from poolwarden.triage.formats.answers import Answers
from poolwarden.triage.formats.app_json import AppJson
from poolwarden.triage.formats.aws_lambda import LambdaText, LogsTail, S3Export
from poolwarden.triage.formats.base import Context, Envelope, Format, Inner, Line, Sample
from poolwarden.triage.formats.cloudtrail import CloudTrail
from poolwarden.triage.formats.cloudtrail_files import CloudTrailRecords
from poolwarden.triage.formats.cloudwatch import CloudWatchEvents, InsightsResults
from poolwarden.triage.formats.cognito_export import CognitoExport
from poolwarden.triage.formats.console import Console
from poolwarden.triage.formats.containers import Compose, Cri, DockerJsonFile, Fluent
from poolwarden.triage.formats.fpm import Fpm
from poolwarden.triage.formats.guard_events import GuardEvents
from poolwarden.triage.formats.logcat import Logcat
from poolwarden.triage.formats.rendered_events import RenderedEvents
from poolwarden.triage.formats.syslog import Heroku, Journald, JournalEntry, Rfc3164, Rfc5424
from poolwarden.triage.formats.text import Json, Text

__all__ = ["ENVELOPES", "FIELDS", "FORMATS", "TEXTS", "Context", "Envelope", "Format", "Inner", "Line", "Sample"]

TEXTS: tuple[Format, ...] = (Json(), AccessLine(), Console(), Text())
"""What a text may be, the more telling first."""

FIELDS: tuple[Format, ...] = (
    RenderedEvents(),
    GuardEvents(),
    CognitoExport(),
    CloudTrail(),
    CloudTrailRecords(),
    CloudWatchEvents(),
    InsightsResults(),
    Answers(),
    JournalEntry(),
    AccessJson(),
    Json(),
    AppJson(),
)
"""What the value of a JSON text may be, the more telling first."""

FORMATS: tuple[Format, ...] = (*TEXTS, *FIELDS)
"""Every format."""

ENVELOPES: tuple[Envelope, ...] = (
    DockerJsonFile(),
    Journald(),
    Cri(),
    Fluent(),
    Heroku(),
    Rfc5424(),
    Rfc3164(),
    LambdaText(),
    LogsTail(),
    S3Export(),
    Logcat(),
    Fpm(),
    Compose(),
)
"""What may be around each line, the more telling first."""

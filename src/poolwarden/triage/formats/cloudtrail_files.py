"""Open what holds CloudTrail events: delivered files, ``lookup-events``, EventBridge, Lake."""

from collections.abc import Mapping, Sequence

from poolwarden.triage.formats.base import Context, Inner, Sample, Value
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.times import time_of


class CloudTrailRecords:
    """Many CloudTrail events in one value: a delivered file, ``lookup-events``, EventBridge."""

    name = "cloudtrail-records"
    samples: Sequence[Sample] = (
        Sample(
            '{"Records":[{"eventTime":"2026-03-01T10:00:00Z",'
            '"eventSource":"cognito-idp.amazonaws.com","eventName":"GlobalSignOut"},'
            '{"eventTime":"2026-03-01T10:00:01Z","eventSource":"ec2.amazonaws.com","eventName":"RunInstances"}]}',
            ({"kind": Kind.ENDED, "operation": "GlobalSignOut"},),
        ),
        Sample(
            '{"Events":[{"EventId":"e-1","EventName":"AdminDisableUser",'
            '"CloudTrailEvent":"{\\"eventTime\\":\\"2026-03-01T10:00:00Z\\",'
            '\\"eventSource\\":\\"cognito-idp.amazonaws.com\\",\\"eventName\\":\\"AdminDisableUser\\"}"}]}',
            ({"kind": Kind.ENDED, "operation": "AdminDisableUser"},),
        ),
        Sample(
            '{"version":"0","source":"aws.cognito-idp","detail-type":"AWS API Call via CloudTrail",'
            '"time":"2026-03-01T10:00:00Z",'
            '"detail":{"eventTime":"2026-03-01T10:00:00Z","eventSource":"cognito-idp.amazonaws.com",'
            '"eventName":"RevokeToken"}}',
            ({"kind": Kind.ENDED, "operation": "RevokeToken"},),
        ),
    )

    def read(self, value: Value, context: Context) -> Sequence[Record | Inner] | None:
        """Open the list of events, or the one that an envelope carries."""
        if not isinstance(value, Mapping):
            return None
        held = value.get("Records", value.get("Events"))
        if isinstance(held, list) and (not held or isinstance(held[0], Mapping)):
            return [Inner(item, context) for item in held]
        for carrier in ("CloudTrailEvent", "cloudTrailEvent"):
            if isinstance(value.get(carrier), str):
                return [Inner(value[carrier], context)]
        detail = value.get("detail")
        if "detail-type" in value and isinstance(detail, Mapping):
            return [Inner(detail, context.but(at=time_of(value.get("time"), context.latest)))]
        if isinstance(value.get("eventData"), Mapping) and "eventCategory" in value:
            return [Inner(value["eventData"], context)]
        return None

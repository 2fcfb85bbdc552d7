"""Name the fields of a CloudTrail event that are needed; the rest is never decoded."""

from typing import Any

import msgspec


class Parameters(msgspec.Struct, frozen=True, gc=False):
    """What is needed of ``requestParameters``."""

    clientId: Any = None  # noqa: N815 (CloudTrail's own names)
    client_id: Any = None
    userPoolId: Any = None  # noqa: N815
    authFlow: Any = None  # noqa: N815
    grant_type: Any = None
    sub: Any = None
    username: Any = None


class Additional(msgspec.Struct, frozen=True, gc=False):
    """What is needed of ``additionalEventData`` and ``serviceEventDetails``."""

    sub: Any = None
    userSub: Any = None  # noqa: N815
    userPoolId: Any = None  # noqa: N815
    clientId: Any = None  # noqa: N815
    client_id: Any = None
    originJti: Any = None  # noqa: N815
    origin_jti: Any = None
    requestParameters: Any = None  # noqa: N815
    responseParameters: Any = None  # noqa: N815


class Answered(msgspec.Struct, frozen=True, gc=False):
    """What is needed of ``responseElements``."""

    challengeName: Any = None  # noqa: N815
    userPoolClient: Any = None  # noqa: N815


class Issuer(msgspec.Struct, frozen=True, gc=False):
    """What is needed of a role session's issuer."""

    userName: Any = None  # noqa: N815


class SessionContext(msgspec.Struct, frozen=True, gc=False):
    """What is needed of a role's session."""

    sessionIssuer: Issuer | None = None  # noqa: N815


class Identity(msgspec.Struct, frozen=True, gc=False):
    """What is needed of ``userIdentity``."""

    arn: Any = None
    userName: Any = None  # noqa: N815
    principalId: Any = None  # noqa: N815
    invokedBy: Any = None  # noqa: N815
    sessionContext: SessionContext | None = None  # noqa: N815


class Trail(msgspec.Struct, frozen=True, gc=False):
    """The needed fields of one event; the rest is never decoded."""

    eventSource: str = ""  # noqa: N815
    eventName: str = ""  # noqa: N815
    eventTime: str | None = None  # noqa: N815
    errorCode: str | None = None  # noqa: N815
    errorMessage: str | None = None  # noqa: N815
    requestID: str | None = None  # noqa: N815
    requestParameters: Parameters | None = None  # noqa: N815
    responseElements: Answered | None = None  # noqa: N815
    additionalEventData: Additional | None = None  # noqa: N815
    serviceEventDetails: Additional | None = None  # noqa: N815
    userIdentity: Identity | None = None  # noqa: N815

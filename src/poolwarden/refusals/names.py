"""Tell what an exception's name alone says."""

from poolwarden.causes import Cause

DECIDING: dict[str, Cause] = {
    "RefreshTokenReuseException": Cause.REFRESH_TOKEN_REUSED,
    "TokenRevokedException": Cause.REFRESH_TOKEN_REVOKED,
    "UserNotFoundException": Cause.USER_MISSING,
    "UserNotConfirmedException": Cause.USER_UNCONFIRMED,
    "PasswordResetRequiredException": Cause.PASSWORD_RESET_REQUIRED,
    "TooManyFailedAttemptsException": Cause.ATTEMPTS_EXCEEDED,
    "UserLambdaValidationException": Cause.TRIGGER_DENIED,
    "UnexpectedLambdaException": Cause.TRIGGER_DENIED,
    "InvalidLambdaResponseException": Cause.TRIGGER_DENIED,
    "OperationNotEnabledException": Cause.REPLICA_REFUSED,
}
"""Names that only Cognito uses and that decide alone."""

SHARED: dict[str, Cause] = {
    "TooManyRequestsException": Cause.THROTTLED,
    "ThrottlingException": Cause.THROTTLED,
    "Throttling": Cause.THROTTLED,
    "RequestLimitExceeded": Cause.THROTTLED,
    "LimitExceededException": Cause.THROTTLED,
    "InternalErrorException": Cause.SERVICE_ERROR,
    "InternalServerException": Cause.SERVICE_ERROR,
    "InternalFailure": Cause.SERVICE_ERROR,
    "ServiceUnavailable": Cause.SERVICE_ERROR,
    "ServiceUnavailableException": Cause.SERVICE_ERROR,
    "ExternalServiceException": Cause.SERVICE_ERROR,
    "ForbiddenException": Cause.WAF_BLOCKED,
    "ExpiredTokenException": Cause.AWS_CREDENTIALS_EXPIRED,
    "ExpiredToken": Cause.AWS_CREDENTIALS_EXPIRED,
}
"""Names of many AWS services; they decide once the operation or the sentence is Cognito's."""

UNDECIDED: frozenset[str] = frozenset(
    ("NotAuthorizedException", "InvalidParameterException", "ResourceNotFoundException", "UnauthorizedException")
)
"""Names whose sentence decides."""

TRANSIENT: frozenset[str] = frozenset(
    (
        *("TooManyRequestsException", "ThrottlingException", "LimitExceededException", "InternalErrorException"),
        *("InternalServerException", "ForbiddenException", "OperationNotEnabledException"),
        *("UserLambdaValidationException", "UnexpectedLambdaException", "InvalidLambdaResponseException"),
        *("ServiceUnavailable", "ServiceUnavailableException", "ExternalServiceException"),
    )
)
"""Names after which the session lives on and the call may be tried again (amplify-js TokenOrchestrator)."""

CHALLENGE: dict[str, Cause] = {
    "CodeMismatchException": Cause.CREDENTIALS_WRONG,
    "ExpiredCodeException": Cause.CHALLENGE_EXPIRED,
}
"""Names that concern a sign-in only when a challenge was answered; else a sign-up or a lost password."""

SDK: dict[str, Cause] = {
    "UserUnAuthenticatedException": Cause.SESSION_MISSING,
    "SignedOutException": Cause.SESSION_MISSING,
    "SessionExpiredException": Cause.SESSION_EXPIRED_SDK,
}
"""Names that a front end's SDK raises by itself."""

COGNITO_NAMES: frozenset[str] = frozenset((*DECIDING, *SHARED, *UNDECIDED, *CHALLENGE, *SDK))
"""Every name that may come from Cognito or its SDKs."""

_FOLDED = {name.lower().removesuffix("exception"): name for name in COGNITO_NAMES}


def name_of(word: str) -> str | None:
    """
    Return the exception's own name behind what a language makes of it.

    Args:
        word: ``NotAuthorizedException``, ``com.amazonaws…NotAuthorizedException``,
            ``NotAuthorizedException:``, ``NotAuthorized``,
            ``ErrCodeNotAuthorizedException``, ``com.amazon.coral#NotAuthorizedException``.

    Returns:
        The name as the API spells it; None where Cognito has no such exception.
    """
    last = word.strip(" :'\"&*()[]{}").replace("#", ".").replace("::", ".").replace("\\", ".").rpartition(".")[2]
    last = last.strip(":").lower().removeprefix("errcode").removesuffix("fault").removesuffix("error")
    return _FOLDED.get(last.removesuffix("exception"))

"""
What a user pool says when it refuses: one table of names and texts.

The texts are Cognito's own, as public issues and the API reference quote them; those that no public
source settles are listed in :mod:`poolwarden.localpool.assumptions`.
"""

from enum import Enum


class CognitoError(Exception):
    """
    Carry a refusal of the user pool, as the wire shows it.

    Attributes:
        name: The exception's name, as in ``__type`` and ``x-amzn-ErrorType``.
        message: Cognito's text.
        status: The HTTP status; Cognito answers 400 to every refusal of an operation.
    """

    def __init__(self, name: str, message: str, status: int = 400) -> None:
        super().__init__(name, message, status)
        self.name = name
        self.message = message
        self.status = status

    def __str__(self) -> str:
        """Show name and message, as an SDK does."""
        return f"{self.name}: {self.message}"


_DENIED = "NotAuthorizedException"
_INVALID = "InvalidParameterException"
_MISSING = "ResourceNotFoundException"


class Refusal(Enum):
    """Name every refusal the pool knows; the value is the exception's name and its text."""

    REFRESH_EXPIRED = (_DENIED, "Refresh Token has expired")
    REFRESH_REVOKED = (_DENIED, "Refresh Token has been revoked")
    REFRESH_INVALID = (_DENIED, "Invalid Refresh Token")
    REFRESH_REUSED = ("RefreshTokenReuseException", "Refresh token has been invalidated")
    ACCESS_EXPIRED = (_DENIED, "Access Token has expired")
    ACCESS_REVOKED = (_DENIED, "Access Token has been revoked")
    ACCESS_INVALID = (_DENIED, "Invalid Access Token")
    ACCESS_UNVERIFIED = (_DENIED, "Could not verify signature for Access Token")
    ACCESS_SCOPE = (_DENIED, "Access Token does not have required scopes")
    PASSWORD_WRONG = (_DENIED, "Incorrect username or password.")
    ATTEMPTS_EXCEEDED = (_DENIED, "Password attempts exceeded")
    USER_DISABLED = (_DENIED, "User is disabled.")
    USER_MISSING = ("UserNotFoundException", "User does not exist.")
    USER_UNCONFIRMED = ("UserNotConfirmedException", "User is not confirmed.")
    USER_EXISTS = ("UsernameExistsException", "User account already exists")
    USER_CONFIRMED = (_DENIED, "User cannot be confirmed. Current status is CONFIRMED")
    PASSWORD_RESET = ("PasswordResetRequiredException", "Password reset required for the user")
    PASSWORD_TEMPORARY_EXPIRED = (
        _DENIED,
        "Temporary password has expired and must be reset by an administrator.",
    )
    PASSWORD_POLICY = (
        "InvalidPasswordException",
        "Password did not conform with policy: {rule}",
    )
    SESSION_EXPIRED = (_DENIED, "Invalid session for the user, session is expired.")
    SESSION_USED = (_DENIED, "Invalid session for the user, session can only be used once.")
    SESSION_INVALID = (_DENIED, "Invalid session for the user.")
    SECRET_HASH_MISSING = (
        _DENIED,
        "Client {client_id} is configured with secret but SECRET_HASH was not received",
    )
    SECRET_HASH_UNVERIFIED = (_DENIED, "Unable to verify secret hash for client {client_id}")
    SECRET_HASH_MISMATCH = (_DENIED, "SecretHash does not match for the client: {client_id}")
    CLIENT_MISSING = (_MISSING, "User pool client {client_id} does not exist.")
    POOL_MISSING = (_MISSING, "User pool {pool_id} does not exist.")
    GROUP_MISSING = (_MISSING, "Group not found.")
    GROUP_EXISTS = ("GroupExistsException", "A group with the name already exists.")
    FLOW_DISABLED = (_INVALID, "{flow} flow not enabled for this client")
    FLOW_UNSUPPORTED = (_INVALID, "Initiate Auth method not supported.")
    CHALLENGED = (_DENIED, "The challenge {challenge} has to be answered first.")
    CHALLENGE_UNSUPPORTED = (_INVALID, "Challenge response not supported.")
    PARAMETER_MISSING = (_INVALID, "Missing required parameter {name}")
    VALIDITY_RANGE = (_INVALID, "Invalid range for token validity.")
    CONSTRAINT = (
        _INVALID,
        "1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}",
    )
    MEMBER_NULL = (
        _INVALID,
        "1 validation error detected: Value null at '{name}' failed to satisfy constraint: Member must not be null",
    )
    FLOWS_MIXED = (
        _INVALID,
        "Cannot use both the legacy ExplicitAuthFlows values and those that begin with ALLOW_.",
    )
    ROTATION_WITH_REFRESH_FLOW = (
        _INVALID,
        "Refresh token rotation cannot be enabled together with ALLOW_REFRESH_TOKEN_AUTH.",
    )
    CREDENTIALS_GRANT_ALONE = (
        _INVALID,
        "client_credentials flow can not be selected along with code flow or implicit flow.",
    )
    CREDENTIALS_GRANT_SECRET = (
        _INVALID,
        "client_credentials flow can not be selected if client does not have a client secret.",
    )
    REDIRECT_UNLISTED = (_INVALID, "DefaultRedirectURI must be in the list of CallbackURLs.")
    REVOCATION_DISABLED = (
        "UnsupportedOperationException",
        "Token revocation is not enabled for the client {client_id}",
    )
    TOKEN_TYPE = ("UnsupportedTokenTypeException", "Unsupported token type")
    REVOKER_UNAUTHORIZED = ("UnauthorizedException", "Invalid client or secret for the token.")
    OPERATION_UNKNOWN = ("UnknownOperationException", "Unknown operation {operation}")
    BODY_UNREADABLE = ("SerializationException", "Start of structure or map not expected.")
    TYPE_WRONG = ("SerializationException", "{name} is not a {kind}.")

    def error(self, **values: object) -> CognitoError:
        """
        Make the exception to raise.

        Args:
            **values: What the text's placeholders stand for.

        Returns:
            The exception, with status 400.
        """
        name, text = self.value
        return CognitoError(name, text.format(**values))

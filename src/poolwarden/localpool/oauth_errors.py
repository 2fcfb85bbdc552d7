"""How the OAuth endpoints refuse (RFC 6749 §5.2); Cognito gives the code and nothing else."""

from enum import Enum

from poolwarden.localpool.errors import CognitoError


class OAuthError(CognitoError):
    """
    Carry a refusal of the TOKEN, revocation or authorization endpoint.

    ``name`` and ``message`` are both the error code, such as ``invalid_grant``.

    Args:
        code: The error code.
        redirect_uri: Where the browser carries the error; None where nowhere is safe to go.
        status: The HTTP status, where it is answered directly.
    """

    def __init__(self, code: str, *, redirect_uri: str | None = None, status: int = 400) -> None:
        super().__init__(code, code, status)
        self.redirect_uri = redirect_uri


class OAuthRefusal(Enum):
    """Name the error codes (D/token-endpoint, D/revocation-endpoint, D/authorization-endpoint)."""

    REQUEST = "invalid_request"
    CLIENT = "invalid_client"
    GRANT = "invalid_grant"
    UNAUTHORIZED_CLIENT = "unauthorized_client"
    GRANT_TYPE = "unsupported_grant_type"
    RESPONSE_TYPE = "unsupported_response_type"
    SCOPE = "invalid_scope"
    TOKEN_TYPE = "unsupported_token_type"

    def error(self, *, redirect_uri: str | None = None, status: int = 400) -> OAuthError:
        """
        Make the exception to raise.

        Args:
            redirect_uri: Where the browser carries the error.
            status: The HTTP status, where it is answered directly.

        Returns:
            The exception.
        """
        return OAuthError(self.value, redirect_uri=redirect_uri, status=status)

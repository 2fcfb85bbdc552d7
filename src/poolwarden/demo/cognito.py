"""Call the local pool as an application calls Cognito: through a client whose exceptions look like botocore's."""

from typing import Any

from poolwarden.localpool import CognitoError, LocalPool, Tokens


class ClientError(Exception):
    """
    What botocore raises where Cognito refuses.

    Attributes:
        response: The parsed answer, with ``Error`` and ``ResponseMetadata``.
        operation_name: The API operation.
    """

    def __init__(self, refusal: CognitoError, operation_name: str) -> None:
        super().__init__(f"An error occurred ({refusal.name}) when calling {operation_name}: {refusal.message}")
        self.operation_name = operation_name
        self.response: dict[str, Any] = {
            "Error": {"Code": refusal.name, "Message": refusal.message},
            "ResponseMetadata": {"HTTPStatusCode": refusal.status},
        }


class Cognito:
    """
    The API operations that the applications of the demo call.

    Args:
        pool: The user pool that answers.
    """

    def __init__(self, pool: LocalPool) -> None:
        self._pool = pool

    def refresh(self, client_id: str, refresh_token: str) -> Tokens:
        """
        Renew a session (InitiateAuth, REFRESH_TOKEN_AUTH).

        Raises:
            ClientError: Cognito refuses.
        """
        try:
            return self._pool.refresh(client_id, refresh_token)
        except CognitoError as refusal:
            raise ClientError(refusal, "InitiateAuth") from refusal

    def sign_out_everywhere(self, access_token: str) -> None:
        """
        End all sessions of a user (GlobalSignOut).

        Raises:
            ClientError: Cognito refuses.
        """
        try:
            self._pool.call("GlobalSignOut", {"AccessToken": access_token})
        except CognitoError as refusal:
            raise ClientError(refusal, "GlobalSignOut") from refusal

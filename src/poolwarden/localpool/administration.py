"""Short ways to what an administrator does: change a client, end sessions, disable users."""

from poolwarden.localpool.clients import AppClient
from poolwarden.localpool.core import PoolCore


class Administration(PoolCore):
    """Name the operations that end or change what users have."""

    __slots__ = ()

    def client(self, client_id: str) -> AppClient:
        """
        Find an app client.

        Args:
            client_id: Its id.

        Returns:
            The client as it is now.

        Raises:
            CognitoError: ResourceNotFoundException.
        """
        with self._lock:
            return self._state.clients.get(client_id)

    def update_client(self, client_id: str, **attributes: object) -> AppClient:
        """
        Update an app client as Cognito does: every attribute not given falls to its default.

        Args:
            client_id: The app client.
            **attributes: Members of UpdateUserPoolClient, by their wire names.

        Returns:
            The client as it is now.

        Raises:
            CognitoError: What UpdateUserPoolClient refuses with.
        """
        named = {"UserPoolId": self.pool_id, "ClientId": client_id}
        self.call("UpdateUserPoolClient", {**named, **attributes})
        return self.client(client_id)

    def revoke(self, client_id: str, refresh_token: str | None) -> None:
        """
        End the session of a refresh token (RevokeToken).

        Args:
            client_id: The app client.
            refresh_token: The refresh token.

        Raises:
            CognitoError: What RevokeToken refuses with.
        """
        secret = self.client(client_id).secret
        self.call(
            "RevokeToken",
            {"ClientId": client_id, "ClientSecret": secret, "Token": refresh_token},
        )

    def _on_user(self, operation: str, username: str) -> None:
        self.call(operation, {"UserPoolId": self.pool_id, "Username": username})

    def global_sign_out(self, username: str) -> None:
        """
        End all sessions of a user (AdminUserGlobalSignOut).

        Args:
            username: The user's name or ``sub``.

        Raises:
            CognitoError: UserNotFoundException.
        """
        self._on_user("AdminUserGlobalSignOut", username)

    def disable_user(self, username: str) -> None:
        """
        Disable a user, which ends all its sessions for good (AdminDisableUser).

        Args:
            username: The user's name or ``sub``.

        Raises:
            CognitoError: UserNotFoundException.
        """
        self._on_user("AdminDisableUser", username)

    def enable_user(self, username: str) -> None:
        """
        Let a user sign in again; no session comes back (AdminEnableUser).

        Args:
            username: The user's name or ``sub``.

        Raises:
            CognitoError: UserNotFoundException.
        """
        self._on_user("AdminEnableUser", username)

    def delete_user(self, username: str) -> None:
        """
        Delete a user (AdminDeleteUser).

        Args:
            username: The user's name or ``sub``.

        Raises:
            CognitoError: UserNotFoundException.
        """
        self._on_user("AdminDeleteUser", username)

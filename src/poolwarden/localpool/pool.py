"""The local user pool: short ways to what tests and demonstrations do all the time."""

from collections.abc import Iterable, Mapping
from typing import Final

from poolwarden.localpool.administration import Administration
from poolwarden.localpool.clients import DEFAULT_AUTH_FLOWS, AppClient
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.flows import Challenged, initiate
from poolwarden.localpool.machine import grant_machine_token
from poolwarden.localpool.params import Params
from poolwarden.localpool.renewal import renew
from poolwarden.localpool.signin import secret_hash
from poolwarden.localpool.tokens import SDK_SCOPE, Tokens

_UNIT_MEMBERS: Final = {"refresh": "RefreshToken", "access": "AccessToken", "id": "IdToken"}
_PASSWORD_FLOWS: Final = ("ALLOW_USER_PASSWORD_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH")
_PAGE_SCOPES: Final = ("openid", "email", "profile", SDK_SCOPE)


class LocalPool(Administration):
    """
    Play an Amazon Cognito user pool in process, on a clock that can be moved.

    Every method may be called from any thread. Whatever has no method of its own is an operation
    for :meth:`call`.

    Args:
        pool_id: A user pool id, ``{region}_{name}``.
        clock: The pool's time; the real time when None.
        issuer: The tokens' ``iss``; Cognito's original form for the pool id when None.
        keys: Signing keys to share with other pools; new ones when None.

    Raises:
        ValueError: *pool_id* does not have the form of a user pool id.
    """

    __slots__ = ()

    def create_client(  # noqa: PLR0913 (one keyword for each attribute of the API)
        self,
        name: str,
        *,
        refresh_validity: int | None = None,
        access_validity: int | None = None,
        id_validity: int | None = None,
        units: Mapping[str, str] | None = None,
        secret: bool | str = False,
        explicit_auth_flows: Iterable[str] | None = None,
        rotation_grace_s: int | None = None,
        callback_urls: Iterable[str] = (),
        logout_urls: Iterable[str] = (),
        allowed_flows: Iterable[str] | None = None,
        allowed_scopes: Iterable[str] = (),
        enable_revocation: bool = True,
        auth_session_minutes: int | None = None,
        hide_users: bool = False,
    ) -> AppClient:
        """
        Create an app client that users can sign in to with a password.

        Args:
            name: Its name.
            refresh_validity: In the unit given; None for 30 days.
            access_validity: In the unit given; None for an hour.
            id_validity: In the unit given; None for an hour.
            units: ``seconds``, ``minutes``, ``hours`` or ``days`` for each of ``refresh``,
                ``access`` and ``id``; Cognito's defaults (days, hours, hours) where one is absent.
            secret: True draws a client secret; a text is the secret.
            explicit_auth_flows: The flows allowed; None for password sign-in, and refresh where
                the client does not rotate.
            rotation_grace_s: RetryGracePeriodSeconds, 0 to 60; None leaves rotation off.
            callback_urls: Where the sign-in page may send the browser back to.
            logout_urls: Where a sign-out may send the browser.
            allowed_flows: OAuth grants; None for ``code`` with *callback_urls*, for
                ``client_credentials`` with a secret and *allowed_scopes* alone.
            allowed_scopes: OAuth scopes; with *callback_urls* none means openid, email, profile
                and aws.cognito.signin.user.admin.
            enable_revocation: Whether its tokens can be revoked.
            auth_session_minutes: AuthSessionValidity; None for 3 minutes.
            hide_users: PreventUserExistenceErrors.

        Returns:
            The app client.

        Raises:
            CognitoError: InvalidParameterException, for a validity out of bounds and the like.
        """
        callbacks, scopes = list(callback_urls), list(allowed_scopes)
        if allowed_flows is None:
            machine = bool(secret and scopes) and not callbacks
            grants = ["code"] if callbacks else ["client_credentials"] if machine else []
        else:
            grants = list(allowed_flows)
        rotation = None
        if rotation_grace_s is not None:
            rotation = {"Feature": "ENABLED", "RetryGracePeriodSeconds": rotation_grace_s}
        if explicit_auth_flows is None:
            refresh = () if rotation else DEFAULT_AUTH_FLOWS[:1]
            explicit_auth_flows = (*_PASSWORD_FLOWS, *refresh)
        answer = self.call(
            "CreateUserPoolClient",
            {
                "UserPoolId": self.pool_id,
                "ClientName": name,
                "GenerateSecret": secret is True,
                "ClientSecret": secret if isinstance(secret, str) else None,
                "RefreshTokenValidity": refresh_validity,
                "AccessTokenValidity": access_validity,
                "IdTokenValidity": id_validity,
                "TokenValidityUnits": {_UNIT_MEMBERS[kind]: unit for kind, unit in (units or {}).items()},
                "ExplicitAuthFlows": list(explicit_auth_flows),
                "RefreshTokenRotation": rotation,
                "CallbackURLs": callbacks,
                "LogoutURLs": list(logout_urls),
                "AllowedOAuthFlows": grants,
                "AllowedOAuthScopes": scopes or (list(_PAGE_SCOPES) if callbacks else []),
                "AllowedOAuthFlowsUserPoolClient": bool(grants),
                "EnableTokenRevocation": enable_revocation,
                "AuthSessionValidity": auth_session_minutes,
                "PreventUserExistenceErrors": "ENABLED" if hide_users else None,
            },
        )
        return self.client(Params(answer).structure("UserPoolClient").text("ClientId"))

    def create_user(
        self,
        username: str,
        password: str,
        *,
        groups: Iterable[str] = (),
        email: str | None = None,
    ) -> str:
        """
        Create a confirmed user; groups that do not exist yet are created.

        Args:
            username: The name it signs in with.
            password: Its permanent password.
            groups: The groups it joins.
            email: Its verified e-mail address.

        Returns:
            Its ``sub``.

        Raises:
            CognitoError: UsernameExistsException or InvalidPasswordException.
        """
        pool = {"UserPoolId": self.pool_id}
        named = {**pool, "Username": username}
        attributes = []
        if email is not None:
            attributes = [
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ]
        with self._lock:
            self.call(
                "AdminCreateUser",
                {**named, "TemporaryPassword": password, "UserAttributes": attributes},
            )
            self.call("AdminSetUserPassword", {**named, "Password": password, "Permanent": True})
            for group in groups:
                if group not in self._state.users.groups:
                    self.call("CreateGroup", {**pool, "GroupName": group})
                self.call("AdminAddUserToGroup", {**named, "GroupName": group})
            return self._state.users.get(username).sub

    def sign_in(self, client_id: str, username: str, password: str) -> Tokens:
        """
        Sign in with a password (InitiateAuth, USER_PASSWORD_AUTH), secret hash included.

        Args:
            client_id: The app client.
            username: The user's name.
            password: The password.

        Returns:
            The tokens, signed when first looked at.

        Raises:
            CognitoError: What InitiateAuth refuses with; NotAuthorizedException also where a new
                password is asked for, which only :meth:`call` can answer.
        """
        with self._lock:
            client = self.client(client_id)
            given = {"USERNAME": username, "PASSWORD": password}
            if client.secret is not None:
                given["SECRET_HASH"] = secret_hash(client, username)
            outcome = initiate(self._state, client, "USER_PASSWORD_AUTH", Params(given), admin=False)
        if isinstance(outcome, Challenged):
            raise Refusal.CHALLENGED.error(challenge=outcome.name)
        return outcome

    def refresh(self, client_id: str, refresh_token: str | None) -> Tokens:
        """
        Renew a session: REFRESH_TOKEN_AUTH, or GetTokensFromRefreshToken where the client rotates.

        Args:
            client_id: The app client.
            refresh_token: The refresh token.

        Returns:
            The tokens; their refresh token is the one to use next.

        Raises:
            CognitoError: What either operation refuses with.
        """
        with self._lock:
            client = self.client(client_id)
            if client.rotates:
                return renew(self._state, client, refresh_token or "")
            given = {"REFRESH_TOKEN": refresh_token}
            if client.secret is not None:
                session = self._state.sessions.find_refresh(refresh_token or "")
                sub = "" if session is None else session.session.sub
                given["SECRET_HASH"] = secret_hash(client, sub)
            outcome = initiate(self._state, client, "REFRESH_TOKEN_AUTH", Params(given), admin=False)
        assert not isinstance(outcome, Challenged)  # noqa: S101 (a refresh has no challenges)
        return outcome

    def machine_token(self, client_id: str, secret: str | None, scopes: Iterable[str] = ()) -> Tokens:
        """
        Issue an access token to a machine (client_credentials).

        Args:
            client_id: The app client.
            secret: Its secret.
            scopes: The scopes asked for; all that the client may have when empty.

        Returns:
            The tokens: an access token and nothing else.

        Raises:
            OAuthError: What the TOKEN endpoint refuses with.
        """
        with self._lock:
            return grant_machine_token(self._state, client_id, secret, scopes)

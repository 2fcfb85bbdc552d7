"""App clients: the settings a request may give, their defaults, and who holds them."""

import secrets
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.validity import validity_s

# What an app client supports that names no flows (A/API_CreateUserPoolClient, ExplicitAuthFlows).
DEFAULT_AUTH_FLOWS: Final = (
    "ALLOW_REFRESH_TOKEN_AUTH",
    "ALLOW_USER_SRP_AUTH",
    "ALLOW_CUSTOM_AUTH",
)

_ID_ALPHABET: Final = string.ascii_lowercase + string.digits
_ID_LENGTH: Final = 26
_SECRET_LENGTH: Final = 52


def random_text(length: int) -> str:
    """
    Draw lower-case letters and digits, of which Cognito makes client ids and secrets.

    Args:
        length: How many.

    Returns:
        The text.
    """
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(length))


@dataclass(frozen=True, slots=True)
class Rotation:
    """
    Hold a client's RefreshTokenRotation.

    Attributes:
        enabled: Whether a refresh replaces the refresh token.
        grace_s: How long the replaced token still works, in seconds; 0 for not at all.
    """

    enabled: bool
    grace_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    Hold what CreateUserPoolClient and UpdateUserPoolClient may set; every default is Cognito's.

    Because an update builds its settings from the request alone, whatever the request omits falls
    back to the default here: Cognito's reset needs no code of its own.

    Attributes:
        refresh_validity: In *refresh_unit*; None or 0 for 30 days.
        access_validity: In *access_unit*; None for an hour.
        id_validity: In *id_unit*; None for an hour.
        refresh_unit: ``seconds``, ``minutes``, ``hours`` or ``days``; None for days.
        access_unit: The same; None for hours.
        id_unit: The same; None for hours.
        auth_session_minutes: How long a challenge waits for its answer, in minutes.
        explicit_auth_flows: The flows allowed; None for :data:`DEFAULT_AUTH_FLOWS`.
        prevent_user_existence_errors: ``ENABLED`` or ``LEGACY``; None for ``LEGACY``.
        enable_revocation: Whether tokens carry ``jti`` and ``origin_jti`` and can be revoked.
        propagate_user_context: EnablePropagateAdditionalUserContextData.
        rotation: RefreshTokenRotation; None where it was never given.
        oauth_enabled: AllowedOAuthFlowsUserPoolClient.
        oauth_flows: ``code`` or ``client_credentials``.
        oauth_scopes: The scopes a token may carry.
        callback_urls: Where a sign-in page may send the browser back to.
        logout_urls: Where a sign-out may send the browser.
        default_redirect_uri: One of *callback_urls*.
        identity_providers: SupportedIdentityProviders; kept, not used.
        read_attributes: ReadAttributes; kept, not used.
        write_attributes: WriteAttributes; kept, not used.
        analytics: AnalyticsConfiguration, member by member; kept, not used.
    """

    refresh_validity: int | None = None
    access_validity: int | None = None
    id_validity: int | None = None
    refresh_unit: str | None = None
    access_unit: str | None = None
    id_unit: str | None = None
    auth_session_minutes: int = 3
    explicit_auth_flows: tuple[str, ...] | None = None
    prevent_user_existence_errors: str | None = None
    enable_revocation: bool = True
    propagate_user_context: bool = False
    rotation: Rotation | None = None
    oauth_enabled: bool = False
    oauth_flows: tuple[str, ...] = ()
    oauth_scopes: tuple[str, ...] = ()
    callback_urls: tuple[str, ...] = ()
    logout_urls: tuple[str, ...] = ()
    default_redirect_uri: str | None = None
    identity_providers: tuple[str, ...] = ()
    read_attributes: tuple[str, ...] = ()
    write_attributes: tuple[str, ...] = ()
    analytics: tuple[tuple[str, str | bool], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AppClient:
    """
    Hold one app client as it was when asked for; the pool owns what changes.

    Attributes:
        client_id: 26 lower-case letters and digits.
        client_name: Its name.
        secret: The client secret, or None for a public client.
        settings: Everything an update may change.
        created_at: Seconds since the epoch.
        modified_at: Seconds since the epoch.
    """

    client_id: str
    client_name: str
    secret: str | None = field(default=None, repr=False)
    settings: Settings
    created_at: float
    modified_at: float

    @property
    def refresh_validity_s(self) -> int:
        """Refresh validity in seconds, counted from sign-in."""
        settings = self.settings
        return validity_s("RefreshToken", settings.refresh_validity, settings.refresh_unit)

    @property
    def access_validity_s(self) -> int:
        """Access validity in seconds."""
        return validity_s("AccessToken", self.settings.access_validity, self.settings.access_unit)

    @property
    def id_validity_s(self) -> int:
        """Validity of ID tokens in seconds."""
        return validity_s("IdToken", self.settings.id_validity, self.settings.id_unit)

    @property
    def rotates(self) -> bool:
        """Whether a refresh replaces the refresh token."""
        return self.settings.rotation is not None and self.settings.rotation.enabled

    @property
    def auth_flows(self) -> tuple[str, ...]:
        """The flows in force, defaults included."""
        flows = self.settings.explicit_auth_flows
        return DEFAULT_AUTH_FLOWS if flows is None else flows

    @property
    def hides_users(self) -> bool:
        """Whether a missing user looks like a wrong password (PreventUserExistenceErrors)."""
        return self.settings.prevent_user_existence_errors == "ENABLED"


def draft_client(name: str, settings: Settings, *, now: float, secret: str | None = None) -> AppClient:
    """
    Make an app client with an id of its own; it exists once a store holds it.

    Args:
        name: Its name.
        settings: Its settings.
        now: Seconds since the epoch.
        secret: The client secret; None for a public client.

    Returns:
        The client.
    """
    return AppClient(
        client_id=random_text(_ID_LENGTH),
        client_name=name,
        secret=secret,
        settings=settings,
        created_at=now,
        modified_at=now,
    )


def draft_secret() -> str:
    """
    Draw a client secret.

    Returns:
        52 lower-case letters and digits.
    """
    return random_text(_SECRET_LENGTH)


class ClientStore:
    """Own the pool's app clients."""

    __slots__ = ("_clients",)

    def __init__(self) -> None:
        self._clients: dict[str, AppClient] = {}

    def __iter__(self) -> Iterator[AppClient]:
        """Iterate over the clients, oldest first."""
        return iter(tuple(self._clients.values()))

    def put(self, client: AppClient) -> AppClient:
        """
        Keep an app client, in place of the one with its id.

        Args:
            client: The client.

        Returns:
            The same.
        """
        self._clients[client.client_id] = client
        return client

    def get(self, client_id: str) -> AppClient:
        """
        Find an app client.

        Args:
            client_id: Its id.

        Returns:
            The client as it is now.

        Raises:
            CognitoError: ResourceNotFoundException.
        """
        client = self._clients.get(client_id)
        if client is None:
            raise Refusal.CLIENT_MISSING.error(client_id=client_id)
        return client

    def delete(self, client_id: str) -> None:
        """
        Forget an app client.

        Args:
            client_id: Its id.

        Raises:
            CognitoError: ResourceNotFoundException.
        """
        del self._clients[self.get(client_id).client_id]

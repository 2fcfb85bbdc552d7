"""Refusals carry Cognito's names and texts."""

from __future__ import annotations

import pytest

from poolwarden.localpool import CognitoError
from poolwarden.localpool.errors import Refusal

#: The texts that the project's account of Cognito quotes, verbatim.
DOCUMENTED = {
    Refusal.REFRESH_EXPIRED: ("NotAuthorizedException", "Refresh Token has expired"),
    Refusal.REFRESH_REVOKED: ("NotAuthorizedException", "Refresh Token has been revoked"),
    Refusal.REFRESH_INVALID: ("NotAuthorizedException", "Invalid Refresh Token"),
    Refusal.ACCESS_EXPIRED: ("NotAuthorizedException", "Access Token has expired"),
    Refusal.ACCESS_REVOKED: ("NotAuthorizedException", "Access Token has been revoked"),
    Refusal.ACCESS_INVALID: ("NotAuthorizedException", "Invalid Access Token"),
    Refusal.ACCESS_UNVERIFIED: ("NotAuthorizedException", "Could not verify signature for Access Token"),
    Refusal.ACCESS_SCOPE: ("NotAuthorizedException", "Access Token does not have required scopes"),
    Refusal.PASSWORD_WRONG: ("NotAuthorizedException", "Incorrect username or password."),
    Refusal.ATTEMPTS_EXCEEDED: ("NotAuthorizedException", "Password attempts exceeded"),
    Refusal.USER_DISABLED: ("NotAuthorizedException", "User is disabled."),
    Refusal.SESSION_EXPIRED: ("NotAuthorizedException", "Invalid session for the user, session is expired."),
}


@pytest.mark.parametrize("refusal", DOCUMENTED)
def test_documented_texts(refusal: Refusal) -> None:
    """Documented texts are verbatim, with status 400."""
    error = refusal.error()
    assert (error.name, error.message) == DOCUMENTED[refusal]
    assert error.status == 400
    assert str(error) == f"{error.name}: {error.message}"


def test_every_refusal_is_distinct() -> None:
    """No two refusals share name and text, else one would be an alias of the other."""
    assert len({refusal.value for refusal in Refusal}) == len(Refusal.__members__)


def test_placeholders_are_filled() -> None:
    """A text's placeholder takes what it stands for."""
    error = Refusal.SECRET_HASH_MISSING.error(client_id="abc")
    assert isinstance(error, CognitoError)
    assert error.message == "Client abc is configured with secret but SECRET_HASH was not received"

"""OAuth refusals are the standard's codes."""

from __future__ import annotations

from poolwarden.localpool.oauth_errors import OAuthRefusal


def test_error() -> None:
    """A refusal is its code and nothing else, with status 400 unless said otherwise."""
    error = OAuthRefusal.GRANT.error()
    assert (error.name, error.message, error.status, error.redirect_uri) == (
        "invalid_grant",
        "invalid_grant",
        400,
        None,
    )
    assert OAuthRefusal.CLIENT.error(status=401).status == 401
    assert OAuthRefusal.SCOPE.error(redirect_uri="x").redirect_uri == "x"

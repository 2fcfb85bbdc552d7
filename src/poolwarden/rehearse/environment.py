"""Name the environment that points an application at the local pool."""

import shlex

from poolwarden.errors import ConfigurationError
from poolwarden.guard.pool import ANY_CLIENT, UserPool
from poolwarden.rehearse.terms import Terms


def issuer_of(pool_id: str) -> str:
    """
    Return the issuer that Cognito's tokens of a pool carry, of its original form.

    Args:
        pool_id: The user pool's id.
    """
    try:
        return next(iter(UserPool(pool_id, client_ids=ANY_CLIENT).issuers))
    except ConfigurationError:
        # A stand-in's pool, of no region.
        return f"https://cognito-idp.{pool_id.partition('_')[0]}.amazonaws.com/{pool_id}"


def environment_of(terms: Terms, pool_url: str, issuer: str) -> dict[str, str]:
    """
    Return the variables, those of poolwarden's guard and the one that AWS's SDKs go by.

    Args:
        terms: What is played.
        pool_url: Where the local pool is served.
        issuer: The tokens' ``iss``.
    """
    alias = terms.name if terms.name.isascii() and terms.name.replace("-", "").isalnum() else "web"
    return {
        "POOLWARDEN_USER_POOL_ID": terms.pool_id,
        "POOLWARDEN_CLIENT_IDS": f"{alias}={terms.client_id}",
        "POOLWARDEN_JWKS_URL": f"{pool_url}/{terms.pool_id}/.well-known/jwks.json",
        "POOLWARDEN_ISSUERS": issuer,
        "POOLWARDEN_REFRESH_VALIDITY": f"{terms.refresh.number}{terms.refresh.unit[0]}",
        "AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER": pool_url,
    }


def exports(variables: dict[str, str]) -> str:
    """
    Return the variables as lines for a shell.

    Args:
        variables: By name.
    """
    return "".join(f"export {name}={shlex.quote(value)}\n" for name, value in variables.items())

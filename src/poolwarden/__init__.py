"""
poolwarden: guard APIs behind Amazon Cognito, and find out why sessions vanish.

This module is the table of contents; each name is loaded when it is first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from poolwarden.causes import CAUSES, Cause, CauseRow
    from poolwarden.errors import (
        BearerError,
        ConfigurationError,
        CredentialsRefused,
        Forbidden,
        KeysUnavailable,
        PoolwardenError,
        RevocationUnavailable,
        TokenRefused,
        Unavailable,
    )
    from poolwarden.guard.access_token import AccessToken
    from poolwarden.guard.keys import KeyPolicy
    from poolwarden.guard.observer import Meter
    from poolwarden.guard.online_check import OnlineCheck
    from poolwarden.guard.online_list import OnlineList
    from poolwarden.guard.pool import ANY_CLIENT, UserPool
    from poolwarden.guard.requirement import Requirement
    from poolwarden.guard.revocation import RevocationList
    from poolwarden.server import ResourceServer
    from poolwarden.telling import EventSink, RequestFacts

__all__ = [
    "ANY_CLIENT",
    "CAUSES",
    "AccessToken",
    "BearerError",
    "Cause",
    "CauseRow",
    "ConfigurationError",
    "CredentialsRefused",
    "EventSink",
    "Forbidden",
    "KeyPolicy",
    "KeysUnavailable",
    "Meter",
    "OnlineCheck",
    "OnlineList",
    "PoolwardenError",
    "RequestFacts",
    "Requirement",
    "ResourceServer",
    "RevocationList",
    "RevocationUnavailable",
    "TokenRefused",
    "Unavailable",
    "UserPool",
    "__version__",
]

_HOMES = {
    "poolwarden.causes": ("CAUSES", "Cause", "CauseRow"),
    "poolwarden.errors": (
        "BearerError",
        "ConfigurationError",
        "CredentialsRefused",
        "Forbidden",
        "KeysUnavailable",
        "PoolwardenError",
        "RevocationUnavailable",
        "TokenRefused",
        "Unavailable",
    ),
    "poolwarden.guard.access_token": ("AccessToken",),
    "poolwarden.guard.keys": ("KeyPolicy",),
    "poolwarden.guard.observer": ("Meter",),
    "poolwarden.guard.online_check": ("OnlineCheck",),
    "poolwarden.guard.online_list": ("OnlineList",),
    "poolwarden.guard.pool": ("ANY_CLIENT", "UserPool"),
    "poolwarden.guard.requirement": ("Requirement",),
    "poolwarden.guard.revocation": ("RevocationList",),
    "poolwarden.server": ("ResourceServer",),
    "poolwarden.telling": ("EventSink", "RequestFacts"),
    "poolwarden.version": ("__version__",),
}
# Modules of their own, so that `poolwarden.asgi` works after `import poolwarden` alone.
_MODULES = frozenset(
    {"asgi", "django", "fastapi", "flask", "litestar", "localpool", "mcp", "observe", "testing", "wsgi"}
)
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Load a name from its module when it is first asked for (PEP 562)."""
    if name in _MODULES:
        try:
            return import_module(f"{__name__}.{name}")
        except ModuleNotFoundError as error:  # an extra is not installed; hasattr() knows no other error than this
            message = " ".join([str(error), *getattr(error, "__notes__", ())])
            raise AttributeError(message) from error
    if name not in _HOME_OF:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(_HOME_OF[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names."""
    return sorted(__all__)

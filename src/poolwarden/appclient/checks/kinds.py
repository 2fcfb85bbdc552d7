"""Find out from its settings what an app client is for: machines, browsers, or programs on users' devices."""

import re
from typing import Final
from urllib.parse import urlsplit

from poolwarden.appclient.settings import ClientSettings

_BROWSER_WORDS: Final = frozenset({"spa", "browser", "react", "angular", "vue", "frontend"})
_PUBLIC_WORDS: Final = _BROWSER_WORDS | {"ios", "android", "mobile"}
_WORD: Final = re.compile(r"[a-z]+")
_WEB: Final = frozenset({"http", "https"})


def only_machines(client: ClientSettings) -> bool:
    """
    Return whether an app client is for machines only: it signs no user in, so it has no session to renew.

    Args:
        client: The settings.
    """
    return set(client.texts("AllowedOAuthFlows")) == {"client_credentials"}


def browser_hint(client: ClientSettings) -> str | None:
    """
    Return the setting which shows that a browser itself holds the tokens, in words; None where none does.

    Args:
        client: The settings.
    """
    if "implicit" in client.texts("AllowedOAuthFlows"):
        return "it allows the implicit flow"
    if word := _named(client, _BROWSER_WORDS):
        return word
    if client.has_secret:
        return None  # a server holds the secret, and with it the tokens
    for url in client.texts("CallbackURLs"):
        scheme, host = address_parts(url)
        if scheme in _WEB:
            return f"it has no secret and sends users back to {host}"
    return None


def public_hint(client: ClientSettings) -> str | None:
    """
    Return the setting which shows that the client runs on its users' devices, in words; None where none does.

    Args:
        client: The settings.
    """
    if "implicit" in client.texts("AllowedOAuthFlows"):
        return "it allows the implicit flow"
    for url in client.texts("CallbackURLs"):
        scheme, _ = address_parts(url)
        if scheme and scheme not in _WEB:
            return f"it sends users back to an app ({scheme}:)"
    return _named(client, _PUBLIC_WORDS)


def address_parts(url: str) -> tuple[str, str | None]:
    """
    Return the scheme and the host of an address; two empty texts where it is none.

    Args:
        url: The address.
    """
    try:
        parts = urlsplit(url)
        return parts.scheme.lower(), parts.hostname
    except ValueError:
        return "", None


def _named(client: ClientSettings, words: frozenset[str]) -> str | None:
    found = words.intersection(_WORD.findall((client.text("ClientName") or "").lower()))
    return f"its name has {min(found)!r}" if found else None

"""Say which requests pass without a token."""

import re
from collections.abc import Callable, Iterable
from inspect import isawaitable

from poolwarden.errors import ConfigurationError
from poolwarden.guard.own_checks import answers_at_once

# What the application, or a server behind it, may read as another path than it looks: empty segments, "." and ".."
# (also with a parameter, which Java's servers ignore), percent-encoding that is left after decoding, backslashes,
# control characters, and bytes that were no UTF-8, such as an overlong form of a dot.
_ODD = re.compile(r"//|/\.\.?(?:[/;]|$)|[%\\\x00-\x1f\x7f\ufffd]")

# Wildcards, queries, templates and percent-encoding, none of which a decoded path is compared with.
_NO_PATH = re.compile(r"[*?#{}<>]|%[0-9a-fA-F]{2}")

Exemption = str | Callable[[str, str], bool]
"""
A path (``/healthz``), a path with everything below it (``/static/*``), or a
function of method and path that returns True for what passes.
"""


class Exempt:
    """
    The requests that pass without a token.

    A path is compared as a whole, after the server has decoded it. A path with
    ``..``, an empty segment, a backslash, a ``%`` left in it or bytes that are no UTF-8
    never passes by prefix, because the application may read it as another path.

    Args:
        entries: Paths, prefixes ending in ``/*``, and functions of method and path.

    Raises:
        ConfigurationError: An entry is neither.
    """

    __slots__ = ("_paths", "_predicates", "_prefixes", "names")

    def __init__(self, entries: Iterable[Exemption] = ()) -> None:
        if not isinstance(entries, Iterable):
            raise ConfigurationError("exempt", "is no list.", 'Write ["/healthz"], or leave it out.')
        listed = (entries,) if isinstance(entries, str) else tuple(entries)
        for entry in listed:
            if not (_is_path(entry) if isinstance(entry, str) else callable(entry)):
                raise ConfigurationError(
                    "exempt",
                    "holds something that is no path.",
                    'Write "/healthz", "/static/*" (decoded, without templates and query) or a function.',
                )
            if not isinstance(entry, str) and not answers_at_once(entry):
                raise ConfigurationError(
                    "exempt", "holds a function to be awaited.", "Write def in place of async def."
                )
        texts = [entry for entry in listed if isinstance(entry, str)]
        self._paths = frozenset(text for text in texts if not text.endswith("/*"))
        self._prefixes = tuple(text[:-1] for text in texts if text.endswith("/*"))
        self._predicates = tuple(entry for entry in listed if not isinstance(entry, str))
        self.names: tuple[str, ...] = (*texts, *(getattr(entry, "__name__", "function") for entry in self._predicates))
        """The entries as texts, fit for logs."""

    def __bool__(self) -> bool:
        """Return whether anything is exempt."""
        return bool(self.names)

    def holds(self, method: str, path: str) -> bool:
        """
        Return whether a request passes without a token.

        Args:
            method: Its method.
            path: Its path within the application, decoded.
        """
        if path in self._paths:
            return True
        if self._prefixes and path.startswith(self._prefixes):
            return _ODD.search(path) is None
        answers = (predicate(method, path) for predicate in self._predicates)
        # An awaitable is true, but no answer: a lambda around an asynchronous function returns one.
        return any(answer is True or (answer and not isawaitable(answer)) for answer in answers)


def _is_path(entry: str) -> bool:
    # Anything else would never match a request, and be exempt in vain.
    return entry.startswith("/") and _NO_PATH.search(entry.removesuffix("/*")) is None

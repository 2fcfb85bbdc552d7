"""Base classes of what must not be shown in a log or a traceback: a token, its parts and its claims."""

from typing import Any

import msgspec


class NameOnly:
    """Shows its class's name and nothing of its fields, neither to ``repr`` nor to rich, as tracebacks would."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the class's name."""
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return no fields for rich to show."""
        return []


class Unshown(NameOnly, msgspec.Struct, frozen=True, gc=False):
    """A struct that is never changed, and shows nothing of its fields."""

"""Hold what must not be shown: a token, its parts and claims."""

from typing import Any

import msgspec


class NameOnly:
    """Shows its class's name and nothing of its fields, neither to ``repr`` nor to rich, as tracebacks would."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Say what it is."""
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Say no more."""
        return []


class Unshown(NameOnly, msgspec.Struct, frozen=True, gc=False):
    """A struct that is never changed, and shows nothing of its fields."""

"""Hold what must not be shown: a token's parts and claims."""

from typing import Any

import msgspec


class Unshown(msgspec.Struct, frozen=True, gc=False):
    """A struct that shows nothing of its fields, neither to ``repr`` nor to rich, as tracebacks with locals would."""

    def __repr__(self) -> str:
        """Say what it is."""
        return f"{type(self).__name__}(…)"

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Say no more."""
        return []

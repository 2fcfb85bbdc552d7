"""Read the parameters of a request by name and type, and refuse in Cognito's words."""

from collections.abc import Mapping
from typing import TypeVar

from poolwarden.localpool.errors import Refusal

_T = TypeVar("_T")


class Params:
    """
    Read the members of one request.

    Members that are absent and members that are null read the same: None.

    Args:
        values: The request as decoded from JSON.
    """

    __slots__ = ("_values",)

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def _typed(self, name: str, kind: type[_T], label: str) -> _T | None:
        value = self._values.get(name)
        # A JSON true is an int to Python, not to Cognito.
        if value is None or (type(value) is kind):
            return value
        raise Refusal.TYPE_WRONG.error(name=name, kind=label)

    def text(self, name: str) -> str:
        """
        Read a required string.

        Args:
            name: The member's wire name.

        Returns:
            The string.

        Raises:
            CognitoError: InvalidParameterException when absent, SerializationException when it is
                no string.
        """
        value = self.maybe_text(name)
        if value is None:
            raise Refusal.MEMBER_NULL.error(name=name[0].lower() + name[1:])
        return value

    def maybe_text(self, name: str) -> str | None:
        """
        Read an optional string.

        Args:
            name: The member's wire name.

        Returns:
            The string, or None.

        Raises:
            CognitoError: SerializationException, when it is no string.
        """
        return self._typed(name, str, "string")

    def maybe_integer(self, name: str) -> int | None:
        """
        Read an optional integer.

        Args:
            name: The member's wire name.

        Returns:
            The integer, or None.

        Raises:
            CognitoError: SerializationException, when it is no integer.
        """
        return self._typed(name, int, "integer")

    def maybe_flag(self, name: str) -> bool | None:
        """
        Read an optional boolean.

        Args:
            name: The member's wire name.

        Returns:
            The boolean, or None.

        Raises:
            CognitoError: SerializationException, when it is no boolean.
        """
        return self._typed(name, bool, "boolean")

    def maybe_texts(self, name: str) -> tuple[str, ...] | None:
        """
        Read an optional list of strings.

        Args:
            name: The member's wire name.

        Returns:
            The strings, or None.

        Raises:
            CognitoError: SerializationException, when it is no list of strings.
        """
        values = self._typed(name, list, "list")
        if values is None:
            return None
        if not all(isinstance(value, str) for value in values):
            raise Refusal.TYPE_WRONG.error(name=name, kind="list of strings")
        return tuple(values)

    def structure(self, name: str) -> "Params":
        """
        Read a structure or map.

        Args:
            name: The member's wire name.

        Returns:
            Its members; empty where the structure is absent.

        Raises:
            CognitoError: SerializationException, when it is no structure.
        """
        return Params(self._typed(name, dict, "structure") or {})

    def attributes(self, name: str) -> dict[str, str]:
        """
        Read a list of ``{"Name", "Value"}`` pairs, as user attributes travel.

        Args:
            name: The member's wire name.

        Returns:
            The attributes by name; empty where the list is absent.

        Raises:
            CognitoError: SerializationException or InvalidParameterException, when it is no such
                list.
        """
        pairs: dict[str, str] = {}
        for item in self._typed(name, list, "list") or []:
            if not isinstance(item, dict):
                raise Refusal.TYPE_WRONG.error(name=name, kind="list of attributes")
            pair = Params(item)
            pairs[pair.text("Name")] = pair.maybe_text("Value") or ""
        return pairs

    def has(self, name: str) -> bool:
        """
        Tell whether a member was given.

        Args:
            name: The member's wire name.

        Returns:
            True when it is present and not null.
        """
        return self._values.get(name) is not None

"""Patterns that are compiled when they are first used: to compile those for every log takes longer than a small one."""

import re
from typing import Any, AnyStr, cast

METHODS = ("search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn")
"""What is taken over from the compiled pattern at once, so that it costs no more than there."""


class _Later:
    """Stands for a pattern until it is used."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern, self._flags = pattern, flags

    def __getattr__(self, name: str) -> Any:
        compiled = re.compile(self.pattern, self._flags)
        self.__dict__.update((method, getattr(compiled, method)) for method in METHODS)
        return getattr(compiled, name)


def later(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """
    Return a pattern that is compiled when it is first used.

    Args:
        pattern: As :func:`re.compile` takes it, which raises its errors then.
        flags: The same.
    """
    return cast("re.Pattern[AnyStr]", _Later(pattern, flags))

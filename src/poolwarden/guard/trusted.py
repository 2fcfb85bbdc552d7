"""Trust a faster function where it answers as the language's own does, on this very machine."""

from collections.abc import Callable, Iterable
from typing import TypeVarTuple

_Given = TypeVarTuple("_Given")


def trusted(
    fast: Callable[[*_Given], bytes],
    plain: Callable[[*_Given], bytes],
    samples: Iterable[tuple[*_Given]],
) -> Callable[[*_Given], bytes]:
    """
    Return the faster of two functions, or the plain one.

    Args:
        fast: Used where it answers every sample rightly.
        plain: Says what is right.
        samples: What both are given.
    """
    try:
        good = all(fast(*given) == plain(*given) for given in samples)
    except (TypeError, ValueError):  # as another release of a library may
        good = False
    return fast if good else plain

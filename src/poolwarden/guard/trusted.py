"""Use a faster function only where it gives the same results as Python's own, on this very machine."""

from collections.abc import Callable, Iterable
from typing import TypeVarTuple

_Given = TypeVarTuple("_Given")


def trusted(
    fast: Callable[[*_Given], bytes],
    plain: Callable[[*_Given], bytes],
    samples: Iterable[tuple[*_Given]],
) -> Callable[[*_Given], bytes]:
    """
    Return the faster of two functions if both give the same results, else the plain one.

    Args:
        fast: The faster function.
        plain: The function that is right.
        samples: Arguments to call both with.
    """
    try:
        good = all(fast(*given) == plain(*given) for given in samples)
    except (TypeError, ValueError):  # another release of a library may take other arguments
        good = False
    return fast if good else plain

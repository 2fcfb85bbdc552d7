"""Tell which files are logs of one kind: those of several hosts, or one log in pieces, never tell the same twice."""

from collections.abc import Iterable


def kinds_of(sources: Iterable[tuple[int, str]]) -> dict[int, int]:
    """
    Return the kind of each file; files that share a format are of one kind.

    Args:
        sources: Pairs of a file and a format that some of it was read by.

    Returns:
        The kinds by file, counted from 0 in the order of the formats' names, so that the order of files does not show.
    """
    formats: dict[int, set[str]] = {}
    for file, source in sources:
        formats.setdefault(file, set()).add(source)
    kinds: list[set[str]] = []
    for held in formats.values():
        near = [kind for kind in kinds if kind & held]
        kinds = [kind for kind in kinds if not kind & held]
        kinds.append(held.union(*near))
    kinds.sort(key=min)
    return {file: next(place for place, kind in enumerate(kinds) if kind & held) for file, held in formats.items()}

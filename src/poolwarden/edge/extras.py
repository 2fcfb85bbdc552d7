"""Say what to install where an edge is imported without its framework."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def brought_by(requirement: str) -> Iterator[None]:
    """
    Add to the error of an import that fails which package to install.

    Args:
        requirement: What to install, as pip takes it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        error.add_note(f"It is optional; get it with: pip install '{requirement}'")
        raise

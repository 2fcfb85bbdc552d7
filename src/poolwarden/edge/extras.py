"""Tell who imports an edge without its framework what to install."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def brought_by(requirement: str) -> Iterator[None]:
    """
    Add to the error of an import that fails what brings the package.

    Args:
        requirement: What to install, as pip takes it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        error.add_note(f"It is optional; get it with: pip install '{requirement}'")
        raise

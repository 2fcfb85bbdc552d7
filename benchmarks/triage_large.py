"""Measure the triage as in :mod:`benchmarks.triage`, up to 4 GB of text and of the guard's events."""

from benchmarks.material import Material
from benchmarks.report import Table
from benchmarks.triage import measured


def run(material: Material, *, quick: bool) -> list[Table]:  # noqa: ARG001 (every benchmark is called so)
    """
    Measure.

    Args:
        material: The pool, which logs do not need.
        quick: Whether once is enough.
    """
    return measured((100, 1000, 4000), rounds=1 if quick else 2, kinds=("text", "events"))

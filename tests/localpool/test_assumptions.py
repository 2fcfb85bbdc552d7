"""Every guess about Cognito has a name and a sentence."""

from __future__ import annotations

from poolwarden.localpool import assumptions


def test_all_are_listed() -> None:
    """The list holds every assumption of the module, each with a text of its own."""
    names = {name for name in vars(assumptions) if name.startswith("ASSUMED_")}
    assert set(assumptions.ASSUMPTIONS) == names
    assert len(set(assumptions.ASSUMPTIONS.values())) == len(names) > 10
    assert all(text.endswith(".") for text in assumptions.ASSUMPTIONS.values())

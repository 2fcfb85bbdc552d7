"""Ids are public: each check has one, none is given twice, and each is explained."""

import json
import re
from string import Formatter

import pytest

from poolwarden.appclient import CHECKS
from poolwarden.appclient.catalogue import BY_ID, BY_NAME, CATALOGUE, RETIRED, entry_of
from poolwarden.appclient.reports.explained import GENERAL, check_as_json, check_as_text, check_of


def test_ids() -> None:
    """Ids are numbered without a gap, in their order, those that are gone included."""
    numbers = sorted({entry.id for entry in CATALOGUE} | RETIRED)
    assert numbers == [f"PW{number:03}" for number in range(1, len(numbers) + 1)]
    assert len(BY_ID) == len(BY_NAME) == len(CATALOGUE)
    assert not RETIRED & BY_ID.keys()


def test_every_entry_is_a_check() -> None:
    """The catalogue and the table of checks are about the same, each once."""
    assert sorted(check.name for check in CHECKS) == sorted(BY_NAME)


def test_first_ids() -> None:
    """What was published stays: these ids stand in other people's pipelines."""
    assert [BY_ID[one].name for one in ("PW001", "PW003", "PW018", "PW026")] == [
        "refresh_below_expected",
        "refresh_unit_mistake",
        "revocation_off",
        "drift",
    ]


@pytest.mark.parametrize("entry", CATALOGUE, ids=lambda entry: entry.id)
def test_why(entry: object) -> None:
    """Why a check matters is one whole sentence."""
    why = str(getattr(entry, "why", ""))
    assert re.fullmatch(r"[A-Z][^{}]*\.", why)
    assert ". " not in why


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("PW003", "refresh_unit_mistake"),
        (" pw003\n", "refresh_unit_mistake"),
        ("Refresh_Unit_Mistake", "refresh_unit_mistake"),
        ("PW3", None),
        ("PW999", None),
        ("refresh", None),
    ],
)
def test_entry_of(text: str, name: str | None) -> None:
    """A check is found by its id or its name, in either case, and by nothing close to it."""
    entry = entry_of(text)
    assert (None if entry is None else entry.name) == name


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_explained(check: object) -> None:
    """Every check can be explained without a client's facts, as text and as JSON."""
    found = check_of(getattr(check, "id", ""))
    assert {name for _, name, _, _ in Formatter().parse(found.mend) if name} <= GENERAL.keys()
    text = check_as_text(found)
    assert text.startswith(f"{found.id}: {found.name} ({found.severity})\n\n{found.why}\n")
    assert f"# poolwarden: ignore {found.id} REASON" in text
    assert json.loads(check_as_json(found))["id"] == found.id
    assert "{" not in text

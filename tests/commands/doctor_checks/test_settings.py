"""Settings that nobody would mean are found, and variables that nobody reads."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import poolwarden.server
from patients import CLIENT, POOL, check, patient, words
from poolwarden import ANY_CLIENT, UserPool
from poolwarden.commands.doctor_checks import Outcome
from poolwarden.commands.doctor_checks.settings import VARIABLES
from poolwarden.guard.server import Guard

DAY = timedelta(days=1)


def test_variables() -> None:
    """The list of variables is what a server made from the environment reads, and the debugging switch."""
    source = Path(poolwarden.server.__file__).read_text(encoding="utf-8")
    assert set(re.findall(r"POOLWARDEN_[A-Z_]+", source)) | {"POOLWARDEN_DEBUG"} == set(VARIABLES)


@pytest.mark.parametrize(
    ("environ", "found"),
    [
        ({"POOLWARDEN_CLIENT_ID": "x"}, ["POOLWARDEN_CLIENT_ID is read by nobody"]),
        ({"POOLWARDEN_COLOUR": "x"}, ["POOLWARDEN_COLOUR is read by nobody"]),
        ({"POOLWARDEN_USER_POOL_ID": POOL}, ["POOLWARDEN_CLIENT_IDS is not set"]),
        ({"POOLWARDEN_REF_KEY": "secret"}, ["POOLWARDEN_REF_KEY has 6 characters"]),
        ({"POOLWARDEN_USER_POOL_ID": POOL, "POOLWARDEN_CLIENT_IDS": "*", "PATH": "/bin"}, []),
    ],
)
def test_environment(environ: dict[str, str], found: list[str]) -> None:
    """A variable that nobody reads, that is missing or too short is a problem; its value is not told."""
    results = check("environment", patient(environ=environ))
    assert [text.partition(":")[0] for text in words(results)] == found
    assert not [result for result in results if "secret" in result.words]


def test_near_name() -> None:
    """A variable with a slip in its name is told the right one."""
    (result,) = check("environment", patient(environ={"POOLWARDEN_CLIENT_ID": "x"}))
    assert result.mend == "Write POOLWARDEN_CLIENT_IDS."


def guard(jwk_set: dict[str, Any], pool: Mapping[str, Any], settings: Mapping[str, Any]) -> Guard:
    """Make a guard in which nothing is worth a word but what is given."""
    told = {"client_ids": {"web": CLIENT}, "refresh_validity": 30 * DAY, "keys": jwk_set, **pool}
    return Guard(UserPool(POOL, **told), **{"ref_key": b"0123456789abcdef", **settings})


@pytest.mark.parametrize(
    ("pool", "settings", "outcome", "found"),
    [
        ({}, {}, Outcome.OK, "nothing in them looks like a mistake"),
        ({"client_ids": ANY_CLIENT}, {}, Outcome.HINT, "every app client of pool main is accepted"),
        ({"client_ids": {"web": POOL}}, {}, Outcome.PROBLEM, "the id of client web is a user pool's id"),
        ({"client_ids": {"web": "a-b.c"}}, {}, Outcome.PROBLEM, "the id of client web has characters"),
        ({"client_ids": {"web": "5" * 51}}, {}, Outcome.PROBLEM, "the id of client web is as long as a client secret"),
        ({"client_ids": "5" * 51}, {}, Outcome.PROBLEM, "the id of client without an alias is as long as"),
        ({"refresh_validity": None}, {}, Outcome.HINT, "the refresh validity of web is not configured"),
        (
            {"client_ids": "1example23456789", "refresh_validity": None},
            {},
            Outcome.HINT,
            "the refresh validity of a client without an alias is not configured",
        ),
        (
            {"refresh_validity": timedelta(hours=30)},
            {},
            Outcome.PROBLEM,
            "the refresh validity of web is 30 hours; 30 days were probably meant",
        ),
        (
            {"client_ids": ANY_CLIENT, "refresh_validity": timedelta(hours=30)},
            {},
            Outcome.PROBLEM,
            "the refresh validity of every client is 30 hours",
        ),
        (
            {"refresh_validity": timedelta(minutes=59)},
            {},
            Outcome.PROBLEM,
            "the refresh validity of web is 59 minutes;",
        ),
        (
            {"refresh_validity": timedelta(seconds=61)},
            {},
            Outcome.PROBLEM,
            "the refresh validity of web is 61 seconds;",
        ),
        (
            {"refresh_validity": 3651 * DAY},
            {},
            Outcome.PROBLEM,
            "the refresh validity of web is 3651 days; Cognito has",
        ),
        ({}, {"leeway": 300}, Outcome.PROBLEM, "leeway is 300 s"),
        ({}, {"leeway": 0}, Outcome.HINT, "leeway is 0"),
        ({}, {"max_session_age": 12}, Outcome.PROBLEM, "max_session_age is 12 s"),
        ({}, {"max_session_age": 30 * DAY}, Outcome.HINT, "max_session_age is not below the refresh validity of web"),
        ({}, {"ref_key": None}, Outcome.HINT, "there is no reference key"),
    ],
)
def test_settings(
    pool: dict[str, Any], settings: dict[str, Any], outcome: Outcome, found: str, jwk_set: dict[str, Any]
) -> None:
    """A setting that nobody would mean is a problem, one that leaves something out a hint; good ones are neither."""
    results = check("settings", patient(guard(jwk_set, pool, settings)))
    told = words(results, outcome)
    assert len(told) == 1
    assert told[0].startswith(found)
    assert not [result for result in results if "5" * 51 in result.words]
    assert outcome is Outcome.PROBLEM or not words(results)

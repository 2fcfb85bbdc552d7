"""Run the doctor's checks on a patient whose addresses answer as a test wants them to."""

import json
from collections.abc import Mapping
from typing import Any

from poolwarden.commands.doctor_checks import CHECKS, Outcome, Patient, Result
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.server import Guard

POOL = "eu-west-1_LocalPool1"
CLIENT = "1example23456789"
OWN = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}/.well-known/jwks.json"
MIRROR = "https://mirror.example.com/jwks.json"


def patient(server: Guard | None = None, environ: Mapping[str, str] | None = None, **documents: Any) -> Patient:
    """Make a patient whose addresses answer with these JWK Sets: own, mirror."""
    answers = {OWN: documents.get("own"), MIRROR: documents.get("mirror")}

    def fetch(url: str, _timeout_s: float) -> Document:
        found = answers[url]
        if found is None:
            raise FetchError("timeout")
        if isinstance(found, FetchError):
            raise found
        return Document(json.dumps(found).encode(), None)

    return Patient(server, documents.get("app"), environ or {}, fetch=fetch)


def check(name: str, asked: Patient) -> list[Result]:
    """Run one check."""
    return list(dict(CHECKS)[name](asked))


def words(results: list[Result], outcome: Outcome = Outcome.PROBLEM) -> list[str]:
    """Return what was found of one outcome, every problem and hint with its mend."""
    assert all(result.mend for result in results if result.outcome in (Outcome.PROBLEM, Outcome.HINT))
    return [result.words for result in results if result.outcome is outcome]

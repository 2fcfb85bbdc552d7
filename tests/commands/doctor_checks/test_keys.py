"""Keys out of reach are found, and a mirror that lacks some."""

import json
from typing import Any

from patients import CLIENT, MIRROR, OWN, POOL, check, patient, words
from poolwarden import UserPool
from poolwarden.commands.doctor_checks import Outcome, Patient
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.server import Guard


def test_keys_given(jwk_set: dict[str, Any]) -> None:
    """Keys that are given are not fetched, and nobody is asked for the time."""
    server = Guard(UserPool(POOL, client_ids=CLIENT, keys=jwk_set))
    assert words(check("keys", patient(server)), Outcome.OK) == ["those of pool main are given, nothing is fetched"]
    assert check("kids", patient(server)) == []
    assert words(check("clock", patient(server)), Outcome.SKIPPED) == ["keys are given: nobody is asked"]


def test_kids(jwk_set: dict[str, Any]) -> None:
    """As many keys as Cognito publishes are told; a single one is worth a thought; none is skipped."""
    server = Guard(UserPool(POOL, client_ids=CLIENT))
    one = {"keys": jwk_set["keys"][:1]}
    assert words(check("kids", patient(server, own=jwk_set)), Outcome.OK)
    assert len(words(check("kids", patient(server, own=one)), Outcome.HINT)) == 1
    assert words(check("kids", patient(server)), Outcome.SKIPPED) == ["the keys of pool main cannot be read"]
    assert words(check("keys", patient(server))) == [f"{OWN}: timeout"]
    assert words(check("keys", patient(server, own={"keys": []}))) == [f"{OWN}: no usable key"]
    gone = FetchError("http_error", "status 404")
    assert words(check("keys", patient(server, own=gone))) == [f"{OWN}: http_error (status 404)"]


def test_credentials(jwk_set: dict[str, Any]) -> None:
    """An address is shown without the user, password and query that it may hold, wherever it is told."""
    secret = MIRROR.replace("https://", "https://bob:hunter2@") + "?token=hunter2"
    for mirror in (jwk_set, {"keys": jwk_set["keys"][:1]}, {"keys": []}, None):

        def fetch(url: str, _timeout_s: float, mirror: Any = mirror) -> Document:
            found = mirror if url == secret else jwk_set
            if found is None:
                raise FetchError("timeout")
            return Document(json.dumps(found).encode(), None)

        server = Guard(UserPool(POOL, client_ids=CLIENT, jwks_url=secret))
        asked = Patient(server, None, {}, fetch=fetch)
        results = [*check("keys", asked), *check("kids", asked)]
        assert any(MIRROR in result.words for result in results)
        assert not any("hunter2" in f"{result.words} {result.mend}" for result in results)


def test_mirror(jwk_set: dict[str, Any]) -> None:
    """A mirror that lacks one of the pool's keys is a problem; where the pool is out of reach nothing is claimed."""
    server = Guard(UserPool(POOL, client_ids=CLIENT, jwks_url=MIRROR))
    one = {"keys": jwk_set["keys"][:1]}
    assert len(words(check("kids", patient(server, own=jwk_set, mirror=one)))) == 1
    assert len(words(check("kids", patient(server, own=one, mirror=jwk_set)), Outcome.OK)) == 1
    assert len(words(check("kids", patient(server, own=None, mirror=one)), Outcome.SKIPPED)) == 1
    assert len(words(check("kids", patient(server, own=one, mirror=None)), Outcome.SKIPPED)) == 1

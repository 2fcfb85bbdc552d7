"""A rehearsal is told within 80 columns, explains each deviation once, and is the same for programs."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from poolwarden.rehearse import Rehearsal
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.deviations import BY_ID
from poolwarden.rehearse.reports import as_json, as_text
from poolwarden.rehearse.reports.words import of_answer

ROTATION = {"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 20}, "ExplicitAuthFlows": None}


@pytest.fixture(scope="module")
def naively(rehearsed: Any, naive: Callable[[str], Any], terms: Any) -> Callable[..., Rehearsal]:
    """Rehearse a naive application."""
    return lambda flaw, **given: rehearsed(terms(**given), naive(flaw))


@pytest.fixture(scope="module")
def expiry_ignored(naively: Callable[..., Rehearsal]) -> Rehearsal:
    """Rehearse an application that takes expired tokens."""
    return naively("ignores_expiry", TokenValidityUnits={"RefreshToken": "hours"})


@pytest.mark.parametrize("flaw", ["", "signature_only", "redirects", "no_challenge"])
@pytest.mark.parametrize("details", [False, True], ids=["short", "details"])
def test_width(flaw: str, details: bool, naively: Callable[..., Rehearsal]) -> None:
    """No line is wider than 80 columns, whatever was answered, unless it is one address."""
    text = as_text(naively(flaw, **ROTATION), 80, details=details)
    assert [line for line in text.splitlines() if len(line) > 80 and " " in line.strip()] == []


def test_explanation(expiry_ignored: Rehearsal) -> None:
    """A deviating step is marked and says what should have come; the deviation is explained once, with the mend."""
    text = as_text(expiry_ignored, 80)
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("! access expired 2 min ago"))
    assert lines[at].split()[-4:] == ["new", "tokens", "goes", "on"]
    assert "should be: 401, Bearer challenge, token_expired" in lines[at + 1]
    assert text.count(BY_ID["expiry_unchecked"].source) == 1
    assert "  -> Check exp on every request" in text
    assert sum(line.startswith("! ") for line in lines) == 2


def test_mistaken_unit(expiry_ignored: Rehearsal, naively: Callable[..., Rehearsal]) -> None:
    """Settings that look mistaken are played as they are, and a word is said about them."""
    assert "30 days were\nprobably meant" in as_text(expiry_ignored, 80)
    assert "probably meant" not in as_text(naively(""), 80)


def test_details(naively: Callable[..., Rehearsal]) -> None:
    """With details every refusal's challenge is shown, and Cognito's own words."""
    rehearsal = naively("")
    assert "WWW-Authenticate" not in as_text(rehearsal, 80)
    text = as_text(rehearsal, 80, details=True)
    assert 'WWW-Authenticate: Bearer error="invalid_token"' in text
    assert "InitiateAuth: NotAuthorizedException: Refresh Token has expired" in text


def test_what_could_not_be_asked(rehearsed: Any, naive: Callable[[str], Any], terms: Any) -> None:
    """Where the pool renews nothing, the steps behind it say that the application was not asked."""
    text = as_text(rehearsed(terms(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]), naive("")), 80)
    assert "With these settings no front end can renew its session." in text
    assert "!   then renewed             not asked               flow_disabled" in text


def test_unknown_settings(rehearsed: Any, naive: Callable[[str], Any], terms: Any) -> None:
    """Settings that only a later run will tell are named."""
    played = replace(terms(), guessed=("EnableTokenRevocation",))
    assert "defaults were played:\nEnableTokenRevocation." in as_text(rehearsed(played, naive("")), 80)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "not asked"),
        (Answer(0, fault="Connection refused"), "no answer"),
        (Answer(419), "419"),
        (Answer(500), "500 internal server error"),
        (Answer(200, (), b'{"error": "expired"}'), "200 with an error body"),
        (Answer(401, (("www-authenticate", 'Basic realm="x"'),)), "401 Basic challenge"),
        (Answer(401, (), b'{"cause": "token_expired"}'), "401 token_expired"),
    ],
    ids=["unasked", "none", "unknown", "500", "error_body", "basic", "cause"],
)
def test_words(answer: Answer | None, words: str) -> None:
    """An answer is said in the one word that tells most."""
    assert of_answer(answer) == words


def test_json(expiry_ignored: Rehearsal) -> None:
    """Programs read the same: each step with what should be, and the findings with their explanation."""
    report = json.loads(as_json(expiry_ignored))
    assert (report["schema"], report["good"], report["client"]["refresh_meant_s"]) == (1, False, 30 * 86_400)
    steps = {step["step"]: step for step in report["steps"]}
    expired = steps["access_after"]
    assert expired["should"] == {
        "pass": "must_not",
        "causes": ["token_expired"],
        "pool_asked": True,
        "pool_causes": [],
        "front_end": ["refresh"],
    }
    assert (expired["application"]["status"], expired["findings"]) == (200, ["expiry_unchecked"])
    assert steps["session_over"]["pool"]["cause"] == "refresh_token_expired"
    assert steps["no_token"]["pool"] is None
    assert {finding["id"] for finding in report["findings"]} == {"expiry_unchecked"}
    assert all(finding["mend"] and finding["front_end"] for finding in report["findings"])


def test_no_tokens(naively: Callable[..., Rehearsal]) -> None:
    """No report holds a token, not even where the application repeats the one that it was sent."""
    rehearsal = naively("repeats")
    told = as_text(rehearsal, 80, details=True) + as_json(rehearsal) + repr(rehearsal)
    assert "eyJ" not in told

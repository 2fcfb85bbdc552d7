"""A naive application fails with the explanation that fits its flaw, over real sockets."""

from collections.abc import Callable
from typing import Any

import pytest

from poolwarden.rehearse.headline import headline_of

# The flaw; what is found, by step; what it comes to.
FLAWS: dict[str, tuple[dict[str, set[str]], str]] = {
    "ignores_expiry": (
        {"access_after": {"expiry_unchecked"}, "session_over": {"expiry_unchecked"}},
        "does not notice that tokens expire",
    ),
    "signature_only": (
        {
            "id_token": {"id_token_accepted"},
            "other_client": {"client_unchecked"},
            "access_after": {"expiry_unchecked"},
            "session_over": {"expiry_unchecked"},
        },
        "checks the signature of tokens and nothing else",
    ),
    "believes_anything": (
        {
            "id_token": {"id_token_accepted"},
            "other_client": {"client_unchecked"},
            "changed": {"signature_unchecked"},
            "access_after": {"expiry_unchecked"},
            "session_over": {"expiry_unchecked"},
        },
        "does not verify tokens",
    ),
    "takes_id_tokens": ({"id_token": {"id_token_accepted"}}, "1 of 13 steps"),
    "any_client": ({"other_client": {"client_unchecked"}}, "1 of 13 steps"),
    "open": ({"no_token": {"open"}}, "1 of 13 steps"),
    "crashes": (
        {"access_after": {"crashed"}, "session_over": {"crashed"}, "changed": {"crashed"}},
        "breaks where a session ends",
    ),
    "redirects": ({"access_after": {"redirected"}, "session_over": {"redirected"}}, "sends programs to a sign-in"),
    "login_page": ({"access_after": {"login_page"}, "session_over": {"login_page"}}, "shows programs a sign-in page"),
    "error_in_success": (
        {"access_after": {"error_in_success"}, "session_over": {"error_in_success"}},
        "2 of 13 steps",
    ),
    "forbids": ({"access_after": {"forbidden"}, "session_over": {"forbidden"}}, "2 of 13 steps"),
    "teapot": ({"access_after": {"other_status"}, "session_over": {"other_status"}}, "2 of 13 steps"),
    "unavailable": ({"access_after": {"unavailable"}, "session_over": {"unavailable"}}, "2 of 13 steps"),
    "no_challenge": (
        {"access_after": {"challenge_missing"}, "session_over": {"challenge_missing"}},
        "does not tell the front end what to do",
    ),
    "basic": (
        {"access_after": {"challenge_not_bearer"}, "session_over": {"challenge_not_bearer"}},
        "2 of 13 steps",
    ),
    "no_cause": (
        {"access_after": {"cause_missing"}, "session_over": {"cause_missing"}},
        "does not tell the front end what to do",
    ),
    "other_cause": ({"access_after": {"other_cause"}, "session_over": {"other_cause"}}, "2 of 13 steps"),
    "other_action": ({"access_after": {"other_action"}, "session_over": {"other_action"}}, "2 of 13 steps"),
    "repeats": ({"access_after": {"token_repeated"}, "session_over": {"token_repeated"}}, "2 of 13 steps"),
    "bounds_sessions": ({"refresh_before": {"refused_too_soon"}}, "ends sessions before the user pool does"),
    "cors_inside": (
        {
            name: {"hidden_by_cors"}
            for name in ("no_token", "id_token", "other_client", "changed", "access_after", "session_over")
        },
        "browsers cannot see it",
    ),
}


@pytest.mark.parametrize("flaw", FLAWS)
def test_flaws(flaw: str, rehearsed: Any, naive: Callable[[str], Any], terms: Any) -> None:
    """Each flaw is found at the steps where it shows, and nowhere else."""
    found, headline = FLAWS[flaw]
    rehearsal = rehearsed(terms(), naive(flaw))
    by_step: dict[str, set[str]] = {}
    for finding in rehearsal.findings:
        by_step.setdefault(finding.step, set()).add(finding.deviation.id)
    assert by_step == found
    assert headline in headline_of(rehearsal)


def test_without_flaw(rehearsed: Any, naive: Callable[[str], Any], terms: Any) -> None:
    """A plain application that answers by the standards passes, with no word of poolwarden's."""
    rehearsal = rehearsed(terms(), naive(""))
    assert rehearsal.findings == ()
    assert headline_of(rehearsal) == "All 13 steps are as they should be."


def test_demands(rehearsed: Any, naive: Callable[[str], Any], terms: Any) -> None:
    """What is asked for on purpose is judged so: every app client allowed, revocation at once demanded."""
    assert rehearsed(terms(), naive("any_client"), any_client=True).findings == ()
    rehearsal = rehearsed(terms(), naive(""), revoked_at_once=True)
    assert {(one.step, one.deviation.id) for one in rehearsal.findings} == {
        ("revoked", "revocation_unchecked"),
        ("signed_out", "revocation_unchecked"),
    }

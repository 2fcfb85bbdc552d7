"""Tell a rehearsal to programs."""

import json
from typing import Any, Final

from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.headline import headline_of
from poolwarden.rehearse.judge import Finding
from poolwarden.rehearse.reaction import reaction_to
from poolwarden.rehearse.rehearsal import Rehearsal, Row
from poolwarden.rehearse.steps import Step
from poolwarden.rehearse.terms import Terms

SCHEMA: Final = 1
"""The version of the report."""


def as_json(rehearsal: Rehearsal) -> str:
    """
    Return the report as JSON of :data:`SCHEMA`; durations in seconds.

    Args:
        rehearsal: The rehearsal.
    """
    report = {
        "schema": SCHEMA,
        "good": not rehearsal.findings,
        "headline": headline_of(rehearsal),
        "client": _terms(rehearsal.terms),
        "application": rehearsal.application,
        "steps": [_row(row) for row in rehearsal.rows],
        "findings": [_finding(finding) for finding in rehearsal.findings],
    }
    return json.dumps(report, indent=2, ensure_ascii=True) + "\n"


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "name": terms.name,
        "file": terms.source,
        "pool": terms.pool_id,
        "client_id": terms.client_id,
        "validity_s": {
            "refresh": terms.refresh.seconds,
            "access": terms.access.seconds,
            "id": terms.identity.seconds,
        },
        "refresh_meant_s": None if terms.meant is None else terms.meant.seconds,
        "rotation_grace_s": terms.grace_s,
        "revocation": terms.revocable,
        "sign_in": str(terms.way),
        "scopes": list(terms.scopes),
        "unknown_settings": list(terms.guessed),
    }


def _row(row: Row) -> dict[str, Any]:
    played = row.played
    return {
        "step": played.step.id,
        "session_age_s": played.step.age_s,
        "should": _should(played.step),
        "application": None if played.answer is None else _answer(played.answer),
        "pool": None
        if played.pool is None
        else {
            "operation": played.pool.operation,
            "renewed": not played.pool.error,
            "error": played.pool.error or None,
            "message": played.pool.message or None,
            "cause": played.pool.cause,
        },
        "front_end": list(reaction_to(played)),
        "findings": [finding.deviation.id for finding in row.findings],
    }


def _should(step: Step) -> dict[str, Any]:
    return {
        "pass": step.may_pass.value,
        "causes": list(step.causes),
        "pool_asked": step.asks_pool,
        "pool_causes": list(step.pool),
        "front_end": list(step.actions),
    }


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status or None,
        "fault": answer.fault or None,
        "challenge": answer.challenge or None,
        "error": answer.error,
        "content_type": answer.header("content-type") or None,
        "location": answer.header("location").partition("?")[0] or None,
        "cause": answer.cause,
        "action": answer.action,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "id": finding.deviation.id,
        "step": finding.step,
        "sentence": finding.sentence,
        "front_end": finding.deviation.front_end,
        "mend": finding.mend,
        "source": finding.deviation.source,
    }

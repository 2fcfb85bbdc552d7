"""Explain a verdict by its name: what happened to a session, and what to do about it."""

import json

from poolwarden.triage.advice import NEXT
from poolwarden.triage.headline import PHRASES
from poolwarden.triage.verdicts import Verdict

_NEXT_LOG = "Give the triage the log that its report names."


def verdict_as_text(verdict: Verdict) -> str:
    """Return what a verdict means for people, without the last line's end."""
    return "\n".join(
        [
            f"{verdict}: a verdict of the triage on lost sessions",
            "",
            f"{PHRASES[verdict][0].upper()}{PHRASES[verdict][1:]}.",
            f"Next: {NEXT.get(verdict, _NEXT_LOG)}",
        ]
    )


def verdict_as_json(verdict: Verdict) -> str:
    """Return what a verdict means for programs."""
    return json.dumps({"verdict": verdict, "sentence": PHRASES[verdict], "next_step": NEXT.get(verdict, _NEXT_LOG)})

"""Play all steps, and compare what comes of them with what should."""

from collections.abc import Sequence
from dataclasses import dataclass

from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.judge import Finding, findings_of
from poolwarden.rehearse.play import Ask, Played, play
from poolwarden.rehearse.renewal import PoolCalls
from poolwarden.rehearse.stage import Stage
from poolwarden.rehearse.steps import Step
from poolwarden.rehearse.terms import Terms


@dataclass(frozen=True, slots=True)
class Row:
    """
    A step and what came of it.

    Attributes:
        played: The step that was played.
        findings: What is not as it should be.
    """

    played: Played
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """
    A whole rehearsal.

    Attributes:
        terms: What was played.
        application: What the application is called in reports.
        rows: The steps, in order.
    """

    terms: Terms
    application: str
    rows: tuple[Row, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is not as it should be, in the order of the steps."""
        return tuple(finding for row in self.rows for finding in row.findings)


def rehearse(
    stage: Stage, calls: PoolCalls, ask: Ask, steps: Sequence[Step], *, usual: Answer, application: str
) -> Rehearsal:
    """
    Play the steps.

    Args:
        stage: The user pool.
        calls: The calls at it.
        ask: Who is asked.
        steps: What to play.
        usual: What the application answers to a good token.
        application: What it is called in reports.

    Raises:
        SlowError: This machine is too slow for the margins.
    """
    played = [play(step, stage, calls, ask) for step in steps]
    rows = tuple(Row(one, findings_of(one, usual)) for one in played)
    return Rehearsal(stage.terms, application, rows)

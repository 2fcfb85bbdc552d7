"""Tell a rehearsal to people: a table of the steps, then what is wrong, why it matters and how to mend it."""

import textwrap
from collections.abc import Iterator
from typing import Final

from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.deviations import ROWS, Deviation
from poolwarden.rehearse.headline import headline_of
from poolwarden.rehearse.judge import Finding
from poolwarden.rehearse.rehearsal import Rehearsal, Row
from poolwarden.rehearse.reports.words import of_answer, of_front_end, of_pool, of_terms, should_of
from poolwarden.rehearse.steps import Pass

_STEP, _APPLICATION, _POOL = 27, 24, 14
_HOW: Final = (
    "Each step is a session of its own whose past is played on the local pool's clock: seen from the application's "
    "own clock, which nobody moves, the boundary is just ahead or just past."
)
_REVOKED_LATER: Final = (
    "The application lets a revoked session pass until its access token expires, at most {access} later. That is how "
    "JWTs work; poolwarden's OnlineCheck or RevocationList end it at once, and --revoked-at-once demands it."
)
_MEANT: Final = (
    "Sessions end {set} after the sign-in, as these settings say; {meant} were probably meant: poolwarden client check."
)
_NOT_SHOWN: Final = "The settings do not tell these yet, so Cognito's defaults were played: {names}."
_MOST: Final = 200


def as_text(rehearsal: Rehearsal, width: int, *, details: bool = False) -> str:
    """
    Return the report.

    Args:
        rehearsal: The rehearsal.
        width: How many columns there are; the table takes 80.
        details: Whether to show every answer's challenge and problem, not only those that are wrong.
    """
    return (
        "\n".join([*_head(rehearsal, width), *_table(rehearsal, width, details=details), *_end(rehearsal, width)])
        + "\n"
    )


def _head(rehearsal: Rehearsal, width: int) -> Iterator[str]:
    terms = rehearsal.terms
    source = "Cognito's defaults" if terms.source is None else terms.source
    yield _wrapped(f"{_shown(terms.name)} ({_shown(source)}): {of_terms(terms)}", width, hanging="  ")
    yield _wrapped(f"application: {rehearsal.application}", width, hanging="  ")
    yield ""
    yield _wrapped(_HOW, width)
    yield ""


def _table(rehearsal: Rehearsal, width: int, *, details: bool) -> Iterator[str]:
    yield _line(" ", "step", "application", "user pool", "front end")
    yield "-" * 80
    for row in rehearsal.rows:
        played = row.played
        mark = "!" if row.findings else " "
        yield _line(mark, played.step.moment, of_answer(played.answer), of_pool(played), of_front_end(played))
        yield from _more(row, width, details=details)
    yield ""


def _more(row: Row, width: int, *, details: bool) -> Iterator[str]:
    answer, indent = row.played.answer, "      "
    if row.findings:
        yield _wrapped(f"should be: {should_of(row.played.step)}", width, indent, "    ")
    if details and answer is not None:
        for line in _of(answer):
            yield _wrapped(line, width, indent, "    ")
    if details and row.played.pool is not None and row.played.pool.error:
        yield _wrapped(f"{row.played.pool.operation}: {row.played.pool.words}", width, indent, "    ")


def _of(answer: Answer) -> Iterator[str]:
    """Yield what a front end could go by; a body that is no refusal is the application's own affair."""
    if answer.challenge:
        yield f"WWW-Authenticate: {_shown(answer.challenge)}"
    if answer.redirects:
        yield f"Location: {_shown(answer.header('location').partition('?')[0])}"
    if not answer.succeeds and answer.header("content-type"):
        told = ", ".join(f"{name} {answer.fields[name]}" for name in ("cause", "action") if name in answer.fields)
        yield f"{_shown(answer.header('content-type'))}{': ' if told else ''}{_shown(told)}"


def _end(rehearsal: Rehearsal, width: int) -> Iterator[str]:
    yield _wrapped(headline_of(rehearsal), width)
    for row in ROWS:
        found = [finding for finding in rehearsal.findings if finding.deviation.id == row.id]
        if found:
            yield ""
            yield from _explained(row, found, width)
    if any(_passes_revoked(row) for row in rehearsal.rows):
        yield ""
        yield _wrapped(_REVOKED_LATER.format(access=rehearsal.terms.access), width)
    if rehearsal.terms.meant is not None:
        yield ""
        yield _wrapped(_MEANT.format(set=rehearsal.terms.refresh, meant=rehearsal.terms.meant), width)
    if rehearsal.terms.guessed:
        yield ""
        yield _wrapped(_NOT_SHOWN.format(names=", ".join(rehearsal.terms.guessed)), width)


def _explained(row: Deviation, found: list[Finding], width: int) -> Iterator[str]:
    yield row.id
    for sentence in dict.fromkeys(finding.sentence for finding in found):
        yield _wrapped(sentence, width, "  ")
    yield _wrapped(f"The front end: {row.front_end}", width, "  ")
    for mend in dict.fromkeys(finding.mend for finding in found):
        yield _wrapped(f"-> {mend}", width, "     ", "  ")
    yield _wrapped(f"[{row.source}]", width, "  ")


def _passes_revoked(row: Row) -> bool:
    step, answer = row.played.step, row.played.answer
    return step.ending != "none" and step.may_pass is Pass.MAY and answer is not None and answer.succeeds


def _line(mark: str, step: str, application: str, pool: str, front_end: str) -> str:
    cells = ((step, _STEP), (application, _APPLICATION), (pool, _POOL))
    return f"{mark} {''.join(_cell(text, width) for text, width in cells)}{front_end}".rstrip()


def _cell(text: str, width: int) -> str:
    """Return a text in a column, with a space behind it."""
    safe, most = _shown(text), width - 1
    return f"{safe if len(safe) <= most else f'{safe[: most - 1]}…':<{width}}"


def _shown(text: str) -> str:
    """Return a text from elsewhere as it may be printed."""
    safe = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return safe if len(safe) <= _MOST else f"{safe[:_MOST]}…"


def _wrapped(text: str, width: int, indent: str = "", first: str | None = None, hanging: str | None = None) -> str:
    return textwrap.fill(
        text,
        width,
        initial_indent=indent if first is None else first,
        subsequent_indent=indent if hanging is None else hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )

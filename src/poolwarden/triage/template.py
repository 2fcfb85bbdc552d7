"""
Tell what a text has in common with its likes: all but the numbers and ids that change from line to line.

What the rules decide about a text, and where in it the facts stand, is the
same for every text of one template: a variable part keeps its length and the
sort of its characters, and whatever a rule may ask for stays as it is. So a
log's lines are judged once for each template, not once each.
"""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Any, TypeVar

from poolwarden.triage.folding import fold, has_escapes, parts_of
from poolwarden.triage.forms import Forms

Told = TypeVar("Told")

LONGEST = 4000
"""Characters of the longest text that is worth a template."""

MOST = 4096
"""Templates that are remembered for each thing asked: 16 MB at most, usually one."""

_UNASKED: Any = object()
_forms = Forms()  # for the life of a process, as they say the same in every log


@lru_cache(maxsize=1024)  # a block's lines are looked up first, and read then
def template_of(text: str) -> str | None:
    """
    Return a text's template: as long as the text, each variable part replaced.

    Args:
        text: One log record.

    Returns:
        The template; None where the text is too long, or holds escapes, whose
        numbers stand for characters.
    """
    if len(text) > LONGEST:
        return None
    template = _forms.template(text)
    if template is not None:
        return template
    if has_escapes(text):
        return None
    parts = parts_of(text)
    folds = [fold(part) for part in parts[1::2]]
    _forms.learn(text, parts, folds)
    parts[1::2] = folds
    return "".join(parts)


def by_template(judge: Callable[[str], Told]) -> Callable[[str], Told]:
    """Make a function that is asked once for each template: what it answers must be the same for all texts of one."""
    known: dict[str, Told] = {}

    @wraps(judge)
    def judged(text: str) -> Told:
        template = template_of(text)
        if template is None:
            return judge(text)
        told: Told = known.get(template, _UNASKED)
        if told is _UNASKED:
            if len(known) >= MOST:
                known.clear()
            told = known[template] = judge(text)
        return told

    return judged

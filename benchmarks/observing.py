"""
What observing costs: metrics and events, on top of the same guard without either.

A refusal is timed at its first time, which writes an event; every token that
is refused is another, expired a minute ago. The goals are 2 µs for an accepted
request and 25 µs for a refusal with its line of JSON.
"""

from collections.abc import Callable

from benchmarks.harness import Contender, Result, interleave
from benchmarks.material import Material
from benchmarks.report import Table, timed_table

_WAYS = (
    ("metrics, warnings logged", "usual"),
    ("metrics, every event by JsonLines", "lines"),
    ("metrics, every event as JSON by structlog", "full"),
)


def run(material: Material, *, quick: bool) -> list[Table]:
    """
    Measure what is added to an accepted request and to a refusal.

    Args:
        material: The pool.
        quick: Whether a rough figure will do.
    """
    rounds, tokens, times = (3, 60, 600) if quick else (40, 200, 2000)
    header, expired = material.header(), material.expired()
    known = _added(material, "accept", lambda _: [header] * times, rounds, 100, (header, material.tampered()))
    refused = _added(
        material,
        "refuse",
        lambda _: [material.expired() for _ in range(tokens)],
        rounds,
        20,
        (expired, material.tampered()),
    )
    return [
        timed_table("observing.accepted", "Added by observing to a known token: microseconds", known),
        timed_table("observing.refused", "Added by observing to a refusal: microseconds", refused),
    ]


def _added(
    material: Material,
    subject: str,
    items: Callable[[int], list[str]],
    rounds: int,
    chunk: int,
    samples_of: tuple[str, str],
) -> list[Result]:
    contenders = [Contender(name, "observed", subject, variant, bare=f"{subject}.alone") for name, variant in _WAYS]
    return interleave(contenders, material.path, items, rounds=rounds, chunk=chunk, samples_of=samples_of)

"""No byte of a token and no personal claim leaves: not in events, errors, answers, metrics or what is shown."""

import io
import re
import traceback
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from rich.console import Console

from cases import CASES
from poolwarden import BearerError
from poolwarden.guard.case import Case as Held
from poolwarden.guard.challenge import answer_to, problem_of
from poolwarden.guard.cognito_claims import CognitoClaims, read_usual
from poolwarden.guard.jws import read_claims, split
from poolwarden.observe.lines import JsonLines
from poolwarden.observe.prometheus import meter
from poolwarden.telling import RequestFacts
from world import Case, World

RUN = 8
"""So many characters of a token in a row would be a leak."""


def runs(header: bytes) -> Iterator[str]:
    """Give every run of characters of a header's token that must not show: all of its long parts."""
    for part in re.findall(r"[\w-]{40,}", header.decode("latin-1")):
        yield from (part[at : at + RUN] for at in range(min(len(part), 3000) - RUN + 1))


def everything_told(case: Case, world: World, **settings: Any) -> str:
    """Play a case and return all that came out of it, as text."""
    lines, shown = io.StringIO(), []
    server = case.server(world, events=JsonLines(lines), ref_key=b"key", **settings)
    for _ in range(2):
        try:
            shown.append(repr(server.authenticate(list(case.headers(world)), lambda: RequestFacts("GET", "/"))))
        except BearerError as error:
            answer = answer_to(error)
            shown += [str(error), repr(error), repr(error.args), repr(error.__cause__), repr(vars(error))]
            shown += [repr(answer), answer.body.decode(), repr(problem_of(error))]
            # Without source lines, so that a frame's own text is no find; arguments are not among a traceback's texts.
            shown += [str(part) for part in traceback.format_exception_only(error)]
    return "\n".join([*shown, lines.getvalue()])


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_no_token(case: Case, world: World) -> None:
    """No run of eight characters of a token's payload or signature comes out again."""
    values = case.headers(world)
    told = everything_told(replace(case, headers=lambda _: values), world)
    for value in values:
        assert not [run for run in runs(value) if run in told]


SECRETS = {
    "username": "ada-secret-name",
    "email": "ada@secret.example",
    "scope": "secret/scope",
    "cognito:groups": ["secret-group"],
    "custom:note": "secret-note",
    "sub": "secret-sub-0001",
    "jti": "secret-jti-0001",
    "origin_jti": "secret-origin-1",
    "device_key": "secret-device-1",
    "event_id": "secret-event-01",
}


@pytest.mark.parametrize(
    "changes", [{}, {"exp": 1_700_000_000 - 1}, {"cnf": {"jkt": "secret-thumb-1"}}, {"aud": ["x"]}]
)
def test_no_claim(world: World, registry: CollectorRegistry, changes: dict[str, object]) -> None:
    """Nothing personal of a token comes out, accepted or refused."""
    case = Case("", lambda world: (b"Bearer " + world.mint({**SECRETS, **changes}),), None)
    told = everything_told(case, world, meter=meter(registry)) + generate_latest(registry).decode()
    assert "secret" not in told


def test_labels_are_closed(world: World) -> None:
    """However many kinds of requests come, the series stay those known from the start."""
    registry = CollectorRegistry()
    server = world.server(meter=meter(registry))

    def series() -> set[tuple[str, tuple[tuple[str, str], ...]]]:
        return {
            (sample.name, tuple(sorted(sample.labels.items())))
            for metric in registry.collect()
            for sample in metric.samples
            if not sample.name.endswith("_created")
        }

    server.authenticate(b"Bearer " + world.mint())
    server.authenticate(b"Bearer " + world.other.mint(client_id="1example23456789").encode())
    known = series()
    for case in CASES:
        if not case.settings and case.audience is None:
            try:
                server.authenticate(list(case.headers(world)))
            except BearerError:
                continue
    assert series() == known


@pytest.mark.parametrize("renderer", ["rich", "repr"])
def test_not_shown(world: World, renderer: str) -> None:
    """Neither a console nor a traceback with locals shows a personal claim of what the guard holds."""
    header = b"Bearer " + world.mint(dict(SECRETS))
    parts = split(header[7:])
    server = world.server()
    held = [
        server.authenticate(header),
        server.rules,  # which knows the headers of tokens
        parts,
        read_usual(parts.payload),
        CognitoClaims.of(read_claims(parts.payload)),
        Held(header[7:], b"digest", 0.0, payload=parts.payload),
    ]
    shown = "".join(repr(one) for one in held)
    if renderer == "rich":
        console = Console(file=io.StringIO(), width=400)
        console.print(*held)
        shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "AccessToken" in shown
    assert not [secret for secret in ("secret", *runs(header)) if secret in shown]


@pytest.mark.parametrize("case", [case for case in CASES if case.cause], ids=lambda case: case.name)
async def test_no_frames(case: Case, world: World) -> None:
    """A refusal leaves the guard without the frames behind it, in whose locals the token is."""
    server = case.server(world)
    header = list(case.headers(world))
    with pytest.raises(BearerError) as sync:
        server.authenticate(header)
    with pytest.raises(BearerError) as waited:
        await server.aauthenticate(header)
    for error in (sync.value, waited.value):
        assert error.__context__ is None
        assert error.__cause__ is None
        codes = [frame.f_code for frame, _ in traceback.walk_tb(error.__traceback__)]
        ours = {code.co_name for code in codes if "poolwarden/guard" in code.co_filename}
        assert ours <= {"authenticate", "aauthenticate", "_recognise"}

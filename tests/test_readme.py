"""The README does what it says."""

import ast
import importlib
import json
import re
import shlex
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from poolwarden.cli import main
from poolwarden.commands.doctor_checks.mounted import mounted_in
from poolwarden.events import RequestRejected, TokenSeen, render, timestamp
from poolwarden.triage.run import TriageOptions, triage

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()


def blocks(language: str) -> list[str]:
    """Return the README's blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture(scope="module")
def incident(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Triage a small log of sessions that die at twelve hours, one of them polled on, and save it."""
    folder = tmp_path_factory.mktemp("incident")
    lines = []
    for user in range(40):
        for signed_in in (START + user * 600, START + user * 600 + 50_000):
            whose = {"pool": "main", "client": "web", "session_ref": f"S{user}-{signed_in}", "user_ref": f"U{user}"}
            for issued in range(0, 43_200, 3500):
                at = signed_in + issued
                dates = {"auth_time": int(signed_in), "issued_at": int(at), "expires_at": int(at) + 3600}
                lines.append(render(TokenSeen(timestamp=timestamp(at), **whose, **dates)))
            for repeat, late in enumerate((60, 600, 1200), 1):
                lines.append(
                    render(
                        RequestRejected(
                            timestamp=timestamp(dates["expires_at"] + late),
                            **whose,
                            **dates,
                            cause="token_expired",
                            route="/orders",
                            repeats=repeat,
                            zombie=late > 60 or None,
                        )
                    )
                )
    log, saved = folder / "events.log", folder / "incident.duckdb"
    log.write_text("\n".join(lines) + "\n", encoding="utf-8")
    triage([str(log)], TriageOptions(save=str(saved)))
    return saved


@pytest.mark.parametrize("query", blocks("sql"))
def test_queries(query: str, incident: Path) -> None:
    """Each query runs on a saved incident and finds something."""
    with duckdb.connect(str(incident), read_only=True) as connection:
        assert connection.execute(query).fetchall()


@pytest.mark.parametrize("code", blocks("python"))
def test_code(code: str) -> None:
    """Each example is Python."""
    assert ast.parse(code).body


def test_guards() -> None:
    """The settings, and each of the guards that follow them, run as they stand; all of them are found."""
    settings, middleware, routes, flask, *_ = blocks("python")
    space: dict[str, Any] = {"__name__": "shop"}
    for code in (settings, middleware, routes):
        exec(compile(code, "README.md", "exec"), space)
    assert {guard.in_routes for guard in mounted_in(space["app"])} == {False, True}
    exec(compile(flask, "README.md", "exec"), space)
    assert {guard.in_routes for guard in mounted_in(space["app"])} == {False, True}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"(?<![\w./-])poolwarden(?:\.\w+)+", README))))
def test_names(name: str) -> None:
    """Each of our modules that is named exists, and has what is named of it; fields of events and files are neither."""
    module, *rest = name.split(".")[1:]
    if find_spec(f"poolwarden.{module}") is None:
        assert name.rpartition(".")[0] == "poolwarden" or name.endswith((".yml", ".json"))
        return
    value: object = importlib.import_module(f"poolwarden.{module}")
    for step, part in enumerate(rest, 1):
        inner = ".".join(("poolwarden", module, *rest[:step]))
        value = getattr(value, part) if hasattr(value, part) else importlib.import_module(inner)


def test_problem() -> None:
    """The answer that is shown is the one that is given."""
    from poolwarden.causes import Cause  # noqa: PLC0415
    from poolwarden.errors import bearer_error  # noqa: PLC0415
    from poolwarden.guard.challenge import answer_to  # noqa: PLC0415

    (shown,) = blocks("http")
    answer = answer_to(bearer_error(Cause.TOKEN_EXPIRED))
    assert json.loads(shown[shown.index("{") :]) == json.loads(answer.body)
    assert dict(answer.headers)["www-authenticate"] in shown


@pytest.mark.parametrize(
    "command",
    [
        line[2:].partition(" #")[0]
        for block in blocks("console")
        for line in block.splitlines()
        if line[:13] == "$ poolwarden "
    ]
    + list(re.findall(r"^\|.*\| `(poolwarden [^`]*)`", README, flags=re.MULTILINE)),
)
def test_commands(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command is one that the command line takes."""
    words = shlex.split(command)[1:]
    group = words[:2] if words[0] in ("client", "pool") else words[:1]
    assert main([*group, "--help"]) == 0
    told = capsys.readouterr().out
    assert all(option.partition("=")[0] in told for option in words if option.startswith("--"))


def test_validity(incident: Path) -> None:
    """The incident of this test is what it says, so the queries above mean something."""
    with duckdb.connect(str(incident), read_only=True) as connection:
        (lost,) = connection.execute("SELECT count(*) FROM sessions WHERE lost").fetchone() or (0,)
    assert lost >= 40
    assert timedelta(hours=12).total_seconds() == 43_200

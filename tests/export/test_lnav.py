"""The format for lnav, in a real lnav: it reads what the guard writes, and its views answer."""

import argparse
import io
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import structlog

from poolwarden import BearerError, cli
from poolwarden.events import KINDS, AnyEvent
from poolwarden.export.lnav import VIEWS, files, log_format
from poolwarden.observe.lines import JsonLines
from poolwarden.observe.structured import StructlogEvents
from rendered import VALUES, whole_events
from world import World

LNAV = shutil.which("lnav")
needs_lnav = pytest.mark.skipif(LNAV is None, reason="lnav is missing: install Debian's package lnav")

Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., str]:
    """Run lnav with a home of its own, and return what it prints; a warning is a failure."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "TMPDIR": str(tmp_path), "TERM": "dumb", "TZ": "UTC"}
    environment.pop("XDG_CONFIG_HOME", None)

    def call(*arguments: str | Path) -> str:
        done = subprocess.run(
            [str(LNAV), *map(str, arguments)],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        )
        assert "error" not in done.stderr
        assert "warning" not in done.stderr
        return done.stdout

    return call


@pytest.fixture
def ask(run: Callable[..., str], tmp_path: Path) -> Ask:
    """Install what the command exports, and return what asks for rows in a log."""
    folder = tmp_path / "out"
    assert cli.main(["export", "lnav", str(folder)]) == 0
    run("-i", *sorted(folder.iterdir()))

    def rows(log: Path, query: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(run("-n", "-q", "-c", f";{query}", "-c", ":write-json-to -", log))
        return found

    return rows


def by_lines(log: Path, events: list[AnyEvent]) -> None:
    """Write events as JsonLines does."""
    with log.open("w", encoding="utf-8") as stream:
        sink = JsonLines(stream)
        for event in events:
            sink.emit(event)


def by_structlog(log: Path, events: list[AnyEvent]) -> None:
    """Write events as structlog does in an application that logs JSON, between lines of the application's own."""
    with log.open("w", encoding="utf-8") as stream:
        logger = structlog.wrap_logger(
            structlog.WriteLogger(stream),
            processors=[structlog.stdlib.add_log_level, structlog.processors.JSONRenderer(sort_keys=True)],
        )
        sink = StructlogEvents(logger)
        for event in events:
            sink.emit(event)
            logger.info("order placed", timestamp=event.timestamp, number=17)


WRITERS = {"lines": by_lines, "structlog": by_structlog}


def incident(world: World) -> list[AnyEvent]:
    """Play a session that is refreshed once and whose client then keeps sending its dead token, and one without any."""
    server = world.server()
    signed_in = {"auth_time": int(world.clock()), "origin_jti": "one-session"}
    server.authenticate(b"Bearer " + world.mint(signed_in))
    world.clock.move(7200)
    token = b"Bearer " + world.mint(signed_in)
    server.authenticate(token)
    world.clock.move(7200)
    for _ in range(5):
        with pytest.raises(BearerError):
            server.authenticate(token)
        world.clock.move(60)
    with pytest.raises(BearerError):
        server.authenticate(None)
    return world.notes.events


@needs_lnav
@pytest.mark.parametrize("writer", WRITERS)
def test_fields(writer: str, ask: Ask, tmp_path: Path) -> None:
    """Every field of every event is a column of its own, with its value in its own type."""
    log = tmp_path / "events.log"
    WRITERS[writer](log, list(whole_events()))
    columns = ", ".join(f"{name}, typeof({name}) AS type_{name}" for name in VALUES)
    rows = {
        row["event"]: row
        for row in ask(log, f"SELECT event, log_level, {columns} FROM poolwarden_log WHERE event LIKE 'poolwarden.%'")
    }
    types = {str: "text", int: "integer", float: "real", bool: "integer", tuple: "text"}
    for name, kind in KINDS.items():
        for field in kind.__struct_fields__:
            if field in VALUES:
                assert rows[name][f"type_{field}"] == types[type(VALUES[field])], (name, field)
                assert type(VALUES[field])(rows[name][field]) == VALUES[field], (name, field)
    assert {name: row["log_level"] for name, row in rows.items() if row["log_level"] != "info"} == {
        "poolwarden.cognito_refused": "warning",
        "poolwarden.keys_failed": "error",
    }


@needs_lnav
@pytest.mark.parametrize("writer", WRITERS)
def test_incident(writer: str, ask: Ask, world: World, tmp_path: Path) -> None:
    """The views say of a real guard's events why requests were refused, how old sessions became, and who lingers."""
    log = tmp_path / "api.log"
    WRITERS[writer](log, incident(world))
    causes = ask(log, "SELECT cause, client, requests, sessions FROM poolwarden_causes")
    assert causes == [
        {"cause": "token_expired", "client": "web", "requests": 4, "sessions": 1},
        {"cause": "credentials_missing", "client": "unverified", "requests": 1, "sessions": 0},
    ]
    assert ask(log, "SELECT * FROM poolwarden_ages") == [{"client": "web", "hours": 2, "sessions": 1}]
    (zombie,) = ask(log, "SELECT client, cause, sessions, requests FROM poolwarden_zombies")
    assert zombie == {"client": "web", "cause": "token_expired", "sessions": 1, "requests": 4}
    (session,) = ask(log, "SELECT client, signed_in, tokens, refused, zombie FROM poolwarden_sessions")
    assert session == {"client": "web", "signed_in": "2023-11-14 22:13:20", "tokens": 2, "refused": 3, "zombie": 1}


@needs_lnav
@pytest.mark.parametrize("view", VIEWS, ids=[view.name for view in VIEWS])
def test_views(view: Any, ask: Ask, tmp_path: Path) -> None:
    """Every view answers, and has something to say of a log with every kind of event."""
    by_lines(tmp_path / "events.log", list(whole_events()))
    assert ask(tmp_path / "events.log", f"SELECT * FROM {view.name}")


@needs_lnav
def test_shown(run: Callable[..., str], ask: Ask, world: World, tmp_path: Path) -> None:
    """A line shows its time, level, event, cause and client before everything else; lnav's own check finds no fault."""
    by_lines(tmp_path / "api.log", incident(world))
    shown = run("-n", tmp_path / "api.log").splitlines()
    assert "2023-11-15T02:13:20.000 INFO    poolwarden.request_rejected token_expired          web" in [
        line.rstrip() for line in shown
    ]
    run("-C")


def test_every_field() -> None:
    """The format has a value for every field of every event, and no other."""
    made = log_format()["poolwarden_log"]
    fields = {field for kind in KINDS.values() for field in kind.__struct_fields__}
    assert set(made["value"]) == {"event", *fields} - {"timestamp", "level"}
    shown = {part["field"] for part in made["line-format"] if isinstance(part, dict)}
    assert {name for name in shown if not name.startswith("__")} <= set(made["value"])


def test_files() -> None:
    """The files are what lnav installs: one format, one script of statements, each view said in a line."""
    made = files(argparse.Namespace())
    assert json.load(io.StringIO(made["poolwarden_log.json"])) == log_format()
    assert made["poolwarden.sql"].count("CREATE VIEW IF NOT EXISTS") == len(VIEWS)
    assert [line for line in made["poolwarden.sql"].splitlines() if line.startswith("-- ")] == [
        f"-- {view.name}: {view.says}." for view in VIEWS
    ]

"""The one call that the command makes: options, settings, saved incidents."""

import math
import os
import sys
from pathlib import Path

import duckdb
import msgspec
import pytest

from poolwarden.errors import ConfigurationError
from poolwarden.triage.reports import FORMATS, render
from poolwarden.triage.run import TriageOptions, triage
from poolwarden.triage.store import CHUNK, Store
from triage.build import DAY, HOUR, NOW, refused, report, shares, token
from triage.scenarios import Incident, play

SMALL = Incident(name="run", refresh_s=30 * HOUR, users=20, days=8, logs="both", other=0.2)
CLIENT = {"UserPoolClient": {
    "ClientId": "web", "ClientName": "Web", "RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "days"},
}}  # fmt: skip
SAID = "2026-03-01T10:00:00Z ERROR NotAuthorizedException: Refresh Token has expired (InitiateAuth) sub={}\n"


def test_logs_are_triaged(tmp_path: Path) -> None:
    """Any log on disk goes in, a report comes out."""
    log = tmp_path / "app.log"
    log.write_text("".join(SAID.format(f"0000000{n}-1111-2222-3333-444455556666") for n in range(3)))
    found = triage([str(log)])
    assert shares(found) == {"refresh_validity_reached": 3}
    assert found.findings
    assert found.verdicts[0].evidence[0].file == str(log)


def test_a_file_that_does_not_exist_is_said_so(tmp_path: Path) -> None:
    """The error names it."""
    with pytest.raises(ConfigurationError, match=r"gone\.log"):
        triage([str(tmp_path / "gone.log")])


def test_progress_is_told(tmp_path: Path) -> None:
    """Whoever asks hears how far it is."""
    log = tmp_path / "app.log"
    log.write_text(SAID)
    told: list[tuple[int, int]] = []
    triage([str(log)], progress=lambda done, total: told.append((done, total)))
    assert told


@pytest.mark.parametrize(
    ("options", "seen"),
    [
        (TriageOptions(), 3),
        (TriageOptions(client="web"), 2),
        (TriageOptions(client="mobile"), 2),
        (TriageOptions(pool="other"), 1),
    ],
)
def test_one_client_or_pool_can_be_asked_for(options: TriageOptions, seen: int) -> None:
    """Records of others are passed over; those that name none stay."""
    records = [
        token("A", 1_772_000_000, 1_772_000_000, client="web", pool="main"),
        token("B", 1_772_000_000, 1_772_000_000, client="mobile", pool="main"),
        token("C", 1_772_000_000, 1_772_000_000, client=None, pool=None),
    ]
    assert report(records, options).sessions.seen == seen


def test_the_estimate_is_held_against_the_settings(tmp_path: Path) -> None:
    """What the settings declare stands beside what is in force, by the client's name or for any."""
    log = tmp_path / "app.log"
    log.write_text(SAID)
    assert triage([str(log)], TriageOptions(declared={"": 30 * DAY})).validity == ()
    records = play(SMALL).records
    for declared in ({"web": 30 * DAY}, {"": 30 * DAY}):
        assert report(records, TriageOptions(declared=declared)).validity[0].configured_s == 30 * DAY
    stranger = report(records, TriageOptions(declared={"other": 30 * DAY}))
    assert stranger.validity[0].configured_s is None
    assert "app clients (web): none is compared." in stranger.warnings[0].text


def test_the_settings_of_one_client_are_not_anothers() -> None:
    """Settings that name a client of the logs are about it alone; those that name none are about none of several."""
    records = play(SMALL).records
    others = [
        msgspec.structs.replace(one, client="mobile", session=one.session and f"m{one.session}", user=f"m{one.user}")
        for one in records
    ]
    found = report([*records, *others], TriageOptions(declared={"web": 30 * DAY, "": 30 * DAY}))
    assert {one.client: one.configured_s for one in found.validity} == {"web": 30 * DAY, "mobile": None}
    assert found.warnings == ()
    for declared, words in (
        ({"kiosk": 30 * DAY, "": 30 * DAY}, "--client says"),
        ({"a": 1, "b": 2}, "none is compared."),
    ):
        found = report([*records, *others], TriageOptions(declared=declared))
        assert [one.configured_s for one in found.validity] == [None, None]
        (notice,) = found.warnings
        assert "The settings name none of these logs' app clients (mobile, web)" in notice.text
        assert words in notice.text


def test_an_incident_can_be_kept(tmp_path: Path) -> None:
    """Records and sessions stay for SQL, with readable names and times, and nothing else."""
    path = tmp_path / "incident.duckdb"
    found = report(play(SMALL).records, TriageOptions(save=str(path)))
    with duckdb.connect(str(path), read_only=True) as kept:
        assert {name for (name,) in kept.execute("SHOW TABLES").fetchall()} == {"records", "sessions"}
        told = kept.execute("SELECT verdict, count(*) FROM sessions WHERE lost GROUP BY verdict").fetchall()
        assert dict(told) == shares(found)
        times = kept.execute("SELECT min(time) < max(time), min(file) FROM records").fetchall()
        assert times == [(True, "app.log")]
    assert list(tmp_path.iterdir()) == [path]


def test_a_kept_incident_has_the_losses_of_nobody_in_particular(tmp_path: Path) -> None:
    """As many lost sessions as the report tells, with or without a name or a time."""
    path = tmp_path / "incident.duckdb"
    calls = [refused(None, at, "refresh_token_expired") for at in (NOW, NOW + 60, None)]
    found = report(calls, TriageOptions(save=str(path)))
    with duckdb.connect(str(path), read_only=True) as kept:
        told = kept.execute(
            "SELECT verdict, count(*), count(lost_at), min(evidence) FROM sessions WHERE lost GROUP BY verdict"
        )
        assert told.fetchall() == [("refresh_validity_reached", 3, 2, "refused refresh_token_expired")]
    assert shares(found) == {"refresh_validity_reached": 3}


def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    """Before anything is read."""
    for path in (tmp_path, tmp_path / "gone" / "incident.duckdb"):
        with pytest.raises(ConfigurationError, match="cannot be written"):
            Store(str(path))


def test_many_records_reach_the_database_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The records of a large log are handed over before they fill the memory."""
    assert CHUNK > 1_000_000
    monkeypatch.setattr("poolwarden.triage.store.CHUNK", 1000)
    records = play(SMALL).records[:500]
    with Store() as store:
        for record in records:
            store.add([record])
        store.flush()
        assert store.rows("window")[0][2] == 500


@pytest.mark.parametrize("rows", [0, 3, 2000])
def test_a_table_holds_its_rows(rows: int) -> None:
    """However many values there are, each stands in its column."""
    with Store() as store:
        store.table("names", "file INTEGER, name VARCHAR", [(n, f"a,'b' {n}") for n in range(rows)])
        found = store._connection.execute("SELECT file, name FROM names ORDER BY file").fetchall()
    assert found == [(n, f"a,'b' {n}") for n in range(rows)]


def test_small_tables_hold_values_of_every_type() -> None:
    """Nothing, times without an end, large numbers and names with quotes come out as they went in."""
    rows = [(None, math.inf, None, 2**62), ("b\"'\n", -1.5, True, None), (None, None, False, 3)]
    with Store() as store:
        store.table("walls", "name VARCHAR, high_s DOUBLE, named BOOLEAN, many BIGINT", rows)
        assert store._connection.execute("SELECT * FROM walls ORDER BY rowid").fetchall() == rows


def test_the_database_prints_nothing() -> None:
    """Standard output is the report's: a long query must not draw its progress there."""
    with Store() as store:
        assert store._connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() == (False,)


def test_only_a_saved_incident_is_replaced(tmp_path: Path) -> None:
    """A log that is named by mistake stays what it is; an incident, or an empty file, is written anew."""
    log = tmp_path / "app.log"
    log.write_text(SAID)
    with pytest.raises(ConfigurationError, match="no DuckDB file"):
        triage([str(log)], TriageOptions(save=str(log)))
    assert log.read_text() == SAID
    saved = tmp_path / "incident.duckdb"
    saved.touch()
    for _ in range(2):
        triage([str(log)], TriageOptions(save=str(saved)))
        assert saved.read_bytes()[8:12] == b"DUCK"


@pytest.mark.skipif(sys.platform != "linux", reason="names are text there")
def test_names_that_are_no_text(tmp_path: Path) -> None:
    """Events and texts in files whose names are not UTF-8 are judged as any other, and every report can be written."""
    text = (
        "2026-03-01T10:00:00Z NotAuthorizedException: Refresh Token has expired sub={:08}-1111-2222-3333-444455556666\n"
    )
    event = '{"event":"poolwarden.request_rejected","timestamp":"2026-03-01T10:00:00.000Z","cause":"token_expired"}\n'
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9.log")).write_text(text.format(1) + text.format(2))
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe8.jsonl")).write_text(event)
    found = triage([str(tmp_path)])
    assert (found.sessions.lost, found.causes["token_expired"]) == (2, 1)
    assert all("\N{REPLACEMENT CHARACTER}.log" in one.file for one in found.verdicts[0].evidence)
    for form in FORMATS:
        assert render(found, form).encode()

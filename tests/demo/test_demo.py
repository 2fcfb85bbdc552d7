"""The demo's report is held against what was played."""

import asyncio
import io
import json
from collections import Counter
from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.demo.cast import FRONT_ENDS, front_end_for
from poolwarden.demo.numbers import table, total
from poolwarden.demo.perform import Performance, found_by_verdict, parts_of, perform, played_by_verdict, tell
from poolwarden.demo.script import Play, Script
from poolwarden.triage.durations import UnitMistake
from poolwarden.triage.report import Validity
from poolwarden.triage.reports import render


@pytest.fixture(scope="module")
def performance(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    """Play the whole script with few users, once."""
    return perform(Script(users=36), tmp_path_factory.mktemp("demo") / "demo.log")


@pytest.fixture(scope="module")
def validity(performance: Performance) -> dict[str, Validity]:
    """Return the report's validities by app client."""
    return {row.client: row for row in performance.report.validity}


async def test_stopped() -> None:
    """Ctrl-C, which cancels the task, ends the play at once and not in the end."""
    told = []

    def told_of(done: float, _total: float) -> None:
        told.append(done)
        playing.cancel()

    playing = asyncio.ensure_future(Play(Script(users=4), io.StringIO()).run(told_of))
    with pytest.raises(asyncio.CancelledError):
        await playing
    assert len(told) == 1


def test_every_behaviour_was_played(performance: Performance) -> None:
    """Losses of each kind, retries, zombies, placeholders and the outage are all in the play."""
    truth = performance.truth
    assert {verdict for verdict, _ in truth.lost} == {"refresh_validity_reached", "signed_out", "user_disabled"}
    assert min(truth.lost["refresh_validity_reached", client] for client in ("web", "mobile")) > 10
    assert min(truth.zombies, truth.bursts, truth.placeholders, truth.waited) > 10
    assert {"token_expired", "token_placeholder", "keys_unavailable"} < set(truth.answers)


def test_web_ends_at_thirty_hours(validity: dict[str, Validity]) -> None:
    """The mistake is found from the log alone, within one percent."""
    assert validity["web"].estimate_s == pytest.approx(30 * 3600, rel=0.01)
    assert validity["web"].unit_mistake == UnitMistake("30 hours", "30 days")
    assert validity["web"].confidence == "high"


def test_the_command_that_is_named_says_the_same(performance: Performance, capsys: pytest.CaptureFixture[str]) -> None:
    """What stands below `$ poolwarden triage demo.log` is what that command prints of the log."""
    assert cli.main(["triage", str(performance.log), "--format", "json"]) == 1
    assert render(performance.report, "json") == capsys.readouterr().out


def test_mobile_ends_at_thirty_days(validity: dict[str, Validity]) -> None:
    """The right setting is found as well, and is no mistake."""
    assert validity["mobile"].estimate_s == pytest.approx(30 * 86_400, rel=0.01)
    assert validity["mobile"].unit_mistake is None


@pytest.mark.parametrize("verdict", ["signed_out", "user_disabled"])
def test_ends_on_purpose(performance: Performance, verdict: str) -> None:
    """Sessions that somebody ended are told apart, to the last one."""
    assert found_by_verdict(performance.report)[verdict] == played_by_verdict(performance.truth)[verdict]


def test_lost_sessions_by_verdict(performance: Performance) -> None:
    """The report has as many lost sessions for each verdict as were played."""
    assert found_by_verdict(performance.report) == played_by_verdict(performance.truth)


def test_lost_sessions_by_client(performance: Performance) -> None:
    """And for each app client, where the verdict is the validity."""
    found: Counter[str | None] = Counter()
    for finding in performance.report.verdicts:
        if finding.verdict == "refresh_validity_reached":
            found[finding.client] += finding.sessions
    played = performance.truth.lost
    assert found == {name: played["refresh_validity_reached", name] for name in ("web", "mobile")}


def test_zombies(performance: Performance) -> None:
    """Sessions whose client kept polling are counted as zombies, and no others."""
    assert performance.report.sessions.zombies == performance.truth.zombies


def test_metrics_are_what_clients_saw(performance: Performance) -> None:
    """Every answer that a client received is in the counters, under its cause."""
    registry = performance.play.stage.registry
    for cause, answers in performance.truth.answers.items():
        outcome = {"outcome": "accepted"} if cause == "none" else {"cause": cause}
        assert total(registry, "poolwarden_requests_total", **outcome) == answers


def test_retries_are_counted(performance: Performance) -> None:
    """Each old front end's refresh was refused six times."""
    refused = total(performance.play.stage.registry, "poolwarden_cognito_refusals_total")
    assert refused == 6 * performance.truth.bursts


def test_nobody_was_logged_out_by_the_outage(performance: Performance) -> None:
    """While keys were out of reach clients got 503, and their sessions went on afterwards."""
    truth, registry = performance.truth, performance.play.stage.registry
    assert truth.waited > 0
    assert truth.logged_out_by_503 == 0
    assert total(registry, "poolwarden_requests_total", cause="key_unknown") == 0


def test_the_rotation_cost_nothing(performance: Performance) -> None:
    """New keys were fetched, and no token was refused for its key or its signature."""
    registry = performance.play.stage.registry
    assert total(registry, "poolwarden_keys") == 4
    assert total(registry, "poolwarden_requests_total", cause="signature_invalid") == 0


def test_nothing_personal_in_the_log(performance: Performance) -> None:
    """The log names no user, holds no token, and has a user's reference beside each session's."""
    text = performance.log.read_text(encoding="utf-8")
    assert "eyJ" not in text
    assert "web-1" not in text
    seen = next(event for event in map(json.loads, text.splitlines()) if event["event"] == "poolwarden.token_seen")
    assert {"session_ref", "user_ref", "token_ref"} <= seen.keys()


def test_table_of_metrics(performance: Performance) -> None:
    """The table fits a terminal, and shows what the counters hold."""
    lines = table(performance.play.stage.registry, ("web", "mobile")).splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.endswith("requests answered 401: token_expired") for line in lines)


def test_same_seed_same_play(tmp_path: Path) -> None:
    """A seed plays the same again; another one plays something else."""
    first, again, other = (
        perform(Script(users=3, days=25, seed=seed), tmp_path / f"{number}.log").truth
        for number, seed in enumerate((3, 3, 4))
    )
    assert first == again
    assert first != other


def test_what_a_spectator_sees(performance: Performance) -> None:
    """It ends with the verdict, why, and the next command, within 80 columns and without colours."""
    text = "".join(parts_of(performance, None, width=80, color=False))
    last = text.rsplit("\n\n", 1)[1].splitlines()
    assert last[0] == "Verdict: web: sessions end 30 hours after sign-in; 30 days were probably meant."
    assert last[1].endswith("sessions of web ended 30 hours after sign-in, none later.")
    assert last[2].endswith("sessions of mobile ended 30 days after sign-in, as set.")
    assert last[3] == "Next:"
    assert last[4].startswith("  aws cognito-idp describe-user-pool-client ")
    assert "keep the log with --log demo.log" in text
    assert "0 were logged out by it." in text
    assert "\x1b" not in text
    assert not [line for line in text.splitlines() if len(line) > 80]


def test_the_log_is_forgotten() -> None:
    """Without a place to keep it the log is gone, and the spectator hears how to keep it."""
    told = io.StringIO()
    done = tell(Script(users=3, days=2), None, told.write, lambda _done, _total: None, width=80, color=False)
    assert not done.log.exists()
    assert "--log demo.log" in told.getvalue()


def test_the_log_is_kept(tmp_path: Path) -> None:
    """With a place to keep it, the log is there."""
    log = tmp_path / "kept.log"
    tell(Script(users=3, days=2), log, io.StringIO().write, lambda _done, _total: None, width=80, color=False)
    assert "poolwarden.started" in log.read_text(encoding="utf-8")


async def test_progress_is_told() -> None:
    """Progress grows to the end, as seconds of all seconds."""
    heard: list[tuple[float, float]] = []
    await Play(Script(users=3, days=2), io.StringIO()).run(lambda done, all_: heard.append((done, all_)))
    shares = [done / all_ for done, all_ in heard]
    assert shares == sorted(shares)
    assert 0.5 < shares[-1] <= 1


@pytest.mark.parametrize("client", ["web", "mobile"])
def test_shares_of_front_ends(client: str) -> None:
    """The shares of front ends come out as the table has them."""
    assert sum(getattr(kind, client) for kind in FRONT_ENDS) == 100
    cast = Counter(front_end_for(client, number, 100).name for number in range(100))
    assert cast == Counter({kind.name: getattr(kind, client) for kind in FRONT_ENDS if getattr(kind, client)})


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection: the demo is offline."""

    def refuse(*_: object) -> None:
        message = "the demo asked for the network"
        raise AssertionError(message)

    monkeypatch.setattr("socket.socket.connect", refuse)


def test_nearly_every_loss_is_found(performance: Performance) -> None:
    """Whatever is not seen of the losses at the validity is below two percent, and nothing is found twice."""
    played, found = played_by_verdict(performance.truth), found_by_verdict(performance.report)
    assert found.keys() == played.keys()
    assert 0.98 * played.total() <= found.total() <= played.total()

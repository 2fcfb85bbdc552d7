"""Messages and causes are explained; standard input is read where nothing is given."""

import io
import json
import re
import sys

import pytest

from poolwarden import cli
from poolwarden.causes import CAUSES
from poolwarden.triage.verdicts import Verdict


class Given(io.TextIOWrapper):
    """Standard input with text in it, a terminal or not."""

    def __init__(self, text: str, *, terminal: bool = False) -> None:
        super().__init__(io.BytesIO(text.encode()))
        self._terminal = terminal

    def isatty(self) -> bool:
        """Say whether somebody sits there."""
        return self._terminal


@pytest.mark.parametrize("cause", CAUSES)
def test_every_cause(cause: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every cause is explained by its name, in 80 columns; only a source's address may be longer."""
    assert cli.main(["explain", cause]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{cause}: ")
    assert max(len(line) for line in lines if "https://" not in line) <= 80
    assert not re.search(r"\b[AD]/", "".join(lines)), "an address in short tells a user nothing"


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict(verdict: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Every word that the triage's report uses is explained, with the step that the report gives."""
    assert cli.main(["explain", verdict]) == 0
    told = capsys.readouterr().out
    assert told.startswith(f"{verdict}: ")
    assert "\nNext: " in told
    assert cli.main(["explain", "--format", "json", verdict]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert verdict in (answer.get("verdict"), answer.get("cause"))
    assert " ".join(answer["next_step"].split()) in " ".join(told.split())


def test_mistyped_cause(capsys: pytest.CaptureFixture[str]) -> None:
    """Who mistypes a cause is told which is meant; other words are not guessed at."""
    assert cli.main(["explain", "token_expird"]) == 0
    assert capsys.readouterr().err == "Did you mean token_expired?\n"
    assert cli.main(["explain", "rotation_races"]) == 0
    assert capsys.readouterr().err == "Did you mean rotation_race?\n"
    assert cli.main(["explain", "what is the weather"]) == 0
    assert capsys.readouterr().err == ""


def test_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Words need no quotes around them."""
    assert cli.main(["explain", "Refresh", "Token", "has", "expired"]) == 0
    assert capsys.readouterr().out.startswith("refresh_token_expired")


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """The explanation as JSON has the cause and everything known of it."""
    assert cli.main(["explain", "--format", "json", "refresh_token_expired"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["cause"], told["ends_session"]) == ("refresh_token_expired", "yes")


@pytest.mark.parametrize("arguments", [[], ["-"]])
def test_stdin(arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A text may be piped in."""
    monkeypatch.setattr(sys, "stdin", Given("NotAuthorizedException: Refresh Token has been revoked\n"))
    assert cli.main(["explain", *arguments]) == 0
    assert capsys.readouterr().out.startswith("refresh_token_revoked")


@pytest.mark.parametrize(
    ("given", "words"),
    [(Given("", terminal=True), "nothing to explain; give"), (Given(" \n"), "standard input is empty")],
)
def test_nothing(given: Given, words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to explain is a usage error that says what to give."""
    monkeypatch.setattr(sys, "stdin", given)
    assert cli.main(["explain"]) == 2
    assert words in capsys.readouterr().err


def test_jsonl(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Objects are answered one a line, in their order, null where nothing of ours is said."""
    asked = [{"id": 1, "text": "Refresh Token has expired"}, {"id": "b", "text": "hello"}]
    monkeypatch.setattr(sys, "stdin", Given("\n".join(map(json.dumps, asked))))
    assert cli.main(["explain", "--jsonl"]) == 0
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["id"], first["cause"], first["ends_session"]) == (1, "refresh_token_expired", "yes")
    assert second == {"id": "b", "cause": None, "operation": None, "ends_session": None}


@pytest.mark.parametrize(("arguments", "given"), [(["text"], ""), ([], "no json\n"), ([], '{"text": 7}\n')])
def test_jsonl_mistakes(
    arguments: list[str], given: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A text beside --jsonl, or a line that is no such object, is a usage error."""
    monkeypatch.setattr(sys, "stdin", Given(given))
    assert cli.main(["explain", "--jsonl", *arguments]) == 2
    assert "--jsonl" in capsys.readouterr().err


def test_checks(capsys: pytest.CaptureFixture[str]) -> None:
    """A check of app clients is explained by id or name, in either case, in 80 columns; an id of none is refused."""
    assert cli.main(["explain", "pw003"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("PW003: refresh_unit_mistake (warning)\n")
    assert max(map(len, out.splitlines())) <= 80
    assert cli.main(["explain", "--format", "json", "PW003"]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "refresh_unit_mistake"
    assert cli.main(["explain", "Refresh_Unit_Mistake"]) == 0
    assert capsys.readouterr().out == out
    assert cli.main(["explain", "refresh_unit_mistaken"]) == 0
    assert capsys.readouterr().err == "Did you mean refresh_unit_mistake?\n"
    assert cli.main(["explain", "PW999"]) == 2
    assert "no check is called PW999; there are PW001 to PW0" in capsys.readouterr().err

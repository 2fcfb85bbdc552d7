"""The small parts that commands share: moments, folding, progress, failures."""

import argparse
import io
import sys
import time

import pytest

from poolwarden.commands import demo
from poolwarden.commands.failures import UsageError, explain_failure
from poolwarden.commands.moments import moment_of, seconds_of
from poolwarden.commands.progress import Progress
from poolwarden.commands.terminal import folded, takes_color, width_of
from poolwarden.errors import ConfigurationError


class Screen(io.StringIO):
    """A terminal that remembers."""

    def isatty(self) -> bool:
        """Say that somebody looks."""
        return True


@pytest.mark.parametrize(("text", "seconds"), [("30d", 2_592_000), ("30H", 108_000), (" 90m", 5400), ("3600s", 3600)])
def test_durations(text: str, seconds: int) -> None:
    """Durations have a unit of one letter."""
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "30", "d", "1.5h", "-1d", "9999999999d"])
def test_no_durations(text: str) -> None:
    """What has no unit or no whole number is none."""
    with pytest.raises(argparse.ArgumentTypeError, match="30d, 30h"):
        seconds_of(text)


def test_moments() -> None:
    """Moments are dates, RFC 3339 times, UTC without an offset, or so long ago."""
    assert moment_of("2026-03-02") == 1_772_409_600
    assert moment_of("2026-03-02T09:00:00Z") == moment_of("2026-03-02T10:00:00+01:00") == moment_of("2026-03-02T09:00")
    assert moment_of("2026-03-02 10:00 Europe/Berlin") == moment_of("2026-03-02 10:00 +01:00") == 1_772_442_000
    assert moment_of("2026-07-02 10:00 Europe/Berlin") == moment_of("2026-07-02T08:00Z")
    assert moment_of("2026-03-02 UTC") == moment_of("1772409600") == moment_of("1772409600000") == 1_772_409_600
    assert moment_of("now") == pytest.approx(time.time(), abs=5)
    assert moment_of("2w") == pytest.approx(time.time() - 14 * 86_400, abs=5)
    assert moment_of("2h") == pytest.approx(time.time() - 7200, abs=5)
    for text in ("yesterday", "2026-03-02 10:00 Europe/Atlantis", "2026-13-01", "10:00"):
        with pytest.raises(argparse.ArgumentTypeError, match="36 hours ago"):
            moment_of(text)


def test_folding() -> None:
    """Lines break between words, keep their indentation, and addresses stay whole."""
    assert folded("  a bb ccc\n\nd", 8) == "  a bb\n    ccc\n\nd"
    assert folded("see https://example.com/a-long-address", 20) == "see\n  https://example.com/a-long-address"


def test_width_and_colors() -> None:
    """A pipe has 80 columns and no colours; a terminal has both as it says."""
    assert width_of(io.StringIO()) == 80
    assert not takes_color(io.StringIO(), {})
    assert takes_color(Screen(), {"TERM": "xterm"})
    assert not takes_color(Screen(), {"NO_COLOR": "1"})
    assert takes_color(Screen(), {"NO_COLOR": ""})


def test_progress_is_silent_in_a_pipe(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks, nothing is drawn."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with Progress("Reading") as progress:
        progress(1, 2)
    assert stream.getvalue() == ""


@pytest.mark.parametrize("rich", [True, False])
def test_progress_on_a_terminal(monkeypatch: pytest.MonkeyPatch, rich: bool) -> None:
    """On a terminal a bar is drawn, by rich or without it, and cleared at the end."""
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    if not rich:
        for name in ("rich", "rich.console", "rich.progress"):
            monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setenv("TERM", "xterm")
    with Progress("Reading") as progress:
        progress(1, 2)
        progress(2, 2)
    assert "Reading" in stream.getvalue()
    assert "50%" in stream.getvalue()


def test_progress_of_what_is_quickly_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes less than the time given is not shown, nor is anything on a terminal that cannot draw."""
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with Progress("Reading", after_s=60) as progress:
        progress(1, 2)
    monkeypatch.setenv("TERM", "dumb")
    with Progress("Reading") as progress:
        progress(1, 2)
    assert stream.getvalue() == ""


def test_progress_of_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes are shown with their rate."""
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with Progress("Reading", of_bytes=True) as progress:
        progress(1_000_000, 4_000_000)
        monkeypatch.setattr("poolwarden.commands.progress._EVERY_S", 0)
        progress(2_000_000, 4_000_000)
    assert "B/s" in stream.getvalue()


def test_progress_without_a_total(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the whole is not known, what is done is shown."""
    stream = Screen()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setitem(sys.modules, "rich.console", None)
    with Progress("Reading") as progress:
        progress(12_345, 0)
    assert "12,345" in stream.getvalue()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModuleNotFoundError("no", name="uvicorn.config"), "pip install 'poolwarden[pool]'"),
        (ModuleNotFoundError("No module named 'x'", name="x"), "internal error (ModuleNotFoundError)"),
        (ConfigurationError("field", "is\nwrong.", "Mend it."), "field: is wrong. Mend it."),
        (FileNotFoundError(2, "No such file or directory", "a.log"), "a.log: No such file or directory. Compare"),
        (OSError(28, "No space left on device"), "No space left on device. Make room"),
        (OSError(5, "Input/output error", "a.log"), "a.log: Input/output error."),
        (OSError("odd"), "internal error (OSError)"),
    ],
)
def test_failures(error: Exception, words: str) -> None:
    """Every failure becomes one line that says what to do."""
    told = explain_failure(error)
    assert told.startswith(words) or words in told
    assert "\n" not in told


def test_the_demo_names_all_that_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence names every missing package, so that one installation is enough."""
    monkeypatch.setattr("poolwarden.commands.demo._NEEDED", ("json", "no_such_package", "nor_this_one"))
    parser = argparse.ArgumentParser()
    demo.add_arguments(parser)
    with pytest.raises(UsageError, match=r"\(no_such_package, nor_this_one\).*fastapi,flask,triage"):
        demo.run(parser.parse_args([]))

"""Parts are read by as many processes as are worth it, and by the caller where a process is gone."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from poolwarden.triage import parts, workers
from poolwarden.triage.parts import Part, parts_of, understood
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.sources import Source, sources_of
from poolwarden.triage.workers import WORTH_IT, answers, processes_for

LINE = "2026-03-01 10:00:00,000 ERROR NotAuthorizedException: Refresh Token has expired\n"


def test_processes_are_started_where_they_are_worth_it() -> None:
    """A small log is read by one process; a large one by no more than there are cores."""
    cores = len(os.sched_getaffinity(0))
    assert processes_for(WORTH_IT - 1) == 1
    assert processes_for(WORTH_IT) == min(cores, 2)
    assert processes_for(WORTH_IT * 1000) == cores


def cut(folder: Path, text: str) -> tuple[list[Part], list[Source]]:
    """Return the parts of a log, and its source."""
    path = folder / "a.log"
    path.write_text(text)
    found = sources_of([str(path)])
    return list(parts_of(0, found[0], 2026, None, None)), found


@pytest.mark.parametrize("forked", [True, False])
def test_the_parts_of_a_dead_worker_are_given_back(
    forked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that was killed answers nothing: its parts come back unread, in order, and nothing is raised."""
    monkeypatch.setattr(parts, "PART", 1000)
    monkeypatch.setattr(workers, "_one_thread", lambda: forked)
    made: list[workers._Worker] = []

    class Noted(workers._Worker):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    monkeypatch.setattr(workers, "_Worker", Noted)
    given, found = cut(tmp_path, LINE * 100)

    def after_its_death() -> Iterator[Part]:
        for worker in made:
            process = worker._process.pid if worker._process is not None else worker._pid
            os.kill(process, signal.SIGKILL)
            os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        yield from given

    told = list(answers(after_its_death(), found, 2))
    assert [part for part, _ in told] == given
    assert {answer for _, answer in told} == {None}


@pytest.mark.parametrize("count", [1, 7, 8, 9, 40, 200])
def test_answers_come_in_the_order_of_the_parts(count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many parts there are, each is answered once, in order; those to be read here have no answer."""
    monkeypatch.setattr(parts, "PART", 200)
    given, found = cut(tmp_path, LINE * 1000)
    given = [Part(one.index, one.start, one.end, one.latest, alone=place % 5 == 4) for place, one in enumerate(given)]
    told = list(answers(iter(given[:count]), found, 2))
    assert [part for part, _ in told] == given[:count]
    for part, answer in told:
        assert (answer is None) is part.alone
        if answer is not None:
            lines = (part.end or 0) // len(LINE) - part.start // len(LINE)
            assert len(understood(answer, 0)[0]) == lines


@pytest.mark.parametrize("forked", [True, False])
def test_long_names_block_nobody(forked: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose answers fill its pipe waits for us; what we ask it meanwhile never fills the other one."""
    monkeypatch.setattr(parts, "PART", 20_000)
    monkeypatch.setattr(workers, "_one_thread", lambda: forked)
    monkeypatch.setattr(workers, "_widen", lambda _: None)
    given, found = cut(tmp_path, LINE * 10_000)
    long = [replace(found[0], name="n" * 20_000)]
    told = list(answers(iter(given), long, 1))
    assert sum(len(understood(answer or b"", 0)[0]) for _, answer in told) == 10_000


def test_parts_without_records_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a worker found nothing in still counts as read."""
    monkeypatch.setattr(parts, "PART", 1000)
    path = tmp_path / "a.log"
    path.write_text("2026-03-01 10:00:00,000 INFO all is well\n" * 300 + LINE)
    reading = read([str(path)], ReadOptions(processes=2))
    assert [len(batch) for batch in reading] == [1]
    assert (reading.tally.lines, reading.tally.records) == (301, 1)

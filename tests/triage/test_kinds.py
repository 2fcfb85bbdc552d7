"""Logs of several hosts tell of different losses, however close together; logs of two kinds tell one loss twice."""

from pathlib import Path

import pytest

from poolwarden.triage.kinds import kinds_of
from poolwarden.triage.run import triage

LINE = (
    "2026-03-01 10:{:02}:{:02},000 ERROR [app] refresh failed user=u{}: An error occurred (NotAuthorizedException) "
    "when calling the InitiateAuth operation: Refresh Token has been revoked\n"
)
HOSTS, LOST = 4, 60


@pytest.mark.parametrize(
    ("sources", "kinds"),
    [
        ([], {}),
        ([(0, "text"), (1, "text")], {0: 0, 1: 0}),
        ([(0, "text"), (1, "cloudtrail")], {0: 1, 1: 0}),
        ([(0, "json"), (1, "text"), (2, "json"), (2, "text"), (3, "cloudtrail")], {0: 1, 1: 1, 2: 1, 3: 0}),
    ],
)
def test_files_that_share_a_format_are_of_one_kind(sources: list[tuple[int, str]], kinds: dict[int, int]) -> None:
    """Whatever the order of the files."""
    assert kinds_of(sources) == kinds
    assert kinds_of(sources[::-1]) == kinds


def test_hosts_that_log_apart_lose_as_many_sessions_as_in_one_log(tmp_path: Path) -> None:
    """Users of several hosts are refused within the same seconds; each of them lost a session."""
    lines = {
        host: [LINE.format(number % 60, (number + host) % 60, 1000 * host + number) for number in range(LOST)]
        for host in range(HOSTS)
    }
    apart, whole = tmp_path / "apart", tmp_path / "whole"
    apart.mkdir()
    whole.mkdir()
    for host, told in lines.items():
        (apart / f"app-{host}.log").write_text("".join(told))
    (whole / "app.log").write_text("".join(sorted(line for told in lines.values() for line in told)))
    assert [triage([str(folder)]).sessions.lost for folder in (apart, whole)] == [HOSTS * LOST] * 2

"""The runbooks: a page for each alert, and commands that exist."""

import re
import shlex
from pathlib import Path

import pytest

from poolwarden import cli
from poolwarden.export.prometheus.render import ALERTS
from poolwarden.export.prometheus.rows import Alert
from promql import selected

RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
INDEX = RUNBOOKS / "README.md"
PAGES = sorted(path.name for path in RUNBOOKS.glob("*.md") if path != INDEX)
TOOLS = {"promtool", "poolwarden", "aws", "curl", "chronyc"}


def commands(page: str) -> list[str]:
    """Return the first commands of a page."""
    text = (RUNBOOKS / page).read_text(encoding="utf-8")
    (block,) = re.findall(r"^## First three commands\n\n```sh\n(.*?)```$", text, re.MULTILINE | re.DOTALL)
    return str(block).splitlines()


def test_pages() -> None:
    """There is a page for each alert and no other, named as the alert's link is."""
    assert sorted(alert.page for alert in ALERTS) == PAGES


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_page(alert: Alert) -> None:
    """A page has the alert's name, says what it means, has three commands first, and what to do then."""
    text = (RUNBOOKS / alert.page).read_text(encoding="utf-8")
    title, meaning, rest = text.split("\n\n", 2)
    assert title == f"# {alert.name}"
    assert len(meaning) > 80
    assert rest.startswith("## First three commands")
    assert rest.count("\n## ") >= 1
    assert len(commands(alert.page)) == 3
    assert f"| [{alert.name}]({alert.page}) | {alert.severity} |" in INDEX.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_commands_exist(page: str) -> None:
    """The commands are those of a few tools; ours are read by our own command line, queries are PromQL."""
    for command in commands(page):
        words = shlex.split(command.removesuffix(" > client.json"))
        assert words[0] in TOOLS
        if words[0] == "poolwarden":
            assert cli.parser_for(words[1:]).parse_args(words[1:]).run
        if words[:3] == ["promtool", "query", "instant"]:
            assert words[3] == "$PROMETHEUS"
            assert len(words) == 5
            assert selected(words[4])


@pytest.mark.parametrize("page", [*PAGES, "README.md"])
def test_links(page: str) -> None:
    """Links between the pages lead somewhere."""
    text = (RUNBOOKS / page).read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([^)]+)\)", text)) <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_commands_in_the_text(page: str) -> None:
    """Whatever the text names of our commands and options exists."""
    text = (RUNBOOKS / page).read_text(encoding="utf-8").replace("\n", " ")
    for found in re.findall(r"`(poolwarden [^`]+)`", text):
        words = shlex.split(str(found))[1:]
        assert cli.parser_for(words).parse_args(words).run

"""The dashboard for Grafana: the linter's rules hold, and it shows what is there."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.utils import floatToGoString

from grafana_linter import RULES, expanded, panels, selectors, targets
from poolwarden import cli
from poolwarden.export.bounds import le
from poolwarden.export.grafana.render import ROWS, dashboard
from poolwarden.export.grafana.series import VARIABLES
from poolwarden.observe.prometheus import meter
from poolwarden.validities import AGES, USUAL

Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def board() -> dict[str, Any]:
    """Make a dashboard of its own for each test."""
    made: dict[str, Any] = json.loads(json.dumps(dashboard("poolwarden", "poolwarden")))
    return made


def variable(board: dict[str, Any], name: str) -> dict[str, Any]:
    """Return a variable by its name."""
    (found,) = (one for one in board["templating"]["list"] if one["name"] == name)
    assert isinstance(found, dict)
    return found


def target(board: dict[str, Any], title: str) -> dict[str, Any]:
    """Return a panel's first query."""
    found = next(one for panel, one in targets(board) if panel == title)
    assert isinstance(found, dict)
    return found


def rewritten(title: str, old: str, new: str) -> Change:
    """Return a change of a query that leaves something else."""

    def change(board: dict[str, Any]) -> None:
        one = target(board, title)
        assert old in one["expr"]
        one["expr"] = one["expr"].replace(old, new)

    return change


# One mistake for each rule, so that it is known to be looked at.
MISTAKES: dict[str, Change] = {
    "template-datasource-rule": lambda board: variable(board, "datasource").update(name="source"),
    "template-job-rule": lambda board: variable(board, "job").update(allValue=".*"),
    "template-instance-rule": lambda board: variable(board, "instance").update(multi=False),
    "template-label-promql-rule": lambda board: variable(board, "pool").update(query="label_values(a{, pool)"),
    "template-on-time-change-reload-rule": lambda board: variable(board, "client").update(refresh=1),
    "panel-datasource-rule": lambda board: panels(board)[3].update(datasource={"type": "prometheus", "uid": "x"}),
    "panel-title-description-rule": lambda board: panels(board)[4].update(description=""),
    "panel-units-rule": lambda board: panels(board)[5]["fieldConfig"]["defaults"].update(unit="requests"),
    "panel-no-targets-rule": lambda board: panels(board)[6].update(targets=[]),
    "target-promql-rule": rewritten("Refusals by cause", "sum by (cause)", "sum by cause"),
    "target-rate-interval-rule": rewritten("Requests by outcome", "$__rate_interval", "5m"),
    "target-job-rule": rewritten("Keys in force", 'job=~"$job"', 'job="$job"'),
    "target-instance-rule": rewritten("Keys in force", ', instance=~"$instance"', ""),
    "target-counter-agg-rule": rewritten("Requests by outcome", "rate(", "last_over_time("),
    "uneditable-dashboard": lambda board: board.update(editable=True),
}


@pytest.mark.parametrize("rule", sorted(RULES))
def test_linted(board: dict[str, Any], rule: str) -> None:
    """Each rule of Grafana's linter holds, and would complain about its mistake."""
    assert list(RULES[rule](board)) == []
    MISTAKES[rule](board)
    assert list(RULES[rule](board)) != []


def test_fifteen_rules() -> None:
    """The rules are fifteen, each with a mistake."""
    assert len(RULES) == 15
    assert MISTAKES.keys() == RULES.keys()


def test_rows(board: dict[str, Any]) -> None:
    """The rows are the questions of an incident, in their order."""
    assert [one["title"] for one in board["panels"] if one["type"] == "row"] == [
        "Is it us?",
        "Why refused",
        "Sessions lost",
        "Zombies",
        "Cognito's refusals",
        "App-client settings",
    ]


def test_places(board: dict[str, Any]) -> None:
    """No two panels overlap, none is wider than the dashboard, and every id and title within a row is one panel's."""
    taken: set[tuple[int, int]] = set()
    for one in board["panels"]:
        place = one["gridPos"]
        cells = {(place["x"] + dx, place["y"] + dy) for dx in range(place["w"]) for dy in range(place["h"])}
        assert not cells & taken
        taken |= cells
    assert {x for x, _ in taken} == set(range(24))
    assert len({one["id"] for one in board["panels"]}) == len(board["panels"])
    for row in ROWS:
        titles = [panel.title for panel in row.panels]
        assert len(set(titles)) == len(titles)


def test_metrics_and_labels_exist(board: dict[str, Any], registry: CollectorRegistry) -> None:
    """Every metric that is asked for exists, and has the labels that are asked of it."""
    counts = meter(registry)
    counts.configured([("main", "web", 3600)], "1")
    counts.keys("main", 2, 1)
    counts.cognito_refused("GetUser", "throttled")
    labels = {sample.name: set(sample.labels) for family in registry.collect() for sample in family.samples}
    for title, one in selectors(board):
        assert one.matchers.keys() - {"job", "instance"} <= labels[one.metric], title
        chosen = {name for name in ("pool", "client") if one.matchers.get(name) == f"=~${name}"}
        assert chosen == labels[one.metric] & {"pool", "client"}, title
        assert set(VARIABLES[one.metric]) == chosen


def test_labels_that_are_grouped_by_exist(board: dict[str, Any], registry: CollectorRegistry) -> None:
    """Legends name labels that their query keeps."""
    for title, one in targets(board):
        named = set(re.findall(r"{{(\w+)}}", one["legendFormat"]))
        kept = {label.strip() for found in re.findall(r"by \(([^)]*)\)", one["expr"]) for label in found.split(",")}
        assert named <= kept, title


@pytest.mark.parametrize("title", ["Age of lost sessions", "Age of sessions at a refresh"])
def test_heatmap_has_every_bucket_once(board: dict[str, Any], title: str) -> None:
    """The heatmap's parts have all buckets, none twice; and the panel shows a histogram of Prometheus."""
    (panel,) = (one for one in panels(board) if one["title"] == title)
    assert panel["type"] == "heatmap"
    assert panel["targets"][0]["format"] == "heatmap"
    asked = [
        value.replace("\\", "")
        for found in re.findall(r'le=~"([^"]*)"', panel["targets"][0]["expr"])
        for value in found.split("|")
    ]
    assert sorted(asked) == sorted([*map(floatToGoString, AGES), "+Inf"])


def test_bounds_as_exposed() -> None:
    """Bounds are written as prometheus_client exposes them."""
    for bound in (*AGES, 999_999, 1_000_000, 9_999_999, 10_000_000):
        assert le(bound) == floatToGoString(bound)


def test_ages_part_the_validities() -> None:
    """Each usual validity is a bound, with one just under it and one just over it that no other comes between."""
    assert list(AGES) == sorted(set(AGES))
    for validity in USUAL.values():
        place = AGES.index(validity)
        assert AGES[place - 1] == validity * 0.98
        assert AGES[place + 1] == max(validity * 1.02, validity + 3600)


def test_options(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Title and id are what was asked for; an id that Grafana would refuse is a usage error."""
    assert cli.main(["export", "grafana", str(tmp_path / "a" / "b"), "--title", "Sessions é", "--uid", "ses-1"]) == 0
    file = tmp_path / "a" / "b" / "poolwarden.dashboard.json"
    assert capsys.readouterr().out == f"{file}\n"
    made = json.loads(file.read_text(encoding="utf-8"))
    assert (made["title"], made["uid"]) == ("Sessions é", "ses-1")
    assert cli.main(["export", "grafana", str(tmp_path), "--uid", "a b"]) == 2
    assert "'a b' is no id" in capsys.readouterr().err


def test_queries_are_small_enough(board: dict[str, Any]) -> None:
    """Every query fits an address, which many proxies end at 8 KB, also with its characters escaped."""
    assert max(len(quote(expanded(one["expr"]))) for _, one in targets(board)) < 8000

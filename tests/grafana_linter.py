"""
The rules of Grafana's dashboard-linter, on a dashboard's JSON.

Written after https://github.com/grafana/dashboard-linter/tree/main/docs/rules;
where the linter looks at some kinds of panels only, every panel with queries is
looked at here.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from promql import Selected, selected

Dashboard = dict[str, Any]
Complaints = Iterator[str]

RATE_INTERVAL, RANGE = "4m17s", "23h41m"
"""What stands for Grafana's variables in queries; nobody would write these."""

# From Grafana's categories of value formats: those that make sense for what is counted here.
UNITS = {"none", "short", "percent", "percentunit", "s", "ms", "dtdurations", "reqps", "ops", "cps", "bool"}
RATES = ("rate", "irate", "increase")


def expanded(query: str) -> str:
    """Return a query with Grafana's variables filled in."""
    return query.replace("$__rate_interval", RATE_INTERVAL).replace("$__range", RANGE)


def panels(board: Dashboard) -> list[dict[str, Any]]:
    """Return the panels that show something."""
    return [panel for panel in board["panels"] if panel["type"] != "row"]


def targets(board: Dashboard) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each query with its panel's title."""
    for panel in panels(board):
        for target in panel.get("targets") or ():
            yield panel["title"], target


def selectors(board: Dashboard) -> Iterator[tuple[str, Selected]]:
    """Yield each selector of each query that is PromQL, with its panel's title."""
    for title, target in targets(board):
        try:
            found = selected(expanded(target["expr"]))
        except ValueError:
            continue  # another rule's
        for one in found:
            yield title, one


def variables(board: Dashboard, kind: str) -> list[dict[str, Any]]:
    """Return the variables of a kind."""
    return [one for one in board["templating"]["list"] if one["type"] == kind]


def _template_datasource(board: Dashboard) -> Complaints:
    sources = variables(board, "datasource")
    if len(sources) != 1:
        yield "there is not one data source"
    for one in sources:
        if one["name"] not in ("datasource", "prometheus_datasource"):
            yield f"it is named {one['name']}"
        if one["label"] not in ("Data source", "Prometheus data source"):
            yield f"it is labelled {one['label']}"
        if one["query"] != "prometheus":
            yield f"it is of {one['query']}"


def _template(name: str) -> Callable[[Dashboard], Complaints]:
    def rule(board: Dashboard) -> Complaints:
        found = [one for one in board["templating"]["list"] if one["name"] == name]
        if len(found) != 1:
            yield f"there is not one variable {name}"
        for one in found:
            wanted = {"type": "query", "label": name.title(), "multi": True, "allValue": ".+"}
            for key, value in wanted.items():
                if one.get(key) != value:
                    yield f"{name}: {key} is {one.get(key)!r}"
            if one.get("datasource", {}).get("uid") != "${datasource}":
                yield f"{name} does not use the data source"

    return rule


def _template_label_promql(board: Dashboard) -> Complaints:
    for one in variables(board, "query"):
        match = re.fullmatch(r"label_values\((.+), (\w+)\)", one["query"])
        if match is None:
            yield f"{one['name']}: {one['query']} is no query of labels"
            continue
        try:
            selected(match[1])
        except ValueError as error:
            yield f"{one['name']}: {error}"


def _template_on_time_change_reload(board: Dashboard) -> Complaints:
    yield from (one["name"] for one in variables(board, "query") if one.get("refresh") != 2)


def _panel_datasource(board: Dashboard) -> Complaints:
    for holder in (*panels(board), *(target for _, target in targets(board))):
        if holder.get("datasource") != {"type": "prometheus", "uid": "${datasource}"}:
            yield f"{holder.get('title') or holder.get('expr')} does not use the data source"


def _panel_title_description(board: Dashboard) -> Complaints:
    yield from (str(one["id"]) for one in panels(board) if not one.get("title") or not one.get("description"))


def _panel_units(board: Dashboard) -> Complaints:
    for one in panels(board):
        unit = one["fieldConfig"]["defaults"].get("unit")
        if unit not in UNITS:
            yield f"{one['title']}: {unit!r}"


def _panel_no_targets(board: Dashboard) -> Complaints:
    yield from (one["title"] for one in panels(board) if not one.get("targets"))


def _target_promql(board: Dashboard) -> Complaints:
    for title, target in targets(board):
        try:
            selected(expanded(target["expr"]))
        except ValueError as error:
            yield f"{title}: {error}"


def _target_rate_interval(board: Dashboard) -> Complaints:
    for title, one in selectors(board):
        if one.call in ("rate", "irate") and one.range != RATE_INTERVAL:
            yield f"{title}: {one.text}[{one.range}]"


def _target_matcher(name: str) -> Callable[[Dashboard], Complaints]:
    def rule(board: Dashboard) -> Complaints:
        for title, one in selectors(board):
            if one.matchers.get(name) != f"=~${name}":
                yield f"{title}: {one.text}"

    return rule


def _target_counter_agg(board: Dashboard) -> Complaints:
    for title, one in selectors(board):
        if one.metric.endswith("_total") and (one.range is None or one.call not in RATES):
            yield f"{title}: {one.text}"


def _uneditable(board: Dashboard) -> Complaints:
    if board.get("editable") is not False:
        yield "it can be changed in Grafana"


RULES: dict[str, Callable[[Dashboard], Complaints]] = {
    "template-datasource-rule": _template_datasource,
    "template-job-rule": _template("job"),
    "template-instance-rule": _template("instance"),
    "template-label-promql-rule": _template_label_promql,
    "template-on-time-change-reload-rule": _template_on_time_change_reload,
    "panel-datasource-rule": _panel_datasource,
    "panel-title-description-rule": _panel_title_description,
    "panel-units-rule": _panel_units,
    "panel-no-targets-rule": _panel_no_targets,
    "target-promql-rule": _target_promql,
    "target-rate-interval-rule": _target_rate_interval,
    "target-job-rule": _target_matcher("job"),
    "target-instance-rule": _target_matcher("instance"),
    "target-counter-agg-rule": _target_counter_agg,
    "uneditable-dashboard": _uneditable,
}
"""The linter's fifteen rules for dashboards on Prometheus: what each complains about."""

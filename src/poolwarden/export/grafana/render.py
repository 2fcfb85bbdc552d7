"""Make the dashboard's JSON of its rows."""

from collections.abc import Iterator
from typing import Any

from poolwarden.export.grafana.guard import IS_IT_US, WHY_REFUSED
from poolwarden.export.grafana.rows import Panel, Query, Row
from poolwarden.export.grafana.sessions import COGNITO, SESSIONS_LOST, SETTINGS, ZOMBIES

ROWS: tuple[Row, ...] = (IS_IT_US, WHY_REFUSED, SESSIONS_LOST, ZOMBIES, COGNITO, SETTINGS)
"""The dashboard's rows, from the top."""

_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_COLUMNS = 24
_ON_TIME_RANGE_CHANGE = 2

# Each variable offers what the ones before it leave.
_VARIABLES = (
    ("job", "Job", "poolwarden_build_info"),
    ("instance", "Instance", 'poolwarden_build_info{job=~"$job"}'),
    ("pool", "Pool", 'poolwarden_requests_total{job=~"$job", instance=~"$instance"}'),
    ("client", "Client", 'poolwarden_requests_total{job=~"$job", instance=~"$instance", pool=~"$pool"}'),
)

_LINES = {
    "drawStyle": "line",
    "lineInterpolation": "linear",
    "lineWidth": 2,
    "fillOpacity": 0,
    "showPoints": "auto",
    "spanNulls": False,
    "stacking": {"mode": "none", "group": "A"},
}

_OPTIONS: dict[str, dict[str, Any]] = {
    "timeseries": {
        "legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"], "showLegend": True},
        "tooltip": {"mode": "multi", "sort": "desc"},
    },
    "stat": {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "value",
        "graphMode": "area",
        "justifyMode": "auto",
        "orientation": "auto",
        "textMode": "auto",
    },
    "table": {"showHeader": True, "cellHeight": "sm", "footer": {"show": False, "reducer": ["sum"], "fields": ""}},
    "heatmap": {
        "calculate": False,
        "cellGap": 0,
        "color": {"mode": "scheme", "scheme": "Oranges", "steps": 64, "exponent": 0.3, "fill": "dark-orange"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "tooltip": {"mode": "single", "yHistogram": True},
        "yAxis": {"axisPlacement": "left", "unit": "s", "reverse": False},
    },
}


def dashboard(title: str, uid: str) -> dict[str, Any]:
    """
    Return the dashboard as Grafana imports it.

    Args:
        title: Its title.
        uid: Its stable id, which its address has.
    """
    return {
        "uid": uid,
        "title": title,
        "description": "Why sessions of Amazon Cognito are refused and lost, as poolwarden counts it.",
        "tags": ["poolwarden", "cognito"],
        # Generated: what is changed in Grafana is lost with the next export.
        "editable": False,
        "graphTooltip": 1,
        "refresh": "1m",
        "schemaVersion": 39,
        "time": {"from": "now-24h", "to": "now"},
        "timepicker": {},
        "timezone": "",
        "annotations": {"list": []},
        "links": [],
        "templating": {"list": list(_variables())},
        "panels": list(_panels()),
    }


def _variables() -> Iterator[dict[str, Any]]:
    yield {
        "name": "datasource",
        "label": "Data source",
        "type": "datasource",
        "query": "prometheus",
        "refresh": 1,
        "hide": 0,
        "multi": False,
        "includeAll": False,
        "options": [],
        "current": {},
    }
    for name, label, source in _VARIABLES:
        yield {
            "name": name,
            "label": label,
            "type": "query",
            "datasource": dict(_SOURCE),
            "query": f"label_values({source}, {name})",
            "definition": f"label_values({source}, {name})",
            "refresh": _ON_TIME_RANGE_CHANGE,
            "sort": 1,
            "hide": 0,
            "multi": True,
            "includeAll": True,
            "allValue": ".+",
            "options": [],
            "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        }


def _panels() -> Iterator[dict[str, Any]]:
    number, y = 1, 0
    for row in ROWS:
        yield {
            "id": number,
            "type": "row",
            "title": row.title,
            "collapsed": False,
            "gridPos": {"x": 0, "y": y, "w": _COLUMNS, "h": 1},
            "panels": [],
        }
        number, y, x, tallest = number + 1, y + 1, 0, 0
        for panel in row.panels:
            if x + panel.width > _COLUMNS:
                y, x, tallest = y + tallest, 0, 0
            yield _panel(panel, number, {"x": x, "y": y, "w": panel.width, "h": panel.height})
            number, x, tallest = number + 1, x + panel.width, max(tallest, panel.height)
        y += tallest


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": None}]
    steps += [
        {"color": color, "value": value}
        for color, value in zip(("yellow", "red"), panel.steps, strict=True)
        if value is not None
    ]
    defaults: dict[str, Any] = {"unit": panel.unit, "thresholds": {"mode": "absolute", "steps": steps}}
    if panel.maximum is not None:
        defaults |= {"min": 0, "max": panel.maximum}
    if panel.kind == "timeseries":
        defaults |= {"custom": {**_LINES, **panel.custom}}
        if panel.unit != "s":
            defaults |= {"min": 0}
    return {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.description,
        "datasource": dict(_SOURCE),
        "gridPos": place,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": _OPTIONS[panel.kind],
        "targets": [_target(query, letter) for query, letter in zip(panel.queries, "ABCDEF", strict=False)],
        "transformations": list(panel.transformations),
    }


def _target(query: Query, letter: str) -> dict[str, Any]:
    return {
        "refId": letter,
        "datasource": dict(_SOURCE),
        "expr": query.expr,
        "legendFormat": query.legend or "__auto",
        "format": query.format,
        "instant": query.instant,
        "range": not query.instant,
        "editorMode": "code",
    }

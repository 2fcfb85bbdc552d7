"""Describe a dashboard in frozen rows: rows of panels, panels of queries."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Query:
    """
    A query of a panel.

    Attributes:
        expr: PromQL, with the dashboard's variables.
        legend: What its series are called.
        instant: Whether only its last value is wanted.
        format: ``time_series``, ``table`` or ``heatmap``.
    """

    expr: str
    legend: str = ""
    instant: bool = False
    format: str = "time_series"


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """
    A panel.

    Attributes:
        kind: Grafana's type of panel.
        title: Its title.
        description: What it shows and what to make of it.
        unit: Grafana's unit of its values.
        queries: What it shows.
        width: How many of 24 columns it takes.
        height: How many lines it takes.
        custom: How its lines are drawn, where they are lines.
        steps: Values from which on it turns yellow and red; None for a step that is not there.
        transformations: What is done to the answers before they are shown.
        maximum: The highest value there can be; None for no such.
    """

    kind: str
    title: str
    description: str
    unit: str
    queries: tuple[Query, ...]
    width: int
    height: int = 8
    custom: dict[str, Any] = field(default_factory=dict)
    steps: tuple[float | None, float | None] = (None, None)
    transformations: tuple[dict[str, Any], ...] = ()
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """
    A row of the dashboard.

    Attributes:
        title: The question that it answers.
        panels: Its panels, from left to right; they break where 24 columns are full.
    """

    title: str
    panels: tuple[Panel, ...]


STACKED: dict[str, Any] = {"fillOpacity": 40, "lineWidth": 1, "stacking": {"mode": "normal", "group": "A"}}
"""Lines that stand on each other: shares of a whole."""

"""Make a rule file, and the same as a resource of Kubernetes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from poolwarden.export.prometheus.cognito import COGNITO
from poolwarden.export.prometheus.keys import KEYS
from poolwarden.export.prometheus.requests import REQUESTS
from poolwarden.export.prometheus.rows import Alert, Group, Recording
from poolwarden.export.prometheus.sessions import SESSIONS
from poolwarden.export.prometheus.thresholds import Value, default_values

GROUPS: tuple[Group, ...] = (REQUESTS, KEYS, SESSIONS, COGNITO)
"""Every group of rules."""

ALERTS: tuple[Alert, ...] = tuple(rule for group in GROUPS for rule in group.rules if isinstance(rule, Alert))
"""Every alert."""

RUNBOOKS = "docs/runbooks"
"""Where the runbooks are by default: the project's own, as a path of its source."""

_PLACEHOLDER = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    What the user chose.

    Attributes:
        values: The thresholds' values by name.
        only: Label matchers for every series, such as ``job="shop"``; empty for none.
        runbooks: The address that the runbooks' file names are appended to.
        pending: How long a condition has to hold, as Prometheus writes durations.
    """

    values: Mapping[str, Value] = field(default_factory=default_values)
    only: str = ""
    runbooks: str = RUNBOOKS
    pending: str = "5m"


def groups(settings: Settings) -> list[dict[str, Any]]:
    """Return the groups as Prometheus' rule files have them."""
    return [{"name": group.name, "rules": [_rule(rule, settings) for rule in group.rules]} for group in GROUPS]


def rule_file(settings: Settings) -> dict[str, Any]:
    """Return a rule file of Prometheus."""
    return {"groups": groups(settings)}


def resource(settings: Settings, name: str, namespace: str | None, labels: Mapping[str, str]) -> dict[str, Any]:
    """
    Return a PrometheusRule of the Prometheus Operator (monitoring.coreos.com/v1).

    Args:
        settings: What the user chose.
        name: The resource's name.
        namespace: Its namespace; None for the one it is applied to.
        labels: Its labels, by which a Prometheus selects its rules.
    """
    metadata: dict[str, Any] = {"name": name}
    if namespace is not None:
        metadata["namespace"] = namespace
    if labels:
        metadata["labels"] = dict(labels)
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": metadata,
        "spec": rule_file(settings),
    }


def _rule(rule: Recording | Alert, settings: Settings) -> dict[str, Any]:
    if isinstance(rule, Recording):
        recording = {"record": rule.record, "expr": _query(rule.expr, settings)}
        return {**recording, "labels": dict(rule.labels)} if rule.labels else recording
    pending = {"for": settings.pending} if rule.waits else {}
    return {
        "alert": rule.name,
        "expr": _query(rule.expr, settings),
        **pending,
        "labels": {"severity": rule.severity},
        "annotations": {
            "summary": rule.summary,
            "description": _words(rule.description, settings),
            "runbook_url": f"{settings.runbooks.rstrip('/')}/{rule.page}",
        },
    }


def _query(text: str, settings: Settings) -> str:
    # Filled in last: a matcher of the user's may hold anything.
    filled = _filled(text, {**{name: value.query for name, value in settings.values.items()}, "only": "<only>"})
    alone, before = (f"{{{settings.only}}}", f"{{{settings.only}, ") if settings.only else ("", "{")
    return filled.replace("{<only>}", alone).replace("{<only>", before)


def _words(text: str, settings: Settings) -> str:
    return _filled(text, {name: value.words for name, value in settings.values.items()})


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)

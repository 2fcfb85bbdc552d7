"""Render a report as JSON, schema 1."""

from importlib import resources
from typing import Any

import msgspec

from poolwarden.triage.report import Report


def render(report: Report, *, width: int = 80, color: bool = False) -> str:  # noqa: ARG001 (one signature for all)
    """Return the report as indented JSON; its shape is ``schema-1.json`` beside this module."""
    return msgspec.json.format(msgspec.json.encode(fields(report)), indent=2).decode() + "\n"


def fields(report: Report) -> dict[str, Any]:
    """Return the report as the values of its JSON."""
    value: dict[str, Any] = msgspec.to_builtins(report)
    del value["series"], value["ids"]
    understated = value.pop("understated")
    if understated:
        text = f"counted at least: {', '.join(understated)}; a guard tells repeats at the 2nd, 4th, 8th … only."
        value["warnings"] = [*value["warnings"], {"file": "", "line": 0, "text": text}]
    return value


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of the report."""
    text = resources.files(__package__).joinpath("schema-1.json").read_bytes()
    value: dict[str, Any] = msgspec.json.decode(text)
    return value

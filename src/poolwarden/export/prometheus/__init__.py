"""Export recording and alerting rules for Prometheus."""

import argparse
import re
from collections.abc import Mapping

from poolwarden.export.prometheus.render import RUNBOOKS, Settings, resource, rule_file
from poolwarden.export.prometheus.thresholds import THRESHOLDS
from poolwarden.export.prometheus.yaml_text import as_yaml

_MORE = """
Writes poolwarden.rules.yml, for rule_files in prometheus.yml, and
poolwarden.prometheusrule.yml, the same rules for the Prometheus Operator.

examples:
  poolwarden export prometheus rules/ --only 'job="shop"' --zombies 10
  poolwarden export prometheus rules/ --label release=prometheus \\
      --runbooks https://wiki.example.com/runbooks
  promtool check rules rules/poolwarden.rules.yml
"""

# PromQL's label matchers, separated by commas: name, operator, text in quotes with a backslash before any character.
_MATCHER = r'[A-Za-z_][A-Za-z0-9_]*\s*(?:=~|!~|!=|=)\s*"(?:[^"\\\n]|\\.)*"'
_MATCHERS = re.compile(rf"{_MATCHER}(?:\s*,\s*{_MATCHER})*", re.ASCII)
_DURATION = re.compile(r"\d{1,6}[smhdw]", re.ASCII)
# https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ (a DNS subdomain)
_NAME = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", re.ASCII)
# …/working-with-objects/labels/: a key with an optional prefix, a DNS subdomain and a slash; "="; a value.
_LABEL = re.compile(
    r"((?:[a-z0-9.-]{1,253}/)?[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)=([A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?)",
    re.ASCII,
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the target's arguments."""
    parser.epilog = _MORE
    thresholds = parser.add_argument_group("thresholds")
    for row in THRESHOLDS:
        thresholds.add_argument(
            row.option, type=row.read, default=row.default, metavar=row.default, help=row.help.replace("%", "%%")
        )
    thresholds.add_argument(
        "--pending", type=_duration, default="5m", metavar="5m", help="how long a condition has to hold before it fires"
    )
    add = parser.add_argument
    add("--only", type=_matchers, metavar="MATCHERS", help='label matchers for every series: job="shop"')
    add("--runbooks", default=RUNBOOKS, metavar="URL", help=f"where the runbooks are (default: {RUNBOOKS})")
    add("--name", type=_name, default="poolwarden", metavar="NAME", help="the resource's name (default: poolwarden)")
    add("--namespace", type=_name, metavar="NAME", help="the resource's namespace (default: none)")
    add("--label", type=_label, action="append", default=[], metavar="K=V", help="a label of the resource; repeatable")


def files(options: argparse.Namespace) -> Mapping[str, str]:
    """Return the rule file and the resource, by file name."""
    settings = Settings(
        values={row.name: getattr(options, row.name) for row in THRESHOLDS},
        only=options.only or "",
        runbooks=options.runbooks,
        pending=options.pending,
    )
    document = resource(settings, options.name, options.namespace, dict(options.label))
    return {
        "poolwarden.rules.yml": as_yaml(rule_file(settings)),
        "poolwarden.prometheusrule.yml": as_yaml(document),
    }


def _matchers(text: str) -> str:
    if not _MATCHERS.fullmatch(text.strip()):
        raise argparse.ArgumentTypeError(f'{text!r} are no label matchers; write \'job="shop", env=~"prod|test"\'')
    return text.strip()


def _duration(text: str) -> str:
    if not _DURATION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no duration; write 0s, 5m or 1h")
    return text


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no name of a resource; use small letters, digits, '-' and '.'")
    return text


def _label(text: str) -> tuple[str, str]:
    match = _LABEL.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no label; write release=prometheus")
    return match[1], match[2]

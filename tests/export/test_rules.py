"""The rules for Prometheus: checked and tried by promtool, in the default settings and in others."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from cases_rules import CASES, RuleCase
from poolwarden import cli
from poolwarden.causes import CAUSES
from poolwarden.export.prometheus.render import ALERTS, GROUPS, Settings, groups, resource, rule_file
from poolwarden.export.prometheus.rows import Alert, Recording
from poolwarden.export.prometheus.yaml_text import as_yaml

PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="promtool is missing: apt-get install prometheus")
RUNBOOKS = Path(__file__).parents[2] / "docs" / "runbooks"
PREFIX = "Poolwarden"


def promtool(*arguments: str | Path, given: str = "") -> str:
    """Run promtool, and return what it says; the test fails where it does."""
    assert PROMTOOL
    done = subprocess.run([PROMTOOL, *arguments], input=given, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def exported(folder: Path, *options: str) -> Path:
    """Export, and return the rule file."""
    assert cli.main(["export", "prometheus", str(folder), *options]) == 0
    return folder / "poolwarden.rules.yml"


@needs_promtool
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--only", 'job="shop", env=~"prod|test{}"'),
        ("--objective", "99", "--zombies", "0.5%", "--keys-stale", "90m", "--pending", "0s", "--lost-factor", "1.5"),
    ],
    ids=["default", "matchers", "thresholds"],
)
def test_checked(tmp_path: Path, options: tuple[str, ...]) -> None:
    """The rule file passes promtool with every lint."""
    rules = exported(tmp_path, *options)
    assert "36 rules found" in promtool("check", "rules", "--lint=all", "--lint-fatal", rules)


def unit_test(case: RuleCase) -> dict[str, Any]:
    """Return a case as promtool's unit test: the alert's own series is asked for, whatever its texts are."""
    name = PREFIX + case.alert
    (severity,) = {alert.severity for alert in ALERTS if alert.name == name}
    query = f'ALERTS{{alertname="{name}", alertstate="firing"}}'
    labels = {"alertname": name, "alertstate": "firing", "severity": severity, **(case.fires or {})}
    series = "ALERTS{" + ", ".join(f"{key}={json.dumps(value)}" for key, value in labels.items()) + "}"
    return {
        "interval": case.interval,
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "promql_expr_test": [
            {
                "expr": query,
                "eval_time": case.at,
                "exp_samples": [] if case.fires is None else [{"labels": series, "value": 1}],
            }
        ],
    }


@needs_promtool
@pytest.mark.parametrize("alert", [alert.name.removeprefix(PREFIX) for alert in ALERTS])
def test_fires_and_is_silent(tmp_path: Path, alert: str) -> None:
    """Each alert fires in the situations it is for, and in no other, with the default thresholds."""
    cases = [case for case in CASES if case.alert == alert]
    assert {case.fires is None for case in cases} == {True, False}
    rules = exported(tmp_path)
    for case in cases:
        tests = {"rule_files": [str(rules)], "evaluation_interval": case.evaluated, "tests": [unit_test(case)]}
        file = tmp_path / "test.yml"
        file.write_text(json.dumps(tests), encoding="utf-8")
        assert "SUCCESS" in promtool("test", "rules", file), case.name


def test_cases_are_for_alerts() -> None:
    """Every case is of an alert that exists."""
    assert {PREFIX + case.alert for case in CASES} == {alert.name for alert in ALERTS}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)
def test_told_in_full(alert: Alert) -> None:
    """Each alert has a summary, a description with likely causes, a severity and a page of the runbook."""
    assert alert.severity in ("critical", "warning")
    assert alert.summary.endswith(".")
    assert "ikely causes: " in alert.description
    assert (RUNBOOKS / alert.page).is_file()


def test_names_are_unique() -> None:
    """No two alerts have one name."""
    names = [alert.name for alert in ALERTS]
    assert len(set(names)) == len(names)


def test_recordings_come_first() -> None:
    """A recording that a rule uses stands before it in its group, so that it is of the same moment."""
    for group in GROUPS:
        known: set[str] = set()
        for rule in group.rules:
            assert set(re.findall(r"\bjob\w*:\w+:\w+", rule.expr)) <= known
            if isinstance(rule, Recording):
                known.add(rule.record)


def test_causes_exist() -> None:
    """The causes that rules ask for are the vocabulary's."""
    text = "\n".join(rule.expr for group in GROUPS for rule in group.rules)
    asked = {cause for found in re.findall(r'cause=~?"([^"]+)"', text) for cause in found.split("|")}
    assert asked
    assert asked <= {cause.value for cause in CAUSES}


def test_options_reach_the_rules(tmp_path: Path) -> None:
    """Thresholds, matchers, the runbooks' address and the pending time are what was asked for."""
    rules = exported(
        tmp_path,
        *("--only", 'env="prod"', "--runbooks", "https://wiki.example.com/r/", "--pending", "30s"),
        *("--zombies", "12.5", "--keys-stale", "2h", "--objective", "99.95", "--min-lost", "7"),
    )
    document = yaml.safe_load(rules.read_text(encoding="utf-8"))
    found = {rule["alert"]: rule for group in document["groups"] for rule in group["rules"] if "alert" in rule}
    assert ">= 0.125" in found["PoolwardenZombies"]["expr"]
    assert "> 7200" in found["PoolwardenKeysStale"]["expr"]
    assert "older than 2 hours" in found["PoolwardenKeysStale"]["annotations"]["description"]
    assert "> 14.4 * 0.0005" in found["PoolwardenErrorBudgetBurnFast"]["expr"]
    assert ">= 7" in found["PoolwardenSessionsLostEnMasse"]["expr"]
    assert "At least 7 sessions" in found["PoolwardenSessionsExpireEnMasse"]["annotations"]["description"]
    for name, rule in found.items():
        assert rule.get("for", "30s") == "30s"
        assert rule["annotations"]["runbook_url"].startswith("https://wiki.example.com/r/")
        assert rule["expr"].count("poolwarden_") == rule["expr"].count('{env="prod"') + rule["expr"].count(
            ":poolwarden_"
        ), name


@pytest.mark.parametrize(
    "options",
    [
        ("--zombies", "0"),
        ("--zombies", "101"),
        ("--zombies", "NaN"),
        ("--zombies", "many"),
        ("--objective", "100"),
        ("--min-lost", "1.5"),
        ("--lost-factor", "0"),
        ("--keys-stale", "6"),
        ("--pending", "soon"),
        ("--only", "job=shop"),
        ("--only", 'job="shop"} or vector(1'),
        ("--label", "release"),
        ("--name", "Pool Warden"),
    ],
    ids=" ".join,
)
def test_mistakes(tmp_path: Path, options: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """A value that cannot be is a usage error that names the option, and nothing is written."""
    assert cli.main(["export", "prometheus", str(tmp_path / "rules"), *options]) == 2
    assert f"argument {options[0]}: {options[1]!r}" in capsys.readouterr().err
    assert not (tmp_path / "rules").exists()


def test_resource(tmp_path: Path) -> None:
    """The resource of Kubernetes holds the same rules, under the name, namespace and labels asked for."""
    rules = exported(tmp_path, "--name", "shop-guard", "--namespace", "shop", "--label", "release=prometheus")
    document = yaml.safe_load((tmp_path / "poolwarden.prometheusrule.yml").read_text(encoding="utf-8"))
    assert document["apiVersion"] == "monitoring.coreos.com/v1"
    assert document["kind"] == "PrometheusRule"
    assert document["metadata"] == {"name": "shop-guard", "namespace": "shop", "labels": {"release": "prometheus"}}
    assert document["spec"] == yaml.safe_load(rules.read_text(encoding="utf-8"))


def test_yaml_comes_back() -> None:
    """What is written as YAML is read as what it was, and the same rules are the same text."""
    settings = Settings(only='job="a: b # c", x!~"\\\\d{2}"')
    for document in (rule_file(settings), resource(settings, "x", None, {"a.b/c": "true"})):
        assert yaml.safe_load(as_yaml(document)) == document
        assert as_yaml(document) == as_yaml(document)
    assert groups(settings) == groups(settings)


@pytest.mark.parametrize(
    "text",
    [
        "yes",
        "NULL",
        "~",
        "1",
        "1e3",
        "5m",
        "0x1",
        "a: b",
        "a #b",
        "- a",
        "",
        " a",
        "a ",
        "é\t",
        "a:",
        "{{ $x }}",
        "x" * 300,
        "word " * 60,
        "word " * 60 + "end",
        "two  spaces " * 20 + "end",
        "line\n  deeper\n\nend",
        "'",
        '"',
        "a:b",
        "12:30",
    ],
    ids=ascii,
)
def test_yaml_texts(text: str) -> None:
    """Any text comes back as it was, as a value, in a list and as a key."""
    assert yaml.safe_load(as_yaml({"a": {"b": text}, "c": [text, text], "d": [{"e": text}]})) == {
        "a": {"b": text},
        "c": [text, text],
        "d": [{"e": text}],
    }

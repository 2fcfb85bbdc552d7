"""SARIF and Markdown say what the text says, in the forms that others read."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from poolwarden.appclient import CHECKS, check_client, check_clients, read_clients
from poolwarden.appclient.reports import FORMATS, Checked, as_markdown, as_sarif
from poolwarden.appclient.settings import STANDARD_INPUT

SCHEMA = Path(__file__).parents[2] / "node_modules/@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
TEMPLATE = """\
Resources:
  Web|Client:
    # poolwarden: ignore PW024 staff only
    Type: AWS::Cognito::UserPoolClient
    Properties:
      RefreshTokenValidity: 30
      TokenValidityUnits: {RefreshToken: hours}
"""


def checked(file: str, text: str = TEMPLATE) -> list[Checked]:
    """Check a file."""
    clients = read_clients(file, text.encode())
    return [Checked(client, found) for client, found in zip(clients, check_clients(clients), strict=True)]


def results(file: str) -> list[Any]:
    """Return the results in a file's SARIF."""
    found: list[Any] = json.loads(as_sarif(checked(file)))["runs"][0]["results"]
    return found


@pytest.fixture(scope="module")
def schema() -> Any:
    """Take the schema of OASIS from a package that ships it."""
    if not SCHEMA.exists():
        pytest.skip("@microsoft/jest-sarif is missing: run make node_modules/.installed")
    return json.loads(SCHEMA.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", ["t.yaml", "a folder/t ü.yaml", "/abs/t.yaml", "../t.yaml", STANDARD_INPUT])
def test_schema(file: str, schema: Any) -> None:
    """Whatever the file is called, the report is SARIF 2.1.0."""
    report = json.loads(as_sarif(checked(file)))
    checker = jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)
    assert [error.message for error in checker.iter_errors(report)] == []
    assert report["version"] == "2.1.0"


def test_schema_of_nothing(describe: Any, schema: Any) -> None:
    """A report without findings is SARIF too, and a broken one is noticed."""
    report = json.loads(as_sarif([Checked(describe(), ())]))
    jsonschema.validate(report, schema)
    report["runs"][0]["results"] = [{"ruleId": "PW001"}]
    with pytest.raises(jsonschema.ValidationError, match="message"):
        jsonschema.validate(report, schema)


def test_rules() -> None:
    """Every check is a rule, in the order of ids, and each result points at its own."""
    run = json.loads(as_sarif(checked("t.yaml")))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted(check.id for check in CHECKS)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert rules[result["ruleIndex"]]["defaultConfiguration"]["level"] == result["level"]


def test_places() -> None:
    """A result names file, line and resource; an address within is a URI."""
    by_rule = {result["ruleId"]: result for result in results("a folder/t.yaml")}
    location = by_rule["PW003"]["locations"][0]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20folder/t.yaml"},
        "region": {"startLine": 6},
    }
    assert location["logicalLocations"] == [{"fullyQualifiedName": "Web|Client", "kind": "resource"}]
    assert results("/abs/t.yaml")[0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == (
        "file:///abs/t.yaml"
    )
    assert "physicalLocation" not in results(STANDARD_INPUT)[0]["locations"][0]


def test_suppressions() -> None:
    """What a comment silences is there, as suppressed in the source with its reason."""
    by_rule = {result["ruleId"]: result for result in results("t.yaml")}
    assert by_rule["PW024"]["suppressions"] == [{"kind": "inSource", "justification": "staff only"}]
    assert "suppressions" not in by_rule["PW003"]


def test_fingerprints() -> None:
    """A finding is the same when lines move, and another in another file or resource."""

    def prints(file: str, text: str) -> set[str]:
        report = json.loads(as_sarif(checked(file, text)))
        return {result["partialFingerprints"]["poolwarden/v1"] for result in report["runs"][0]["results"]}

    here = prints("t.yaml", TEMPLATE)
    assert prints("t.yaml", "\n\n" + TEMPLATE) == here
    assert not prints("u.yaml", TEMPLATE) & here
    assert not prints("t.yaml", TEMPLATE.replace("Web|", "App|")) & here


MARKDOWN = """\
## App-client settings

1 checked: 1 warning. `*` is Cognito's default.

| client | refresh | access | ID | sign-in |
| --- | --- | --- | --- | --- |
| Web\\|Client | 30 hours | 1 hour\\* | 1 hour\\* | 3 minutes\\* |

### Web\\|Client in t.yaml:2

- **warning PW003** refresh\\_unit\\_mistake (t.yaml:6): RefreshTokenValidity is 30 hours, which looks like a mistake"""


def test_markdown() -> None:
    """Markdown has the table of durations and the findings, and nothing from a file acts in it."""
    text = as_markdown(checked("t.yaml"))
    assert text.startswith(MARKDOWN)
    assert "- ignored PW024 user\\_existence\\_told: staff only\n" in text


def test_markdown_of_nothing(describe: Any) -> None:
    """Good settings are told as such."""
    text = as_markdown([Checked(describe(), check_client(describe()))])
    assert "1 checked: nothing found." in text
    assert text.endswith("\n\nNothing found.\n")


def test_formats(describe: Any) -> None:
    """Every format is made from the same."""
    texts = {name: make([Checked(describe(), ())], 80) for name, make in FORMATS.items()}
    assert list(texts) == ["text", "json", "sarif", "markdown"]
    assert all(text.endswith("\n") for text in texts.values())

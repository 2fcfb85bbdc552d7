"""A change of a source is written as the source writes it."""

from typing import Any

import pytest

from poolwarden.appclient import ACCESS, REFRESH, UNKNOWN, Validity, read_clients, source_change
from poolwarden.appclient.sources import SOURCES
from poolwarden.errors import ConfigurationError

HOURS = {"RefreshTokenValidity": 30, "TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "minutes"}}
WANTED = {REFRESH: Validity(30, "days")}

YAML = """
  RefreshTokenValidity: 30
  TokenValidityUnits:
-   RefreshToken: hours
+   RefreshToken: days
    AccessToken: minutes
"""
JSON = """
  "RefreshTokenValidity": 30,
  "TokenValidityUnits": {
-   "RefreshToken": "hours",
+   "RefreshToken": "days",
    "AccessToken": "minutes",
  },
"""
TERRAFORM_JSON = """
  "refresh_token_validity": 30,
  "token_validity_units": {
-   "refresh_token": "hours",
+   "refresh_token": "days",
    "access_token": "minutes",
  },
"""
HCL = """
  refresh_token_validity = 30
  token_validity_units {
-   refresh_token = "hours"
+   refresh_token = "days"
    access_token = "minutes"
  }
"""


@pytest.mark.parametrize(
    ("source", "syntax", "lines"),
    [
        ("cloudformation", "yaml", YAML),
        ("cloudformation", "json", JSON),
        ("terraform", "json", TERRAFORM_JSON),
        ("terraform", "hcl", HCL),
    ],
)
def test_languages(source: str, syntax: str, lines: str, declare: Any) -> None:
    """Names, quotes and groups are the source's own; what stays is there to find the place by."""
    change = source_change(declare(source, syntax, **HOURS), WANTED)
    assert "\n".join(str(line) for line in change.lines) == lines.strip("\n")


def test_new_lines(declare: Any) -> None:
    """What is set nowhere comes, what is an expression goes."""
    client = declare(RefreshTokenValidity=UNKNOWN, TokenValidityUnits={"AccessToken": "hours"})
    change = source_change(client, {**WANTED, ACCESS: Validity(15, "minutes")})
    assert [str(line) for line in change.lines] == [
        "- RefreshTokenValidity: (an expression)",
        "+ RefreshTokenValidity: 30",
        "+ AccessTokenValidity: 15",
        "  TokenValidityUnits:",
        "+   RefreshToken: days",
        "-   AccessToken: hours",
        "+   AccessToken: minutes",
    ]


def test_nothing_to_change(declare: Any) -> None:
    """A source that is as wanted already is not changed."""
    client = declare(RefreshTokenValidity=30, TokenValidityUnits={"RefreshToken": "days"})
    with pytest.raises(ConfigurationError, match="set as wanted already"):
        source_change(client, WANTED)


def test_every_source_has_a_language() -> None:
    """Whatever a source reads can be changed at its source, or is a description."""
    for source in SOURCES:
        for sample in source.samples:
            for client in read_clients(sample.file, sample.text.encode()) if sample.told else ():
                if client.place.syntax != "api":
                    assert source_change(client, {REFRESH: Validity(91, "days")}).lines

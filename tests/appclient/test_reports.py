"""Reports fit 80 columns, say everything, and let nothing in a file act on a terminal."""

import json
from typing import Any

import pytest

from poolwarden.appclient import REFRESH, UNKNOWN, Validity, check_client, read_clients, safe_update, source_change
from poolwarden.appclient.reports import ASSUMED, Checked, as_json, as_text, source_text, update_text

HOURS = {"TokenValidityUnits": {"RefreshToken": "hours"}, "AccessTokenValidity": None, "IdTokenValidity": None}
MONTH = {REFRESH: Validity(30, "days")}

REPORT = """\
web (1example23456789) in client.json
  tokens live: refresh 30 hours, access 1 hour (default), ID 1 hour (default)

  WARNING refresh_unit_mistake
    RefreshTokenValidity is 30 hours, which looks like a mistake for 30 days. As
    set, every session ends 30 hours after its sign-in, however active its user
    is.
    -> If so, set 30 days: poolwarden client fix prints the change without
       resetting anything else. If 30 hours is meant, all is well.
    [What is usual, by number and unit; Cognito takes either]

1 app client checked: 1 warning.
"""

UPDATE = """\
web (1example23456789)

changes
  RefreshTokenValidity: 30 hours -> 30 days
    ~ TokenValidityUnits.RefreshToken hours -> days

carried over as described; left out of the update, each would become
  ClientName: what it is
  ExplicitAuthFlows: refresh, SRP and custom
  CallbackURLs: none
  AllowedOAuthFlows: none
  AllowedOAuthFlowsUserPoolClient: false
  PreventUserExistenceErrors: LEGACY
  EnableTokenRevocation: the default
  AuthSessionValidity: 3 minutes
  Later: unknown here; drop it if the AWS CLI refuses it

left out, as no update takes them
  ClientSecret

Read it, then run (nothing was run):
  aws cognito-idp update-user-pool-client --region eu-west-1 \\
      --cli-input-json file://update.json
"""


def checked(client: Any) -> Checked:
    """Check a client."""
    return Checked(client, check_client(client))


def test_text(describe: Any) -> None:
    """A report says whose settings they are, what they come to, what is found, why and what to do."""
    assert as_text([checked(describe(**HOURS))], 80) == REPORT


def test_nothing_found(describe: Any, declare: Any) -> None:
    """Good settings are told as such, and what is unknown as that."""
    both = [checked(describe(ClientName=None)), Checked(declare(RefreshTokenValidity=UNKNOWN), ())]
    text = as_text(both, 80)
    assert text.startswith("1example23456789 in client.json\n")
    assert "Web in file\n  tokens live: refresh unknown, access 1 hour (default)" in text
    assert text.count("  nothing found\n") == 2
    assert text.endswith("2 app clients checked: nothing found.\n")


def test_path(declare: Any) -> None:
    """A client with a name of its own is told with where it stands."""
    assert as_text([checked(declare(ClientName="shop"))], 80).startswith("shop in file, Web\n")


@pytest.mark.parametrize("width", [72, 80, 120])
def test_width(width: int, describe: Any) -> None:
    """No line is wider than the terminal here."""
    lines = as_text([checked(describe(**HOURS, RefreshTokenRotation={"Feature": "ENABLED"}))], width).splitlines()
    assert max(map(len, lines)) <= width


def test_terminal(describe: Any) -> None:
    """Control characters from a file do not reach the terminal."""
    client = describe(
        ClientName="we\x1b[31mb\n", ClientId="i\x1bd", CallbackURLs=["http://a\x1b]0;x\x07.example"], **HOURS
    )
    texts = as_text([checked(client)], 80) + update_text(safe_update(client, MONTH), "u.json", 80)
    assert not {char for char in texts if not char.isprintable()} - {"\n"}
    assert as_json([checked(client)]).isascii()


def test_json(describe: Any, declare: Any) -> None:
    """The JSON report says the same, in seconds; what is unknown is null."""
    report = json.loads(as_json([checked(describe(**HOURS)), Checked(declare(IdTokenValidity=UNKNOWN), ())]))
    web, other = report["clients"]
    assert report["schema"] == 1
    assert report["totals"] == {"error": 0, "warning": 1, "note": 0}
    assert {name: web[name] for name in ("file", "path", "source", "name", "client_id", "pool", "validity_s")} == {
        "file": "client.json",
        "path": "web",
        "source": "describe",
        "name": "web",
        "client_id": "1example23456789",
        "pool": "eu-west-1_AbCdEfGhI",
        "validity_s": {"refresh": 108_000, "access": 3600, "id": 3600},
    }
    assert [set(finding) for finding in web["findings"]] == [
        {"id", "severity", "attribute", "sentence", "mend", "source"}
    ]
    assert other["validity_s"] == {"refresh": 2_592_000, "access": 3600, "id": None}


def test_matters(describe: Any) -> None:
    """Notes alone do not matter to a pipeline."""
    note = checked(describe(RefreshTokenValidity=400))
    assert note.findings
    assert not note.matters
    assert checked(describe(**HOURS)).matters


def test_update(describe: Any) -> None:
    """An update is told by what it changes, what it saves from a reset, and how to run it."""
    client = describe(**HOURS, ClientSecret="hidden", Later=1)
    text = update_text(safe_update(client, MONTH), "update.json", 80)
    assert text.startswith(UPDATE)
    assert " ".join(ASSUMED.split()) in " ".join(text.split())
    assert "Describe the client again" in text
    assert "hidden" not in text


def test_update_of_little() -> None:
    """Where there is nothing to carry and nothing to leave out, neither is told; a number that changes is."""
    bare = b'{"UserPoolId": "eu-west-1_A", "ClientId": "a", "RefreshTokenValidity": 720}'
    text = update_text(safe_update(read_clients("a", bare)[0], MONTH), "u.json", 80)
    assert "~ RefreshTokenValidity 720 -> 30\n    ~ TokenValidityUnits.RefreshToken not set -> days\n\nRead it" in text


def test_update_of_number(describe: Any) -> None:
    """Where the unit stays, only the number is told to change."""
    text = update_text(safe_update(describe(), {REFRESH: Validity(90, "days")}), "u.json", 80)
    assert "30 days -> 90 days\n    ~ RefreshTokenValidity 30 -> 90\n\n" in text


def test_source(declare: Any) -> None:
    """A change of a source is told with where it belongs, and why not to update by hand."""
    client = declare(RefreshTokenValidity=30, TokenValidityUnits={"RefreshToken": "hours"})
    text = source_text(source_change(client, MONTH), 80)
    assert text.startswith(
        "Web (file)\n\n    RefreshTokenValidity: 30\n    TokenValidityUnits:\n  -   RefreshToken: hours\n"
    )
    assert "set back by the next deployment" in " ".join(text.split())
    assert "Assumed" in text

"""Reports fit 80 columns, say everything, and let nothing in a file act on a terminal."""

import json
from typing import Any

import pytest

from poolwarden.appclient import REFRESH, UNKNOWN, Validity, check_client, read_clients, safe_update, source_change
from poolwarden.appclient.reports import ASSUMED, ELSEWHERE, Checked, Told, as_json, as_text, source_text, update_text
from poolwarden.appclient.update import Target

HOURS = {"TokenValidityUnits": {"RefreshToken": "hours"}, "AccessTokenValidity": None, "IdTokenValidity": None}
MONTH = {REFRESH: Validity(30, "days")}
WIDE = Told(width=80)

REPORT = """\
  client  refresh   access   ID       sign-in
  web     30 hours  1 hour*  1 hour*  3 minutes

How long tokens live. * nothing is set, so Cognito's default holds; ? only a
deployment will tell.

web (1example23456789) in client.json:1

  WARNING PW003 refresh_unit_mistake (client.json:1)
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

Effective settings, before and after
  - RefreshTokenValidity 30 hours
  + RefreshTokenValidity 30 days
    9 other settings sent as described, so that none is reset

Warning: an update with --refresh-token-validity and its unit alone would have
reset
  ! ExplicitAuthFlows: ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH ->
      ALLOW_CUSTOM_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH
  ! CallbackURLs: http://localhost:3000/cb, https://app.example.com/cb -> none
  ! AllowedOAuthFlows: code -> none
  ! AllowedOAuthFlowsUserPoolClient: true -> false
  ! PreventUserExistenceErrors: ENABLED -> LEGACY
  ! Later: set -> unknown here

sent as described, though not known here; drop what the AWS CLI refuses
  Later

left out, as no update takes them
  ClientSecret

The complete update (nothing was run):

  aws cognito-idp update-user-pool-client --region eu-west-1 \\
      --cli-input-json '{
    "UserPoolId": "eu-west-1_AbCdEfGhI",
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
    assert text.startswith(
        "  client            refresh  access   ID       sign-in\n"
        "  1example23456789  30 days  1 hour   1 hour   3 minutes\n"
        "  Web               ?        1 hour*  1 hour*  3 minutes*\n"
    )
    assert "\n1example23456789 in client.json:1\n" in text
    assert "\nWeb in file\n" in text
    assert text.count("  nothing found\n") == 2
    assert text.endswith("2 app clients checked: nothing found.\n")


def test_path(declare: Any) -> None:
    """A client with a name of its own is told with where it stands."""
    assert "\nshop in file, Web\n" in as_text([checked(declare(ClientName="shop"))], 80)


def test_table(describe: Any, declare: Any) -> None:
    """Numbers of minutes and seconds are told in the largest unit that they fill; a long name has its own line."""
    units = {"TokenValidityUnits": {"RefreshToken": "minutes", "AccessToken": "seconds", "IdToken": "minutes"}}
    name = "a-client-with-a-name-of-considerable-length-in-it"
    client = describe(
        ClientName=name, RefreshTokenValidity=1800, AccessTokenValidity=5400, AuthSessionValidity=1, **units
    )
    zero = describe(ClientName="zero", RefreshTokenValidity=0)
    odd = declare(AuthSessionValidity=UNKNOWN, AccessTokenValidity=301, TokenValidityUnits={"AccessToken": "seconds"})
    assert "  Web     30 days*  301 seconds  1 hour*  ?\n" in as_text([checked(odd)], 80)
    assert as_text([checked(client), checked(zero)], 80).splitlines()[:4] == [
        "  client                                 refresh   access      ID      sign-in",
        f"  {name}",
        "                                         30 hours  90 minutes  1 hour  1 minute",
        "  zero                                   30 days*  1 hour      1 hour  3 minutes",
    ]


@pytest.mark.parametrize("width", [72, 80, 120])
def test_width(width: int, describe: Any) -> None:
    """No line is wider than the terminal here, unless it is one address."""
    lines = as_text([checked(describe(**HOURS, RefreshTokenRotation={"Feature": "ENABLED"}))], width).splitlines()
    assert [line for line in lines if len(line) > width and " " in line.strip()] == []


def test_terminal(describe: Any) -> None:
    """Control characters from a file do not reach the terminal."""
    client = describe(
        ClientName="we\x1b[31mb\n", ClientId="i\x1bd", CallbackURLs=["http://a\x1b]0;x\x07.example"], **HOURS
    )
    texts = as_text([checked(client)], 80) + update_text(safe_update(client, MONTH), WIDE)
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
    (finding,) = web["findings"]
    assert set(finding) == {"id", "name", "severity", "attribute", "line", "sentence", "why", "mend", "source"}
    assert (finding["id"], finding["name"], finding["line"]) == ("PW003", "refresh_unit_mistake", 1)
    assert (web["line"], web["ignored"], other["line"]) == (1, [], None)
    assert other["validity_s"] == {"refresh": 2_592_000, "access": 3600, "id": None}


def test_matters(describe: Any) -> None:
    """Notes alone do not matter to a pipeline."""
    note = checked(describe(RefreshTokenValidity=400))
    assert note.findings
    assert not note.matters
    assert checked(describe(**HOURS)).matters


def test_update(describe: Any) -> None:
    """An update is told by what it changes, what it saves from a reset, and how to make it, in every language."""
    client = describe(**HOURS, ClientSecret="hidden", Later=1)
    text = update_text(safe_update(client, MONTH), WIDE)
    assert text.startswith(UPDATE)
    words = " ".join(text.split())
    assert ASSUMED in words
    assert ELSEWHERE in words
    assert "Describe the client again" in words
    assert "aws.update_user_pool_client(" in text
    assert 'resource "aws_cognito_user_pool_client" "web" {' in text
    assert "Type: AWS::Cognito::UserPoolClient" in text
    assert "hidden" not in text


def test_update_in_a_file(describe: Any) -> None:
    """Where the document was saved, the command names the file, and the rest of how it is to be called."""
    told = Told(width=80, file="u.json", target=Target("us-east-1", "prod", "http://127.0.0.1:9229"))
    text = update_text(safe_update(describe(**HOURS), MONTH), told)
    assert (
        "  aws cognito-idp update-user-pool-client --region us-east-1 --profile prod"
        " --endpoint-url http://127.0.0.1:9229 \\\n      --cli-input-json file://u.json\n" in text
    )
    assert "boto3.Session(profile_name='prod').client('cognito-idp', region_name='us-east-1', endpoint_url=" in text


def test_update_of_little() -> None:
    """Where there is nothing to carry and nothing to lose, neither is told; a default unit is named."""
    bare = b'{"UserPoolId": "eu-west-1_A", "ClientId": "a", "RefreshTokenValidity": 720}'
    text = update_text(safe_update(read_clients("a", bare)[0], MONTH), WIDE)
    assert "- RefreshTokenValidity 720 days, set as 720\n  + RefreshTokenValidity 30 days\n    0 other" in text
    assert "would have reset" not in text
    unset = b'{"UserPoolId": "eu-west-1_A", "ClientId": "a", "EnableTokenRevocation": true}'
    changed = update_text(safe_update(read_clients("a", unset)[0], {REFRESH: Validity(90, "days")}), WIDE)
    assert (
        "- RefreshTokenValidity 30 days (by default)\n  + RefreshTokenValidity 90 days\n    1 other setting sent"
        in changed
    )


def test_source(declare: Any) -> None:
    """A change of a source is told with where it belongs, and why not to update by hand."""
    client = declare(RefreshTokenValidity=30, TokenValidityUnits={"RefreshToken": "hours"})
    text = source_text(source_change(client, MONTH), 80)
    assert text.startswith(
        "Web (file)\n\n    RefreshTokenValidity: 30\n    TokenValidityUnits:\n  -   RefreshToken: hours\n"
    )
    assert "set back by the next deployment" in " ".join(text.split())
    assert "Assumed" in text

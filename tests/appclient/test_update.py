"""The safe update is the whole description with the validity changed, and nothing else."""

import copy
import json
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.appclient import ACCESS, REFRESH, Validity, read_clients, safe_update
from poolwarden.appclient.attributes import ATTRIBUTES, READ_ONLY, Kind
from poolwarden.appclient.update import Target
from poolwarden.errors import ConfigurationError
from poolwarden.validities import UNIT_S

MONTH = Validity(30, "days")
HOURS = {"TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "minutes", "IdToken": "minutes"}}


def test_document(describe: Any) -> None:
    """The units of the other tokens stay, the read-only attributes go, the secret with them."""
    client = describe(**HOURS, ClientSecret="hidden", CreationDate=1, LastModifiedDate=2, ClientType="PUBLIC")
    update = safe_update(client, {REFRESH: MONTH})
    assert update.document["TokenValidityUnits"] == {**HOURS["TokenValidityUnits"], "RefreshToken": "days"}
    assert update.document["RefreshTokenValidity"] == 30
    assert not set(READ_ONLY) & set(update.document)
    assert client.dropped == READ_ONLY
    assert "hidden" not in repr(update) + json.dumps(update.document)
    assert "TokenValidityUnits" not in update.carried
    assert "ClientName" in update.carried
    assert "ClientId" not in update.carried


def test_no_units(describe: Any) -> None:
    """Where no units are described, only those of the changed tokens are set."""
    update = safe_update(describe(TokenValidityUnits=None, IdTokenValidity=1), {ACCESS: Validity(5, "minutes")})
    assert update.document["TokenValidityUnits"] == {"AccessToken": "minutes"}


def test_unknown_attributes(describe: Any) -> None:
    """An attribute that is not known here is carried over all the same, and named."""
    update = safe_update(describe(**HOURS, NewSetting={"deep": [1]}), {REFRESH: MONTH})
    assert update.document["NewSetting"] == {"deep": [1]}
    assert update.unknown == ("NewSetting",)


@pytest.mark.parametrize("name", ["UserPoolId", "ClientId"])
def test_incomplete(name: str) -> None:
    """Without its pool or its id a client cannot be updated."""
    names = {"UserPoolId": "eu-west-1_A", "ClientId": "a", name: ""}
    (client,) = read_clients("c.json", json.dumps({"UserPoolClient": {**names, "RefreshTokenValidity": 1}}).encode())
    with pytest.raises(ConfigurationError, match=f"{name} is missing. Give the whole output"):
        safe_update(client, {REFRESH: MONTH})


def words_of(command: str) -> list[str]:
    """Return a command's words as a shell hands them over."""
    shell = ["sh", "-c", "aws() { printf '%s\\0' aws \"$@\"; }\n" + command]
    done = subprocess.run(shell, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split("\0")[:-1]


@pytest.mark.parametrize("file", ["update.json", "/tmp/my update.json", "a;rm -rf $HOME"])
@pytest.mark.parametrize("profile", [None, "prod", "$(id)"])
def test_command(file: str, profile: str | None, describe: Any) -> None:
    """The command names region and file, and a shell reads it as it is meant."""
    update = safe_update(describe(**HOURS), {REFRESH: MONTH})
    words = words_of(update.command(file, Target(profile=profile)))
    named = ["--profile", profile] if profile else []
    assert words == [
        *("aws", "cognito-idp", "update-user-pool-client", "--region", "eu-west-1", *named),
        *("--cli-input-json", f"file://{file}"),
    ]
    assert "--region us-east-1" in update.command(file, Target(region="us-east-1"))


@pytest.mark.parametrize("url", ["https://app.example.com/cb", "https://app.example.com/it's?a=$HOME&b=`id`"])
def test_whole_command(url: str, describe: Any) -> None:
    """Without a file the whole request stands in the command, and a shell hands it over as it is."""
    update = safe_update(describe(**HOURS, CallbackURLs=[url], NewSetting={"deep": [1]}), {REFRESH: MONTH})
    words = words_of(update.command(target=Target(endpoint_url="http://127.0.0.1:9229")))
    assert words[:-2] == [
        *("aws", "cognito-idp", "update-user-pool-client", "--region", "eu-west-1"),
        *("--endpoint-url", "http://127.0.0.1:9229"),
    ]
    assert words[-2] == "--cli-input-json"
    assert json.loads(words[-1]) == update.document


def test_naive_resets(describe: Any) -> None:
    """What the usual update would have reset is told, each with what it was and would be; what it keeps is not."""
    update = safe_update(describe(**HOURS, AuthSessionValidity=5, NewSetting=1), {REFRESH: MONTH})
    resets = {reset.name: (reset.before, reset.after) for reset in update.naive_resets()}
    assert resets == {
        "ExplicitAuthFlows": (
            "ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH",
            "ALLOW_CUSTOM_AUTH, ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH",
        ),
        "CallbackURLs": ("http://localhost:3000/cb, https://app.example.com/cb", "none"),
        "AllowedOAuthFlows": ("code", "none"),
        "AllowedOAuthFlowsUserPoolClient": ("true", "false"),
        "PreventUserExistenceErrors": ("ENABLED", "LEGACY"),
        "AuthSessionValidity": ("5 minutes", "3 minutes"),
        "NewSetting": ("set", "unknown here"),
    }
    bare = b'{"UserPoolId": "eu-west-1_A", "ClientId": "a", "ClientName": "web", "RefreshTokenValidity": 7}'
    assert safe_update(read_clients("a", bare)[0], {REFRESH: MONTH}).naive_resets() == ()


def test_naive_resets_units(describe: Any) -> None:
    """A validity whose unit goes is told in durations: 60 minutes are an hour before and after, 15 are not."""
    assert not {"AccessTokenValidity"} & {
        reset.name for reset in safe_update(describe(**HOURS), {REFRESH: MONTH}).naive_resets()
    }
    update = safe_update(describe(**HOURS, AccessTokenValidity=15), {REFRESH: MONTH})
    assert ("AccessTokenValidity", "15 minutes", "1 hour") in {
        (reset.name, reset.before, reset.after) for reset in update.naive_resets()
    }


KINDS = {
    Kind.NUMBER: st.integers(0, 10**6),
    Kind.TEXT: st.text(min_size=1, max_size=9),
    Kind.TEXTS: st.lists(st.text(max_size=9), max_size=3),
    Kind.FLAG: st.booleans(),
}
DESCRIPTIONS = st.fixed_dictionaries(
    {"UserPoolId": st.just("eu-west-1_A"), "ClientId": st.just("a"), "CallbackURLs": st.just([])},
    optional={
        **{
            row.name: KINDS[row.kind]
            for row in ATTRIBUTES
            if row.kind in KINDS and row.reset and row.name != "CallbackURLs"
        },
        "TokenValidityUnits": st.fixed_dictionaries(
            {}, optional={f"{kind}Token": st.sampled_from(sorted(UNIT_S)) for kind in ("Refresh", "Access", "Id")}
        ),
        "RefreshTokenRotation": st.just({"Feature": "ENABLED", "RetryGracePeriodSeconds": 60}),
        "AnalyticsConfiguration": st.just({"ApplicationId": "1a", "UserDataShared": True}),
        "NotKnownHere": st.integers(),
        **{name: st.text() for name in READ_ONLY},
    },
)


@given(DESCRIPTIONS)
def test_only_the_validity_changes(description: dict[str, Any]) -> None:
    """For any description, the update equals it but for the refresh validity and what is read-only."""
    (client,) = read_clients("c.json", json.dumps(description).encode())
    wanted = Validity(91, "days")
    if client.validity(REFRESH) == wanted:
        return
    document = copy.deepcopy(dict(safe_update(client, {REFRESH: wanted}).document))
    assert document.pop("RefreshTokenValidity") == 91
    assert document["TokenValidityUnits"].pop("RefreshToken") == "days"
    rest = {name: value for name, value in description.items() if name not in (*READ_ONLY, "RefreshTokenValidity")}
    rest.setdefault("TokenValidityUnits", {}).pop("RefreshToken", None)
    assert document == rest

"""The update in other languages says the same, as those languages read it."""

import json
from typing import Any

import hcl2
import pytest

from poolwarden.appclient import REFRESH, Validity, read_clients, safe_update
from poolwarden.appclient.attributes import ATTRIBUTES
from poolwarden.appclient.effective import COMPARED, differences
from poolwarden.appclient.reports import LANGUAGES
from poolwarden.appclient.reports.snippets import boto3_text, cloudformation_text, terraform_text
from poolwarden.appclient.settings import Place
from poolwarden.appclient.sources.terraform import client_from
from poolwarden.appclient.update import AWS, Target

FULL = {
    "AnalyticsConfiguration": {"ApplicationId": "a1", "UserDataShared": True},
    "RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 30},
    "ReadAttributes": ["email", "custom:tenant"],
    "WriteAttributes": ["email"],
    "SupportedIdentityProviders": ["COGNITO"],
    "CallbackURLs": ["https://app.example.com/${x}?a=%{b}&q=\"'\\", "https://app.example.com/ü"],
    "DefaultRedirectURI": "https://app.example.com/ü",
    "AllowedOAuthScopes": ["openid"],
    "LogoutURLs": [],
    "EnableTokenRevocation": False,
    "EnablePropagateAdditionalUserContextData": True,
    "AuthSessionValidity": 10,
    "ClientSecret": "hidden",
}
WANTED = {REFRESH: Validity(90, "days")}


def names_in(text: str) -> Any:
    """Take the quotes away that the reader of HCL leaves around names and texts."""
    if isinstance(text, dict):
        return {names_in(key): names_in(value) for key, value in text.items() if key != "__is_block__"}
    if isinstance(text, list):
        return [names_in(item) for item in text]
    if isinstance(text, str) and text.startswith('"'):
        return json.loads(text).replace("$${", "${").replace("%%{", "%{")
    return {"true": True, "false": False}.get(text, text) if isinstance(text, str) else text


def test_boto3(describe: Any) -> None:
    """The Python program makes exactly the request, where the command would make it."""
    update = safe_update(describe(**FULL), WANTED)
    sent: list[Any] = []

    class Boto3:
        @staticmethod
        def client(service: str, **where: str) -> Any:
            sent.append((service, where))
            return type("Api", (), {"update_user_pool_client": lambda _, **document: sent.append(document)})()

        @staticmethod
        def Session(**profile: str) -> Any:  # noqa: N802 (boto3's own name)
            sent.append(profile)
            return Boto3

    for target in (AWS, Target("us-east-1", "prod", "http://127.0.0.1:9229")):
        program = boto3_text(update, target).removeprefix("import boto3\n")
        exec(compile(program, "snippet", "exec"), {"boto3": Boto3})
    elsewhere = {"region_name": "us-east-1", "endpoint_url": "http://127.0.0.1:9229"}
    assert sent == [
        ("cognito-idp", {"region_name": "eu-west-1"}),
        update.document,
        {"profile_name": "prod"},
        ("cognito-idp", elsewhere),
        update.document,
    ]


def test_terraform(describe: Any) -> None:
    """The Terraform resource has every setting, and none of its texts is worked out."""
    update = safe_update(describe(**FULL), WANTED)
    read = names_in(hcl2.loads(terraform_text(update) + "\n"))
    resource = read["resource"][0]["aws_cognito_user_pool_client"]["web"]
    assert resource["generate_secret"] is True
    client = client_from(resource, Place("main.tf", "web", "terraform", "hcl"))
    (wanted,) = read_clients("u.json", json.dumps(dict(update.document)).encode())
    assert differences(client, wanted) == []
    assert set(client.values) == set(update.document) - {"ClientId"}


def test_cloudformation(describe: Any) -> None:
    """The CloudFormation resource has every setting."""
    update = safe_update(describe(**FULL), WANTED)
    (client,) = read_clients("t.yaml", cloudformation_text(update).encode())
    assert client.has_secret is True
    (wanted,) = read_clients("u.json", json.dumps(dict(update.document)).encode())
    assert differences(client, wanted) == []
    assert set(client.values) == set(update.document) - {"ClientId"}


@pytest.mark.parametrize(
    ("name", "terraform", "cloudformation"),
    [
        ("web", '"web" {', "  Web:"),
        ("Shop Web (prod)", '"shop_web_prod" {', "  ShopWebProd:"),
        ("1st", '"client_1st" {', "  Client1st:"),
        ("日本", '"client" {', "  App:"),
    ],
)
def test_labels(name: str, terraform: str, cloudformation: str, describe: Any) -> None:
    """A client's name becomes a name that the language takes."""
    update = safe_update(describe(ClientName=name), WANTED)
    assert terraform in terraform_text(update).splitlines()[0]
    assert cloudformation_text(update).splitlines()[1] == cloudformation


def test_unknown_attributes(describe: Any) -> None:
    """What is not known here goes where it can, and is named where it cannot."""
    update = safe_update(describe(NewSetting={"deep": [1]}), WANTED)
    assert "NewSetting={'deep': [1]}" in boto3_text(update)
    assert "# NewSetting is not known here" in terraform_text(update)
    assert "        deep: [1]" in cloudformation_text(update)


def test_secrets_stay_out(describe: Any) -> None:
    """No language tells the secret, and all of them are told of."""
    update = safe_update(describe(**FULL), WANTED)
    assert [language.name for language in LANGUAGES] == ["boto3", "terraform", "cloudformation"]
    assert "hidden" not in "".join(language.write(update, AWS) for language in LANGUAGES)


def test_all_attributes_are_compared(describe: Any) -> None:
    """The client of these tests sets whatever an update can reset, so that nothing is left unproven."""
    client = describe(**FULL)
    assert {row.name for row in ATTRIBUTES if row.reset and row.name not in client.values} == set()
    assert set(COMPARED) | {"TokenValidityUnits"} == {row.name for row in ATTRIBUTES if row.reset}

"""Every source reads its own samples, and leaves others' alone."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.appclient import ACCESS, REFRESH, check_client, read_clients
from poolwarden.appclient.document import Document, read_documents
from poolwarden.appclient.sources import SOURCES, Sample, Source
from poolwarden.errors import ConfigurationError

SAMPLES = [(source, sample) for source in SOURCES for sample in source.samples]
IDS = [sample.file for _, sample in SAMPLES]


@pytest.mark.parametrize(("source", "sample"), SAMPLES, ids=IDS)
def test_samples(source: Source, sample: Sample) -> None:
    """A source finds in its samples what they say, in their order."""
    (document,) = read_documents(sample.file, sample.text.encode())
    found = source.read(document)
    assert found is not None
    assert [dict(client.values) for client in found] == list(sample.told)
    assert {client.place.source for client in found} <= {source.name}


@pytest.mark.parametrize(("source", "sample"), SAMPLES, ids=IDS)
def test_first_match(source: Source, sample: Sample) -> None:
    """No source takes another's sample."""
    (document,) = read_documents(sample.file, sample.text.encode())
    assert [other for other in SOURCES if other.read(document) is not None] == [source]


@pytest.mark.parametrize(("source", "sample"), SAMPLES, ids=IDS)
def test_secrets_stay_out(source: Source, sample: Sample) -> None:
    """No client's secret gets into its settings, nor into what an update carries."""
    (document,) = read_documents(sample.file, sample.text.encode())
    for client in source.read(document) or ():
        assert "never shown" not in repr((client, client.values, client.carried))


def test_has_secret() -> None:
    """Whether a client has a secret is told where the source tells it."""
    told = {
        sample.file: [client.has_secret for client in read_clients(sample.file, sample.text.encode())]
        for _, sample in SAMPLES
        if sample.told
    }
    assert told["client.json"] == [True]
    assert told["list.json"] == [False, False]
    assert told["plan.json"] == [None]
    assert told["state.json"] == told["lists.tf.json"] == told["template.yaml"] == [True]


def test_whole_plan() -> None:
    """A plan tells addresses within modules, and leaves out what is deleted or of another type."""
    sample = next(sample for _, sample in SAMPLES if sample.file == "plan.json")
    (client,) = read_clients("plan.json", sample.text.encode())
    assert client.place.path == "module.auth.aws_cognito_user_pool_client.web"
    assert client.has_secret is None


def test_planned_values() -> None:
    """A plan without changes tells what will be, data sources left out."""
    resource = {"address": "a.b", "type": "aws_cognito_user_pool_client", "values": {"name": "web"}}
    data = {**resource, "mode": "data"}
    plan = {"format_version": "1.0", "planned_values": {"root_module": {"resources": [resource, data]}}}
    (client,) = read_clients("plan.json", json.dumps(plan).encode())
    assert client.name == "web"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"UserPoolClients": [{"ClientId": "a1", "ClientName": "web"}]}', "by name only"),
        ('{"UserPools": []}', "lists user pools, without"),
        ('{"UserPool": {"Id": "p"}}', "describes a user pool, without its app clients"),
        ('{"TemplateBody": "Resources: {}"}', "holds a template as a text.*--query TemplateBody"),
        ('{"Stacks": []}', "--live --user-pool-id"),
        ('{"StackResources": []}', "--live --user-pool-id"),
        ('{"version": 3, "deployment": {"resources": []}}', "Pulumi"),
        ('{"deployment": {"replicas": 2}}', "no app client's settings that are known"),
        ('{"@level": "info", "@message": "Plan: 1 to add", "type": "change_summary"}', "terraform show -json PLAN"),
        ('{"ClientId": "a1", "ClientName": "web", "UserPoolId": "p"}', "no app client's settings that are known"),
        ('{"UserPoolClient": null}', "no app client's settings that are known"),
        ("[]", "no app client's settings that are known"),
        ("[1]", "no app client's settings that are known"),
        ('{"Resources": {}}', "no app client is in it"),
        (
            '{"ClientId": "a1", "RefreshTokenValidity": "thirty"}',
            "client.json, a1: RefreshTokenValidity is not a whole",
        ),
        ('{"ClientId": "a1", "RefreshTokenValidity": true}', "is not a whole number"),
        ('{"ClientId": "a1", "RefreshTokenValidity": 1.5}', "is not a whole number"),
        ('{"ClientId": "a1", "TokenValidityUnits": "hours"}', "is not a group of settings"),
        (
            '{"ClientId": "a1", "TokenValidityUnits": {"RefreshToken": 1}}',
            "TokenValidityUnits.RefreshToken is not a text",
        ),
        ('{"ClientId": "a1", "CallbackURLs": "x"}', "is not a list of texts"),
        ('{"ClientId": "a1", "EnableTokenRevocation": "yes"}', "is not true or false"),
        (
            '{"Resources": {"A": {"Type": "AWS::Cognito::UserPoolClient", "Properties": [1]}}}',
            "not settings",
        ),
        (
            (
                '{"Parameters": {"P": {"Type": "String", "Default": "x"}},'
                ' "Resources": {"A": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"Ref": "P"}}}}'
            ),
            "not settings",
        ),
    ],
)
def test_refused(text: str, said: str) -> None:
    """What is no app client's settings is refused with the file's name and what it should be."""
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_clients("client.json", text.encode())
    assert str(caught.value).startswith("client.json")


def test_no_properties() -> None:
    """Properties that a template takes away are none: every setting is Cognito's default."""
    text = '{"Resources": {"A": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {"Ref": "AWS::NoValue"}}}}'
    (client,) = read_clients("client.json", text.encode())
    assert client.number("RefreshTokenValidity") is None


def test_written_as_text() -> None:
    """Numbers and flags may be written as texts, as templates do, and numbers with a fraction of nothing."""
    (client,) = read_clients(
        "c.json",
        b'{"ClientId": "a1", "RefreshTokenValidity": " 30 ", "AccessTokenValidity": 5.0,'
        b' "EnableTokenRevocation": "False"}',
    )
    assert (client.number("RefreshTokenValidity"), client.number("AccessTokenValidity")) == (30, 5)
    assert client.flag("EnableTokenRevocation") is False


def test_unknown_groups() -> None:
    """A group that only a later run will tell is unknown in all its fields."""
    text = "Resources:\n  A:\n    Type: AWS::Cognito::UserPoolClient\n    Properties:\n      GenerateSecret: !Ref S\n"
    text += "      TokenValidityUnits: !If [A, {RefreshToken: hours}, {}]\n      RefreshTokenValidity: 30\n"
    (client,) = read_clients("t.yaml", text.encode())
    assert client.validity(REFRESH) is None
    assert client.has_secret is None
    assert client.is_unknown("TokenValidityUnits")
    plan = {"resource": {"aws_cognito_user_pool_client": {"web": {"token_validity_units": "${var.units}"}}}}
    (client,) = read_clients("m.tf.json", json.dumps(plan).encode())
    assert client.is_unknown("TokenValidityUnits")


@pytest.mark.parametrize(
    "resource",
    [
        {"Properties": {"Fn::Transform": {"Name": "AWS::Include"}}},
        {"Properties": {"Fn::Transform": {"Name": "AWS::Include"}, "ClientName": "web"}},
        {"Properties": {"ClientName": "web"}, "Fn::Transform": {"Name": "Macro"}},
        {"Properties": {"Fn::If": ["Undefined", {"ClientName": "web"}, {"ClientName": "app"}]}},
    ],
)
def test_opened_by_a_macro(resource: dict[str, Any]) -> None:
    """What a macro or an include may set is unknown, not left out; what stands beside it is known."""
    template = {"Resources": {"Web": {"Type": "AWS::Cognito::UserPoolClient", **resource}}}
    (client,) = read_clients("t.json", json.dumps(template).encode())
    assert client.name in ("web", "Web")
    assert client.validity(REFRESH) is None
    assert client.has_secret is None
    assert check_client(client) == ()


def test_state_addresses() -> None:
    """A client in Terraform's state is called by the address that Terraform gives it."""
    sample = next(sample for _, sample in SAMPLES if sample.file == "terraform.tfstate")
    (client,) = read_clients("terraform.tfstate", sample.text.encode())
    assert client.place.path == 'module.auth.aws_cognito_user_pool_client.web["eu"]'
    assert client.line("RefreshTokenValidity") == 4
    assert client.validity(ACCESS) == ACCESS.default


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


def _paths(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [at] * bool(at) + [path for key, inner in items for path in _paths(inner, (*at, key))]


@given(st.data())
def test_junk(data: st.DataObject) -> None:
    """Whatever stands in a file in place of what should, it is read or refused, and nothing else happens."""
    _, sample = data.draw(st.sampled_from(SAMPLES))
    value = copy.deepcopy(read_documents(sample.file, sample.text.encode())[0].value)
    path = data.draw(st.sampled_from(_paths(value)))
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = data.draw(JUNK)
    for source in SOURCES:
        try:
            source.read(Document("file", value, "json"))
        except ConfigurationError as error:
            assert str(error).startswith("file")  # noqa: PT017 (either way is right)

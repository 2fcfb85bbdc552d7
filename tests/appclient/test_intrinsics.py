"""CloudFormation's functions are worked out as far as the template tells, and never guessed."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.appclient import UNKNOWN, read_clients
from poolwarden.appclient.intrinsics import Resolver, resources_of

TEMPLATE: dict[str, Any] = {
    "Parameters": {
        "Days": {"Type": "Number", "Default": 30},
        "Stage": {"Type": "String", "Default": "prod"},
        "Free": {"Type": "String"},
        "Urls": {"Type": "CommaDelimitedList", "Default": "https://a.example, https://b.example"},
        "Hours": {"Type": "List<Number>", "Default": "1,2"},
        "Stored": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/app/days"},
    },
    "Mappings": {"ByStage": {"prod": {"Unit": "days", "Flows": ["code"]}, "dev": {"Unit": "hours"}}},
    "Conditions": {
        "IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]},
        "IsFree": {"Fn::Equals": [{"Ref": "Free"}, "x"]},
        "Not": {"Fn::Not": [{"Condition": "IsProd"}]},
        "Both": {"Fn::And": [{"Condition": "IsProd"}, {"Condition": "IsFree"}]},
        "Neither": {"Fn::And": [{"Condition": "Not"}, {"Condition": "IsFree"}]},
        "Either": {"Fn::Or": [{"Condition": "IsProd"}, {"Condition": "IsFree"}]},
        "Round": {"Fn::Not": [{"Condition": "Round"}]},
    },
}


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"Ref": "Days"}, 30),
        ({"Ref": "Free"}, UNKNOWN),
        ({"Ref": "Stored"}, UNKNOWN),
        ({"Ref": "Urls"}, ["https://a.example", "https://b.example"]),
        ({"Ref": "Hours"}, ["1", "2"]),
        ({"Ref": "AWS::Region"}, UNKNOWN),
        ({"Ref": "AWS::NoValue"}, None),
        ({"Fn::GetAtt": ["Pool", "Arn"]}, UNKNOWN),
        ({"Fn::ImportValue": "x"}, UNKNOWN),
        ({"Fn::Sub": "${Stage}-web"}, "prod-web"),
        ({"Fn::Sub": "${!Stage}-${Stage}"}, "${Stage}-prod"),
        ({"Fn::Sub": "${AWS::StackName}-web"}, UNKNOWN),
        ({"Fn::Sub": ["${A}-${Stage}-${Days}", {"A": {"Ref": "Stage"}}]}, "prod-prod-30"),
        ({"Fn::Sub": ["${A}", {"A": {"Ref": "Free"}}]}, UNKNOWN),
        ({"Fn::Sub": 3}, UNKNOWN),
        ({"Fn::If": ["IsProd", 1, 2]}, 1),
        ({"Fn::If": ["Not", 1, 2]}, 2),
        ({"Fn::If": ["IsFree", 1, 2]}, UNKNOWN),
        ({"Fn::If": ["IsFree", {"Ref": "Days"}, 30]}, 30),
        ({"Fn::If": ["Nowhere", 1, 2]}, UNKNOWN),
        ({"Fn::If": ["Round", 1, 2]}, UNKNOWN),
        ({"Fn::If": ["Both", 1, 2]}, UNKNOWN),
        ({"Fn::If": ["Neither", 1, 2]}, 2),
        ({"Fn::If": ["Either", 1, 2]}, 1),
        ({"Fn::If": ["IsProd", 1]}, UNKNOWN),
        ({"Fn::If": ["IsProd", {"Ref": "AWS::NoValue"}, 2]}, None),
        ({"Fn::FindInMap": ["ByStage", {"Ref": "Stage"}, "Unit"]}, "days"),
        ({"Fn::FindInMap": ["ByStage", {"Ref": "Stage"}, "Flows"]}, ["code"]),
        ({"Fn::FindInMap": ["ByStage", {"Ref": "Free"}, "Unit"]}, UNKNOWN),
        ({"Fn::FindInMap": ["ByStage", "test", "Unit"]}, UNKNOWN),
        ({"Fn::FindInMap": ["ByStage", "test", "Unit", {"DefaultValue": "minutes"}]}, "minutes"),
        ({"Fn::FindInMap": ["ByStage", "prod"]}, UNKNOWN),
        ({"Fn::FindInMap": "ByStage"}, UNKNOWN),
        ({"Fn::Join": ["-", [{"Ref": "Stage"}, "web"]]}, "prod-web"),
        ({"Fn::Join": ["-", [{"Ref": "Free"}, "web"]]}, UNKNOWN),
        ({"Fn::Select": [1, {"Ref": "Urls"}]}, "https://b.example"),
        ({"Fn::Select": [9, {"Ref": "Urls"}]}, UNKNOWN),
        ({"Fn::Select": ["x", ["a"]]}, UNKNOWN),
        ({"Fn::Select": ["9" * 5000, ["a"]]}, UNKNOWN),
        ({"Fn::Split": ["-", {"Fn::Sub": "${Stage}-web"}]}, ["prod", "web"]),
        ({"Fn::Split": ["-", {"Ref": "Free"}]}, UNKNOWN),
        ([{"Ref": "Stage"}, {"a": {"Ref": "Free"}}], ["prod", {"a": UNKNOWN}]),
        ({"Fn::Made": 1}, UNKNOWN),
    ],
    ids=repr,
)
def test_functions(value: Any, found: Any) -> None:
    """Parameters stand for their defaults; what hangs on anything else is unknown."""
    assert Resolver(TEMPLATE).value(value) == found


SHORT_TAGS = """
Parameters:
  Days: {Type: Number, Default: 30}
  Stage: {Type: String, Default: dev}
Mappings:
  Units:
    dev: {Refresh: hours}
    prod: {Refresh: days}
Conditions:
  Dev: !Equals [!Ref Stage, dev]
Resources:
  WebClient:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      ClientName: !Sub '${Stage}-web'
      RefreshTokenValidity: !Ref Days
      TokenValidityUnits:
        RefreshToken: !FindInMap [Units, !Ref Stage, Refresh]
        AccessToken: !If [Dev, minutes, !Ref 'AWS::NoValue']
      AccessTokenValidity: !If [Dev, 60, !Ref 'AWS::NoValue']
      LogoutURLs: !If [Dev, !Ref 'AWS::NoValue', [https://example.com]]
      UserPoolId: !Ref Pool
"""


def test_short_tags() -> None:
    """The short tags of YAML are worked out like the long names."""
    (client,) = read_clients("t.yaml", SHORT_TAGS.encode())
    assert dict(client.values) == {
        "ClientName": "dev-web",
        "RefreshTokenValidity": 30,
        "TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "minutes"},
        "AccessTokenValidity": 60,
        "UserPoolId": UNKNOWN,
    }
    assert client.pool == '{"Ref": "Pool"}'


def test_loops() -> None:
    """A loop over resources is unrolled where its list is known; else one stands for all."""
    body = {
        "Client${Name}": {
            "Type": "T",
            "Properties": {"ClientName": {"Ref": "Name"}, "X": [{"Fn::Sub": "a-${Name}"}, 1]},
        }
    }
    template = {**TEMPLATE, "Resources": {"Fn::ForEach::Clients": ["Name", ["Web", "App"], body], "Other": {}}}
    found = [(name, inner) for name, _, inner in resources_of(template, Resolver(template))]
    assert found[0] == ("ClientWeb", {"Type": "T", "Properties": {"ClientName": "Web", "X": [{"Fn::Sub": "a-Web"}, 1]}})
    assert [name for name, _ in found] == ["ClientWeb", "ClientApp", "Other"]
    open_list = {"Resources": {"Fn::ForEach::Clients": ["Name", {"Ref": "Free"}, body]}}
    assert [name for name, *_ in resources_of(open_list, Resolver(open_list))] == ["Client?"]
    broken = {"Resources": {"Fn::ForEach::Clients": ["Name"]}}
    assert list(resources_of(broken, Resolver(broken))) == []


WORDS = ["Ref", "Condition", "Fn::Sub", "Fn::If", "Fn::FindInMap", "Fn::Join", "Fn::Select", "Fn::Split", "Fn::Equals"]
VALUES = st.recursive(
    st.none() | st.integers(-1, 3) | st.sampled_from(["Stage", "IsProd", "Round", "Urls", "${Stage}", "${", "-", "1"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, min_size=1, max_size=1),
    max_leaves=8,
)


@given(VALUES)
def test_never_fails(value: Any) -> None:
    """Whatever stands in a template, working it out raises nothing."""
    Resolver(TEMPLATE).value(value)
    Resolver({"Conditions": {"A": value}, "Parameters": value, "Mappings": value}).value({"Fn::If": ["A", 1, 2]})

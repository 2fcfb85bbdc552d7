"""Read CloudFormation templates, those of SAM and of the CDK included, in JSON and YAML."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from poolwarden.appclient.document import Document
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place, settings_from
from poolwarden.appclient.sources.base import Sample
from poolwarden.errors import ConfigurationError

TYPE: Final = "AWS::Cognito::UserPoolClient"

_YAML = """
AWSTemplateFormatVersion: 2010-09-09
Transform: AWS::Serverless-2016-10-31
Resources:
  WebClient:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ClientName: !Sub '${AWS::StackName}-web'
      GenerateSecret: true
      RefreshTokenValidity: 30
      AccessTokenValidity: !If [Long, 60, 15]
      TokenValidityUnits:
        RefreshToken: hours
        AccessToken: minutes
      CallbackURLs:
        - https://example.com/cb
        - !GetAtt Site.Url
      LogoutURLs: !Ref AWS::NoValue
  Pool:
    Type: AWS::Cognito::UserPool
"""
_JSON = """
{"Resources": {"Client4A7F64DF": {"Type": "AWS::Cognito::UserPoolClient", "Properties": {
 "UserPoolId": {"Ref": "PoolD3F588B8"}, "RefreshTokenValidity": 43200,
 "TokenValidityUnits": {"RefreshToken": "minutes"}}}, "Fn::ForEach::Clients": ["Name", [], {}]}}
"""


class CloudFormation:
    """A template: each app client among its resources."""

    name = "cloudformation"
    samples: Sequence[Sample] = (
        Sample(
            "template.yaml",
            _YAML,
            (
                {
                    "UserPoolId": UNKNOWN,
                    "ClientName": UNKNOWN,
                    "RefreshTokenValidity": 30,
                    "AccessTokenValidity": UNKNOWN,
                    "TokenValidityUnits": {"RefreshToken": "hours", "AccessToken": "minutes"},
                    "CallbackURLs": ("https://example.com/cb", UNKNOWN),
                },
            ),
        ),
        Sample(
            "stack.template.json",
            _JSON,
            (
                {
                    "UserPoolId": UNKNOWN,
                    "RefreshTokenValidity": 43200,
                    "TokenValidityUnits": {"RefreshToken": "minutes"},
                },
            ),
        ),
        Sample("none.yml", "Resources: {}\n"),
    )

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """Read a template; see :class:`poolwarden.appclient.sources.base.Source`."""
        value = document.value
        resources = value.get("Resources") if isinstance(value, Mapping) else None
        if not isinstance(resources, Mapping):
            return None
        return [
            _client(resource, Place(document.file, str(logical_id), self.name, document.syntax))
            for logical_id, resource in resources.items()
            if isinstance(resource, Mapping) and resource.get("Type") == TYPE
        ]


def _client(resource: Mapping[str, Any], place: Place) -> ClientSettings:
    properties = _known(resource.get("Properties") or {})
    if not isinstance(properties, Mapping):
        raise ConfigurationError(str(place), "its Properties are not settings.", "Give the processed template.")
    given = {name: value for name, value in properties.items() if value is not None}
    secret = given.get("GenerateSecret", False)
    return settings_from(given, place, has_secret=None if secret is UNKNOWN else str(secret).lower() == "true")


def _known(value: Any) -> Any:
    """Return a value with its intrinsic functions marked as unknown, and without what is AWS::NoValue."""
    if isinstance(value, Mapping):
        if len(value) == 1:
            (name,) = value
            if value == {"Ref": "AWS::NoValue"}:
                return None
            if name in ("Ref", "Condition") or str(name).startswith("Fn::"):
                return UNKNOWN
        return {name: _known(inner) for name, inner in value.items()}
    return [_known(inner) for inner in value] if isinstance(value, list) else value

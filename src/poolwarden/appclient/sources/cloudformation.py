"""Read CloudFormation templates, those of SAM and of the CDK included, in JSON and YAML."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from poolwarden.appclient.document import Document
from poolwarden.appclient.ignores import Ignore, metadata_ignores
from poolwarden.appclient.intrinsics import Resolver, resources_of
from poolwarden.appclient.layout import Way
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
        template = document.value
        if not isinstance(template, Mapping) or not isinstance(template.get("Resources"), Mapping):
            return None
        resolver = Resolver(template)
        found = [
            (logical_id, way, resource)
            for logical_id, way, resource in resources_of(template, resolver)
            if isinstance(resource, Mapping) and resource.get("Type") == TYPE
        ]
        ignores = document.layout.ignores([way for _, way, _ in found])
        return [
            _client(resource, _place(document, logical_id, way), resolver, (document, way, mine))
            for (logical_id, way, resource), mine in zip(found, ignores, strict=True)
        ]


def _place(document: Document, logical_id: str, way: Way) -> Place:
    return Place(document.file, logical_id, CloudFormation.name, document.syntax, document.layout.line(way))


def _client(
    resource: Mapping[str, Any], place: Place, resolver: Resolver, where: tuple[Document, Way, Sequence[Ignore]]
) -> ClientSettings:
    document, way, ignores = where
    properties = resolver.value(resource.get("Properties") or {})
    if not isinstance(properties, Mapping):
        raise ConfigurationError(str(place), "its Properties are not settings.", "Give the processed template.")
    given = {name: value for name, value in properties.items() if value is not None}
    secret = given.get("GenerateSecret", False)
    pool = json.dumps(resource["Properties"].get("UserPoolId"), default=str) if given.get("UserPoolId") else None
    told = metadata_ignores(resource.get("Metadata"), document.layout.line((*way, "Metadata")))
    return settings_from(
        given,
        place,
        has_secret=None if secret is UNKNOWN else str(secret).lower() == "true",
        pool=pool,
        lines=document.layout.lines_below((*way, "Properties")),
        ignores=(*ignores, *told),
    )

"""Read CloudFormation templates, those of SAM and of the CDK included, in JSON and YAML."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from poolwarden.appclient.attributes import BY_NAME
from poolwarden.appclient.document import Document
from poolwarden.appclient.ignores import Ignore, metadata_ignores
from poolwarden.appclient.intrinsics import Resolver, resources_of
from poolwarden.appclient.layout import Way
from poolwarden.appclient.settings import UNKNOWN, ClientSettings, Place, settings_from
from poolwarden.appclient.sources.base import Sample
from poolwarden.errors import ConfigurationError

TYPE: Final = "AWS::Cognito::UserPoolClient"

_SECRET: Final = "GenerateSecret"

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
_SERVERLESS = """
service: shop
resources:
  Resources:
    Web:
      Type: AWS::Cognito::UserPoolClient
      Properties:
        UserPoolId: {Ref: Pool}
        ClientName: ${self:service}-web
        RefreshTokenValidity: ${self:custom.days}
        TokenValidityUnits: {RefreshToken: hours}
        AuthSessionValidity: '{{resolve:ssm:/shop/minutes}}'
"""

_AROUND: Final = ("resources", "TemplateBody")
"""The member that holds a template: in the Serverless Framework's file, and in what get-template prints."""


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
        Sample(
            "serverless.yml",
            _SERVERLESS,
            (
                {
                    "UserPoolId": UNKNOWN,
                    "ClientName": UNKNOWN,
                    "RefreshTokenValidity": UNKNOWN,
                    "TokenValidityUnits": {"RefreshToken": "hours"},
                    "AuthSessionValidity": UNKNOWN,
                },
            ),
        ),
        Sample(
            "several.yml",
            "resources:\n  - ${file(tables.yml)}\n  - Resources:\n      Web: {Type: AWS::Cognito::UserPoolClient}\n",
            ({},),
        ),
        Sample("get-template.json", '{"TemplateBody": {"Resources": {}}, "StagesAvailable": ["Original"]}'),
        Sample("none.yml", "Resources: {}\n"),
    )

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """Read a template; see :class:`poolwarden.appclient.sources.base.Source`."""
        templates = list(_templates(document.value))
        if not templates:
            return None
        found = [
            (resolver, logical_id, (*above, *way), resource)
            for template, above in templates
            for resolver in (Resolver(template),)
            for logical_id, way, resource in resources_of(template, resolver)
            if isinstance(resource, Mapping) and resource.get("Type") == TYPE
        ]
        ignores = document.layout.ignores([way for _, _, way, _ in found])
        return [
            _client(resource, _place(document, logical_id, way), resolver, (document, way, mine))
            for (resolver, logical_id, way, resource), mine in zip(found, ignores, strict=True)
        ]


def _templates(value: Any) -> Iterator[tuple[Mapping[str, Any], Way]]:
    """Yield the template that a value is, or those that it holds, and the way to each."""
    places: list[tuple[Any, Way]] = [(value, ())]
    for name in _AROUND:
        inner = value.get(name) if isinstance(value, Mapping) else None
        places.append((inner, (name,)))
        places += ((item, (name, number)) for number, item in enumerate(inner if isinstance(inner, list) else ()))
    for one, way in places:
        if isinstance(one, Mapping) and isinstance(one.get("Resources"), Mapping):
            yield one, way


def _place(document: Document, logical_id: str, way: Way) -> Place:
    return Place(document.file, logical_id, CloudFormation.name, document.syntax, document.layout.line(way))


def _client(
    resource: Mapping[str, Any], place: Place, resolver: Resolver, where: tuple[Document, Way, Sequence[Ignore]]
) -> ClientSettings:
    document, way, ignores = where
    written = resource.get("Properties") or {}
    properties = (resolver.value(written) or {}) if isinstance(written, Mapping) else None
    if not isinstance(written, Mapping) or not (properties is UNKNOWN or isinstance(properties, Mapping)):
        raise ConfigurationError(str(place), "its Properties are not settings.", "Give the processed template.")
    # What a macro or an include puts in is known in the processed template only.
    opened = properties is UNKNOWN or any(str(name).startswith("Fn::") for name in (*resource, *properties))
    given: dict[str, Any] = dict.fromkeys((*BY_NAME, _SECRET), UNKNOWN) if opened else {}
    given |= {} if properties is UNKNOWN else {name: value for name, value in properties.items() if value is not None}
    secret = given.get(_SECRET, False)
    pool = json.dumps(written["UserPoolId"], default=str) if written.get("UserPoolId") else None
    told = metadata_ignores(resource.get("Metadata"), document.layout.line((*way, "Metadata")))
    return settings_from(
        given,
        place,
        has_secret=None if secret is UNKNOWN else str(secret).lower() == "true",
        pool=pool,
        lines=document.layout.lines_below((*way, "Properties")),
        ignores=(*ignores, *told),
    )

"""
Files in the shapes in which people really write app clients are read and checked.

The shapes are those of the public Terraform modules of user pools (a list of
clients that a for_each spreads, units in a dynamic block), of SAM templates,
of what the CDK and CDK for Terraform synthesize; the contents are our own.
"""

import json
from typing import Any

import pytest

from poolwarden.appclient import REFRESH, ClientSettings, check_clients, read_clients

KIND = "aws_cognito_user_pool_client"


def planned(address: str, after: dict[str, Any], unknown: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return one resource of a plan, as terraform show -json writes it."""
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {"id": True, **(unknown or {})}}
    return {"address": address, "mode": "managed", "type": KIND, "name": "client", "change": change}


MODULE_CLIENT: dict[str, Any] = {
    "access_token_validity": 60,
    "allowed_oauth_flows": ["code"],
    "allowed_oauth_flows_user_pool_client": True,
    "analytics_configuration": [],
    "auth_session_validity": 3,
    "callback_urls": ["https://app.example.com/cb"],
    "enable_token_revocation": True,
    "explicit_auth_flows": ["ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH"],
    "generate_secret": None,
    "id_token_validity": 60,
    "name": "web",
    "prevent_user_existence_errors": "ENABLED",
    "refresh_token_rotation": [],
    "refresh_token_validity": 30,
    "token_validity_units": [{"access_token": "minutes", "id_token": "minutes", "refresh_token": "days"}],
}
POOL_IN_MODULE = {
    "resources": [
        {
            "address": f"{KIND}.client",
            "type": KIND,
            "expressions": {"user_pool_id": {"references": ["local.user_pool_id"]}},
            "for_each_expression": {"references": ["local.clients_by_key"]},
        }
    ]
}
UNKNOWN_POOL = {"user_pool_id": True, "client_secret": True, "token_validity_units": [{}]}
NESTED_PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.9.8",
    "resource_changes": [
        planned('module.auth.module.pool["eu"].' + KIND + '.client["web_0"]', MODULE_CLIENT, UNKNOWN_POOL),
        planned(
            'module.auth.module.pool["eu"].' + KIND + '.client["mobile_1"]',
            {**MODULE_CLIENT, "name": "mobile", "token_validity_units": [{"refresh_token": "hours"}]},
            UNKNOWN_POOL,
        ),
        planned(
            'module.auth.module.pool["us"].' + KIND + '.client["web_0"]',
            {**MODULE_CLIENT, "refresh_token_validity": 1},
            UNKNOWN_POOL,
        ),
    ],
    "configuration": {
        "root_module": {
            "module_calls": {"auth": {"module": {"module_calls": {"pool": {"module": POOL_IN_MODULE}}}}},
        }
    },
}
SAM = """
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage:
    Type: String
    Default: dev
    AllowedValues: [dev, prod]
  TokenUnit:
    Type: String
    Default: hours
Globals:
  Function:
    Runtime: python3.13
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Api:
    Type: AWS::Serverless::Api
    Properties:
      StageName: !Ref Stage
      Auth:
        DefaultAuthorizer: Cognito
        Authorizers:
          Cognito:
            UserPoolArn: !GetAtt UserPool.Arn
  UserPool:
    Type: AWS::Cognito::UserPool
    Properties:
      UserPoolName: !Sub '${AWS::StackName}-users'
  WebClient:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      ClientName: !Sub '${Stage}-web'
      UserPoolId: !Ref UserPool
      GenerateSecret: false
      ExplicitAuthFlows:
        - ALLOW_USER_SRP_AUTH
        - ALLOW_REFRESH_TOKEN_AUTH
      AllowedOAuthFlowsUserPoolClient: 'true'
      AllowedOAuthFlows: [code]
      CallbackURLs:
        - !If [IsProd, 'https://app.example.com/cb', 'http://localhost:3000/cb']
      PreventUserExistenceErrors: ENABLED
      RefreshTokenValidity: 30
      AccessTokenValidity: 60
      IdTokenValidity: 60
      TokenValidityUnits:
        AccessToken: minutes
        IdToken: minutes
        RefreshToken: !Ref TokenUnit
Outputs:
  ClientId:
    Value: !Ref WebClient
"""
CDK = {
    "Resources": {
        "UsersD3F588B8": {"Type": "AWS::Cognito::UserPool", "Properties": {}},
        "UsersWeb4A7F64DF": {
            "Type": "AWS::Cognito::UserPoolClient",
            "Properties": {
                "AllowedOAuthFlows": ["implicit", "code"],
                "AllowedOAuthFlowsUserPoolClient": True,
                "AllowedOAuthScopes": ["openid", {"Fn::Join": ["/", [{"Ref": "OrdersServer"}, "read"]]}],
                "CallbackURLs": ["https://example.com"],
                "EnableTokenRevocation": True,
                "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
                "PreventUserExistenceErrors": "ENABLED",
                "RefreshTokenValidity": 1800,
                "SupportedIdentityProviders": ["COGNITO"],
                "TokenValidityUnits": {"RefreshToken": "minutes"},
                "UserPoolId": {"Ref": "UsersD3F588B8"},
            },
            "Metadata": {"aws:cdk:path": "Shop/Users/Web/Resource"},
        },
    },
    "Parameters": {
        "BootstrapVersion": {
            "Type": "AWS::SSM::Parameter::Value<String>",
            "Default": "/cdk-bootstrap/hnb659fds/version",
        }
    },
}
CDKTF = {
    "//": {"metadata": {"backend": "local", "stackName": "shop", "version": "0.20.0"}},
    "provider": {"aws": [{"region": "eu-west-1"}]},
    "resource": {
        KIND: {
            "web": {
                "//": {"metadata": {"path": "shop/web", "uniqueId": "web"}},
                "name": "web",
                "prevent_user_existence_errors": "ENABLED",
                "refresh_token_validity": 720,
                "user_pool_id": "${aws_cognito_user_pool.users.id}",
            }
        }
    },
}
STATE = {
    "format_version": "1.0",
    "values": {
        "root_module": {
            "child_modules": [
                {
                    "address": "module.cognito",
                    "resources": [
                        {
                            "address": f"module.cognito.{KIND}.client[0]",
                            "mode": "managed",
                            "type": KIND,
                            "values": {
                                **MODULE_CLIENT,
                                "id": "1example23456789",
                                "user_pool_id": "eu-west-1_AbCdEfGhI",
                                "client_secret": "",
                                "refresh_token_rotation": [{"feature": "ENABLED", "retry_grace_period_seconds": 0}],
                                "explicit_auth_flows": ["ALLOW_USER_SRP_AUTH"],
                            },
                        }
                    ],
                }
            ]
        }
    },
}


def told(clients: tuple[ClientSettings, ...]) -> list[list[str]]:
    """Return the names of what is found, client by client."""
    return [[finding.check.name for finding in findings] for findings in check_clients(clients)]


@pytest.mark.parametrize(
    ("file", "text", "found"),
    [
        ("template.yaml", SAM, [["refresh_unit_mistake"]]),
        ("Shop.template.json", json.dumps(CDK, indent=1), [["refresh_unit_mistake", "implicit_flow_on"]]),
        ("cdk.tf.json", json.dumps(CDKTF, indent=2), [["refresh_unit_missing"]]),
        ("state.json", json.dumps(STATE), [["rotation_without_grace"]]),
        (
            "plan.json",
            json.dumps(NESTED_PLAN),
            [[], ["refresh_unit_mistake", "access_unit_missing", "id_unit_missing", "pool_clients_differ"], []],
        ),
    ],
    ids=["sam", "cdk", "cdktf", "state", "nested-modules"],
)
def test_shapes(file: str, text: str, found: list[list[str]]) -> None:
    """Each shape's clients are found, and the mistake in each is the one that is told."""
    assert told(read_clients(file, text.encode())) == found


def test_nested_modules() -> None:
    """Clients in modules within modules keep their addresses, and are neighbours only within one instance."""
    clients = read_clients("plan.json", json.dumps(NESTED_PLAN).encode())
    assert [client.place.path for client in clients] == [
        'module.auth.module.pool["eu"].aws_cognito_user_pool_client.client["web_0"]',
        'module.auth.module.pool["eu"].aws_cognito_user_pool_client.client["mobile_1"]',
        'module.auth.module.pool["us"].aws_cognito_user_pool_client.client["web_0"]',
    ]
    assert [str(client.validity(REFRESH)) for client in clients] == ["30 days", "30 hours", "1 day"]
    assert clients[0].pool == clients[1].pool != clients[2].pool


def test_parameters_decide() -> None:
    """With the other default in its parameter the same template has no mistake."""
    (client,) = read_clients("template.yaml", SAM.replace("Default: hours", "Default: days").encode())
    assert told((client,)) == [[]]
    assert client.texts("CallbackURLs") == ("http://localhost:3000/cb",)
    (prod,) = read_clients("template.yaml", SAM.replace("Default: dev", "Default: prod").encode())
    assert prod.name == "prod-web"
    assert prod.texts("CallbackURLs") == ("https://app.example.com/cb",)

"""The operations on app clients and the pool itself."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from poolwarden.localpool.client_wire import check_client, read_settings, show_client
from poolwarden.localpool.clients import AppClient, draft_client, draft_secret
from poolwarden.localpool.errors import Refusal
from poolwarden.localpool.handlers import Answer, Handler
from poolwarden.localpool.params import Params
from poolwarden.localpool.state import State

_MOST_PER_PAGE: Final = 60


def check_pool(state: State, params: Params) -> None:
    """
    Check that a request means this pool.

    Args:
        state: The pool.
        params: A request with a ``UserPoolId``.

    Raises:
        CognitoError: InvalidParameterException or ResourceNotFoundException.
    """
    pool_id = params.text("UserPoolId")
    if pool_id != state.pool_id:
        raise Refusal.POOL_MISSING.error(pool_id=pool_id)


def find_client(state: State, params: Params) -> AppClient:
    """
    Find the app client a request names.

    Args:
        state: The pool.
        params: A request with a ``ClientId``.

    Returns:
        The client.

    Raises:
        CognitoError: InvalidParameterException or ResourceNotFoundException.
    """
    return state.clients.get(params.text("ClientId"))


def _shown(state: State, client: AppClient) -> Answer:
    return {"UserPoolClient": show_client(client, state.pool_id)}


def _create(state: State, params: Params) -> Answer:
    check_pool(state, params)
    secret = params.maybe_text("ClientSecret")
    if secret is None and params.maybe_flag("GenerateSecret"):
        secret = draft_secret()
    name = params.text("ClientName")
    client = draft_client(name, read_settings(params), now=state.clock(), secret=secret)
    check_client(client)
    return _shown(state, state.clients.put(client))


def _describe(state: State, params: Params) -> Answer:
    check_pool(state, params)
    return _shown(state, find_client(state, params))


def _update(state: State, params: Params) -> Answer:
    check_pool(state, params)
    old = find_client(state, params)
    # Not merged with the old settings: what the request omits falls back to its default.
    client = replace(
        old,
        settings=read_settings(params),
        client_name=params.maybe_text("ClientName") or old.client_name,
        modified_at=state.clock(),
    )
    check_client(client)
    return _shown(state, state.clients.put(client))


def _list(state: State, params: Params) -> Answer:
    check_pool(state, params)
    clients = list(state.clients)
    ids = [client.client_id for client in clients]
    token = params.maybe_text("NextToken")
    first = ids.index(token) if token in ids else 0
    count = params.maybe_integer("MaxResults") or _MOST_PER_PAGE
    answer: Answer = {
        "UserPoolClients": [
            {
                "ClientId": client.client_id,
                "UserPoolId": state.pool_id,
                "ClientName": client.client_name,
            }
            for client in clients[first : first + count]
        ]
    }
    if len(clients) > first + count:
        answer["NextToken"] = ids[first + count]
    return answer


def _delete(state: State, params: Params) -> Answer:
    check_pool(state, params)
    state.clients.delete(params.text("ClientId"))
    return {}


def _describe_pool(state: State, params: Params) -> Answer:
    check_pool(state, params)
    region = state.pool_id.partition("_")[0]
    return {
        "UserPool": {
            "Id": state.pool_id,
            "Name": state.pool_id.partition("_")[2],
            "Arn": f"arn:aws:cognito-idp:{region}:123456789012:userpool/{state.pool_id}",
            "CreationDate": state.created_at,
            "LastModifiedDate": state.created_at,
            "EstimatedNumberOfUsers": len(state.users),
            "MfaConfiguration": "OFF",
            "Policies": {
                "PasswordPolicy": {
                    "MinimumLength": 8,
                    "RequireUppercase": True,
                    "RequireLowercase": True,
                    "RequireNumbers": True,
                    "RequireSymbols": True,
                    "TemporaryPasswordValidityDays": 7,
                }
            },
        }
    }


CLIENT_OPERATIONS: Final[Mapping[str, Handler]] = {
    "CreateUserPoolClient": _create,
    "DescribeUserPoolClient": _describe,
    "UpdateUserPoolClient": _update,
    "ListUserPoolClients": _list,
    "DeleteUserPoolClient": _delete,
    "DescribeUserPool": _describe_pool,
}

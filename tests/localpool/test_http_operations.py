"""The API over HTTP has Cognito's wire form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import httpx2

    from poolwarden.localpool import LocalPool

TARGET = "AWSCognitoIdentityProviderService."


async def call(http: httpx2.AsyncClient, target: str, body: bytes) -> httpx2.Response:
    """Call an operation."""
    headers = {
        b"X-Amz-Target": target.encode("latin-1"),
        b"Content-Type": b"application/x-amz-json-1.1",
        b"Origin": b"https://app.example",
    }
    return await http.post("/", content=body, headers=headers)


async def test_answer(http: httpx2.AsyncClient, pool: LocalPool) -> None:
    """An answer is AWS JSON with a request id, readable from any origin."""
    response = await call(http, TARGET + "DescribeUserPool", b'{"UserPoolId":"%s"}' % pool.pool_id.encode())
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/x-amz-json-1.1"
    assert len(response.headers["x-amzn-requestid"]) == 36
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json()["UserPool"]["Id"] == pool.pool_id


@pytest.mark.parametrize(
    ("target", "body", "name"),
    [
        (TARGET + "GetUser", b'{"AccessToken":"x"}', "NotAuthorizedException"),
        (TARGET + "GetUser", b"", "InvalidParameterException"),
        (TARGET + "GetUser", b"[]", "SerializationException"),
        (TARGET + "GetUser", b"\xff", "SerializationException"),
        (TARGET + "GetUser", b'{"a":' * 10_000, "SerializationException"),
        (TARGET + "Nope\u00e9", b"{}", "UnknownOperationException"),
        ("Other.GetUser", b"{}", "UnknownOperationException"),
        ("", b"{}", "UnknownOperationException"),
    ],
)
async def test_refusal(http: httpx2.AsyncClient, target: str, body: bytes, name: str) -> None:
    """A refusal names itself in headers and body, with status 400."""
    response = await call(http, target, body)
    assert response.status_code == 400
    assert response.headers["x-amzn-errortype"] == f"{name}:"
    refusal = response.json()
    assert refusal["__type"] == name
    assert response.headers["x-amzn-errormessage"].isascii()
    assert set(refusal) == {"__type", "message"}


async def test_preflight(http: httpx2.AsyncClient) -> None:
    """A browser may send the protocol's headers and read its errors."""
    headers = {
        "Origin": "https://app.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "x-amz-target,x-amz-user-agent,content-type",
    }
    response = await http.options("/", headers=headers)
    assert response.status_code == 200
    assert "x-amz-target" in response.headers["access-control-allow-headers"]


async def test_too_large(http: httpx2.AsyncClient) -> None:
    """A body beyond the bound is not read."""
    assert (await call(http, TARGET + "GetUser", b" " * 300_000)).status_code == 413


async def test_foreign_host(http: httpx2.AsyncClient) -> None:
    """A page of another site whose name leads here gets nothing."""
    assert (await http.post("/", headers={"Host": "evil.example"})).status_code == 400

"""Real tokens of real stand-ins, over real sockets, to every framework under a server of its own."""

import json
from typing import Any

import httpx2
import pytest
from standins import Serve, Served, StandIn

from poolwarden.causes import CAUSES
from world import unbase64url

SERVERS = {
    "FastAPI, uvicorn": "uvicorn --host 127.0.0.1 --port {port} --no-access-log fastapi_app:app",
    "FastAPI, hypercorn on trio": "hypercorn -b 127.0.0.1:{port} -k trio fastapi_app:app",
    "FastAPI, granian": "granian --interface asgi --host 127.0.0.1 --port {port} fastapi_app:app",
    "Flask, granian": "granian --interface wsgi --host 127.0.0.1 --port {port} --blocking-threads 4 flask_app:app",
    "Flask, gunicorn sync": "gunicorn -b 127.0.0.1:{port} flask_app:app",
    "Flask, gunicorn forked": "gunicorn -b 127.0.0.1:{port} -k gthread --threads 4 -w 2 --preload flask_app:app",
    "Django, gunicorn gthread": "gunicorn -b 127.0.0.1:{port} -k gthread --threads 4 django_app:by_wsgi",
    "Django, uvicorn": "uvicorn --host 127.0.0.1 --port {port} --lifespan off --no-access-log django_app:by_asgi",
    "Litestar, hypercorn": "hypercorn -b 127.0.0.1:{port} litestar_app:around",
    "Litestar within, uvicorn": "uvicorn --host 127.0.0.1 --port {port} --no-access-log litestar_app:within",
}


@pytest.fixture
def stand_ins(moto: StandIn, cognito_local: StandIn | str, local: StandIn) -> list[StandIn | str]:
    """Ask for all of them."""
    return [moto, cognito_local, local]


def ask(served: Served, path: str = "/me", *values: str) -> httpx2.Response:
    """Send one request with these Authorization headers."""
    return httpx2.get(served.url + path, headers=[("Authorization", value) for value in values], timeout=60)


def check_refused(answer: httpx2.Response, cause: str) -> None:
    """Hold an answer against the cause's row."""
    row = CAUSES[cause]  # type: ignore[index]
    assert (answer.json()["cause"], answer.status_code) == (cause, row.status)
    assert answer.headers["content-type"] == "application/problem+json"
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith("Bearer")
    assert (f'error="{row.error}"' in challenge) is (row.error is not None)
    assert 'resource_metadata="https://api.example.com/.well-known/oauth-protected-resource"' in challenge


def check_stand_in(served: Served, stand_in: StandIn) -> None:
    """The access token passes, until it expires; the ID token and another client's token do not."""
    for _ in range(3):
        answer = ask(served, "/me", f"Bearer {stand_in.access}")
        assert answer.status_code == 200, answer.text
        assert (answer.json()["pool"], answer.json()["client"]) == (stand_in.pool["alias"], "web")
    check_refused(ask(served, "/me", f"Bearer {stand_in.id}"), "token_use_mismatch")
    check_refused(ask(served, "/me", f"Bearer {stand_in.other}"), "client_mismatch")
    served.move_clock(86_500)
    check_refused(ask(served, "/me", f"Bearer {stand_in.access}"), "token_expired")
    served.move_clock(0)
    assert ask(served, "/me", f"Bearer {stand_in.access}").status_code == 200


def check_requests(served: Served, token: str) -> None:
    """What a server makes of odd requests leads to the same causes as everywhere."""
    check_refused(ask(served), "credentials_missing")
    check_refused(ask(served, "/me", "Bearer undefined"), "token_placeholder")
    check_refused(ask(served, "/me", "Bearer a b"), "credentials_malformed")
    for values in ((f"Bearer {token}",) * 2, ("Basic YTpi", f"Bearer {token}")):
        check_refused(ask(served, "/me", *values), "credentials_malformed")
    for path in ("/healthz/../me", "/healthz%2f..%2fme", "//healthz", "/nowhere"):
        answer = httpx2.get(httpx2.URL(served.url).copy_with(raw_path=path.encode()), timeout=60)
        assert answer.status_code == 401, path
    head = httpx2.head(served.url + "/me", timeout=60)
    assert (head.status_code, head.content) == (401, b"")
    document = ask(served, "/.well-known/oauth-protected-resource")
    assert document.json()["resource"] == "https://api.example.com"
    assert ask(served, "/healthz").status_code == 200


def check_stream(served: Served, token: str) -> None:
    """The first piece of a stream arrives while the last one does not exist yet."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx2.stream("GET", served.url + "/stream", headers=headers, timeout=60) as answer:
        pieces = answer.iter_lines()
        assert next(pieces) == "first"
        (served.folder / "gate").touch()
        assert list(pieces) == ["last"]


def check_cognito(served: Served, token: str) -> None:
    """A refusal of Cognito's that nobody in the application expects is answered as what it means."""
    check_refused(ask(served, "/cognito", f"Bearer {token}"), "access_token_invalid")


@pytest.mark.parametrize("name", SERVERS)
def test_server(
    name: str, serve_app: Serve, stand_ins: list[StandIn | str], local: StandIn, subtests: pytest.Subtests
) -> None:
    """A server guards several pools at once and keeps to every rule over real sockets."""
    pools = [stand_in.pool for stand_in in stand_ins if isinstance(stand_in, StandIn)]
    with serve_app(SERVERS[name], *pools) as served:
        for stand_in in stand_ins:
            with subtests.test(stand_in=stand_in if isinstance(stand_in, str) else stand_in.pool["alias"]):
                if isinstance(stand_in, str):
                    pytest.skip(stand_in)
                check_stand_in(served, stand_in)
        # Within Litestar, middleware runs once a route is found: other addresses are a 404 of its own.
        if "within" not in name:
            with subtests.test("requests"):
                check_requests(served, local.access)
        with subtests.test("stream"):
            check_stream(served, local.access)
        with subtests.test("Cognito"):
            check_cognito(served, local.access)
    check_log(served.log.read_text(), [local.access, local.id])


def check_log(log: str, tokens: list[str]) -> None:
    """No token and no signature is in what a server printed."""
    parts = {part for token in tokens for part in token.split(".")[1:]}
    assert not [part for part in parts if part in log]
    assert "Traceback" not in log, json.dumps(log[-3000:])


def test_table(moto: StandIn) -> None:
    """A stand-in's token is one of Cognito's form: that is what makes the tests above mean something."""
    claims: Any = json.loads(unbase64url(moto.access.split(".")[1].encode()))
    assert claims["token_use"] == "access"
    assert claims["iss"].startswith("https://cognito-idp.us-east-1.amazonaws.com/")

"""The WSGI middleware: environ, bodies piece by piece, files, and what servers make of headers."""

import sys
from collections.abc import Iterator
from typing import Any
from wsgiref.util import FileWrapper
from wsgiref.validate import validator

import pytest
from prometheus_client import CollectorRegistry

from edges import authorization, bare_wsgi, call_wsgi, ending_server, environ_of
from poolwarden.edge.verified import Verified
from poolwarden.guard.requirement import Requirement
from poolwarden.observe.prometheus import meter
from poolwarden.wsgi import ENVIRON_KEY, VERIFIED_BY, BearerMiddleware, path_in, token_in
from world import START, World


class Pieces:
    """A body that says when it is read and when it is closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.log: list[str] = []
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        """Give piece after piece."""
        for piece in self._pieces:
            self.log.append(piece.decode())
            yield piece

    def close(self) -> None:
        """Remember it."""
        self.log.append("closed")


def serving(body: Any) -> Any:
    """Return an application with this body."""

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return body

    return app


def run(app: Any, world: World, **more: Any) -> Any:
    """Call an application with a good token and return its body, unread."""
    return app(environ_of(authorization(b"Bearer " + world.mint()), **more), lambda *_: None)


def test_environ(world: World) -> None:
    """The token is found in the environ; what was there before is not believed."""
    server = world.server()
    app = bare_wsgi(server, exempt=["/open"])
    forged = server.authenticate(b"Bearer " + world.mint({"sub": "forged"}))
    assert call_wsgi(app, authorization(b"Bearer " + world.mint({"sub": "ada"}))).body == b"ada"
    stale = {ENVIRON_KEY: forged, VERIFIED_BY: Verified(server, forged, None)}
    assert call_wsgi(app, path="/open", **stale).body == b"nobody"


def test_within_another(world: World) -> None:
    """A request that passes two middlewares of one server counts once; what the inner one asks for is asked for."""
    registry = CollectorRegistry()
    server = world.server(meter=meter(registry))
    inner = BearerMiddleware(bare_wsgi(server, require=Requirement(scopes=["orders/read"])), server)
    app = BearerMiddleware(inner, server, optional=True)
    assert call_wsgi(app, authorization(b"Bearer " + world.mint({"scope": "orders/read"}))).status == 200
    labels = {"pool": "main", "client": "web", "outcome": "accepted", "cause": "none"}
    assert registry.get_sample_value("poolwarden_requests_total", labels) == 1
    assert call_wsgi(app, authorization(b"Bearer " + world.mint({"scope": "openid"}))).cause == "scope_missing"
    assert call_wsgi(app).cause == "credentials_missing"


def test_request_within(world: World) -> None:
    """A request that is sent on within another, with its environ and another header, is verified by that."""
    server = world.server()
    seen: list[dict[str, Any]] = []
    app = bare_wsgi(server)

    def noting(environ: Any, start_response: Any) -> Any:
        seen.append(environ)
        return app.app(environ, start_response)

    ada, bob = (authorization(b"Bearer " + world.mint({"sub": name})) for name in ("ada", "bob"))
    call_wsgi(BearerMiddleware(noting, server), ada)
    copied = {name: value for name, value in seen[0].items() if name.startswith("poolwarden.")}
    assert call_wsgi(app, ada, **copied).body == b"ada"
    assert call_wsgi(app, bob, **copied).body == b"bob"
    assert call_wsgi(app, **copied).cause == "credentials_missing"


def test_token_in(world: World) -> None:
    """A token is its own server's; what is no token is none."""
    server, other = world.server(), world.server()
    token = server.authenticate(b"Bearer " + world.mint())
    environ = {ENVIRON_KEY: token, VERIFIED_BY: Verified(server, token, "Bearer a"), "HTTP_AUTHORIZATION": "Bearer a"}
    assert token_in(environ) is token_in(environ, server) is token
    assert token_in({**environ, "HTTP_AUTHORIZATION": "Bearer b"}, server) is None
    assert token_in(environ, other) is None
    assert token_in({ENVIRON_KEY: "forged"}) is None
    assert token_in({}) is None


@pytest.mark.parametrize(
    "value",
    ["Basic YTpi,Bearer {token}", "Bearer {token},Bearer {token}", "Bearer {token},Basic YTpi", ",Bearer {token}"],
)
@pytest.mark.parametrize("optional", [False, True])
def test_folded(value: str, optional: bool, world: World) -> None:
    """Two headers that a server has folded into one are two headers."""
    folded = value.format(token=world.mint().decode()).encode()
    reply = call_wsgi(bare_wsgi(world.server(), optional=optional), authorization(folded))
    assert (reply.status, reply.cause) == (400, "credentials_malformed")


def test_streaming(world: World) -> None:
    """The first piece is there before the last one is made, and the body is closed once."""
    pieces = Pieces(b"a", b"b", b"c")
    body = run(BearerMiddleware(serving(pieces), world.server()), world)
    reading = iter(body)
    assert next(reading) == b"a"
    assert pieces.log == ["a"]
    assert list(reading) == [b"b", b"c"]
    body.close()
    assert pieces.log == ["a", "b", "c", "closed"]


def test_closed_unread(world: World) -> None:
    """A body that nobody reads is closed all the same; one without close needs none."""
    pieces = Pieces(b"a")
    run(BearerMiddleware(serving(pieces), world.server()), world).close()
    assert pieces.log == ["closed"]
    body = run(BearerMiddleware(serving(map(bytes, ())), world.server()), world)
    assert list(body) == []
    body.close()


def test_untouched(world: World) -> None:
    """Lists and files reach the server as they are, which sends them in its own way."""
    listed = [b"a"]
    assert run(BearerMiddleware(serving(listed), world.server()), world) is listed
    file = FileWrapper(open(__file__, "rb"))  # noqa: SIM115, PTH123 (closed below)
    more = {"wsgi.file_wrapper": FileWrapper}
    assert run(BearerMiddleware(serving(file), world.server()), world, **more) is file
    assert run(BearerMiddleware(serving(file), world.server()), world) is not file
    file.filelike.close()


def test_taken_back(world: World) -> None:
    """An application that takes its answer back (PEP 3333's exc_info) is heard; the session's end is told once."""

    def app(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        try:
            _ = environ["nothing"]
        except KeyError:
            told = ("poolwarden-session-ends", "7")
            start_response("500 Internal Server Error", [("Content-Type", "text/plain"), told], sys.exc_info())
        return [b"sorry"]

    guarded = BearerMiddleware(app, ending_server(world), session_ends=True)
    reply = call_wsgi(guarded, authorization(b"Bearer " + world.mint({"auth_time": START})))
    assert (reply.status, reply.body) == (500, b"sorry")
    assert reply["poolwarden-session-ends"] == str(START + 30 * 3_600)


def test_exception_passes(world: World) -> None:
    """An exception that is none of Cognito's passes from a body as from the call."""

    def app(environ: Any, start_response: Any) -> Iterator[bytes]:
        raise LookupError
        yield b""

    with pytest.raises(LookupError):
        call_wsgi(BearerMiddleware(app, world.server()), authorization(b"Bearer " + world.mint()))


@pytest.mark.parametrize(
    ("given", "path"), [(None, "/"), ("", "/"), ("/a", "/a"), ("/caf\u00c3\u00a9", "/café"), ("/\u00e9", "/\ufffd")]
)
def test_path(given: str | None, path: str) -> None:
    """A path's bytes, told in latin-1, mean UTF-8 (PEP 3333); an absent path is the root."""
    assert path_in({"PATH_INFO": given}) == path


@pytest.mark.parametrize("good", [True, False])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_conforms(good: bool, method: str, world: World) -> None:
    """Seen from both sides, the middleware keeps to PEP 3333."""
    app = validator(BearerMiddleware(validator(serving_list()), world.server(), session_ends=True))
    headers = authorization(b"Bearer " + world.mint()) if good else []
    started: list[str] = []

    def start_response(status: str, fields: Any, exc_info: Any = None) -> Any:
        started.append(status)
        return lambda _: None

    class Input:
        read = readline = readlines = __iter__ = lambda *_: b""

    class Errors:
        flush = write = writelines = lambda *_: None

    environ = environ_of(headers, method=method, **{"wsgi.input": Input(), "wsgi.errors": Errors()})
    body = app(environ, start_response)
    list(body)
    body.close()
    assert started == ["200 OK" if good else "401 Unauthorized"]


def serving_list() -> Any:
    """Return an application that answers HEAD without a body, as PEP 3333's validator wants it."""

    def app(environ: Any, start_response: Any) -> Any:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b""]

    return app

"""
What a guard adds to a request with a known token, without a server in between.

Each contender's application is called as a server would call it, next to the
same application without a guard in the same process; the table shows the
difference. The limits are middleware that does nothing.
"""

from collections.abc import Sequence

from benchmarks.harness import Contender, interleave
from benchmarks.material import Material
from benchmarks.report import Table, timed_table

CONTENDERS: dict[str, tuple[Contender, ...]] = {
    "Starlette": (
        Contender("limit: ASGI middleware that does nothing", "limits", "asgi", limit=True, bare="starlette"),
        Contender("poolwarden, ASGI middleware", "ours", "asgi", "usual", bare="starlette"),
        Contender("fastmcp, middleware", "peer_fastmcp", "asgi", bare="starlette"),
        Contender("BaseHTTPMiddleware that does nothing", "limits", "base", limit=True, bare="starlette"),
    ),
    "FastAPI": (
        Contender("limit: dependency that does nothing", "limits", "dependency", limit=True, bare="fastapi"),
        Contender("poolwarden, ASGI middleware", "ours", "asgi.fastapi", "usual", bare="fastapi"),
        Contender("poolwarden, dependency with a scope", "ours", "dependency", "usual", bare="fastapi"),
        Contender("fastapi-cognito, dependency", "peer_fastapi_cognito", "dependency", bare="fastapi"),
        Contender("fastapi-cloudauth, dependency", "peer_fastapi_cloudauth", "dependency", bare="fastapi"),
        Contender("PyJWT and PyJWKClient, dependency", "peer_pyjwt", "dependency", bare="fastapi"),
    ),
    "Flask": (
        Contender("limit: WSGI middleware that does nothing", "limits", "wsgi", limit=True, bare="flask"),
        Contender("poolwarden, WSGI middleware", "ours", "wsgi", "usual", bare="flask"),
        Contender("poolwarden, decorator with a scope", "ours", "decorator", "usual", bare="flask"),
        Contender("Flask-Cognito, decorator", "peer_flask_cognito", "decorator", bare="flask"),
        Contender("flask-cognito-lib, decorator", "peer_flask_cognito_lib", "decorator", bare="flask"),
        Contender("Authlib, decorator", "peer_authlib", "decorator", bare="flask"),
    ),
}


def run(material: Material, *, quick: bool) -> list[Table]:
    """
    Measure what is added over each framework.

    Args:
        material: The pool.
        quick: Whether a rough figure will do.
    """
    return [_table(material, framework, listed, quick=quick) for framework, listed in CONTENDERS.items()]


def _table(material: Material, framework: str, contenders: Sequence[Contender], *, quick: bool) -> Table:
    rounds, requests = (3, 120) if quick else (60, 200)
    header = material.header()
    results = interleave(
        contenders,
        material.path,
        lambda _: [header] * requests,
        rounds=rounds,
        chunk=20,
        samples_of=(header, material.tampered()),
    )
    table = timed_table(
        f"inprocess.{framework.lower()}", f"Added to a request of bare {framework}: microseconds", results
    )
    alone = min((min(one.bare) for one in results if one.bare), default=float("nan"))
    note = f"{framework} alone takes {alone / 1000:.1f} µs."
    return Table(table.name, table.title, table.columns, table.rows, [note, *table.notes], table.data)

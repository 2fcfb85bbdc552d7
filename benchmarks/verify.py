"""
Verify a token that is new, and one that is known.

New tokens are drawn for each round, so that no cache helps; a known token is
the same header again and again. The limit of the one is the bare RSA-2048
verify of ``cryptography``, of the other a look into a dict by a SHA-256.
"""

from collections.abc import Callable, Sequence

from benchmarks.harness import Contender, Result, interleave
from benchmarks.material import Material
from benchmarks.report import Table, timed_table

SIGNATURE = Contender("limit: RSA-2048 verify alone", "limits", "signature", limit=True)
LOOK = Contender("limit: dict hit on a SHA-256", "limits", "look", limit=True)
OURS = (
    Contender("poolwarden, as usual (metrics; warnings)", "ours", "verify", "usual"),
    Contender("poolwarden, no metrics, no events", "ours", "verify", "plain"),
    Contender("poolwarden, every event as JSON", "ours", "verify", "full"),
)
PEERS = (
    Contender("PyJWT decode, key at hand", "peer_pyjwt", "decode"),
    Contender("PyJWT decode and PyJWKClient", "peer_pyjwt", "client"),
    Contender("joserfc", "peer_joserfc", "verify"),
    Contender("Authlib", "peer_authlib", "verify"),
    Contender("fastapi-cognito", "peer_fastapi_cognito", "verify"),
    Contender("fastapi-cloudauth", "peer_fastapi_cloudauth", "verify"),
    Contender("Flask-Cognito", "peer_flask_cognito", "verify"),
    Contender("flask-cognito-lib", "peer_flask_cognito_lib", "verify"),
    Contender("fastmcp", "peer_fastmcp", "verify"),
    Contender("aws-jwt-verify (node)", "peer_aws_jwt_verify.mjs", "verify"),
)


def run(material: Material, *, quick: bool, peers: Sequence[Contender] = PEERS) -> list[Table]:
    """
    Measure both.

    Args:
        material: The pool.
        quick: Whether a rough figure will do.
        peers: Whom to measure beside.
    """
    rounds, tokens, times = (3, 60, 600) if quick else (40, 200, 2000)
    new = _played(material, [SIGNATURE, *OURS, *peers], rounds, lambda _: material.headers(tokens), chunk=20)
    header = material.header()
    known = _played(material, [LOOK, *OURS, *peers], rounds, lambda _: [header] * times, chunk=100)
    return [
        timed_table("verify.new", "A new token: microseconds for each", new, limit=new[0]),
        timed_table("verify.known", "A known token: microseconds for each", known, limit=known[0]),
    ]


def _played(
    material: Material, contenders: Sequence[Contender], rounds: int, items: Callable[[int], list[str]], chunk: int
) -> list[Result]:
    return interleave(
        contenders,
        material.path,
        items,
        rounds=rounds,
        chunk=chunk,
        samples_of=(material.header(), material.tampered()),
    )

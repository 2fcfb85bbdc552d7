"""``poolwarden inspect``: a token on standard input in, what it is and which check refuses it out."""

import argparse
import os
import sys
import time

from poolwarden.commands.pasted import token_pasted
from poolwarden.commands.servers import server_for
from poolwarden.commands.terminal import folded, width_of
from poolwarden.commands.token_facts import describe, verdict_on

_MOST_BYTES = 1_000_000

_WITHIN = "It was found within other text; sent with quotes or anything else around it, it is refused."

_MORE = """
The token is read from standard input, never from an argument, so that it stays
out of the shell's history and of the list of processes. Nothing of it is shown
but what it is: no byte of the token, no personal datum; users and sessions are
shown as the references of poolwarden's logs (set POOLWARDEN_REF_KEY to see the
user's).

With --pool, or POOLWARDEN_USER_POOL_ID and POOLWARDEN_CLIENT_IDS, the signature
is checked with the pool's published keys, and the app client where it is named.

examples:
  pbpaste | poolwarden inspect --pool eu-west-1_AbCdEfGhI
  jq -r .AuthenticationResult.AccessToken answer.json | poolwarden inspect

Ends with 1 where a check refuses the token.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    parser.add_argument("--pool", metavar="ID", help="the user pool's id (default: POOLWARDEN_USER_POOL_ID)")


def run(options: argparse.Namespace) -> int:
    """
    Inspect.

    Returns:
        1 where a check refuses the token, else 0.

    Raises:
        PoolwardenError: There is no token, or several, or the pool is none.
    """
    server = server_for(options.pool, os.environ)
    if sys.stdin.isatty():
        sys.stderr.write("poolwarden: paste the token, then Enter and Ctrl-D\n")
    token, within = token_pasted(sys.stdin.buffer.read(_MOST_BYTES).decode("utf-8", "replace"))
    key = os.environ.get("POOLWARDEN_REF_KEY", "").encode("utf-8", "surrogateescape") or None
    verdict = verdict_on(token, server, time.time())
    width = width_of(sys.stdout)
    told = folded("\n".join(describe(token, time.time(), key)), width, hanging=" " * 12)
    judged = folded("\n".join([*verdict.lines, *([_WITHIN] if within else [])]), width)
    sys.stdout.write(f"{told}\n\n{judged}\n")
    return int(verdict.refused)

"""``poolwarden rehearse``: verify the fix without waiting 30 days."""

import argparse
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from poolwarden.commands.failures import UsageError
from poolwarden.commands.ports import PORT, port_of, why_not
from poolwarden.commands.terminal import width_of

if TYPE_CHECKING:
    from poolwarden.appclient import ClientSettings, Token, Validity
    from poolwarden.rehearse import Stage, Terms

_EXAMPLE = "the built-in example (FastAPI, guarded by poolwarden)"
_UNREADABLE = (
    "poolwarden: a good answer does not allow {origin} in Access-Control-Allow-Origin: pages there read no answer, "
    "unless a proxy in front of the application adds it.\n"
)
# An origin as browsers send it (RFC 6454 §7): scheme, host or IPv6 address, port; no path.
_ORIGIN = re.compile(r"(?i:https?)://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?")
_WAIT_S = 60.0

_MORE = """
Without FILE it plays Cognito's defaults; with one, what these write:
  aws cognito-idp describe-user-pool-client --user-pool-id ID --client-id ID
  terraform show -json PLAN
  terraform state pull; a .tf.json file
  a CloudFormation, SAM or CDK template, also in a serverless.yml
--refresh, --access and --id put the fix on top, before it is anywhere else.

An application of yours has to trust the local pool while it is rehearsed:
  poolwarden rehearse client.json --print-env      # what to start it with
  poolwarden rehearse client.json --app http://127.0.0.1:8000/orders
It has to run on this machine, as the pool is served on 127.0.0.1 only. Its
clock is not touched: each step is a session whose past was played beforehand.

examples:
  poolwarden rehearse
  poolwarden rehearse client.json --refresh 90d
  poolwarden rehearse plan.json --client WebClient --export rehearsal.md

Ends with 1 where something is not as it should be.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    add = parser.add_argument
    add("file", nargs="?", metavar="FILE", help="a file of settings, or - for standard input")
    add("--client", metavar="NAME", help="which client, by name, id, address or logical id, where there are several")
    for word, of, example in (("refresh", "refresh", "90d"), ("access", "access", "15m"), ("id", "ID", "1h")):
        add(f"--{word}", metavar=example, help=f"the {of} validity of the fix, on top of the settings")
    add("--sign-in", choices=("page", "sdk"), help="how users sign in (default: page where the code grant is allowed)")
    add("--group", action="append", default=[], metavar="NAME", help="a group of the user; may be repeated")
    add("--app", metavar="URL", help="a protected route of the application (default: a built-in example)")
    add(
        "--origin",
        type=_origin,
        metavar="URL",
        help="the front end's origin, to see whether browsers can read the answers (CORS)",
    )
    add("--any-client", action="store_true", help="the application takes every app client's tokens, on purpose")
    add("--revoked-at-once", action="store_true", help="the application has to refuse a revoked token at once")
    add("--pool-port", type=port_of, metavar="PORT", help=f"the local pool's port (default: {PORT}; example: any)")
    add("--local-issuer", action="store_true", help="let tokens name the local pool as issuer, for OpenID discovery")
    add(
        "--wait",
        type=_seconds,
        default=_WAIT_S,
        metavar="S",
        help="how long to wait for the application (default: %(default)g s)",
    )
    add("--print-env", action="store_true", help="print what to start the application with, and end")
    add(
        "--export",
        metavar="FILE",
        help="write the recipe against Cognito itself there (- for standard output), and end",
    )
    add("--format", choices=("text", "json"), default="text", help="the report's form (default: text)")
    add("--details", action="store_true", help="show every answer's challenge and cause, not only the wrong ones")
    add("--exit-zero", action="store_true", help="end with 0 also where something is not as it should be")


def run(options: argparse.Namespace) -> int:
    """
    Rehearse, or print how to.

    Returns:
        1 where something is not as it should be, else 0.

    Raises:
        PoolwardenError: The settings cannot be played, or the application cannot be asked.
    """
    from poolwarden.rehearse import (  # noqa: PLC0415 (help needs none)
        Way,
        environment_of,
        exports,
        recipe,
        terms_of,
        with_validities,
    )

    client = with_validities(_client(options), _fix(options))
    way = None if options.sign_in is None else Way(options.sign_in)
    file = None if options.file is None else "standard input" if options.file == "-" else options.file
    terms = terms_of(client, file=file, way=way)
    if options.export is not None:
        _write(options.export, recipe(client, terms, options.app))
        return 0
    port = _port_of(options)
    if options.print_env:
        issuer = _issuer(terms, port, options)
        sys.stdout.write(exports(environment_of(terms, f"http://127.0.0.1:{port}", issuer)))
        return 0
    return _rehearse(terms, port, options)


def _rehearse(terms: "Terms", port: int, options: argparse.Namespace) -> int:
    from poolwarden.localpool.http import serve  # noqa: PLC0415 (help needs none)
    from poolwarden.rehearse import (  # noqa: PLC0415
        PoolCalls,
        Stage,
        asking,
        await_application,
        read_address,
        rehearse,
        steps_of,
    )
    from poolwarden.rehearse.reports import as_json, as_text  # noqa: PLC0415

    # Settings that a pool refuses, and a wrong address, show before anything is served.
    stage = Stage(terms, issuer=_issuer(terms, port, options), groups=options.group)
    if options.app is not None:
        read_address(options.app)
    with ExitStack() as stack:
        try:
            url = stack.enter_context(serve(stage.pool, port))
        except OSError as error:
            message = f"--pool-port {port}: {why_not(error)}. End what listens there, or give another."
            raise UsageError(message) from error
        address, named, origin = stack.enter_context(_application(stage, url, options))
        ask = asking(read_address(address), {"Accept": "application/json", **({"Origin": origin} if origin else {})})
        usual = await_application(
            stage, ask, address, patience_s=options.wait, monotonic=time.monotonic, pause=time.sleep
        )
        if origin and usual.header("access-control-allow-origin") not in (origin, "*"):
            sys.stderr.write(_UNREADABLE.format(origin=origin))
        steps = steps_of(terms, any_client=options.any_client, revoked_at_once=options.revoked_at_once)
        calls = PoolCalls(stage, read_address(url))
        rehearsal = rehearse(stage, calls, ask, steps, usual=usual, application=named)
    if options.format == "json":
        sys.stdout.write(as_json(rehearsal))
    else:
        sys.stdout.write(as_text(rehearsal, width_of(sys.stdout), details=options.details))
    return int(bool(rehearsal.findings))


@contextmanager
def _application(stage: "Stage", pool_url: str, options: argparse.Namespace) -> Iterator[tuple[str, str, str | None]]:
    """Yield the application's address, its name in reports and the front end's origin."""
    from poolwarden.rehearse import environment_of, exports  # noqa: PLC0415 (help needs none)

    variables = environment_of(stage.terms, pool_url, stage.pool.issuer)
    if options.app is None:
        with _example(variables) as (url, origin):
            yield f"{url}/me", _EXAMPLE, options.origin or origin
        return
    told = f"Start the application with:\n{exports(variables)}Waiting for {options.app} ({options.wait:g} s at most).\n"
    sys.stderr.write(told)
    sys.stderr.flush()
    yield options.app, options.app, options.origin


@contextmanager
def _example(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Serve the built-in example, set up by the environment as any application would be."""
    import socket  # noqa: PLC0415 (only the example listens)

    from poolwarden.demo.example import ORIGIN, make_app  # noqa: PLC0415 (needs the extra fastapi)
    from poolwarden.localpool.loopback import serving  # noqa: PLC0415
    from poolwarden.server import ResourceServer  # noqa: PLC0415

    server = ResourceServer.from_env(variables, events=None, meter=None)
    with socket.create_server(("127.0.0.1", 0)) as listening, serving(make_app(server), listening) as url:
        yield url, ORIGIN


def _client(options: argparse.Namespace) -> "ClientSettings":
    from poolwarden.appclient import ClientSettings, Place  # noqa: PLC0415 (help needs none)
    from poolwarden.commands.settings import settings_in  # noqa: PLC0415

    if options.file is None:
        if options.client is not None:
            raise UsageError("--client: there is no FILE to choose from.")
        return ClientSettings(place=Place("Cognito's defaults", "web", "defaults", "api"), values={})
    return settings_in(options.file, options.client)


def _fix(options: argparse.Namespace) -> "dict[Token, Validity]":
    from poolwarden.appclient import TOKENS, parse_validity  # noqa: PLC0415 (help needs none)

    given = {token: getattr(options, token.word.lower()) for token in TOKENS}
    return {
        token: parse_validity(token, text, f"--{token.word.lower()}")
        for token, text in given.items()
        if text is not None
    }


def _issuer(terms: "Terms", port: int, options: argparse.Namespace) -> str:
    from poolwarden.rehearse import issuer_of  # noqa: PLC0415 (help needs none)

    return f"http://127.0.0.1:{port}/{terms.pool_id}" if options.local_issuer else issuer_of(terms.pool_id)


def _port_of(options: argparse.Namespace) -> int:
    port: int = options.pool_port if options.pool_port is not None else (0 if options.app is None else PORT)
    if options.print_env and options.pool_port is None:
        return PORT
    if port == 0 and (options.local_issuer or options.print_env):
        raise UsageError(f"--pool-port: any free port is not known beforehand; name one, such as {PORT}.")
    return port


def _write(target: str, text: str) -> None:
    if target == "-":
        sys.stdout.write(text)
    else:
        Path(target).write_text(text, encoding="utf-8")
        sys.stderr.write(f"{target} is written; nothing was run.\n")


def _origin(text: str) -> str:
    # As browsers send it (RFC 6454 section 6.2): with a path, no application would know it.
    if _ORIGIN.fullmatch(text) is None:
        message = f"{text!r} is no origin; write https://app.example.com, without a path"
        raise argparse.ArgumentTypeError(message)
    return text.lower()


def _seconds(text: str) -> float:
    if not text.isdecimal():
        message = f"{text!r} is no whole number of seconds"
        raise argparse.ArgumentTypeError(message)
    return float(text)

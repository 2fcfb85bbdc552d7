"""``poolwarden pool serve``: a local user pool over HTTP, until Ctrl-C."""

import argparse
import sys
import threading
from datetime import UTC, datetime
from typing import NamedTuple

from poolwarden.appclient import Validity
from poolwarden.commands.failures import UsageError
from poolwarden.commands.moments import Duration, duration_of, moment_of
from poolwarden.commands.ports import PORT, port_of, why_not
from poolwarden.localpool import AppClient, Clock, CognitoError, LocalPool
from poolwarden.localpool.http import serve
from poolwarden.validities import LETTERS, in_largest_unit

_MORE = """
examples:
  poolwarden pool serve
  poolwarden pool serve --client web=30h --client mobile=30d/15m
  poolwarden pool serve --user ada:Passw0rd!
  poolwarden pool serve --clock 2026-03-01T09:00:00Z

It is served on 127.0.0.1 only, and forgets everything when it ends.
Users sign in by USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH or its login page,
not by SRP. Besides Cognito's own operations it takes, as application/json:
  /_local/clock        {"move_s": 3600}, or {"set": 1772355600}
  /_local/rotate-keys  {"keep_old": true}
  /_local/outage       {"jwks": "unavailable"}, "hang" or "none"
"""


class WantedClient(NamedTuple):
    """
    An app client to create.

    Attributes:
        name: Its name.
        refresh: Its refresh validity.
        access: Its access validity; None for Cognito's default.
    """

    name: str
    refresh: Duration
    access: Duration | None


DEFAULT_CLIENT = WantedClient("web", Duration(30, "d"), None)
DEFAULT_USER = ("ada", "Passw0rd!")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    below = parser.add_subparsers(metavar="serve", required=True)
    serving = below.add_parser(
        "serve",
        help="serve the pool over HTTP until Ctrl-C",
        description="Serve a local user pool over HTTP until Ctrl-C.",
        epilog=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = serving.add_argument
    add("--port", type=port_of, default=PORT, help=f"the port; 0 for any that is free (default: {PORT})")
    add("--pool-id", default="eu-west-1_LocalPool1", metavar="ID", help="the pool's id (default: %(default)s)")
    add(
        "--client",
        action="append",
        type=_client,
        metavar="NAME=REFRESH[/ACCESS]",
        help="an app client and its validities, such as web=30h or web=30d/15m; may be repeated (default: web=30d)",
    )
    add(
        "--user",
        action="append",
        type=_user,
        metavar="NAME:PASSWORD",
        help="a user; may be repeated (default: {}:{})".format(*DEFAULT_USER),
    )
    add("--clock", type=moment_of, metavar="TIME", help="stand still at this moment until moved (default: real time)")


def run(options: argparse.Namespace) -> int:
    """
    Serve the pool until Ctrl-C.

    Raises:
        UsageError: The port is taken, or the pool refuses a setting.
    """
    pool = _founded(options.pool_id, options.clock)
    asked = options.client or [DEFAULT_CLIENT]
    clients = [_created(pool, wanted) for wanted in asked]
    users = options.user or [DEFAULT_USER]
    for name, password in users:
        try:
            pool.create_user(name, password)
        except CognitoError as refusal:
            message = f"--user {name}: {refusal.message}"
            raise UsageError(message) from refusal
    try:
        with serve(pool, options.port) as url:
            sys.stdout.write(_told(pool, url, clients, users, _refresh_validities(asked)))
            sys.stdout.flush()
            threading.Event().wait()
    except OSError as error:
        message = f"--port {options.port}: {why_not(error)}. Give another, or 0 for a free one."
        raise UsageError(message) from error
    return 0


def _founded(pool_id: str, start: float | None) -> LocalPool:
    try:
        return LocalPool(pool_id, clock=Clock(start))
    except ValueError as error:
        message = f"--pool-id: {error}."
        raise UsageError(message) from error


def _created(pool: LocalPool, wanted: WantedClient) -> AppClient:
    refresh, unit = _set_as(wanted.refresh)
    units = {"refresh": unit}
    access = None
    if wanted.access is not None:
        access, unit = _set_as(wanted.access)
        units |= {"access": unit, "id": unit}
    try:
        return pool.create_client(
            wanted.name, refresh_validity=refresh, access_validity=access, id_validity=access, units=units
        )
    except CognitoError as refusal:
        message = (
            f"--client {wanted.name}: {refusal.message} Refresh: 1h to 3650d; access: 5m to 1d, not above refresh."
        )
        raise UsageError(message) from refusal


def _set_as(typed: Duration) -> tuple[int, str]:
    """Return a duration in the unit that was typed, so that checks can tell 30 hours that were meant as 30 days."""
    if typed.unit == "w":  # no unit of Cognito's
        return 7 * typed.number, "days"
    return typed.number, LETTERS[typed.unit]


def _refresh_validities(clients: list[WantedClient]) -> str:
    set_as = ((one.name, *_set_as(one.refresh)) for one in clients)
    return ",".join(f"{name}={number}{unit[:1]}" for name, number, unit in set_as)


def _told(
    pool: LocalPool, url: str, clients: list[AppClient], users: list[tuple[str, str]], refresh_validities: str
) -> str:
    region = pool.pool_id.partition("_")[0]
    ids = ",".join(f"{client.client_name}={client.client_id}" for client in clients)
    moment = datetime.fromtimestamp(pool.clock(), UTC).strftime("%Y-%m-%d %H:%M:%S")
    lines = [
        f"Local user pool {pool.pool_id} at {url} (Ctrl-C ends it)",
        "",
        *(f"  client  {client.client_name:<8}{client.client_id}  {_validities(client)}" for client in clients),
        *(f"  user    {name:<8}{password}" for name, password in users),
        f"  clock   {moment} UTC",
        "",
        "Guard an API with it:",
        f"  export POOLWARDEN_USER_POOL_ID={pool.pool_id}",
        f"  export POOLWARDEN_CLIENT_IDS={ids}",
        f"  export POOLWARDEN_REFRESH_VALIDITY={refresh_validities}",
        f"  export POOLWARDEN_JWKS_URL={url}/{pool.pool_id}/.well-known/jwks.json",
        "Call it as Cognito:",
        f'  boto3.client("cognito-idp", region_name="{region}", endpoint_url="{url}")',
        "Move its clock an hour on:",
        f"  curl {url}/_local/clock -H 'Content-Type: application/json' -d '{{\"move_s\": 3600}}'",
    ]
    return "\n".join(lines) + "\n"


def _validities(client: AppClient) -> str:
    return f"refresh {_spelt(client.refresh_validity_s)}, access {_spelt(client.access_validity_s)}"


def _spelt(seconds: int) -> str:
    return str(Validity(*in_largest_unit(seconds)))


def _client(text: str) -> WantedClient:
    name, separator, validities = text.partition("=")
    if not (name and separator):
        message = f"{text!r} is no app client; write web=30h, or web=30d/15m with an access validity"
        raise argparse.ArgumentTypeError(message)
    refresh, separator, access = validities.partition("/")
    return WantedClient(name, duration_of(refresh), duration_of(access) if separator else None)


def _user(text: str) -> tuple[str, str]:
    name, separator, password = text.partition(":")
    if not (name and separator and password):
        message = "a user is written NAME:PASSWORD, such as ada:Passw0rd!"
        raise argparse.ArgumentTypeError(message)
    return name, password

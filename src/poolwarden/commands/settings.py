"""Read a file of app-client settings, and choose the one client that is meant."""

import sys
from collections.abc import Sequence
from pathlib import Path

from poolwarden.appclient import ClientSettings, read_clients
from poolwarden.commands.failures import UsageError


def settings_in(file: str, name: str | None) -> ClientSettings:
    """
    Return the settings of the client that is meant.

    Args:
        file: The file; ``-`` for standard input.
        name: The client's name, id, address or logical id; None where the file has a single one.

    Raises:
        PoolwardenError: The file holds no settings, or it is open which client is meant.
        OSError: The file cannot be read.
    """
    if file == "-":
        clients = read_clients("standard input", sys.stdin.buffer.read())
    else:
        clients = read_clients(file, Path(file).read_bytes())
    return _chosen(clients, name, file)


def _chosen(clients: Sequence[ClientSettings], name: str | None, file: str) -> ClientSettings:
    fitting = [client for client in clients if name in (None, *_names(client))]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(_names(client)[0] for client in clients)
    if name is None:
        raise UsageError(f"{file} has {len(clients)} app clients; name one with --client: {there}.")
    raise UsageError(f"--client {name}: {len(fitting) or 'no'} app clients of {file} are called so; there are {there}.")


def _names(client: ClientSettings) -> list[str]:
    names = (client.text("ClientId"), client.place.path, client.text("ClientName"))
    return [name for name in names if name]

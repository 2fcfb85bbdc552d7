"""Read a file of app-client settings, and choose the one client that is meant."""

import sys
from collections.abc import Sequence
from pathlib import Path

from poolwarden.appclient import ClientSettings, read_clients
from poolwarden.appclient.read import clients_among, none_in
from poolwarden.appclient.reports.wrap import shown
from poolwarden.appclient.settings import STANDARD_INPUT
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
    return chosen(clients_in(file), name, file)


def clients_in(file: str) -> tuple[ClientSettings, ...]:
    """
    Return all app clients in a file.

    Args:
        file: The file; ``-`` for standard input.

    Raises:
        ConfigurationError: The file holds no settings.
        OSError: It cannot be read.
    """
    return read_clients(*_read(file))


def clients_of(files: Sequence[str], *, needed: bool) -> tuple[ClientSettings, ...]:
    """
    Return all app clients in several files; of a file that holds none it is told, and the others are read.

    Args:
        files: The files; ``-`` for standard input.
        needed: Whether there has to be one in any of them.

    Raises:
        ConfigurationError: A file is nothing that holds settings, or there is none in any of them.
        OSError: One cannot be read.
    """
    found = [(name, clients_among(name, data)) for name, data in map(_read, files)]
    empty = [name for name, clients in found if not clients]
    if needed and len(empty) == len(found):
        raise none_in(empty[0])
    for name in empty:
        sys.stderr.write(f"poolwarden: {shown(name)}: no app client is in it.\n")
    return tuple(client for _, clients in found for client in clients)


def _read(file: str) -> tuple[str, bytes]:
    """Return what to call a file, and its bytes."""
    return (STANDARD_INPUT, sys.stdin.buffer.read()) if file == "-" else (file, Path(file).read_bytes())


def chosen(clients: Sequence[ClientSettings], name: str | None, where: str, option: str = "--client") -> ClientSettings:
    """
    Return the client that is meant.

    Args:
        clients: Those that there are.
        name: Its name, id, address or logical id; None where there is a single one.
        where: Where they are, for an error.
        option: What names one, for an error.

    Raises:
        UsageError: It is open which client is meant.
    """
    fitting = [client for client in clients if name in (None, *_names(client))]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(_called(client, by_id=option != "--client") for client in clients)
    if name is None:
        raise UsageError(f"{where} has {len(clients)} app clients; name one with {option}: {there}.")
    raise UsageError(
        f"{option} {name}: {len(fitting) or 'no'} app clients of {where} are called so; there are {there}."
    )


def _called(client: ClientSettings, *, by_id: bool) -> str:
    """Return what a client may be called by: its name within its source, and its id, the one to be typed first."""
    path, known = client.place.path, client.text("ClientId")
    first, second = (known, path) if by_id and known else (path, known)
    return f"{first} ({second})" if second not in (None, first) else str(first)


def _names(client: ClientSettings) -> list[str]:
    names = (client.text("ClientId"), client.place.path, client.text("ClientName"))
    return [name for name in names if name]

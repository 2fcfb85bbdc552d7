"""Show how long the tokens of app clients live, Cognito's defaults and units worked out."""

from collections.abc import Iterator, Sequence
from typing import Final

from poolwarden.appclient.durations import TOKENS, Token, Validity
from poolwarden.appclient.reports.wrap import shown, wrapped
from poolwarden.appclient.settings import ClientSettings
from poolwarden.validities import in_largest_unit

HEADS: Final = ("client", "refresh", "access", "ID", "sign-in")
"""The columns of the table."""

_LEAST: Final = len(HEADS[0])
_SIGN_IN: Final = "AuthSessionValidity"
_GAP: Final = "  "
_LEGEND: Final = "How long tokens live. * nothing is set, so Cognito's default holds; ? only a deployment will tell."


def durations_of(client: ClientSettings) -> tuple[str, ...]:
    """Return how long a client's tokens and its sign-in session live, in words, in the order of :data:`HEADS`."""
    return (*(_lives(client, token) for token in TOKENS), _sign_in(client))


def table_lines(clients: Sequence[ClientSettings], width: int) -> Iterator[str]:
    """
    Yield the lines of the table.

    Args:
        clients: The clients, one row each.
        width: How many columns there are.
    """
    rows = [durations_of(client) for client in clients]
    names = [shown(client.name) for client in clients]
    widths = [max(map(len, column)) for column in zip(HEADS[1:], *rows, strict=True)]
    room = max(width - sum(widths) - len(_GAP) * (len(widths) + 1), _LEAST)
    first = min(max(map(len, (HEADS[0], *names))), room)
    for name, row in zip((HEADS[0], *names), (HEADS[1:], *rows), strict=True):
        cells = [cell.ljust(size) for cell, size in zip(row, widths, strict=True)]
        if len(name) > first:
            # A long name has a line of its own.
            yield _GAP + name
            name = ""  # noqa: PLW2901 (the row below it begins with nothing)
        yield _GAP.join(("", name.ljust(first), *cells)).rstrip()
    yield ""
    yield wrapped(_LEGEND, width)


def _lives(client: ClientSettings, token: Token) -> str:
    validity = client.validity(token)
    if validity is None:
        return "?"
    return _largest(validity) + ("" if client.values.get(token.attribute) else "*")


def _sign_in(client: ClientSettings) -> str:
    if client.is_unknown(_SIGN_IN):
        return "?"
    minutes = client.number(_SIGN_IN)
    return str(Validity(3 if minutes is None else minutes, "minutes")) + ("*" if minutes is None else "")


def _largest(validity: Validity) -> str:
    """Return a validity in its own unit, or in the largest that a number of seconds or minutes fills whole."""
    if validity.unit in ("days", "hours"):
        return str(validity)
    return str(Validity(*in_largest_unit(validity.seconds)))

"""``poolwarden client check``: app-client settings in, findings out."""

import argparse
import sys

from poolwarden.appclient import check_clients
from poolwarden.appclient.catalogue import CATALOGUE, entry_of
from poolwarden.appclient.expectation import PROFILES, Expectation, expected_validity
from poolwarden.appclient.reports import FORMATS, Checked
from poolwarden.commands.client_live import read_live
from poolwarden.commands.failures import UsageError
from poolwarden.commands.settings import clients_of
from poolwarden.commands.terminal import width_of


def check(options: argparse.Namespace) -> int:
    """
    Check, and write the report.

    Returns:
        1 where there is more than notes, else 0.

    Raises:
        PoolwardenError: There is nothing to check, or it cannot be read.
    """
    ignored = _ignored(options.ignore)
    expected = _expected(options)
    if not (options.files or options.live):
        raise UsageError("nothing to check; give files of settings, or --live --user-pool-id ID.")
    clients = (*clients_of(options.files, needed=not options.live), *read_live(options))
    checked = [
        Checked(client, tuple(finding for finding in findings if finding.check.id not in ignored))
        for client, findings in zip(clients, check_clients(clients, expected), strict=True)
    ]
    sys.stdout.write(FORMATS[options.format](checked, width_of(sys.stdout)))
    return int(any(one.matters for one in checked))


def _ignored(given: list[str]) -> set[str]:
    """Return the ids that are meant, by id or by name."""
    entries = {text: entry_of(text) for text in given}
    if strange := sorted(text for text, entry in entries.items() if entry is None):
        first, last = CATALOGUE[0].id, CATALOGUE[-1].id
        raise UsageError(f"--ignore: no check is called {', '.join(strange)}; there are {first} to {last}.")
    return {entry.id for entry in entries.values() if entry is not None}


def _expected(options: argparse.Namespace) -> Expectation | None:
    if options.profile and options.expect:
        raise UsageError("--profile and --expect say two things; give one of them.")
    if options.expect:
        return expected_validity(options.expect)
    return PROFILES[options.profile] if options.profile else None

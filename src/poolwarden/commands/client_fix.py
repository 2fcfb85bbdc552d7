"""``poolwarden client fix``: app-client settings in, the safe update out; with ``--apply`` it is made."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path

from poolwarden.appclient import (
    TOKENS,
    ClientSettings,
    SafeUpdate,
    Token,
    Validity,
    parse_validity,
    safe_update,
    settle_wanted,
    source_change,
)
from poolwarden.appclient.applying import apply_update
from poolwarden.appclient.reports import ASSUMED, ELSEWHERE, LANGUAGES, Told, change_lines, source_text, update_text
from poolwarden.appclient.reports.wrap import shown, wrapped
from poolwarden.appclient.settings import LIVE
from poolwarden.appclient.update import Target
from poolwarden.commands.client_live import connected, read_live
from poolwarden.commands.failures import UsageError
from poolwarden.commands.settings import chosen, clients_in
from poolwarden.commands.terminal import width_of
from poolwarden.errors import PoolwardenError

_AGREED = ("y", "yes")


def fix(options: argparse.Namespace) -> int:
    """
    Print the safe update, or make it.

    Returns:
        0.

    Raises:
        PoolwardenError: There is nothing to fix, it cannot be read, or what AWS shows afterwards is not what it should.
    """
    _fits_together(options)
    client = _client(options)
    given = {
        token: parse_validity(token, text, f"--{token.word.lower()}")
        for token in TOKENS
        if (text := getattr(options, f"{token.word.lower()}_validity")) is not None
    }
    wanted = settle_wanted(client, given)
    if client.place.syntax != "api":
        _print_source_change(options, source_text(source_change(client, wanted), width_of(sys.stdout)))
        return 0
    if options.apply:
        return _apply(options, client, given)
    _print_update(safe_update(client, wanted), options)
    return 0


def _fits_together(options: argparse.Namespace) -> None:
    """Refuse options that contradict each other, before anything is read."""
    if (options.file is None) is not options.live:
        raise UsageError("give a file of settings, or --live --user-pool-id ID --client-id ID: one of the two.")
    if options.yes and not options.apply:
        raise UsageError("--yes answers what --apply asks; give both.")
    if options.apply and (options.output is not None or options.format != "text"):
        raise UsageError("--apply makes the update; leave --format and -o out.")
    if options.apply and not options.yes and not sys.stdin.isatty():
        raise UsageError("--apply asks before it changes anything, and nobody can answer here; give --yes with it.")


def _client(options: argparse.Namespace) -> ClientSettings:
    if options.live:
        return chosen(read_live(options), options.client, str(options.user_pool_id), "--client-id")
    read_live(options)  # refuses what only --live looks at
    return chosen(clients_in(options.file), options.client, options.file)


def _apply(options: argparse.Namespace, client: ClientSettings, given: Mapping[Token, Validity]) -> int:
    """Describe the client as it is now, ask, update, and describe it again."""
    aws = connected(options, str(client.text("UserPoolId") or ""))
    if client.place.source != LIVE:
        client = aws.client(str(client.text("UserPoolId")), str(client.text("ClientId")))
    update = safe_update(client, settle_wanted(client, given))
    width = width_of(sys.stdout)
    sys.stdout.write(
        "\n".join([*change_lines(update, width), wrapped(ELSEWHERE, width), wrapped(ASSUMED, width), ""]) + "\n"
    )
    sys.stdout.flush()
    if not (options.yes or _agreed(update)):
        sys.stdout.write("Nothing was changed.\n")
        return 0
    unlike = apply_update(aws, update)
    if unlike:
        shown_otherwise = "; ".join(f"{one.name} should be {one.before} and is {one.after}" for one in unlike)
        raise PoolwardenError(f"the update was made, but a second describe shows it otherwise: {shown_otherwise}.")
    kept = f"{len(update.carried)} other setting{'s' * (len(update.carried) != 1)}"
    sys.stdout.write(wrapped(f"Done, and described again: it is as wanted, and {kept} are as they were.", width) + "\n")
    return 0


def _agreed(update: SafeUpdate) -> bool:
    """Ask on standard error, because standard output may be piped to a file."""
    sys.stderr.write(f"Update {shown(update.client.name)} now? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in _AGREED


def _print_update(update: SafeUpdate, options: argparse.Namespace) -> None:
    document = json.dumps(update.document, indent=2, default=str) + "\n"
    if options.output is not None:
        _save(document, options)
    told = Told(
        width=width_of(sys.stdout),
        file=options.output,
        target=Target(options.region, options.aws_profile, options.endpoint_url),
    )
    writers = {language.name: language.write for language in LANGUAGES}
    if options.format == "text":
        text = update_text(update, told)
    elif options.format == "json":
        text = document
    elif options.format == "aws":
        text = update.command(told.file, told.target) + "\n"
    else:
        text = writers[options.format](update, told.target) + "\n"
    sys.stdout.write(text)


def _save(document: str, options: argparse.Namespace) -> None:
    target = Path(options.output)
    given = None if options.file in (None, "-") else Path(options.file)
    if given is not None and target.exists() and target.samefile(given):
        raise UsageError(f"-o: {options.output} is the description itself; name another file.")
    target.write_text(document, encoding="utf-8")


def _print_source_change(options: argparse.Namespace, text: str) -> None:
    if options.output is not None or options.apply or options.format != "text":
        option = "-o" if options.output is not None else "--apply" if options.apply else "--format"
        message = f"{option}: {options.file} is changed at its source, so there is no update to write or to make."
        raise UsageError(message)
    sys.stdout.write(text)

"""``poolwarden client check`` and ``poolwarden client fix``: app-client settings in, findings or a safe update out."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from poolwarden.commands.failures import UsageError
from poolwarden.commands.terminal import width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from poolwarden.appclient import ClientSettings, SafeUpdate

_UPDATE = "update.json"

_READS = """
Reads what these write, and YAML with the extra "client":
  aws cognito-idp describe-user-pool-client --user-pool-id ID --client-id ID
  terraform show -json PLAN
  a .tf.json file; a CloudFormation, SAM or CDK template
"""

_MORE_CHECK = (
    _READS
    + """
examples:
  poolwarden client check client.json
  poolwarden client check template.yaml plan.json --format json
  aws cognito-idp describe-user-pool-client … | poolwarden client check -

Ends with 1 where there are errors or warnings; notes are for information.
"""
)

_MORE_FIX = (
    _READS
    + """
Of a description it makes the whole update, with every setting carried over that
UpdateUserPoolClient would reset if it were left out, and the command to run. Of
a template or a plan it says what to change in the source. It runs nothing.

examples:
  poolwarden client fix client.json -o update.json
  poolwarden client fix client.json --refresh-validity 30d > update.json
  poolwarden client fix template.yaml --client WebClient
"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    below = parser.add_subparsers(metavar="check|fix", required=True)
    checking = _subparser(below, "check", "say what is the matter with app clients' settings", _MORE_CHECK)
    checking.set_defaults(act=_check)
    add = checking.add_argument
    add("files", nargs="+", metavar="FILE", help="files of settings, or - for standard input")
    add("--format", choices=("text", "json"), default="text", help="the report's form (default: text)")
    add("--ignore", action="append", default=[], metavar="ID", help="pass over this check; may be repeated")
    add("--exit-zero", action="store_true", help="end with 0 also where something was found")
    fixing = _subparser(below, "fix", "print the safe update that mends a validity", _MORE_FIX)
    fixing.set_defaults(act=_fix)
    add = fixing.add_argument
    add("file", metavar="FILE", help="a file of settings, or - for standard input")
    add("--client", metavar="NAME", help="which client, by name, id, address or logical id, where there are several")
    for word, of, example in (("refresh", "refresh", "30d"), ("access", "access", "15m"), ("id", "ID", "1h")):
        add(f"--{word}-validity", metavar=example, help=f"the {of} validity to set (default: mend a mistaken unit)")
    add("--region", metavar="REGION", help="the region in the command (default: the pool's)")
    add("--profile", metavar="NAME", help="the AWS CLI's profile in the command")
    add("-o", "--output", metavar="FILE", help="write the update's document there; the rest goes to standard output")


def run(options: argparse.Namespace) -> int:
    """
    Check, or print the fix.

    Returns:
        1 where a check found more than notes, else 0.

    Raises:
        PoolwardenError: A file holds no settings, or there is nothing to fix.
    """
    code: int = options.act(options)
    return code


def _subparser(
    below: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, more: str
) -> argparse.ArgumentParser:
    return below.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )


def _check(options: argparse.Namespace) -> int:
    from poolwarden.appclient import CHECKS, check_client  # noqa: PLC0415 (help loads no room)
    from poolwarden.appclient.reports import Checked, as_json, as_text  # noqa: PLC0415

    ignored, ids = set(options.ignore), [check.id for check in CHECKS]
    if strange := sorted(ignored.difference(ids)):
        raise UsageError(f"--ignore: no check is called {', '.join(strange)}; there are {', '.join(ids)}.")
    checked = [
        Checked(client, tuple(finding for finding in check_client(client) if finding.check.id not in ignored))
        for file in options.files
        for client in _read(file)
    ]
    sys.stdout.write(as_json(checked) if options.format == "json" else as_text(checked, width_of(sys.stdout)))
    return int(any(one.matters for one in checked))


def _fix(options: argparse.Namespace) -> int:
    from poolwarden.appclient import TOKENS, parse_validity, safe_update, settle_wanted, source_change  # noqa: PLC0415
    from poolwarden.appclient.reports import source_text  # noqa: PLC0415

    client = _chosen(_read(options.file), options.client, options.file)
    given = {
        token: parse_validity(token, text)
        for token in TOKENS
        if (text := getattr(options, f"{token.word.lower()}_validity")) is not None
    }
    wanted = settle_wanted(client, given)
    if client.place.syntax == "api":
        _print_update(safe_update(client, wanted), options)
        return 0
    if options.output is not None:
        raise UsageError(f"-o: {options.file} is changed at its source, so there is no update to write.")
    sys.stdout.write(source_text(source_change(client, wanted), width_of(sys.stdout)))
    return 0


def _print_update(update: "SafeUpdate", options: argparse.Namespace) -> None:
    """Write the document where it belongs, and what is to be known of it to the other stream."""
    from poolwarden.appclient.reports import update_text  # noqa: PLC0415 (help loads no room)

    document = json.dumps(update.document, indent=2, default=str) + "\n"
    beside = sys.stderr if options.output is None else sys.stdout
    told = update_text(update, options.output or _UPDATE, width_of(beside), options.region, options.profile)
    if options.output is None:
        sys.stdout.write(document)
        sys.stdout.flush()
        beside.write(f"\nSave standard output as {_UPDATE}. It gives app client {told}")
        return
    target = Path(options.output)
    if options.file != "-" and target.exists() and target.samefile(options.file):
        raise UsageError(f"-o: {options.output} is the description itself; name another file.")
    target.write_text(document, encoding="utf-8")
    beside.write(f"{options.output} gives app client {told}")


def _read(file: str) -> "tuple[ClientSettings, ...]":
    from poolwarden.appclient import read_clients  # noqa: PLC0415 (help loads no room)

    if file == "-":
        return read_clients("standard input", sys.stdin.buffer.read())
    return read_clients(file, Path(file).read_bytes())


def _chosen(clients: "Sequence[ClientSettings]", name: str | None, file: str) -> "ClientSettings":
    """Return the client that is meant; where a file has several, which is to be said."""
    fitting = [client for client in clients if name in (None, *_names(client))]
    if len(fitting) == 1:
        return fitting[0]
    there = ", ".join(_names(client)[0] for client in clients)
    if name is None:
        raise UsageError(f"{file} has {len(clients)} app clients; name one with --client: {there}.")
    raise UsageError(f"--client {name}: {len(fitting) or 'no'} app clients of {file} are called so; there are {there}.")


def _names(client: "ClientSettings") -> list[str]:
    names = (client.text("ClientId"), client.place.path, client.text("ClientName"))
    return [name for name in names if name]

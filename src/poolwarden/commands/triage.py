"""``poolwarden triage``: logs in, the report out."""

import argparse
import errno
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from poolwarden.commands.failures import UsageError
from poolwarden.commands.following import Summary, until_stopped
from poolwarden.commands.moments import moment_of
from poolwarden.commands.progress import Progress
from poolwarden.commands.terminal import PIPE_WIDTH, takes_color, width_of

if TYPE_CHECKING:
    from poolwarden.appclient import ClientSettings
    from poolwarden.triage.report import Report
    from poolwarden.triage.run import TriageOptions

FORMATS = ("text", "json", "markdown", "html")
"""The reports, as :mod:`poolwarden.triage.reports` makes them."""

ENGINES = ("local", "spark")
"""What reads the logs: processes on this machine, or the tasks of a Spark cluster."""

SUFFIXES = {".json": "json", ".md": "markdown", ".html": "html", ".htm": "html"}
"""The format that a file's name asks for where none is given."""

_MORE = """
Reads whatever logs there are: poolwarden's own events, CloudTrail, CloudWatch
exports, SDK errors in application logs, access logs; plain or compressed.

examples:
  poolwarden triage api.log
  poolwarden triage logs/ --since 7d --client web
  poolwarden triage --follow /var/log/api.log
  poolwarden triage cloudtrail/ api.log --format markdown -o incident.md
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.epilog = _MORE
    add = parser.add_argument
    add("files", nargs="*", metavar="FILE", help="files, folders, patterns, or - for standard input")
    add("--since", type=moment_of, metavar="TIME", help="pass over what was earlier (2026-03-01, or 7d for 7 days ago)")
    add("--until", type=moment_of, metavar="TIME", help="pass over what was this late or later")
    add("--client", metavar="NAME", help="only this app client, by alias or id, and what names none")
    add("--pool", metavar="NAME", help="only this user pool, by alias or id, and what names none")
    add("--format", choices=FORMATS, help="the report's form (default: by the name of -o, else text)")
    add("-o", "--output", metavar="FILE", help="write the report there instead of to standard output")
    add("--follow", action="store_true", help="go on reading what is written, until Ctrl-C: then the report")
    add("--save", metavar="FILE.duckdb", help="keep the records and sessions in this DuckDB file")
    add("--config", metavar="CLIENT.json", help="compare with these settings; reads what client check reads")
    add("--engine", choices=ENGINES, default="local", help="read the logs here, or in a Spark that sees them by path")
    add("--exit-zero", action="store_true", help="end with 0 also where something was found")


def run(options: argparse.Namespace) -> int:
    """
    Triage, and write the report.

    Returns:
        1 where something was found, else 0.

    Raises:
        PoolwardenError: There is nothing to read, or a file cannot be read or written.
    """
    from poolwarden.triage.reports import render  # noqa: PLC0415 (needs the extra; help does not)
    from poolwarden.triage.run import TriageOptions  # noqa: PLC0415

    paths = _paths(options.files)
    # Read once, as it may be standard input.
    clients = _clients(options.config, paths)
    chosen = TriageOptions(
        since=options.since,
        until=options.until,
        client=options.client,
        pool=options.pool,
        declared=_declared(clients),
        save=options.save,
        spark=options.engine == "spark",
    )
    target = None if options.output is None else Path(options.output)
    _check(target, paths)
    _check(None if options.save is None else Path(options.save), paths)
    if options.since is not None and options.until is not None and options.since >= options.until:
        raise UsageError("--since is not before --until: nothing can lie between them.")
    if options.follow and chosen.spark:
        raise UsageError("--follow reads as logs are written; leave --engine spark out.")
    report = _followed(paths, chosen) if options.follow else _read(paths, chosen)
    if report.validity or clients:  # the checks of app clients take a while to load
        from poolwarden.commands.bridge import with_checks  # noqa: PLC0415

        report = with_checks(report, clients)
    form = options.format or (SUFFIXES.get(target.suffix.lower(), "text") if target else "text")
    if target is None:
        sys.stdout.write(render(report, form, width=width_of(sys.stdout), color=takes_color(sys.stdout)))
    else:
        target.write_text(render(report, form, width=PIPE_WIDTH), encoding="utf-8")
        sys.stderr.write(f"poolwarden: the report is in {target}\n")
    return int(report.findings)


def _clients(config: str | None, paths: list[str]) -> "tuple[ClientSettings, ...]":
    """Return the app clients of a file of settings."""
    if config is None:
        return ()
    if config == "-" and "-" in paths:
        raise UsageError("--config -: standard input is a log already; name a file of settings.")
    from poolwarden.commands.settings import clients_in  # noqa: PLC0415

    return clients_in(config)


def _declared(clients: "tuple[ClientSettings, ...]") -> dict[str, int]:
    """Return the refresh validities that settings declare."""
    if not clients:
        return {}
    from poolwarden.commands.bridge import declared_validities  # noqa: PLC0415

    return declared_validities(clients)


def _read(paths: list[str], chosen: "TriageOptions") -> "Report":
    from poolwarden.triage.run import triage  # noqa: PLC0415

    with Progress("Reading", after_s=0.4, of_bytes=True) as progress:
        return triage(paths, chosen, progress)


def _followed(paths: list[str], chosen: "TriageOptions") -> "Report":
    from poolwarden.triage.run import watch  # noqa: PLC0415

    with until_stopped() as wait:
        sys.stderr.write("poolwarden: following; Ctrl-C ends it with the report\n")
        return watch(paths, chosen, wait=wait, clock=time.monotonic, tell=Summary())


def _check(target: Path | None, paths: list[str]) -> None:
    """Refuse an output file that cannot be written, before much is read, or that is one of the logs."""
    from poolwarden.triage.sources import files_of  # noqa: PLC0415 (needs the extra; help does not)

    if target is None:
        return
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "Is a directory", str(target))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(target))
    if any(target.exists() and target.samefile(path) for given in paths for path in files_of(given)):
        raise UsageError(f"{target} is one of the logs; name another file to write to.")


def _paths(given: list[str]) -> list[str]:
    if given:
        return given
    if sys.stdin.isatty():
        raise UsageError("nothing to read; give files, folders or patterns, or pipe a log in.")
    return ["-"]

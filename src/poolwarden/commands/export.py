"""``poolwarden export``: write alerting rules, a dashboard or a log format."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Target(NamedTuple):
    """
    Something to export for.

    Attributes:
        name: What the user types, and the module below ``poolwarden.export``
            with ``add_arguments(parser)`` and ``files(options)``.
        help: One line about it.
    """

    name: str
    help: str


TARGETS = (
    Target("prometheus", "recording and alerting rules, as a rule file and as a PrometheusRule"),
    Target("grafana", "a dashboard"),
    Target("lnav", "a log format for lnav, with views that answer the usual questions in SQL"),
)
"""Every target, in the order of the help."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    below = parser.add_subparsers(metavar="|".join(target.name for target in TARGETS), required=True)
    for target in TARGETS:
        module = import_module(f"poolwarden.export.{target.name}")
        exporting = below.add_parser(
            target.name,
            help=target.help,
            description=f"Write {target.help}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        exporting.add_argument("directory", metavar="DIR", type=Path, help="where the files go; made if it is missing")
        module.add_arguments(exporting)
        exporting.set_defaults(files=module.files)


def run(options: argparse.Namespace) -> int:
    """
    Write the target's files, and say which.

    Returns:
        0.

    Raises:
        PoolwardenError: An option's value is wrong.
        OSError: A file cannot be written.
    """
    make: Callable[[argparse.Namespace], Mapping[str, str]] = options.files
    texts = make(options)
    options.directory.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        target = options.directory / name
        target.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{target}\n")
    return 0

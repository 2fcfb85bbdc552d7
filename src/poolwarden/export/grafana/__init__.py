"""Export a dashboard for Grafana."""

import argparse
import json
import re
from collections.abc import Mapping

from poolwarden.export.grafana.render import dashboard

_MORE = """
Writes poolwarden.dashboard.json: import it in Grafana (Dashboards, New,
Import), or put it where the provisioning of dashboards looks. It asks which
Prometheus to use, and needs no recording rules.
"""

# https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/: at most 40 characters
_UID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the target's arguments."""
    parser.epilog = _MORE
    parser.add_argument("--title", default="poolwarden", metavar="TEXT", help="its title (default: poolwarden)")
    parser.add_argument("--uid", type=_uid, default="poolwarden", metavar="ID", help="its id (default: poolwarden)")


def files(options: argparse.Namespace) -> Mapping[str, str]:
    """Return the dashboard, by file name."""
    text = json.dumps(dashboard(options.title, options.uid), indent=2, ensure_ascii=False)
    return {"poolwarden.dashboard.json": text + "\n"}


def _uid(text: str) -> str:
    if not _UID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no id; use up to 40 letters, digits, '-' and '_'")
    return text

"""Run benchmarks: ``python -m benchmarks [names…] [--quick] [--json FILE]``."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from benchmarks.harness import PEERS
from benchmarks.material import material
from benchmarks.report import FOOT, Table, described, machine

# By name: the module that measures.
NAMED = {
    "verify": "verify",
    "inprocess": "inprocess",
    "observing": "observing",
    "http": "serving",
    "loop": "loop",
    "growth": "growth",
    "triage": "triage",
}
# Too long for every day: only where they are named.
LONG = {"triage-large": "triage_large"}


def main(arguments: list[str] | None = None) -> int:
    """
    Run the named benchmarks, or all.

    Args:
        arguments: The command line's; by default the process's.

    Returns:
        The exit code: 0, or 2 for a name that there is not.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure the guard and the triage beside their peers."
    )
    parser.add_argument(
        "names", nargs="*", metavar="name", help=f"any of {', '.join(NAMED)} (all by default), {', '.join(LONG)}"
    )
    parser.add_argument("--quick", action="store_true", help="rough figures in seconds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write what was measured to a file, too")
    chosen = parser.parse_args(arguments)
    unknown = [name for name in chosen.names if name not in NAMED and name not in LONG]
    if unknown:
        parser.print_usage(sys.stderr)
        print(f"There is no benchmark {', '.join(unknown)}.", file=sys.stderr)
        return 2
    on = machine()
    print(described(on))
    if not PEERS.exists():
        print("The peers' environment is missing (make bench sets it up): only what is at hand is measured.")
    print()
    tables = list(_measured(chosen.names or list(NAMED), quick=chosen.quick))
    print(FOOT)
    if chosen.json:
        measured = {"machine": on, "quick": chosen.quick, "tables": {one.name: dict(one.data) for one in tables}}
        chosen.json.write_text(json.dumps(measured, indent=1) + "\n")
    return 0


def _measured(names: list[str], *, quick: bool) -> list[Table]:
    tables = []
    with material() as pool:
        for name in names:
            module = importlib.import_module(f"benchmarks.{(NAMED | LONG)[name]}")
            for table in module.run(pool, quick=quick):
                print(table.text(), flush=True)
                tables.append(table)
    return tables


if __name__ == "__main__":
    sys.exit(main())

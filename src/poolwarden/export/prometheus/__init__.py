"""Export for Prometheus."""

import argparse
from collections.abc import Mapping


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the target's arguments."""


def files(options: argparse.Namespace) -> Mapping[str, str]:  # noqa: ARG001 (as every target)
    """Return the texts to write, by file name."""
    return {}

"""Print the lowest releases that pyproject.toml allows, as requirements: `make lowest` installs them."""

import sys
import tomllib
from pathlib import Path
from typing import Any

_PROJECT = Path(__file__).parents[1] / "pyproject.toml"
_ELSEWHERE = ("spark", "all")  # one needs Java, the other names the rest again


def lowest(project: dict[str, Any]) -> list[str]:
    """Return a project's requirements, each as the one release that its lower bound names."""
    extras = project["optional-dependencies"]
    named = [project["dependencies"], *(needs for extra, needs in extras.items() if extra not in _ELSEWHERE)]
    return [need.replace(">=", "==") for needs in named for need in needs]


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"])))

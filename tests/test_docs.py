"""The guides say what is so: their code runs, their commands, causes and links exist."""

import ast
import re
import shlex
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from poolwarden import ResourceServer, UserPool, cli
from poolwarden.causes import CAUSES
from poolwarden.commands.doctor_checks.mounted import mounted_in

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.glob("*.md"))
MIGRATING = (DOCS / "migrating.md").read_text(encoding="utf-8")
CODE = re.findall(r"```python\n# (before|after)\n(.*?)```", MIGRATING, flags=re.DOTALL)


@pytest.mark.parametrize("code", [code for when, code in CODE if when == "after"])
def test_code(code: str) -> None:
    """What replaces another library's code runs as it stands, and its guard is one that the doctor finds."""
    space: dict[str, Any] = {"__name__": "shop"}
    exec(compile(code, "migrating.md", "exec"), space)
    assert mounted_in(space["app"])


@pytest.mark.parametrize("code", [code for when, code in CODE if when == "before"])
def test_code_before(code: str) -> None:
    """What is replaced is Python."""
    assert ast.parse(code).body


def test_public_names() -> None:
    """Each public name of the modules that are listed stands there, and each that stands there exists."""
    text = (DOCS / "api.md").read_text(encoding="utf-8")
    modules = [import_module(name) for name in re.findall(r"`(poolwarden(?:\.[a-z]+)?)`", text)]
    public = {name for module in modules for name in getattr(module, "__all__", ())}
    told = {name.partition("(")[0] for name in re.findall(r"`(?:await )?([\w.]+(?:\([^`]*)?)`", text)}
    assert public <= told
    owners = [*modules, ResourceServer, ResourceServer(UserPool("eu-west-1_AbCdEfGhI", client_ids=["a"]), meter=None)]
    for name in told - {module.__name__ for module in modules} - {"help", "ResourceServer.from_env"}:
        assert any(_has(owner, name) for owner in owners), name


def _has(owner: object, name: str) -> bool:
    for part in name.split("."):
        if not hasattr(owner, part):
            return False
        owner = getattr(owner, part)
    return True


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "api.md"], ids=lambda page: page.name)
def test_commands(page: Path) -> None:
    """Each command is one that the command line takes."""
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"`(poolwarden [a-z][^`]*)`|^(?:\w+ \| )?(poolwarden [a-z][^#\n|]*)", text, flags=re.MULTILINE)
    assert found
    for command in (one or other for one, other in found):
        words = shlex.split(command)[1:]
        assert cli.parser_for(words).parse_args(words).run


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_causes(page: Path) -> None:
    """Each cause that is named exists."""
    named = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", page.read_text(encoding="utf-8")))
    assert {name for name in named if name.endswith(("_mismatch", "_missing", "_unknown", "_unavailable"))} <= set(
        CAUSES
    )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links(page: Path) -> None:
    """Each link leads to a file, and to a heading where it names one."""
    for target in re.findall(r"\]\(([^)#:]*)(#[^)]*)?\)", page.read_text(encoding="utf-8")):
        path = (page.parent / target[0]).resolve() if target[0] else page
        assert path.exists()
        heads = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        anchors = {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}
        assert target[1].lstrip("#") in anchors | {""}

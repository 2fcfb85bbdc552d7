"""Imports point one way, and each third-party library has few doors."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

import poolwarden

ROOT = Path(poolwarden.__file__).parent
MODULES = {
    ".".join(("poolwarden", *path.relative_to(ROOT).with_suffix("").parts)).removesuffix(".__init__"): path
    for path in sorted(ROOT.rglob("*.py"))
}

VOCABULARY = frozenset({"causes", "validities", "version"})
WORDS = VOCABULARY | {"events", "telling", "errors", "refs", "refusals", "locks", "tolerated"}
ROOMS = ("guard", "triage", "appclient", "localpool", "observe", "export")
EDGES = frozenset(
    {
        *("asgi", "wsgi", "fastapi", "flask", "django", "litestar", "mcp", "server"),
        *("testing", "cli", "commands", "demo", "__main__"),
    }
)
# What each room may import beside itself.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "causes": frozenset(),
    "validities": frozenset(),
    "version": frozenset(),
    "events": VOCABULARY,
    "telling": {"events"},
    "errors": VOCABULARY,
    "refs": VOCABULARY,
    "refusals": VOCABULARY,
    "locks": frozenset(),
    "tolerated": frozenset(),
    **dict.fromkeys(ROOMS, WORDS),
    # What the edges share.
    "edge": WORDS | set(ROOMS),
    **dict.fromkeys(EDGES, WORDS | EDGES | {"edge", *ROOMS}),
    # Settings are rehearsed on a local pool; the command does it, and nobody else.
    "rehearse": WORDS | {"appclient", "localpool", "guard"},
    "commands": WORDS | EDGES | {"edge", "rehearse", *ROOMS},
}

# Which modules may import a library; one that is not listed may be imported by one module.
DOORS: dict[str, tuple[str, ...]] = {
    "jwt": ("guard/jws.py",),
    "httpx2": ("guard/fetch.py",),
    "prometheus_client": (
        "observe/prometheus.py",
        "observe/ticking.py",
        "observe/multiprocess.py",
        "observe/exposition.py",
        "demo/*.py",
    ),
    "structlog": ("observe/structured.py",),
    "duckdb": ("triage/*.py",),
    "pyspark": ("triage/spark.py",),
    "pyarrow": ("triage/spark.py",),
    "cryptography": ("guard/jws.py", "localpool/keys.py"),
    "uvicorn": ("localpool/loopback.py",),
    "anyio": (
        "guard/source.py",
        "guard/fetch.py",
        "guard/gate.py",
        "guard/loops.py",
        "guard/online_list.py",
        "guard/threads.py",
        "edge/websocket.py",
        "observe/exposition.py",
    ),
    "starlette": ("asgi.py", "fastapi.py", "mcp.py", "edge/*.py", "demo/*.py", "localpool/http*.py"),
    "fastapi": ("fastapi.py", "demo/*.py"),
    "flask": ("flask.py", "demo/*.py"),
    # Foundations: strict, fast JSON, and bounded dicts.
    "msgspec": ("events.py", "guard/*.py", "localpool/*.py", "triage/*.py", "appclient/*.py", "commands/bridge.py"),
    "stringzilla": ("guard/digest.py", "guard/alphabet.py", "triage/scanning.py"),
    "cachetools": ("guard/*.py", "observe/*.py"),
}
# Loaded by `import poolwarden`, these would cost every process that needs only the vocabulary.
HEAVY = ("fastapi", "flask", "starlette", "duckdb", "rich", "jwt", "httpx2", "structlog", "prometheus_client", "boto3")


def imported(path: Path, module: str) -> Iterator[str]:
    """Give every module that a file imports: at its top, in functions, and for type checkers alone."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, *([base] if base else [])])
            for alias in node.names:
                within = f"{base}.{alias.name}"
                yield within if within in MODULES else base


IMPORTS = {module: frozenset(imported(path, module)) for module, path in MODULES.items()}


def room_of(module: str) -> str:
    """Return the first name below the package: a room, an edge, or a word of the vocabulary."""
    return module.split(".")[1] if "." in module else ""


def test_rooms_are_known() -> None:
    """Every module belongs to a room whose place among the layers is settled."""
    assert {room_of(module) for module in MODULES} - {""} <= set(MAY_IMPORT)


@pytest.mark.parametrize("module", [module for module in MODULES if module != "poolwarden"])
def test_direction(module: str) -> None:
    """A module imports from its own room and from the layers below, never from the package's root."""
    room = room_of(module)
    ours = {name for name in IMPORTS[module] if name.split(".")[0] == "poolwarden"}
    assert not {name for name in ours if room_of(name) not in MAY_IMPORT[room] | {room}}


def test_no_cycles() -> None:
    """No module imports itself by way of others, lazily or for its types."""
    state: dict[str, str] = {}

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert state.get(module) != "open", " -> ".join((*path, module))
        if module not in state:
            state[module] = "open"
            for name in sorted(IMPORTS[module] & MODULES.keys() - {module}):
                visit(name, (*path, module))
            state[module] = "done"

    for module in MODULES.keys() - {"poolwarden"}:
        visit(module, ())


def doors() -> dict[str, set[str]]:
    """Return which files import each third-party library."""
    found: dict[str, set[str]] = {}
    for module, names in IMPORTS.items():
        for library in {name.split(".")[0] for name in names} - sys.stdlib_module_names - {"poolwarden"}:
            found.setdefault(library, set()).add(MODULES[module].relative_to(ROOT).as_posix())
    return found


@pytest.mark.parametrize(("library", "files"), sorted(doors().items()))
def test_doors(library: str, files: set[str]) -> None:
    """A third-party library is imported by the modules that the table names, or by a single one."""
    allowed = DOORS.get(library)
    if allowed is None:
        assert len(files) == 1
    else:
        assert not [file for file in files if not any(fnmatch(file, door) for door in allowed)]


def test_one_store() -> None:
    """DuckDB has one door, wherever it is, to its core and to the package around it."""
    found = doors()
    assert len(found.get("duckdb", set()) | found.get("_duckdb", set())) == 1


def test_root_is_light() -> None:
    """Importing the package and its vocabulary loads no framework, no database and no HTTP client."""
    program = (
        "import sys, poolwarden; poolwarden.Cause, poolwarden.BearerError, poolwarden.UserPool; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, env={**os.environ}, timeout=120
    )
    assert done.stdout.strip() == "[]"


def test_what_docstrings_name_is_found() -> None:
    """A name such as poolwarden.observe.boto.watch works after `import poolwarden` alone; a wrong one is an error."""
    text = "".join(path.read_text(encoding="utf-8") for path in MODULES.values())
    named = sorted(set(re.findall(r"\bpoolwarden\.observe\.[a-z]+\.[a-z_]+(?=[(,])", text)))
    assert len(named) > 4
    program = f"import poolwarden; {'; '.join(named)}; print(hasattr(poolwarden.observe, 'nothing'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout == "False\n"


def test_an_extra_that_is_missing() -> None:
    """A module whose framework is not installed is an attribute that is missing, and the error says what brings it."""
    program = (
        "import sys; sys.modules['litestar'] = None; import poolwarden; print(hasattr(poolwarden, 'litestar'))\n"
        "try: poolwarden.litestar\nexcept AttributeError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=120)
    found, told = done.stdout.splitlines()
    assert found == "False"
    assert "pip install 'litestar'" in told


def test_files_are_short() -> None:
    """A file stays under some 300 lines; a longer one holds a second noun."""
    lines = {module: path.read_text(encoding="utf-8").count("\n") for module, path in MODULES.items()}
    assert not {module: count for module, count in lines.items() if count > 350}

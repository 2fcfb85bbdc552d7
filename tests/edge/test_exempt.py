"""Requests pass unasked by their exact path, by a prefix or by a function, and by no trick."""

import re
from functools import partial
from typing import Any

import pytest

from edges import EDGES
from poolwarden.edge.exempt import Exempt, Exemption
from poolwarden.errors import ConfigurationError
from world import World

EXEMPT: list[Exemption] = ["/healthz", "/static/*", "/docs/", lambda method, path: method == "HEAD" and path == "/up"]
PATHS = (
    ("/healthz", True),
    ("/static/app.js", True),
    ("/static/a/b.css", True),
    ("/static/", True),
    ("/static/..hidden", True),
    ("/static/a..b/c", True),
    ("/docs/", True),
    ("/", False),
    ("", False),
    ("/docs", False),
    ("/docs/a", False),
    ("/static", False),
    ("/statics/a", False),
    ("/Static/a", False),
    ("/HEALTHZ", False),
    ("/healthz/", False),
    ("//healthz", False),
    ("/healthz/../orders", False),
    ("/healthz;a", False),
    ("/healthz%00", False),
    ("/healthz\x00", False),
    ("/healthz\n", False),
    ("/orders/healthz", False),
    ("/orders?/healthz", False),
    ("/static/../orders", False),
    ("/static/..", False),
    ("/static/.", False),
    ("/static/./a", False),
    ("/static//orders", False),
    ("/static/a/../../orders", False),
    ("/static/..;/orders", False),
    ("/static/..;a=b/orders", False),
    ("/static/..\\orders", False),
    ("/static/%2e%2e/orders", False),
    ("/static/..%2forders", False),
    ("/static/%252e%252e/orders", False),
    ("/static/a\x00", False),
    ("/static/a\r\nb", False),
    ("/static/\ufffd\ufffd/orders", False),
    ("/../static/a", False),
    ("/./static/a", False),
    ("static/a", False),
    ("http://evil.example/static/a", False),
    ("*", False),
)


@pytest.mark.parametrize(("path", "passes"), PATHS)
def test_paths(path: str, passes: bool) -> None:
    """An exact path passes as it stands, a prefix with all below it unless another reader may see another path."""
    assert Exempt(EXEMPT).holds("GET", path) is passes


@pytest.mark.parametrize(("path", "passes"), PATHS)
@pytest.mark.parametrize("edge", ["asgi", "wsgi"])
def test_edges(edge: str, path: str, passes: bool, world: World) -> None:
    """The middlewares agree."""
    mount, call = EDGES[edge]
    assert call(mount(world.server(), exempt=EXEMPT), path=path).status == (200 if passes else 401)


def test_predicate() -> None:
    """A function sees the method and the path."""
    exempt = Exempt(EXEMPT)
    assert exempt.holds("HEAD", "/up")
    assert not exempt.holds("GET", "/up")


async def _passes(method: str, path: str) -> bool:
    return True


class _Passes:
    async def __call__(self, method: str, path: str) -> bool:
        return True


@pytest.mark.parametrize("entry", [_passes, _Passes(), partial(_passes, "GET")])
def test_awaited(entry: Any) -> None:
    """A function that has to be awaited would let everything pass, and is refused."""
    with pytest.raises(ConfigurationError, match=r"^exempt: holds a function to be awaited"):
        Exempt([entry])


@pytest.mark.filterwarnings("ignore:coroutine")
def test_awaited_within() -> None:
    """An answer that has to be awaited is no yes; what is true else is one."""
    assert not Exempt([lambda _, path: _passes("GET", path)]).holds("GET", "/")  # type: ignore[list-item, return-value]
    assert Exempt([lambda _, path: re.match("/a", path)]).holds("GET", "/a")  # type: ignore[list-item, return-value]


def test_everything() -> None:
    """``/*`` is a prefix like any other."""
    exempt = Exempt("/*")
    assert exempt.holds("GET", "/a/b")
    assert not exempt.holds("GET", "/a/../b")


def test_nothing() -> None:
    """Without entries nothing passes."""
    assert not Exempt()
    assert not Exempt().holds("GET", "/")
    assert Exempt(["/a"])


@pytest.mark.parametrize(
    "entry",
    [
        *("healthz", "", "*", "/a*", "/*/a", "/a/*/b", "/a/**", None, 1, ["/a"]),
        *("/a/{id}", "/a/<int:id>/*", "/a?b", "/a#b", "/a%20b"),
    ],
)
def test_wrong(entry: object) -> None:
    """What is no path, or a pattern that would never match, is refused when the guard is made."""
    with pytest.raises(ConfigurationError, match=r"^exempt:"):
        Exempt([entry])  # type: ignore[list-item]


def test_no_list() -> None:
    """What is no list at all is refused likewise."""
    with pytest.raises(ConfigurationError, match=r"^exempt: is no list"):
        Exempt(None)  # type: ignore[arg-type]


def test_names() -> None:
    """Entries have names fit for logs."""

    class Even:
        def __call__(self, method: str, path: str) -> bool:
            return len(path) % 2 == 0

    def internal(method: str, path: str) -> bool:
        return False

    assert Exempt(["/a", internal, "/b/*", Even()]).names == ("/a", "/b/*", "internal", "function")

"""Find the guards in an application, and whether a CORS middleware sits inside one of them."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType, MethodType
from typing import Any, Final, NamedTuple

from poolwarden.edge.layers import WRAPPED, attribute, class_of, has_cors, is_cors, listed
from poolwarden.guard.server import Guard

_MIDDLEWARE: Final = ("poolwarden.asgi", "poolwarden.wsgi")
_ROUTES: Final = ("poolwarden.fastapi", "poolwarden.flask")
# FastAPI keeps a router within one of its own.
_WRAPPED: Final = (*WRAPPED, "original_router")
_KNOWN: Final = ("wsgi_app", "user_middleware", *_WRAPPED)
_MOST: Final = 20_000  # layers, routes and dependencies


class Mounted(NamedTuple):
    """
    A guard in an application.

    Attributes:
        server: The server that decides; None where it is not known before the application starts.
        in_routes: Whether single routes ask the guard; else it is a middleware around all of them.
        cors_inside: Whether a CORS middleware sits inside it.
    """

    server: Guard | None
    in_routes: bool = False
    cors_inside: bool = False


def mounted_in(app: Any) -> tuple[Mounted, ...]:
    """
    Return the guards of an application, from outside to inside.

    Args:
        app: An ASGI or WSGI application, or what wraps one; mounted applications and routes are looked into.
    """
    return tuple(dict.fromkeys(found for layer in _layers(app) for found in _guards_at(layer)))


def _guards_at(layer: Any) -> Iterator[Mounted]:
    if type(layer).__module__ in _MIDDLEWARE:
        yield Mounted(_server(layer), cors_inside=has_cors(layer.app))
    if type(layer).__module__ in _ROUTES and _server(layer) is not None:
        yield Mounted(_server(layer), in_routes=True)
    entries = [(class_of(entry), entry) for entry in listed(layer, "user_middleware", "middleware")]
    for place, (kind, entry) in enumerate(entries):
        if getattr(kind, "__module__", "") in _MIDDLEWARE:
            # Starlette keeps them outermost first.
            inside = [inner for inner, _ in entries[place + 1 :]]
            given = [attribute(entry, "kwargs", {}).get("server"), *attribute(entry, "args", ())]
            servers = [server for server in given if isinstance(server, Guard)]
            yield Mounted(servers[0] if servers else None, cors_inside=any(map(is_cors, inside)))


def _layers(app: Any) -> Iterator[Any]:
    """Yield an application and all that it wraps, mounts and has as dependencies, each once."""
    waiting, seen = deque([app]), {id(None): None}
    while waiting and len(seen) < _MOST:
        layer = waiting.popleft()
        if id(layer) not in seen:
            seen[id(layer)] = layer  # kept alive, so that no other object gets its id
            yield layer
            waiting += _inner(layer)


def _inner(layer: Any) -> Iterator[Any]:
    # Flask's wsgi_app is a plain method until something is wrapped around it.
    yield attribute(layer, "wsgi_app")
    yield layer.__self__ if isinstance(layer, MethodType) else None
    wrapped = [inner for name in _WRAPPED if (inner := attribute(layer, name)) is not None]
    yield from wrapped or _held(layer)
    mounts = attribute(layer, "mounts")  # werkzeug's dispatcher
    yield from mounts.values() if isinstance(mounts, Mapping) else ()
    extensions = attribute(layer, "extensions")  # Flask's
    yield extensions.get("poolwarden") if isinstance(extensions, Mapping) else None
    yield from listed(layer, "routes")
    for asking in (
        layer,
        attribute(layer, "router"),
        attribute(layer, "include_context"),
        attribute(layer, "dependant"),
    ):
        yield from (_asked(entry) for entry in listed(asking, "dependencies"))


def _asked(entry: Any) -> Any:
    """Return the guard that a dependency of FastAPI's calls, or what the dependency itself depends on."""
    call = attribute(entry, "dependency") or attribute(entry, "call")
    return call if type(call).__module__ in _ROUTES else _Dependency(listed(entry, "dependencies"))


class _Dependency(NamedTuple):
    """The dependencies of a dependency."""

    dependencies: list[Any]


def _held(layer: Any) -> Iterator[Any]:
    """Yield the applications in a function's closure or an object's attributes, for wrappers that nobody knows."""
    if isinstance(layer, FunctionType):
        held: Iterable[Any] = [cell.cell_contents for cell in layer.__closure__ or () if _filled(cell)]
    else:
        held = [] if isinstance(layer, type | tuple) else list(getattr(layer, "__dict__", {}).values())
    yield from (one for one in held if _wraps(one))


def _wraps(one: Any) -> bool:
    """Return whether something looks like an application that can be looked into."""
    return callable(one) and not isinstance(one, type) and any(attribute(one, name) is not None for name in _KNOWN)


def _filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:
        return False


def _server(layer: Any) -> Guard | None:
    server = attribute(layer, "server")
    return server if isinstance(server, Guard) else None

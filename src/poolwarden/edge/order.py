"""
Find guards that stand above their route, and so guard nothing.

Decorators apply from below: under ``@auth.required`` above ``@app.get(…)`` Flask
registers the view before it is guarded, and the route stays open.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from contextlib import suppress
from typing import Any, Protocol
from weakref import WeakKeyDictionary, WeakSet

from poolwarden.errors import ConfigurationError

View = Callable[..., Any]

_DEPTH = 50


class App(Protocol):
    """What is asked of a Flask application."""

    @property
    def view_functions(self) -> Mapping[str, View]:
        """The views by their endpoints."""

    @property
    def before_request_funcs(self) -> MutableMapping[Any, list[Any]]:
        """What is called before a view, by blueprint; that of the application under None."""


class Order:
    """Remember which views were guarded, and find out whether Flask knows one of them without its guard only."""

    __slots__ = ("_guarded",)

    def __init__(self) -> None:
        self._guarded: WeakKeyDictionary[View, WeakSet[View]] = WeakKeyDictionary()

    def note(self, view: View, guarded: View) -> None:
        """
        Take note of a view and of what guards it.

        Args:
            view: The view.
            guarded: What the decorator returns in its place.
        """
        with suppress(TypeError):  # a callable that cannot be referred to weakly
            self._guarded.setdefault(view, WeakSet()).add(guarded)

    def checked(self, app: App) -> Callable[[], None]:
        """
        Return a function that looks at an application before its first request, and again until all is well.

        Args:
            app: The application, whose views may be added later.
        """

        def look() -> None:
            if self._is_open(app.view_functions.values()):
                raise ConfigurationError(
                    "required", "stands above the route, which leaves the view open.", "Put it below @app.get(…)."
                )
            # A new list, because Flask is iterating over the old one.
            hooks = app.before_request_funcs
            hooks[None] = [hook for hook in hooks[None] if hook is not look]

        return look

    def _is_open(self, views: Iterable[View]) -> bool:
        bare = list(views)
        # One view may have two routes, an open one and a guarded one, the latter perhaps under further decorators.
        reached = {id(inner) for view in bare for inner in _chain(view)}
        found = (self._guards_of(view) for view in bare)
        # Guards are kept weakly: where all guards of a view are gone, none of them was registered with a route.
        return any(guards is not None and reached.isdisjoint(map(id, guards)) for guards in found)

    def _guards_of(self, view: View) -> Iterable[View] | None:
        with suppress(TypeError):
            return self._guarded.get(view)
        return None


def _chain(view: View | None) -> Iterator[View]:
    for _ in range(_DEPTH):
        if view is not None:
            yield view
            view = getattr(view, "__wrapped__", None)

"""Find decorators that stand above their routes, where Flask has taken the bare view already and leaves it open."""

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
    """Remember which views were guarded, and look whether Flask knows them bare only."""

    __slots__ = ("_guarded",)

    def __init__(self) -> None:
        self._guarded: WeakKeyDictionary[View, WeakSet[View]] = WeakKeyDictionary()

    def note(self, view: View, guarded: View) -> None:
        """Take note of a view and of what guards it."""
        with suppress(TypeError):  # a callable that cannot be referred to weakly
            self._guarded.setdefault(view, WeakSet()).add(guarded)

    def checked(self, app: App) -> Callable[[], None]:
        """
        Return what looks at an application before its first request, and not again once all is well.

        Args:
            app: The application, whose views may be added later.
        """

        def look() -> None:
            if self._is_open(app.view_functions.values()):
                raise ConfigurationError(
                    "required", "stands above the route, which leaves the view open.", "Put it below @app.get(…)."
                )
            # A new list: the old one is being gone through.
            hooks = app.before_request_funcs
            hooks[None] = [hook for hook in hooks[None] if hook is not look]

        return look

    def _is_open(self, views: Iterable[View]) -> bool:
        bare = list(views)
        # A view may be published twice, for everybody and guarded, there under further decorators.
        reached = {id(inner) for view in bare for inner in _chain(view)}
        found = (self._guards_of(view) for view in bare)
        # Where nothing is left of what guards a view, nothing has published it.
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

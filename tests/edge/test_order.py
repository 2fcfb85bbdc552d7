"""A decorator above its route leaves the view open, and is told to every request."""

import gc
from functools import wraps
from typing import Any

import pytest
from flask import Blueprint, Flask

from edges import authorization, call_wsgi
from poolwarden import ConfigurationError
from poolwarden.flask import Bearer
from world import World


def view() -> str:
    """Show something."""
    return "shown"


def another(wrapped: Any) -> Any:
    """Be some other decorator."""

    @wraps(wrapped)
    def inner() -> Any:
        return wrapped()

    return inner


@pytest.fixture
def auth(world: World) -> Bearer:
    """Guard Flask."""
    return Bearer(world.server())


def app_of(*routes: tuple[str, Any], auth: Bearer, late: bool = False) -> Any:
    """Make an application with these views, some of them on a blueprint."""
    app, blueprint = Flask("order"), Blueprint("part", "part")
    if not late:
        auth.init_app(app)
    for number, (path, function) in enumerate(routes):
        (blueprint if path.startswith("/part") else app).add_url_rule(path, f"view{number}", function)
    app.register_blueprint(blueprint)
    if late:
        auth.init_app(app)
    app.testing = True
    return app


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("path", ["/orders", "/part/orders"])
@pytest.mark.parametrize("kept", [False, True])
def test_above(path: str, late: bool, kept: bool, auth: Bearer) -> None:
    """Whether anything still holds the guarded view or not, no request passes until the order is mended."""
    app = app_of(("/", another(view)), (path, view), auth=auth, late=late)
    guarded = [auth.required(view)]
    if not kept:
        guarded.clear()
        gc.collect()
    for asked in (path, "/", "/nowhere"):
        with pytest.raises(ConfigurationError, match=r"^required: stands above the route.* Put it below @app\.get"):
            call_wsgi(app, path=asked)


def test_above_among_others(auth: Bearer) -> None:
    """Of several decorators the guard's is found where it stands above the route."""
    inner = another(view)
    app = app_of(("/orders", inner), auth=auth)
    auth.required(scopes=["orders/read"])(inner)
    with pytest.raises(ConfigurationError, match=r"^required: "):
        call_wsgi(app, path="/orders")


@pytest.mark.parametrize("late", [False, True])
def test_below(late: bool, auth: Bearer, world: World) -> None:
    """Below the route the guard guards, also among others, and a view may be published for everybody besides."""
    app = app_of(
        ("/orders", auth.required(view)),
        ("/others", another(auth.required(another(view)))),
        ("/twice", view),
        ("/part/twice", another(auth.required(view))),
        auth=auth,
        late=late,
    )
    for _ in range(2):
        for path, status in (("/orders", 401), ("/others", 401), ("/twice", 200), ("/part/twice", 401)):
            assert call_wsgi(app, path=path).status == status
        assert call_wsgi(app, authorization(b"Bearer " + world.mint()), "/orders").body == b"shown"


def test_once(auth: Bearer) -> None:
    """What looks is gone after the first request, and what else is called before a view stays."""
    app, called = app_of(("/", view), auth=auth), []
    app.before_request(lambda: called.append(1))
    for _ in range(3):
        assert call_wsgi(app).status == 200
    assert len(called) == 3
    assert len(app.before_request_funcs[None]) == 1


def test_odd_views(auth: Bearer) -> None:
    """A view may be any callable, also one that cannot be a key or be referred to weakly."""

    class Odd:
        __slots__ = ("__name__",)
        __hash__ = None  # type: ignore[assignment]

        def __init__(self) -> None:
            self.__name__ = "odd"

        def __call__(self) -> str:
            return "odd"

        def __eq__(self, other: object) -> bool:
            return self is other

    odd = Odd()
    app = app_of(("/", odd), ("/guarded", auth.required(odd)), auth=auth)
    assert call_wsgi(app).body == b"odd"
    assert call_wsgi(app, path="/guarded").status == 401

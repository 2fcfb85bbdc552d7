"""CORS is found among the layers of an application."""

from typing import Any

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test.utils import override_settings
from fastapi import FastAPI
from flask import Flask
from litestar import Litestar
from litestar.config.cors import CORSConfig
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from werkzeug.local import LocalProxy

from edges import flask_with_cors
from poolwarden.edge.layers import has_cors


class CorsMiddleware:
    """A WSGI middleware as the web has several."""

    def __init__(self, app: Any) -> None:
        self.application = app


@pytest.mark.parametrize(
    ("app", "found"),
    [
        (lambda: None, False),
        (lambda: Flask("plain").wsgi_app, False),
        (lambda: flask_with_cors().wsgi_app, True),
        (flask_with_cors, True),
        (lambda: CorsMiddleware(None), True),
        (Starlette, False),
        (lambda: Starlette(middleware=[Middleware(CORSMiddleware)]), True),
        (FastAPI, False),
        (lambda: CORSMiddleware(Starlette()), True),
        (lambda: Litestar([]), False),
        (lambda: Litestar([], cors_config=CORSConfig()), True),
    ],
)
def test_has_cors(app: Any, found: bool) -> None:
    """CORS is found wherever a framework keeps it."""
    assert has_cors(app()) is found


@pytest.mark.parametrize("names", [[], ["django.middleware.common.CommonMiddleware"], ["corsheaders.CorsMiddleware"]])
def test_django(names: list[str]) -> None:
    """Django's middleware stand in its settings, by name."""
    if not settings.configured:
        settings.configure()
    with override_settings(MIDDLEWARE=names):
        assert has_cors(WSGIHandler.__new__(WSGIHandler)) is ("corsheaders.CorsMiddleware" in names)


def test_has_cors_ends() -> None:
    """Applications that wrap one another in a circle are left after a while."""

    class Circle:
        app: Any

    circle = Circle()
    circle.app = circle
    assert not has_cors(circle)


def test_has_cors_in_a_stand_in() -> None:
    """What raises when it is asked, as werkzeug's stand-in for an application does outside of a request, has none."""

    def nothing_yet() -> Any:
        message = "outside of a request"
        raise RuntimeError(message)

    assert not has_cors(LocalProxy(nothing_yet))

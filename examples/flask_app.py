"""
Guard a Flask application: every request by the middleware, groups by a decorator; metrics by a rule of their own.

Run it against a local user pool::

    poolwarden pool serve                  # in another terminal; paste its export lines here
    gunicorn 'examples.flask_app:make_app()'

Several processes share one set of metrics::

    export PROMETHEUS_MULTIPROC_DIR=metrics
    gunicorn -c examples/gunicorn_conf.py 'examples.flask_app:make_app()'
"""

from typing import Any

from flask import Flask

from poolwarden import ResourceServer
from poolwarden.flask import Bearer, current_access_token
from poolwarden.observe import exposition
from poolwarden.wsgi import BearerMiddleware


def make_app(server: ResourceServer | None = None) -> Flask:
    """
    Return the application.

    Args:
        server: Who decides; by default one made from the environment.
    """
    server = server or ResourceServer.from_env()
    app = Flask(__name__)
    auth = Bearer(server)
    exposed = exposition.wsgi_app()

    @app.get("/healthz")
    def health() -> dict[str, bool]:
        return {"ready": server.ready()}

    @app.get("/me")
    @auth.required()
    def me() -> dict[str, Any]:
        return {"client": current_access_token.client, "session": current_access_token.session_ref}

    @app.get("/reports")
    @auth.required(groups=["admin"])
    def reports() -> list[str]:
        return ["march"]

    # Prometheus gets its token by client credentials (oauth2 in its scrape settings), with this scope alone.
    @app.get("/metrics")
    @auth.required(scopes=["metrics/read"])
    def metrics() -> Any:
        return exposed

    app.wsgi_app = BearerMiddleware(app.wsgi_app, server, exempt=["/healthz"])  # type: ignore[method-assign]
    return app

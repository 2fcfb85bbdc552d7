"""
Run two worker processes that share one set of metrics; see examples/fastapi_app.py and examples/flask_app.py.

PROMETHEUS_MULTIPROC_DIR has to be set in the environment that gunicorn starts in.
"""

from poolwarden.observe.multiprocess import child_exit, on_starting

__all__ = ["child_exit", "on_starting"]  # gunicorn finds its hooks by these names

workers = 2

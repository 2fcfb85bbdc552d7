# ruff: noqa: PLC0415 (one server of two is there to be loaded)
"""Serve one contender's application until told to end: ``python -m benchmarks.served MODULE KIND PORT SERVER``."""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks.subject import World


def main(module: str, kind: str, port: str, by: str) -> None:
    """
    Serve.

    Args:
        module: The contender's module under ``benchmarks.contenders``.
        kind: Which of its applications.
        port: The port on 127.0.0.1.
        by: The server.
    """
    world = World.read(Path(os.environ["POOLWARDEN_BENCH_WORLD"]))
    app = importlib.import_module(f"benchmarks.contenders.{module}").served(world, kind)
    (_uvicorn if by == "uvicorn" else _gunicorn)(app, int(port))


def _uvicorn(app: Any, port: int) -> None:
    import uvicorn

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="error", access_log=False, lifespan="off")


def _gunicorn(app: Any, port: int) -> None:
    from gunicorn.app.base import BaseApplication

    class Application(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            settings = {
                "bind": f"127.0.0.1:{port}",
                "workers": 1,
                "worker_class": "gthread",
                "threads": 4,
                "keepalive": 60,
                "loglevel": "error",
            }
            for name, value in settings.items():
                self.cfg.set(name, value)

        def load(self) -> Any:
            return app

    Application().run()


if __name__ == "__main__":
    main(*sys.argv[1:])

"""A guard that is missing is found, and one with CORS inside."""

from fastapi import Depends, FastAPI
from starlette.middleware.cors import CORSMiddleware

import poolwarden.asgi
import poolwarden.fastapi
from patients import CLIENT, POOL, check, patient
from poolwarden import UserPool
from poolwarden.commands.doctor_checks import App, Outcome
from poolwarden.guard.server import Guard


def test_middleware() -> None:
    """An application without a guard is a problem, one with CORS inside it too."""
    server = Guard(UserPool(POOL, client_ids=CLIENT))
    good, inside = FastAPI(), FastAPI()
    good.add_middleware(poolwarden.asgi.BearerMiddleware, server=server)
    inside.add_middleware(CORSMiddleware)
    inside.add_middleware(poolwarden.asgi.BearerMiddleware, server=server)
    routes = FastAPI(dependencies=[Depends(poolwarden.fastapi.Bearer(server))])
    apps = (good, routes, inside, FastAPI())
    found = [check("middleware", patient(app=App("shop:app", app)))[0] for app in apps]
    assert [result.outcome for result in found] == [Outcome.OK, Outcome.OK, Outcome.PROBLEM, Outcome.PROBLEM]
    assert found[1].words == "the guard is in routes: those that do not ask it are open"

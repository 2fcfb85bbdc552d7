"""The stage: a user pool on a clock, its key server, two guarded applications, one log, one registry of metrics."""

import json
import threading
from typing import TextIO

from prometheus_client import CollectorRegistry

from poolwarden.demo.apps import REFRESH_PATH, make_office, make_shop
from poolwarden.demo.calls import Answer, call_asgi, call_wsgi
from poolwarden.demo.cognito import Cognito
from poolwarden.guard.fetched import Document, FetchError
from poolwarden.guard.keys import KeyPolicy
from poolwarden.guard.pool import UserPool
from poolwarden.localpool import AppClient, Clock, LocalPool
from poolwarden.localpool.outage import ANSWERS, KeyServer
from poolwarden.observe.lines import JsonLines
from poolwarden.observe.prometheus import meter
from poolwarden.server import ResourceServer

SHOP_PATHS = ("/orders", "/orders/17", "/orders/42")
OFFICE_PATHS = ("/reports", "/profile")
_OK = 200

# Fetches are rarer than by default: on a clock that jumps from visit to visit nearly every request would find one due.
KEY_POLICY = KeyPolicy(max_fresh_s=7200.0, max_backoff_s=300.0)


class Stage:
    """
    Everything that the people of the demo meet.

    Args:
        log: Where the guard's events go.
        start: When it begins, epoch seconds.
    """

    def __init__(self, log: TextIO, start: float) -> None:
        self.clock = Clock(start)
        self.pool = LocalPool("eu-west-1_DemoPool1", clock=self.clock)
        # The mistake: 30 days were meant. Cognito's default unit is days, but this update said hours.
        web = self.pool.create_client("web", refresh_validity=30, units={"refresh": "hours"})
        mobile = self.pool.create_client("mobile", refresh_validity=30, units={"refresh": "days"})
        self.clients: dict[str, AppClient] = {"web": web, "mobile": mobile}
        self.key_server = KeyServer()
        self.registry = CollectorRegistry()
        self._events = JsonLines(log)
        cognito = Cognito(self.pool)
        self._shop = make_shop(self._server(), cognito)
        self._office = make_office(self._server(), cognito)

    def _server(self) -> ResourceServer:
        """Return a resource server; each application has one, as its process would."""
        ids = {name: client.client_id for name, client in self.clients.items()}
        return ResourceServer(
            UserPool(self.pool.pool_id, client_ids=ids),
            events=self._events,
            meter=meter(self.registry),
            now=self.clock,
            monotonic=self.clock,
            fetch=self._fetch,
            key_policy=KEY_POLICY,
            # With a key, events tell which sessions are of one user, and still not which user it is.
            ref_key=b"the demo's own key",
        )

    def _fetch(self, _url: str, _timeout_s: float) -> Document:
        """Ask the key server, as the guard would over HTTP."""
        self.key_server.requests += 1
        played = ANSWERS.get(self.key_server.outage)
        if played is not None:
            if played.status != _OK:
                raise FetchError("http_error")
            return Document(played.body, None)
        return Document(json.dumps(self.pool.jwk_set()).encode(), 86_400.0)

    def move_to(self, moment: float) -> float:
        """
        Let the time be a moment, unless it has passed it, and return the time.

        Args:
            moment: Epoch seconds.
        """
        self._settle()
        return self.clock.set(max(moment, self.clock()))

    @staticmethod
    def _settle() -> None:
        """Wait for the guard's background fetches, so that each ends at the moment of the clock at which it began."""
        for thread in threading.enumerate():
            if thread.name == "poolwarden-keys":
                thread.join()

    async def get(self, path: str, authorization: str | None) -> Answer:
        """Make a request to the application that has the path."""
        self._settle()
        if path in OFFICE_PATHS:
            return call_wsgi(self._office, "GET", path, authorization)
        return await call_asgi(self._shop, "GET", path, authorization)

    async def refresh_through_shop(self, client: str, refresh_token: str, authorization: str) -> Answer:
        """Refresh by way of the shop's own endpoint, as old front ends do."""
        form = {"client_id": self.clients[client].client_id, "refresh_token": refresh_token}
        return await call_asgi(self._shop, "POST", REFRESH_PATH, authorization, json.dumps(form).encode())

    def sign_out_everywhere(self, access_token: str) -> Answer:
        """Sign out on all devices by way of the office's endpoint."""
        return call_wsgi(self._office, "POST", "/sign-out-everywhere", f"Bearer {access_token}")

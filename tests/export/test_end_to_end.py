"""The demo's applications under load, scraped by a real Prometheus, whose alert reaches a real Alertmanager."""

import asyncio
import io
import itertools
import json
import math
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import httpx2
import pytest
import yaml
from prometheus_client import CollectorRegistry

import monitoring
from grafana_linter import targets
from monitoring import Inbox, Prometheus, eventually
from poolwarden import ResourceServer, UserPool, cli
from poolwarden.demo.apps import REFRESH_PATH, make_office, make_shop
from poolwarden.demo.calls import call_asgi
from poolwarden.demo.cognito import ClientError, Cognito
from poolwarden.export.grafana.lines import TRACE
from poolwarden.guard.fetched import Document
from poolwarden.guard.keys import KeyPolicy
from poolwarden.localpool import AppClient, Clock, CognitoError, LocalPool, Tokens
from poolwarden.observe.exposition import wsgi_app
from poolwarden.observe.lines import JsonLines
from poolwarden.observe.prometheus import meter
from promql import selected

MISSING = [
    package
    for package, found in (
        ("prometheus", monitoring.PROMETHEUS and monitoring.PROMTOOL),
        ("prometheus-alertmanager", monitoring.ALERTMANAGER),
    )
    if not found
]
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"not installed: apt-get install {' '.join(MISSING)}")

PASSWORD = "Passw0rd!"
HOUR, DAY, WEEK = 3600, 86_400, 604_800
USERS = 15
UNAUTHORIZED = 401
MASS_EXPIRY = "PoolwardenSessionsExpireEnMasse"


class ThrottledCognito(Cognito):
    """
    The demo's Cognito, that can be throttled.

    Attributes:
        throttled: Whether it is.
    """

    throttled = False

    def refresh(self, client_id: str, refresh_token: str) -> Tokens:
        """Refresh, or refuse as a quota that is used up does."""
        if self.throttled:
            raise ClientError(CognitoError("TooManyRequestsException", "Rate exceeded"), "InitiateAuth")
        return super().refresh(client_id, refresh_token)


class Estate:
    """The demo's shop and office on a pool whose clock is moved, with the metrics beside the office."""

    def __init__(self) -> None:
        self.clock = Clock(time.time() // 1)
        self.pool = LocalPool("eu-west-1_DemoPool1", clock=self.clock)
        self.stranger = LocalPool("eu-west-1_OtherPool", clock=self.clock)
        self.clients: dict[str, AppClient] = {
            "web": self.pool.create_client("web", refresh_validity=30, units={"refresh": "hours"}),
            "mobile": self.pool.create_client("mobile", refresh_validity=30, units={"refresh": "days"}),
            "spa": self.pool.create_client("spa", rotation_grace_s=0),
        }
        self.registry = CollectorRegistry()
        self.cognito = ThrottledCognito(self.pool)
        self.shop = make_shop(self._server(), self.cognito)
        self.office = make_office(self._server(), self.cognito)
        self._metrics = wsgi_app(self.registry)

    def _server(self) -> ResourceServer:
        known = UserPool(
            self.pool.pool_id,
            client_ids={name: client.client_id for name, client in self.clients.items()},
            alias="main",
            refresh_validity={"web": timedelta(hours=30), "mobile": timedelta(days=30)},
        )
        return ResourceServer(
            known,
            events=JsonLines(io.StringIO()),
            meter=meter(self.registry),
            now=self.clock,
            monotonic=self.clock,
            fetch=self._fetch,
            # A request that waits for keys gives up after this, on the real clock: never on a slow machine either.
            key_policy=KeyPolicy(timeout_s=60.0),
        )

    def _fetch(self, _url: str, _timeout_s: float) -> Document:
        return Document(json.dumps(self.pool.jwk_set()).encode(), None)

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer as the office, and on /metrics with the metrics."""
        answer = self._metrics if environ["PATH_INFO"] == "/metrics" else self.office
        return answer(environ, start_response)

    def at_shop(self, authorization: str | None, method: str = "GET", path: str = "/orders", **form: str) -> int:
        """Call the shop, a FastAPI application; return the status."""
        body = json.dumps(form).encode()
        status = asyncio.run(call_asgi(self.shop, method, path, authorization, body)).status
        settle()
        return status

    def refresh(self, client: str, refresh_token: str, dead: str) -> int:
        """Refresh by way of the shop; return the status."""
        form = {"client_id": self.clients[client].client_id, "refresh_token": refresh_token}
        return self.at_shop(f"Bearer {dead}", "POST", REFRESH_PATH, **form)


def settle() -> None:
    """Wait for fetches in the background: each ends in the time it began in."""
    for thread in threading.enumerate():
        if thread.name == "poolwarden-keys":
            thread.join()


class Quiet(WSGIRequestHandler):
    """Log no requests."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(estate: Estate) -> Iterator[str]:
    """Serve the office, a Flask application, and the metrics; give the address."""
    with make_server("127.0.0.1", 0, estate, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def at_office(address: str, token: str) -> int:
    """Call the office over HTTP; return the status."""
    answer = httpx2.get(f"http://{address}/reports", headers={"Authorization": f"Bearer {token}"}, timeout=60)
    return answer.status_code


def scraped(prometheus: Prometheus, estate: Estate, metric: str, more: float = 0) -> None:
    """Wait until Prometheus has what the registry has, and has seen it grow by so much."""
    wanted = sum(
        sample.value for family in estate.registry.collect() for sample in family.samples if sample.name == metric
    )
    assert wanted >= more
    eventually(lambda: prometheus.value(f'sum({metric}{{job="demo"}})') == wanted, f"{metric} is {wanted}")


def ordinary_load(estate: Estate, address: str) -> dict[str, Tokens]:
    """Let users sign in and work, and let others fail in every ordinary way; return the sessions of web."""
    web, mobile, spa = (estate.clients[name].client_id for name in ("web", "mobile", "spa"))
    sessions = {}
    for number in range(USERS):
        name = f"user-{number}"
        estate.pool.create_user(name, PASSWORD)
        sessions[name] = estate.pool.sign_in(web, name, PASSWORD)
        for _ in range(20):
            assert estate.at_shop(f"Bearer {sessions[name].access_token}") == httpx2.codes.OK
        assert at_office(address, sessions[name].access_token) == httpx2.codes.OK
    phone = estate.pool.sign_in(mobile, "user-0", PASSWORD)
    assert estate.at_shop(f"Bearer {phone.access_token}") == httpx2.codes.OK
    for authorization in (None, "Bearer undefined", "Bearer nonsense", f"Bearer {estate.stranger.mint()}"):
        assert estate.at_shop(authorization) == UNAUTHORIZED
    assert estate.at_shop(None, path="/healthz") == httpx2.codes.NOT_FOUND
    single = estate.pool.sign_in(spa, "user-0", PASSWORD)
    assert estate.refresh("spa", single.refresh_token or "", single.access_token) == httpx2.codes.OK
    assert estate.refresh("spa", single.refresh_token or "", single.access_token) != httpx2.codes.OK
    estate.cognito.throttled = True
    assert estate.refresh("mobile", phone.refresh_token or "", phone.access_token) != httpx2.codes.OK
    estate.cognito.throttled = False
    return sessions


def refreshes(estate: Estate, sessions: dict[str, Tokens]) -> dict[str, str]:
    """Let half an hour pass and every session be refreshed; return the access tokens."""
    estate.clock.move(HOUR / 2)
    fresh = {}
    for name, session in sessions.items():
        renewed = estate.pool.refresh(estate.clients["web"].client_id, session.refresh_token or "")
        fresh[name] = renewed.access_token
        assert estate.at_shop(f"Bearer {renewed.access_token}") == httpx2.codes.OK
    return fresh


def incident(estate: Estate, sessions: dict[str, Tokens], tokens: dict[str, str]) -> None:
    """Let the refresh validity be reached by everybody at once; clients go on with their dead tokens."""
    estate.clock.move(29.5 * HOUR + 60)
    for name, session in sessions.items():
        assert estate.refresh("web", session.refresh_token or "", tokens[name]) != httpx2.codes.OK
        assert estate.at_shop(f"Bearer {tokens[name]}") == UNAUTHORIZED
    estate.clock.move(120)
    for token in tokens.values():
        assert estate.at_shop(f"Bearer {token}") == UNAUTHORIZED


def quiet_week(folder: Path, address: str) -> None:
    """Give Prometheus a memory of the same hours last week, in which nobody was lost."""
    now = int(time.time())
    series = {
        f'poolwarden_session_age_seconds_count{{job="demo",instance="{address}",client="{client}",at="loss"}}': 0.0
        for client in ("web", "mobile", "spa")
    }
    monitoring.backfill(folder, series, range(now - WEEK - 2 * HOUR, now - WEEK + 2 * HOUR, 10))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """Export the rules and the dashboard, with thresholds for a small company."""
    options = ["--pending", "0s", "--min-lost", str(USERS - 1), "--runbooks", "https://wiki.example.com/runbooks"]
    assert cli.main(["export", "prometheus", str(tmp_path), *options]) == 0
    assert cli.main(["export", "grafana", str(tmp_path)]) == 0
    return tmp_path


def settings(folder: Path, address: str, alertmanager: str) -> dict[str, Any]:
    """Return a configuration of Prometheus that scrapes and evaluates every second."""
    return {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(folder / "poolwarden.rules.yml")],
        "scrape_configs": [{"job_name": "demo", "static_configs": [{"targets": [address]}]}],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [alertmanager.removeprefix("http://")]}]}],
        },
    }


def test_end_to_end(exported: Path) -> None:
    """Every panel and rule is answered with data, and the mass expiry reaches whoever is on call."""
    estate = Estate()
    with served(estate) as address, monitoring.receiving() as (receiver, inbox):
        quiet_week(exported, address)
        began = time.time()
        with (
            monitoring.alertmanager(exported, receiver) as notified,
            monitoring.prometheus(exported, settings(exported, address, notified)) as prometheus,
        ):
            scraped(prometheus, estate, "poolwarden_requests_total")
            sessions = ordinary_load(estate, address)
            scraped(prometheus, estate, "poolwarden_requests_total", more=USERS * 20)
            tokens = refreshes(estate, sessions)
            scraped(prometheus, estate, "poolwarden_session_age_seconds_count", more=USERS)
            assert not inbox.firing(MASS_EXPIRY)
            incident(estate, sessions, tokens)
            told(inbox)
            check_rules(prometheus, exported)
            check_panels(prometheus, exported, began)


def told(inbox: Inbox) -> None:
    """Hold what the receiver got against what whoever is on call needs."""
    alert = eventually(lambda: inbox.firing(MASS_EXPIRY), "the mass expiry is notified")[0]
    assert alert["labels"] == {
        "alertname": MASS_EXPIRY,
        "severity": "critical",
        "job": "demo",
        "client": "web",
        "validity": "30h",
    }
    assert alert["annotations"]["summary"] == (
        "Sessions of web expire en masse, 100% of those lost at their refresh validity of 30h."
    )
    assert alert["annotations"]["runbook_url"] == "https://wiki.example.com/runbooks/sessions-expire-en-masse.md"
    assert "Likely causes" in alert["annotations"]["description"]


def check_rules(prometheus: Prometheus, folder: Path) -> None:
    """Every rule is healthy, every recording has data, and so has every series that a rule asks for."""
    rules = eventually(lambda: evaluated(prometheus), "all rules are evaluated")
    assert [(rule["name"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []
    document = yaml.safe_load((folder / "poolwarden.rules.yml").read_text(encoding="utf-8"))
    listed = [rule for group in document["groups"] for rule in group["rules"]]
    assert len(rules) == len(listed)
    asked = {rule["record"] for rule in listed if "record" in rule}
    asked |= {one.text for rule in listed for one in selected(rule["expr"])}
    for query in sorted(asked):
        eventually(lambda query=query: prometheus.instant(query), f"{query} has data")
    # 30 hours are the mistake that the local pool's client was made with.
    wanted = {MASS_EXPIRY, "PoolwardenRefreshValidityUnitMistake"}
    eventually(lambda: wanted <= firing(prometheus), "what is the matter fires")
    assert not firing(prometheus) & {"PoolwardenSessionsLostEnMasse", "PoolwardenErrorBudgetBurnFast"}


def evaluated(prometheus: Prometheus) -> list[dict[str, Any]]:
    """Return all rules once each was evaluated."""
    rules = prometheus.rules()
    return [] if any(rule["health"] == "unknown" for rule in rules) else rules


def firing(prometheus: Prometheus) -> set[str]:
    """Return the alerts that fire."""
    return {rule["name"] for rule in prometheus.rules() if rule.get("state") == "firing"}


def lines_of(prometheus: Prometheus, ages: str) -> set[str]:
    """Return the buckets of a heatmap that hold a trace of a count, which makes a line."""
    query = re.sub(r'"\$\w+"', '".+"', ages).replace("$__rate_interval", "5m")
    counts = {found["metric"]["le"]: float(found["value"][1]) for found in prometheus.instant(query)}
    bounds = sorted(counts, key=float)
    steps = {bound: counts[bound] - counts[before] for before, bound in itertools.pairwise(bounds)}
    return {bound for bound, step in steps.items() if step % 1 == pytest.approx(TRACE)}


def check_panels(prometheus: Prometheus, folder: Path, since: float) -> None:
    """Every query of every panel, as Grafana would send it, is answered with numbers."""
    board = json.loads((folder / "poolwarden.dashboard.json").read_text(encoding="utf-8"))
    for title, target in targets(board):
        query = target["expr"].replace("$__rate_interval", "30s").replace("$__range", "1h")
        for name in ("job", "instance", "pool", "client"):
            query = query.replace(f"${name}", ".+")
        eventually(
            lambda query=query: any(map(math.isfinite, prometheus.values(query, since))),
            f"{title} shows numbers: {query}",
        )
    (ages,) = (target["expr"] for title, target in targets(board) if title == "Age of lost sessions")
    eventually(lambda: lines_of(prometheus, ages) == {"108000.0", "2.592e+06"}, "lines at 30 hours and at 30 days")
    for one in board["templating"]["list"]:
        if one["type"] == "query":
            source, _, label = one["query"].removeprefix("label_values(").removesuffix(")").rpartition(", ")
            matched = source
            for name in ("job", "instance", "pool"):
                matched = matched.replace(f"${name}", ".+")
            found = eventually(lambda matched=matched: prometheus.instant(matched), f"{matched} has data")
            assert all(label in series["metric"] for series in found), one["name"]

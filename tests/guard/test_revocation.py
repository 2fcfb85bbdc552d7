"""Sessions that were ended: the list, and the question to Cognito."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any

import pytest
import trio

from loopback import closed_port, hang, http, raw, serving
from playing import bearer, cause_of
from poolwarden import BearerError, Cause, ConfigurationError, RevocationUnavailable, UserPool
from poolwarden.guard.challenge import answer_to
from poolwarden.guard.keys import KeyPolicy
from poolwarden.guard.online_check import OnlineCheck
from poolwarden.guard.revocation import RevocationList
from poolwarden.guard.server import Guard
from poolwarden.localpool import AppClient, Clock, LocalPool, Tokens
from poolwarden.localpool.http import serve
from world import POOL_ID, START, Rings, World

PASSWORD = "Passw0rd!"
URL = "https://cognito-idp.eu-west-1.amazonaws.com/"


async def refused_async(server: Guard, token: bytes | str) -> Cause | None:
    """Return why a token is refused, or None, for tasks; leave no connection open."""
    try:
        await server.aauthenticate(bearer(token))
    except BearerError as error:
        return error.cause
    finally:
        await server.aclose()
    return None


class TestList:
    """What a revocation list refuses."""

    def test_session(self, world: World) -> None:
        """A session in the list is over at once, also where its token is known; others live."""
        revoked = RevocationList(now=world.clock)
        server = world.server(revoked=revoked)
        one, same, other = world.mint({"origin_jti": "a"}), world.mint({"origin_jti": "a"}), world.mint()
        assert cause_of(server, one) is None
        revoked.revoke_session("a")
        assert cause_of(server, one) is Cause.TOKEN_REVOKED
        assert cause_of(server, same) is Cause.TOKEN_REVOKED
        assert cause_of(server, other) is None
        assert server.recall(bearer(one)) is None

    def test_user(self, world: World) -> None:
        """A user's sessions so far are over; one that begins later is not."""
        revoked = RevocationList(now=world.clock)
        server = world.server(revoked=revoked)
        before, machine = world.mint({"sub": "a"}), world.mint({"origin_jti": ..., "sub": "b"})
        revoked.revoke_user("a")
        assert cause_of(server, before) is Cause.TOKEN_REVOKED
        assert cause_of(server, machine) is None
        world.clock.move(1)
        assert cause_of(server, world.mint({"sub": "a"})) is None

    @pytest.mark.parametrize(("on_failure", "cause"), [("refuse", Cause.REVOCATION_UNAVAILABLE), ("accept", None)])
    @pytest.mark.parametrize("known", [True, False])
    def test_broken(self, world: World, on_failure: Any, cause: Cause | None, known: bool) -> None:
        """A mapping that raises, or holds no number, is 503 or passes, as chosen, and never a 500."""
        entries: dict[str, Any] = {}
        server = world.server(revoked=RevocationList(entries, on_failure=on_failure))
        token = world.mint({"sub": "a"})
        if known:
            assert cause_of(server, token) is None
        for value in ("no number", float("nan")):
            entries["user:a"] = value
            assert cause_of(server, token) is cause

    def test_choice(self) -> None:
        """What happens where the mapping fails is one of two choices."""
        with pytest.raises(ConfigurationError, match=r"^on_failure: is not a choice"):
            RevocationList(on_failure="perhaps")  # type: ignore[arg-type]

    def test_no_mapping(self) -> None:
        """What has no entries is refused when the list is made."""
        with pytest.raises(ConfigurationError, match=r"^entries: is no mapping"):
            RevocationList(["session:a"])  # type: ignore[arg-type]

    @pytest.mark.parametrize("name", ["now", "monotonic"])
    def test_no_clock(self, name: str) -> None:
        """What is no clock is refused when the list is made, and not by a 503 for every request."""
        with pytest.raises(ConfigurationError, match=f"^{name}: is no clock"):
            RevocationList(**{name: 1.0})  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("settings", "kept"),
        [({}, timedelta(days=3652)), ({"keep": timedelta(days=32)}, timedelta(days=32))],
        ids=["longest", "chosen"],
    )
    @pytest.mark.parametrize("claims", [{"origin_jti": "a"}, {"sub": "a", "auth_time": START}], ids=["session", "user"])
    def test_forgotten(self, claims: dict[str, Any], settings: dict[str, Any], kept: timedelta, world: World) -> None:
        """
        An entry stays for as long as a session can get new tokens by its refresh token, however clocks are set.

        Written again it stays as long again.
        """
        passed = [0.0]
        revoked = RevocationList(now=world.clock, monotonic=lambda: passed[0], **settings)

        def found(after: timedelta, now: float = START) -> Cause | None:
            passed[0] = after.total_seconds()
            world.clock.set(now)
            return cause_of(world.server(revoked=revoked), world.mint({"auth_time": START, **claims}))

        second = timedelta(seconds=1)
        write = revoked.revoke_user if "sub" in claims else revoked.revoke_session
        write("a")
        for now in (START, START + 20 * 365 * 86_400):
            assert found(kept - second, now) is Cause.TOKEN_REVOKED
        write("a")
        assert found(2 * kept - 2 * second) is Cause.TOKEN_REVOKED
        assert found(2 * kept - second) is None

    def test_full(self, world: World, caplog: pytest.LogCaptureFixture) -> None:
        """A full list forgets what was ended longest ago, and says so once."""
        passed = [0.0]
        revoked = RevocationList(max_entries=2, keep=timedelta(days=1), now=world.clock, monotonic=lambda: passed[0])
        server = world.server(revoked=revoked)
        tokens = {name: world.mint({"origin_jti": name}) for name in "abcd"}

        def refused() -> str:
            return "".join(name for name, token in tokens.items() if cause_of(server, token) is not None)

        for name, refuses in (("a", "a"), ("b", "ab"), ("a", "ab"), ("a", "ab")):
            revoked.revoke_session(name)
            assert refused() == refuses
        assert not caplog.records
        for name, refuses in (("c", "ac"), ("d", "cd")):
            revoked.revoke_session(name)
            assert refused() == refuses
        (record,) = caplog.records
        assert (record.name, record.levelname) == ("poolwarden", "ERROR")
        assert "max_entries" in record.getMessage()
        passed[0] = 86_400
        revoked.revoke_session("a")
        assert refused() == "a"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"keep": timedelta()}, "keep"),
            ({"keep": 86_400}, "keep"),
            ({"max_entries": 0}, "max_entries"),
            ({"max_entries": True}, "max_entries"),
            ({"max_entries": 1e6}, "max_entries"),
        ],
        ids=str,
    )
    def test_settings(self, changes: dict[str, Any], field: str) -> None:
        """A wrong setting is refused by name."""
        with pytest.raises(ConfigurationError, match=f"^{field}: "):
            RevocationList(**changes)

    @pytest.mark.parametrize(
        ("entries", "cause"),
        [
            ({}, None),
            ({"session:a": True}, Cause.TOKEN_REVOKED),
            ({"session:a": b"1"}, Cause.TOKEN_REVOKED),
            ({"session:a": None}, None),
            ({"session:a": 0}, None),
            ({"user:ada": START}, Cause.TOKEN_REVOKED),
            ({"user:ada": str(START + 5)}, Cause.TOKEN_REVOKED),
            ({"user:ada": START - 1}, None),
            ({"session:ada": 1, "user:a": START}, None),
        ],
        ids=str,
    )
    def test_own_mapping(self, world: World, entries: Mapping[str, Any], cause: Cause | None) -> None:
        """Any mapping may hold the entries."""
        server = world.server(revoked=RevocationList(MappingProxyType(dict(entries))))
        assert cause_of(server, world.mint({"origin_jti": "a", "sub": "ada"})) is cause

    def test_written(self) -> None:
        """A mapping that can be written takes entries; one that cannot says so."""
        entries: dict[str, Any] = {}
        revoked = RevocationList(entries, now=lambda: 7.0)
        revoked.revoke_session("a")
        revoked.revoke_user("b")
        assert entries == {"session:a": 7.0, "user:b": 7.0}
        with pytest.raises(ConfigurationError, match=r"^entries: "):
            RevocationList(MappingProxyType({})).revoke_user("a")


class Live:
    """
    A local pool over HTTP with a signed-in user, and a guard that asks it.

    Attributes:
        pool: The pool.
        client: Its app client.
        tokens: The tokens of a sign-in of ada.
        url: Where the pool is.
    """

    def __init__(self, pool: LocalPool, client: AppClient, url: str) -> None:
        self.pool = pool
        self.client = client
        self.url = url
        self.tokens: Tokens = pool.sign_in(client.client_id, "ada", PASSWORD)

    def server(self, **online: Any) -> Guard:
        """Make a guard that asks the pool."""
        pool = UserPool(
            self.pool.pool_id, client_ids=self.client.client_id, issuers=self.pool.issuer, keys=self.pool.jwk_set()
        )
        check = OnlineCheck(**{"url": f"{self.url}/", "on_failure": "refuse", **online})
        return Guard(pool, online=check, now=self.pool.clock, monotonic=self.pool.clock)

    def end(self) -> None:
        """Sign ada out everywhere."""
        self.pool.call("AdminUserGlobalSignOut", {"UserPoolId": self.pool.pool_id, "Username": "ada"})


@pytest.fixture(scope="module")
def served(rings: Rings) -> Iterator[Callable[[], Live]]:
    """Serve one pool for all of these tests, and sign in anew for each."""
    pool = LocalPool(POOL_ID, clock=Clock(START), keys=rings.main)
    pool.create_user("ada", PASSWORD)
    client = pool.create_client("web")
    with serve(pool) as url:
        yield lambda: Live(pool, client, url)


@pytest.fixture
def live(served: Callable[[], Live]) -> Live:
    """Sign ada in."""
    return served()


class TestOnline:
    """What the question to Cognito finds out."""

    def test_alive(self, live: Live) -> None:
        """A session that Cognito knows passes, and is not asked about again within its time."""
        server = live.server()
        assert cause_of(server, live.tokens.access_token) is None
        live.end()
        live.pool.clock.move(29)
        assert cause_of(server, live.tokens.access_token) is None
        live.pool.clock.move(2)
        assert cause_of(server, live.tokens.access_token) is Cause.TOKEN_REVOKED

    async def test_alive_async(self, live: Live) -> None:
        """Tasks ask as threads do."""
        server = live.server(ttl_s=10)
        assert await refused_async(server, live.tokens.access_token) is None
        live.end()
        live.pool.clock.move(11)
        assert await refused_async(server, live.tokens.access_token) is Cause.TOKEN_REVOKED

    def test_trio(self, live: Live) -> None:
        """So do tasks of trio's, also where keys have to be fetched first."""
        pool = UserPool(
            live.pool.pool_id,
            client_ids=live.client.client_id,
            issuers=live.pool.issuer,
            jwks_url=f"{live.url}/{live.pool.pool_id}/.well-known/jwks.json",
        )
        check = OnlineCheck(url=f"{live.url}/", on_failure="refuse", timeout_s=30)
        clock = live.pool.clock
        server = Guard(pool, online=check, key_policy=KeyPolicy(timeout_s=30), now=clock, monotonic=clock)
        assert trio.run(refused_async, server, live.tokens.access_token) is None
        live.end()
        live.pool.clock.move(31)
        assert trio.run(refused_async, server, live.tokens.access_token) is Cause.TOKEN_REVOKED

    def test_disabled(self, live: Live) -> None:
        """A disabled user's session is over."""
        named = {"UserPoolId": live.pool.pool_id, "Username": "ada"}
        live.pool.call("AdminDisableUser", named)
        try:
            assert cause_of(live.server(), live.tokens.access_token) is Cause.TOKEN_REVOKED
        finally:
            live.pool.call("AdminEnableUser", named)

    def test_other_scope(self, live: Live) -> None:
        """A token that Cognito cannot be asked about passes: without the scope, or of a machine."""
        server = live.server(url=f"http://127.0.0.1:{closed_port()}/")
        unscoped = live.pool.mint(client_id=live.client.client_id, claims={"scope": "orders/read"})
        machine = live.pool.mint(
            client_id=live.client.client_id, claims={"sub": live.client.client_id}, remove=["username"]
        )
        assert cause_of(server, unscoped) is None
        assert cause_of(server, machine) is None

    def test_refused_first(self, live: Live) -> None:
        """Cognito is not asked about a token that is refused anyway."""
        server = live.server(url=f"http://127.0.0.1:{closed_port()}/")
        expired = live.pool.mint(client_id=live.client.client_id, claims={"exp": int(live.pool.clock()) - 1})
        assert cause_of(server, expired) is Cause.TOKEN_EXPIRED

    def test_cold_keys(self, live: Live) -> None:
        """Where keys have to be fetched first, the question comes after them."""
        pool = UserPool(
            live.pool.pool_id,
            client_ids=live.client.client_id,
            issuers=live.pool.issuer,
            jwks_url=f"{live.url}/{live.pool.pool_id}/.well-known/jwks.json",
        )
        server = Guard(pool, online=OnlineCheck(url=f"{live.url}/", on_failure="refuse"), now=live.pool.clock)
        live.end()
        assert cause_of(server, live.tokens.access_token) is Cause.TOKEN_REVOKED


def _cognito(name: str, message: str, status: int = 400) -> Any:
    return http(status, json.dumps({"__type": f"com.amazonaws#{name}", "message": message}).encode())


ANSWERS = (
    ("get_user", http(200, b'{"Username":"a"}'), None, None),
    ("get_user", http(200, b"{}"), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(200, b""), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(200, b"<html>"), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", _cognito("NotAuthorizedException", "Access Token has been revoked", 200), *[Cause.TOKEN_REVOKED] * 2),
    ("get_user", _cognito("NotAuthorizedException", "Access Token has expired"), *[Cause.TOKEN_EXPIRED] * 2),
    ("get_user", _cognito("NotAuthorizedException", "Invalid Access Token"), *[Cause.TOKEN_REVOKED] * 2),
    ("get_user", _cognito("NotAuthorizedException", "Words of tomorrow"), *[Cause.TOKEN_REVOKED] * 2),
    (
        "get_user",
        _cognito("NotAuthorizedException", "Access Token does not have required scopes"),
        Cause.REVOCATION_UNAVAILABLE,
        None,
    ),
    ("get_user", _cognito("NotAuthorizedException", "Access Token has been revoked"), *[Cause.TOKEN_REVOKED] * 2),
    ("get_user", _cognito("UserNotFoundException", "User does not exist."), *[Cause.TOKEN_REVOKED] * 2),
    ("get_user", _cognito("TooManyRequestsException", "Rate exceeded"), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", _cognito("InternalErrorException", "", 500), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(400, b"<html>"), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(400, b"[]"), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(400, b'{"__type":null}'), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(400, b'{"__type":1,"message":[]}'), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(400, b"[" * 60_000), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(302, b"", location="https://evil.example/"), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", raw(b""), Cause.REVOCATION_UNAVAILABLE, None),
    ("get_user", http(403, b"Forbidden"), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(200, b'{"sub":"a"}'), None, None),
    ("userinfo", http(200, b"<html>"), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(200, b'{"error":"invalid_token"}'), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(401, b'{"error":"invalid_token"}'), *[Cause.TOKEN_REVOKED] * 2),
    ("userinfo", http(401, **{"www-authenticate": 'error="invalid_token"'}), *[Cause.TOKEN_REVOKED] * 2),
    ("userinfo", http(401, b"x", **{"www-authenticate": 'Bearer error="invalid_token"'}), *[Cause.TOKEN_REVOKED] * 2),
    ("userinfo", http(401), *[Cause.TOKEN_REVOKED] * 2),
    ("userinfo", http(401, **{"www-authenticate": 'Basic realm="proxy"'}), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(401, b"<html>Sign in to the gateway"), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(401, b'{"message":"Unauthorized"}'), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(401, b'{"error":["invalid_request"]}'), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(429), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", http(503), Cause.REVOCATION_UNAVAILABLE, None),
    ("userinfo", raw(b""), Cause.REVOCATION_UNAVAILABLE, None),
)


@pytest.mark.parametrize(("by", "answer", "closed", "opened"), ANSWERS, ids=range(len(ANSWERS)))
@pytest.mark.parametrize("on_failure", ["refuse", "accept"])
async def test_answers(
    world: World, by: Any, answer: Any, closed: Cause | None, opened: Cause | None, on_failure: Any
) -> None:
    """Only a plain word of Cognito ends a session; all else is a failure, which refuses or accepts as chosen."""
    expected = closed if on_failure == "refuse" else opened
    token = world.mint({"scope": "openid aws.cognito.signin.user.admin"})
    with serving(answer) as cognito:
        check = OnlineCheck(url=cognito.url, on_failure=on_failure, by=by, timeout_s=2)
        assert cause_of(world.server(online=check), token) is expected
        assert await refused_async(world.server(online=check), token) is expected
    for request in cognito.requests:
        head = request.lower()
        assert (b"x-amz-target: awscognitoidentityproviderservice.getuser" in head) is (by == "get_user")
        assert (b"authorization: bearer " in head) is (by == "userinfo")
        assert head.startswith(b"post /" if by == "get_user" else b"get /")


async def test_unanswered(world: World) -> None:
    """Where Cognito hangs, nobody is told to sign in: 503 with Retry-After."""
    over = threading.Event()
    with serving(hang(over)) as cognito:
        server = world.server(online=OnlineCheck(url=cognito.url, on_failure="refuse", timeout_s=0.1))
        with pytest.raises(RevocationUnavailable) as caught:
            server.authenticate(bearer(world.mint()))
        with pytest.raises(RevocationUnavailable):
            await server.aauthenticate(bearer(world.mint()))
        await server.aclose()
        await server.aclose()
        over.set()
    answer = answer_to(caught.value)
    assert answer.status == 503
    assert dict(answer.headers)["retry-after"] == "1"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"on_failure": "maybe"}, "on_failure"),
        ({"on_failure": None}, "on_failure"),
        ({"by": "guess"}, "by"),
        ({"ttl_s": 0}, "ttl_s"),
        ({"ttl_s": float("nan")}, "ttl_s"),
        ({"ttl_s": float("inf")}, "ttl_s"),
        ({"timeout_s": True}, "timeout_s"),
        ({"timeout_s": -1}, "timeout_s"),
        ({"url": "http://example.com/"}, "url"),
        ({"url": "cognito"}, "url"),
        ({"url": 7}, "url"),
        ({"by": ["userinfo"]}, "by"),
        ({"timeout_s": "3"}, "timeout_s"),
    ],
    ids=str,
)
def test_settings(changes: dict[str, Any], field: str) -> None:
    """A wrong setting is refused by name."""
    with pytest.raises(ConfigurationError, match=f"^{field}: "):
        OnlineCheck(**{"url": URL, "on_failure": "refuse", **changes})


def test_no_default() -> None:
    """What happens where Cognito does not answer has to be chosen."""
    with pytest.raises(TypeError):
        OnlineCheck(url=URL)  # type: ignore[call-arg]

"""A step's past is played on the pool's clock, and its present is the real one."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from poolwarden.localpool.http import serve
from poolwarden.rehearse import PoolCalls, Stage, read_address, steps_of
from poolwarden.rehearse.answer import Answer
from poolwarden.rehearse.play import SlowError, play
from poolwarden.rehearse.steps import AFTER_S, BEFORE_S, Step

NOW = 1_772_442_000.0
GOOD = Answer(200)


def claims_of(token: str) -> Any:
    """Read a token."""
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def step_of(played: Any, name: str) -> Step:
    """Return a step by its id."""
    return next(step for step in steps_of(played) if step.id == name)


class Real:
    """The real time, as an application sees it; each request takes so long."""

    def __init__(self, takes_s: list[float]) -> None:
        self.now = NOW
        self.takes_s = takes_s
        self.sent: list[Any] = []

    def __call__(self) -> float:
        """Tell the time."""
        return self.now

    def ask(self, token: str | None) -> Answer:
        """Answer, in a while."""
        self.sent.append(None if token is None else claims_of(token))
        self.now += self.takes_s.pop(0) if self.takes_s else 0.0
        return GOOD


@pytest.fixture
def playing(make_stage: Callable[..., Stage], terms: Any) -> Callable[..., Any]:
    """Play a step at a real time that stands still but for what requests take; return the claims of what was sent."""

    def run(name: str, *takes_s: float, **given: Any) -> list[Any]:
        real = Real(list(takes_s))
        played = terms(**given)
        stage = make_stage(played, now=real)
        with serve(stage.pool) as url:
            play(step_of(played, name), stage, PoolCalls(stage, read_address(url)), real.ask)
        assert stage.pool.clock() <= real.now
        return real.sent

    return run


def test_before_and_after(playing: Any) -> None:
    """Seen from the application's clock, the token has a minute left, or has been over for two."""
    (before,), (after,) = playing("access_before"), playing("access_after")
    assert (before["exp"] - NOW, NOW - after["exp"]) == (BEFORE_S, AFTER_S)
    assert before["auth_time"] == before["iat"] == NOW - 3600 + BEFORE_S


def test_refresh_boundary(playing: Any) -> None:
    """The session is as old as its refresh validity, give or take; no token is from the future."""
    (before,), (after,), (over,) = (playing(name) for name in ("refresh_before", "refresh_after", "session_over"))
    days_30 = 30 * 86_400
    assert (NOW - before["auth_time"], before["iat"]) == (days_30 - BEFORE_S, NOW)
    assert NOW - after["auth_time"] == days_30 + AFTER_S
    assert after["exp"] > NOW
    assert NOW - over["exp"] == AFTER_S
    assert over["iat"] - over["auth_time"] == days_30 - BEFORE_S


def test_what_is_sent(playing: Any) -> None:
    """Wrong tokens are wrong in the one way that their step is about."""
    assert playing("no_token") == [None]
    assert playing("id_token")[0]["token_use"] == "id"
    assert playing("other_client")[0]["client_id"] != "1example23456789"
    assert playing("changed")[0]["cognito:groups"] == ["admin"]


def test_too_slow_is_played_again(playing: Any) -> None:
    """A step during which its boundary passed is played again, with a past of its own."""
    first, second = playing("access_before", BEFORE_S + 1)
    assert second["iat"] - first["iat"] == BEFORE_S + 1


def test_always_too_slow(playing: Any) -> None:
    """A machine that is always too slow ends it with a sentence, and not with a wrong finding."""
    with pytest.raises(SlowError, match=r"access_before.*less to do"):
        playing("access_before", BEFORE_S, BEFORE_S, BEFORE_S)


def test_history_that_cannot_be(playing: Any) -> None:
    """Where the pool renews nothing, there is no token for the steps that need one, and nobody is asked."""
    assert playing("refresh_after", ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]) == []
    assert playing("renewed", ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]) == []


@pytest.mark.parametrize("seconds", [300, 3600, 86_400])
def test_steps_fit_every_validity(seconds: int, terms: Any) -> None:
    """However short the validities are, each history begins before it goes on, and what it renews is alive then."""
    units = {"RefreshToken": "seconds", "AccessToken": "seconds", "IdToken": "seconds"}
    played = terms(
        RefreshTokenValidity=max(3600, seconds),
        AccessTokenValidity=seconds,
        IdTokenValidity=seconds,
        TokenValidityUnits=units,
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 60},
        ExplicitAuthFlows=None,
    )
    for step in steps_of(played):
        for ago_s in step.renewed_ago_s:
            assert 0 <= step.age_s - ago_s < played.refresh.seconds

"""Which scopes and groups a request needs, and what is missing."""

from typing import Any

import pytest

from poolwarden import AccessToken, Cause, ConfigurationError
from poolwarden.guard.requirement import Requirement
from world import World


@pytest.fixture
def token(world: World) -> AccessToken:
    """Have two scopes and two groups."""
    minted = world.mint({"scope": "orders/read openid", "cognito:groups": ["editors", "staff"]})
    return world.server().authenticate(b"Bearer " + minted)


@pytest.mark.parametrize(
    ("needed", "lack"),
    [
        ({}, None),
        ({"scopes": "orders/read"}, None),
        ({"scopes": ["openid", "orders/read"]}, None),
        ({"scopes": ["orders/write"]}, (Cause.SCOPE_MISSING, ("orders/write",))),
        ({"scopes": ["a", "openid", "b"]}, (Cause.SCOPE_MISSING, ("a", "b"))),
        ({"scopes": ["orders"]}, (Cause.SCOPE_MISSING, ("orders",))),
        ({"any_scope": ["a", "openid"]}, None),
        ({"any_scope": ["a", "b"]}, (Cause.SCOPE_MISSING, ("a", "b"))),
        ({"scopes": ["a"], "any_scope": ["b"]}, (Cause.SCOPE_MISSING, ("a",))),
        ({"scopes": ["openid"], "any_scope": ["b"]}, (Cause.SCOPE_MISSING, ("b",))),
        ({"groups": "staff"}, None),
        ({"groups": ["staff", "admin"]}, (Cause.GROUP_MISSING, ("admin",))),
        ({"groups": ["staf"]}, (Cause.GROUP_MISSING, ("staf",))),
        ({"any_group": ("admin", "staff")}, None),
        ({"any_group": ("admin", "root")}, (Cause.GROUP_MISSING, ("admin", "root"))),
        ({"scopes": ["a"], "groups": ["admin"]}, (Cause.SCOPE_MISSING, ("a",))),
        ({"scopes": ["openid"], "groups": ["admin"]}, (Cause.GROUP_MISSING, ("admin",))),
    ],
    ids=str,
)
def test_missing(token: AccessToken, needed: dict[str, Any], lack: object) -> None:
    """All of some, one of others; scopes are asked for first, and every missing name is told."""
    assert Requirement(**needed).missing_in(token) == lack


@pytest.mark.parametrize(
    ("needed", "scopes"),
    [
        ({}, ()),
        ({"groups": ["admin"]}, ()),
        ({"scopes": ["a", "openid"]}, ("a", "openid")),
        ({"any_scope": ["a", "b"]}, ("a", "b")),
        ({"scopes": ["a"], "any_scope": ["b", "openid", "c"]}, ("a", "openid")),
        ({"scopes": ["openid"], "any_scope": ["b", "c"]}, ("openid", "b", "c")),
    ],
    ids=str,
)
def test_scopes_for(token: AccessToken, needed: dict[str, Any], scopes: tuple[str, ...]) -> None:
    """A token with these scopes would do: all that are needed, of any_scope what is there already, else each."""
    requirement = Requirement(**needed)
    assert requirement.scopes_for(token) == scopes


def test_no_scopes(world: World) -> None:
    """A token without scopes and groups meets only what needs none."""
    bare = world.server().authenticate(b"Bearer " + world.mint({"scope": ...}))
    assert Requirement().missing_in(bare) is None
    assert Requirement(scopes="a").missing_in(bare) == (Cause.SCOPE_MISSING, ("a",))
    assert Requirement(groups="a").missing_in(bare) == (Cause.GROUP_MISSING, ("a",))


@pytest.mark.parametrize("field", ["scopes", "any_scope", "groups", "any_group"])
@pytest.mark.parametrize("value", ["", [""], [1], [None], ["a", b"b"], None, 7, b"a", {"a": True}, {}, lambda: "a"])
def test_no_name(field: str, value: Any) -> None:
    """What is no name is refused by its field."""
    with pytest.raises(ConfigurationError, match=f"^{field}: "):
        Requirement(**{field: value})


@pytest.mark.parametrize("field", ["scopes", "any_scope", "groups", "any_group"])
@pytest.mark.parametrize("value", ["orders/read orders/write", ["a", "b "], ["a\tb"], "a\nb", " "])
def test_white_space(field: str, value: Any) -> None:
    """A name with white space is met by no token, so several in one text are refused."""
    with pytest.raises(ConfigurationError, match=f"^{field}: holds a name with white space"):
        Requirement(**{field: value})


@pytest.mark.parametrize("value", ['a"b', "a\\b", "é"])
def test_unquotable(value: str) -> None:
    """What could not be told to a client is refused before there is one; groups are told to none."""
    for field in ("scopes", "any_scope"):
        with pytest.raises(ConfigurationError, match=r"^challenge: "):
            Requirement(**{field: value})
    for field in ("groups", "any_group"):
        assert getattr(Requirement(**{field: value}), field) == (value,)

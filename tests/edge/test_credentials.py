"""Credentials are found where a WSGI server folded several headers, and their absence is told from bad ones."""

import pytest

from poolwarden.edge.credentials import absent, unfolded


@pytest.mark.parametrize(
    ("header", "values"),
    [
        (None, None),
        ("", ""),
        ("Bearer a", "Bearer a"),
        ("Bearer a,Bearer b", ["Bearer a", "Bearer b"]),
        ("Basic YTpi, Bearer b", ["Basic YTpi", " Bearer b"]),
        ("Basic YTpi,bEaReR b", ["Basic YTpi", "bEaReR b"]),
        ("Basic YTpi,Bearer", ["Basic YTpi", "Bearer"]),
        (",Bearer b", ["", "Bearer b"]),
        ("Bearer a,Basic YTpi", "Bearer a,Basic YTpi"),
        ('Digest username="a", realm="b"', 'Digest username="a", realm="b"'),
        ("Custom bearer=1,bearerish x", "Custom bearer=1,bearerish x"),
    ],
)
def test_unfolded(header: str | None, values: object) -> None:
    """A value is taken apart before a second Bearer, and only there."""
    assert unfolded(header) == values


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, True),
        ([], True),
        ("", True),
        ([b""], True),
        (b"Basic YTpi", True),
        ("Bearer", False),
        (b"Bearer undefined", False),
        ("Bearer a b", False),
        ([b"Basic YTpi", b"Bearer a"], False),
    ],
)
def test_absent(header: object, expected: bool) -> None:
    """Another scheme's credentials are none of ours; a bearer token that is bad is not absent."""
    assert absent(header) is expected  # type: ignore[arg-type]

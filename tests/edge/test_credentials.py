"""The absence of credentials is told from bad ones."""

import pytest

from poolwarden.edge.credentials import absent


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, True),
        ([], True),
        ("", True),
        ([b""], True),
        (b"Basic YTpi", True),
        (b'Digest username="a, Bearer b", realm="c"', True),
        (b"Basic YTpi, Bearer b", False),
        ("Bearer", False),
        (b"Bearer undefined", False),
        ("Bearer a b", False),
        ([b"Basic YTpi", b"Bearer a"], False),
    ],
)
def test_absent(header: object, expected: bool) -> None:
    """Another scheme's credentials are none of ours; a bearer token that is bad is not absent."""
    assert absent(header) is expected  # type: ignore[arg-type]

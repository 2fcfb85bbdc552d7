"""What headers say of time."""

import pytest

from poolwarden.guard.times import retry_after

NOW = 784_111_777.0  # Sun, 06 Nov 1994 08:49:37 GMT


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("999999999", 999_999_999),
        ("9999999999", 0),
        ("1.5", 0),
        ("-1", 0),
        ("٣", 0),
        ("10, 20", 0),
        ("", 0),
        ("soon", 0),
        ("Sun, 06 Nov 1994 08:50:37 GMT", 60),
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0),
        ("Sun, 06 Nov 1994 07:00:00 GMT", 0),
        ("Sun, 06 Nov 1994 25:00:00 GMT", 0),
        ("Sun, 06 Nov 99999999999999999999 08:00:00 GMT", 0),
    ],
)
def test_retry_after(value: str, seconds: float) -> None:
    """Seconds and dates are read; what is past, or cannot be read, asks for nothing."""
    assert retry_after(value, NOW) == seconds

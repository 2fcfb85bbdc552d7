"""Write the bounds of histograms as the exposition has them, so that queries can name a bucket."""

_EXPONENT_FROM = 1_000_000


def le(seconds: int) -> str:
    """
    Return the value of a bucket's ``le`` label.

    As prometheus_client writes it, which is as Go writes a float: 3600.0, 2.592e+06.

    Args:
        seconds: The bound, a whole number of seconds.
    """
    if seconds < _EXPONENT_FROM:
        return f"{seconds}.0"
    digits = str(seconds)
    mantissa = f"{digits[0]}.{digits[1:]}".rstrip("0").rstrip(".")
    return f"{mantissa}e+{len(digits) - 1:02}"

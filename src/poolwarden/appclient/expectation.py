"""Say how long sessions are expected to last: by a profile, or as somebody says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from poolwarden.appclient.durations import REFRESH, Validity, parse_validity
from poolwarden.validities import DAY


@dataclass(frozen=True, slots=True)
class Expectation:
    """
    The refresh validities that are expected.

    Attributes:
        who: Who expects them, such as ``profile saas``.
        words: What is expected, such as ``30 to 90 days``.
        low_s: The shortest, seconds.
        high_s: The longest, seconds.
        usual: The one to set where nothing else is known.
    """

    who: str
    words: str
    low_s: int
    high_s: int
    usual: Validity


PROFILES: Final[Mapping[str, Expectation]] = {
    "saas": Expectation("profile saas", "30 to 90 days", 30 * DAY, 90 * DAY, Validity(30, "days")),
    "bank": Expectation("profile bank", "at most 24 hours", 0, DAY, Validity(12, "hours")),
}
"""What is usual, by the kind of business."""


def expected_validity(text: str) -> Expectation:
    """
    Return the expectation of exactly one refresh validity.

    Args:
        text: The validity, such as ``90d``.

    Raises:
        ConfigurationError: The text is no such duration, or Cognito does not take it.
    """
    validity = parse_validity(REFRESH, text, "--expect")
    return Expectation(f"--expect {text.strip()}", str(validity), validity.seconds, validity.seconds, validity)

"""Say how near a refresh validity a session's end counts as at it, and how sure that is."""

from poolwarden.triage.lifetime import Confidence, Limit

SLACK_S, SLACK = 120, 0.01
"""How far before the refresh validity a session may fail and still count as at it: seconds, and as a share."""

CLOCKS_S = 300
"""How far the clocks of two logs may be apart, seconds: where the validity is known better than the share above."""


def is_sure(wall: Limit) -> bool:
    """Tell whether the refresh validity is known well enough for a verdict without doubt."""
    return wall.estimate is not None and wall.estimate.confidence is not Confidence.LOW


def slack_s(wall: Limit) -> float:
    """Return how far before the refresh validity a session may fail and still count as at it, seconds."""
    share = SLACK * wall.low_s
    if wall.estimate is not None:
        share = min(share, wall.estimate.estimate_s - wall.estimate.low_s + CLOCKS_S)
    return max(SLACK_S, share)

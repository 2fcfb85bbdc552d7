"""Stories played by other rules than the incidents': read as text, from files, by the whole triage."""

from collections import Counter
from math import sqrt
from pathlib import Path

import pytest

from poolwarden.triage.durations import unit_mistake
from poolwarden.triage.run import triage
from triage.build import shares
from triage.played import DAY, HOUR, MINUTE, Story, play

BOTH = ("guard", "trail")

STORIES = (
    Story(name="three hours", refresh_s=3 * HOUR, access_s=15 * MINUTE, days=4, poll_s=150, other=0.3),
    Story(name="20 hours", refresh_s=20 * HOUR, days=12, users=90),
    Story(name="24 hours, trail, mostly other", refresh_s=DAY, other=0.6, logs=("trail",)),
    Story(name="30 hours, mixed", refresh_s=30 * HOUR, other=0.4, users=120),
    Story(name="30 hours, both, mostly other", refresh_s=30 * HOUR, other=0.6, logs=BOTH),
    Story(name="30 hours, only what failed", refresh_s=30 * HOUR, other=0.5, logs=("app",), estimated=False),
    Story(name="30 hours, guard and what failed", refresh_s=30 * HOUR, other=0.5, logs=("guard", "app")),
    Story(name="48 hours, phones", refresh_s=48 * HOUR, days=20, desk=0.1, users=120),
    Story(name="10 days, both", refresh_s=10 * DAY, days=40, other=0.4, logs=BOTH, poll_s=900),
    Story(name="30 days, trail", refresh_s=30 * DAY, days=80, users=50, poll_s=1800, other=0.5, logs=("trail",)),
    Story(name="30 days, phones", refresh_s=30 * DAY, days=90, users=80, desk=0.05, poll_s=1800),
    Story(name="a year", refresh_s=365 * DAY, days=800, users=14, access_s=DAY, poll_s=4 * HOUR, other=0.2, logs=BOTH),
    Story(name="a year in two months", refresh_s=365 * DAY, days=60, poll_s=3600, other=0.2, estimated=False),
    Story(name="a week, a week missing", refresh_s=7 * DAY, days=45, gap=(14, 21), poll_s=900),
    Story(name="clock ahead", refresh_s=30 * HOUR, skew_s=300, other=0.2, logs=BOTH),
    Story(name="clock behind", refresh_s=12 * HOUR, days=10, skew_s=-300),
    Story(name="eight users", refresh_s=7 * DAY, users=8, days=16),
    Story(name="ten users, mixed", refresh_s=30 * HOUR, users=10, days=6, other=0.5, logs=BOTH),
    Story(name="two pools", refresh_s=30 * HOUR, second_s=7 * DAY, users=100, days=21),
    Story(name="machines", refresh_s=30 * HOUR, days=10, machines=12),
    Story(name="machines, nobody named", refresh_s=30 * HOUR, days=10, machines=12, references=False),
    Story(name="only machines", refresh_s=30 * HOUR, users=0, days=5, machines=12, estimated=False),
    Story(name="all in the background", refresh_s=30 * HOUR, days=12, background=1.0),
    Story(name="30 days to 30 hours", refresh_s=30 * DAY, later_s=30 * HOUR, days=70, poll_s=1200),
    Story(name="90 hours", refresh_s=90 * HOUR, users=80, days=25, desk=0.8, poll_s=900),
)


def _told(story: Story, truth: Counter[str]) -> Counter[str]:
    """Return the lost sessions by verdict, as far as the logs can tell."""
    reached = truth["refresh_validity_reached"]
    if story.logs == ("guard",):
        return Counter({"refresh_validity_reached": reached, "unexplained": truth.total() - reached})
    if "trail" in story.logs:
        return truth
    revoked = truth["signed_out"] + truth["revoked_by_operator"]  # nobody says who
    return Counter(
        {"refresh_validity_reached": reached, "signed_out": revoked, "user_disabled": truth["user_disabled"]}
    )


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_a_story_is_told_as_it_was(story: Story, tmp_path: Path) -> None:
    """Estimates are within one percent or absent, alarms true, and the shares within two points."""
    played = play(story)
    found = triage(played.files(tmp_path))
    validities = {one for one in (story.refresh_s, story.later_s, story.second_s) if one}
    assert bool(found.validity) is story.estimated
    for row in found.validity:
        assert any(abs(row.estimate_s - true) <= true / 100 for true in validities)
        assert row.unit_mistake is None or any(unit_mistake(true) for true in validities)
    truth, told = _told(story, played.truth), Counter(shares(found))
    assert abs(told.total() - truth.total()) <= 0.02 * truth.total() + 1
    hidden = 0.5 / sqrt(told.total()) if story.other and story.logs == ("guard",) and told else 0
    for verdict in truth | told:
        assert abs(truth[verdict] / truth.total() - told[verdict] / told.total()) <= 0.02 + hidden, verdict

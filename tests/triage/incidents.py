"""Incidents with known truth: validities of an hour to a year in all units, other causes, skew, gaps, changes."""

from triage.scenarios import DAY, HOUR, Incident

MINUTE = 60

INCIDENTS: tuple[Incident, ...] = (
    # Validities in all units, from the shortest on.
    Incident(name="one hour, short access", refresh_s=HOUR, access_s=300, users=60, days=5, poll_s=120),
    Incident(name="ninety minutes", refresh_s=90 * MINUTE, access_s=600, users=60, days=5, poll_s=200),
    Incident(name="two hours", refresh_s=2 * HOUR, access_s=900, users=60, days=6, poll_s=200),
    Incident(name="100 minutes", refresh_s=100 * MINUTE, access_s=300, users=60, days=5, poll_s=120),
    Incident(name="four hours", refresh_s=4 * HOUR, access_s=1800, users=50, days=6, poll_s=300),
    Incident(name="twelve hours", refresh_s=12 * HOUR, users=80, days=12, poll_s=300),
    Incident(name="30 hours", refresh_s=30 * HOUR, users=60, days=14),
    Incident(name="72 minutes", refresh_s=72 * MINUTE, access_s=300, users=60, days=5, poll_s=100),
    Incident(name="60 hours", refresh_s=60 * HOUR, users=60, days=16),
    Incident(name="37 hours", refresh_s=37 * HOUR, users=90, days=14),
    Incident(name="a week", refresh_s=7 * DAY, users=50, days=24),
    Incident(name="two weeks", refresh_s=14 * DAY, users=50, days=40),
    Incident(name="30 days", refresh_s=30 * DAY, users=25, days=70, poll_s=1800),
    Incident(name="30 days in 40", refresh_s=30 * DAY, users=40, days=40, poll_s=1800),
    Incident(name="30 days in 20", refresh_s=30 * DAY, users=60, days=20, poll_s=1800),
    Incident(name="90 days", refresh_s=90 * DAY, users=12, days=190, poll_s=3600),
    Incident(name="a year", refresh_s=365 * DAY, users=12, days=500, access_s=DAY, poll_s=3 * HOUR),
    Incident(name="a year in 30 days", refresh_s=365 * DAY, users=60, days=30, other=0.05),
    # Other causes, up to most of the losses.
    Incident(name="30 hours, a third other", refresh_s=30 * HOUR, users=60, days=14, other=0.3),
    Incident(name="30 hours, most other", refresh_s=30 * HOUR, users=90, days=14, other=0.75),
    Incident(name="a week, most other", refresh_s=7 * DAY, users=90, days=28, other=0.13),
    Incident(name="two hours, most other", refresh_s=2 * HOUR, access_s=900, users=90, days=6, other=11, poll_s=200),
    Incident(name="30 days, most other", refresh_s=30 * DAY, users=40, days=70, other=0.03, poll_s=1800),
    # What else the other causes look like.
    Incident(name="30 hours, CloudTrail", refresh_s=30 * HOUR, users=60, days=14, logs="cloudtrail"),
    Incident(
        name="30 hours, CloudTrail, most other", refresh_s=30 * HOUR, users=90, days=14, logs="cloudtrail", other=0.75
    ),
    Incident(name="a week, CloudTrail", refresh_s=7 * DAY, users=50, days=24, logs="cloudtrail", other=0.05),
    Incident(
        name="two hours, CloudTrail",
        refresh_s=2 * HOUR,
        access_s=900,
        users=40,
        days=5,
        logs="cloudtrail",
        other=3,
        poll_s=200,
    ),
    Incident(
        name="30 days, CloudTrail", refresh_s=30 * DAY, users=40, days=70, logs="cloudtrail", other=0.02, poll_s=1800
    ),
    Incident(name="30 hours, both", refresh_s=30 * HOUR, users=60, days=14, logs="both", other=0.5),
    Incident(name="a week, both", refresh_s=7 * DAY, users=50, days=24, logs="both", other=0.1),
    Incident(name="30 hours, other names", refresh_s=30 * HOUR, users=60, days=14, logs="apart", other=0.5),
    Incident(
        name="a week, other names, no users",
        refresh_s=7 * DAY,
        users=50,
        days=24,
        logs="apart",
        other=0.1,
        user_refs=False,
    ),
    # Few sessions.
    Incident(name="three users", refresh_s=30 * HOUR, users=3, days=5),
    Incident(name="ten users", refresh_s=30 * HOUR, users=10, days=5),
    Incident(name="six users, two weeks", refresh_s=7 * DAY, users=6, days=14),
    # No user references; clocks; gaps; nobody sleeps.
    Incident(name="no users", refresh_s=30 * HOUR, users=60, days=14, user_refs=False, other=0.4),
    Incident(name="clock ahead", refresh_s=30 * HOUR, users=60, days=14, skew_s=150, other=0.3),
    Incident(name="clock behind", refresh_s=30 * HOUR, users=60, days=14, skew_s=-150, other=0.3, logs="both"),
    Incident(name="clock far behind", refresh_s=12 * HOUR, users=60, days=12, skew_s=-290),
    Incident(name="two days missing", refresh_s=30 * HOUR, users=60, days=14, gap=(5, 7)),
    Incident(name="a week missing", refresh_s=7 * DAY, users=60, days=40, gap=(15, 22), other=0.05),
    Incident(
        name="a week missing, CloudTrail",
        refresh_s=7 * DAY,
        users=60,
        days=45,
        gap=(14, 21),
        logs="cloudtrail",
    ),
    Incident(name="night shift", refresh_s=30 * HOUR, users=40, days=10, night=False, other=0.3),
    Incident(name="mostly idle", refresh_s=3 * DAY, users=100, days=20, idle=0.6, other=0.1),
    Incident(name="everybody polls", refresh_s=30 * HOUR, users=30, days=8, zombies=1.0, poll_s=300),
    # Settings changed midway; no log tells of it.
    Incident(name="30 days to 30 hours", refresh_s=30 * DAY, later_refresh_s=30 * HOUR, users=40, days=60, poll_s=1800),
    Incident(name="30 hours to a week", refresh_s=30 * HOUR, later_refresh_s=7 * DAY, users=60, days=40),
    Incident(name="8 to 24 hours", refresh_s=8 * HOUR, later_refresh_s=DAY, users=80, days=16, poll_s=300),
    Incident(name="30 hours to 30 days", refresh_s=30 * HOUR, later_refresh_s=30 * DAY, users=60, days=40, other=0.05),
)

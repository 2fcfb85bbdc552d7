"""What really happened in the demo, written down while it is played, to compare the triage's report with."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Truth:
    """
    What really happened.

    Attributes:
        users: How many people there were.
        sessions: Sign-ins, by app client.
        lost: Lost sessions, by the verdict that is right and the app client.
        zombies: How many of the lost sessions a client kept polling with.
        answers: Requests by the cause of their refusal; ``none`` for those that passed.
        placeholders: Requests with ``Bearer undefined``.
        bursts: Refreshes that an old front end tried six times.
        waited: People who were answered 503 and came back to the same session.
        logged_out_by_503: People whose session did not go on after a 503, for no other reason.
    """

    users: int = 0
    sessions: Counter[str] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    zombies: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    placeholders: int = 0
    bursts: int = 0
    waited: int = 0
    logged_out_by_503: int = 0

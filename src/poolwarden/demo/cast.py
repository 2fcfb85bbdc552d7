"""Who plays: front ends by what they do when a refresh fails, and people by when they come."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

HOUR, DAY = 3600.0, 86_400.0
_FRIDAY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontEnd:
    """
    What a client does with its tokens.

    Attributes:
        name: What to call it.
        web: How many of a hundred web users have it.
        mobile: How many of a hundred mobile users have it.
        proactive: Whether it refreshes before its token expires; else after a 401.
        through_shop: Whether it refreshes through the shop; else at Cognito.
        tries: How often it tries a refresh that Cognito refuses.
        polls_s: How often it goes on calling with its dead token, seconds; 0 for not.
        placeholder: Whether it then sends ``Bearer undefined``.
    """

    name: str
    web: int
    mobile: int
    proactive: bool = True
    through_shop: bool = False
    tries: int = 1
    polls_s: float = 0.0
    placeholder: bool = False


FRONT_ENDS = (
    # Refreshes in time; when that fails it shows the login page, and the API never hears of it.
    FrontEnd(name="modern", web=40, mobile=60),
    FrontEnd(name="after a 401", web=15, mobile=20, proactive=False),
    # Amplify before 6.15 and amazon-cognito-identity-js, with a refresh endpoint of the API's own.
    FrontEnd(name="six tries", web=20, mobile=20, through_shop=True, tries=6),
    # oidc-client-ts and its like keep the user and the dead token.
    FrontEnd(name="zombie", web=15, mobile=0, proactive=False, polls_s=600.0),
    # fetchAuthSession() resolved with tokens: undefined, and nobody looked.
    FrontEnd(name="undefined", web=10, mobile=0, placeholder=True),
)
"""Every kind of front end, with its share of the users."""


def front_end_for(client: str, number: int, of: int) -> FrontEnd:
    """
    Return the front end of one of an app client's users, so that the shares come out whatever the seed.

    Args:
        client: ``web`` or ``mobile``.
        number: Which user, from 0.
        of: How many there are.
    """
    place = 100 * (number + 0.5) / of
    for kind in FRONT_ENDS:
        place -= kind.web if client == "web" else kind.mobile
        if place < 0:
            return kind
    return FRONT_ENDS[0]


def office_hours(rng: random.Random, start: float, days: int) -> Iterator[float]:
    """
    Yield when somebody who works at a desk looks at the application.

    Args:
        rng: Draws.
        start: A Monday's midnight, epoch seconds.
        days: How many days.
    """
    joins = rng.randrange(3)
    for day in range(joins, days):
        if day % 7 > _FRIDAY or rng.random() < 0.08:  # noqa: PLR2004 (ill or on leave, a day in twelve)
            continue
        for begins, ends in ((8.2 + rng.random() * 1.6, 11.7), (12.8 + rng.random() * 0.7, 15.6 + rng.random() * 1.6)):
            hour = begins
            while hour < ends:
                yield start + day * DAY + hour * HOUR
                hour += rng.uniform(0.35, 1.25)


def on_the_phone(rng: random.Random, start: float, days: int) -> Iterator[float]:
    """
    Yield when somebody opens the app on a phone: two or three times a day, any day.

    Args:
        rng: Draws.
        start: A midnight, epoch seconds.
        days: How many days.
    """
    joins = rng.randrange(5)
    for day in range(joins, days):
        for begins, ends, often in ((7.0, 9.5, 0.9), (12.0, 14.0, 0.6), (18.0, 22.5, 0.9)):
            if rng.random() < often:
                yield start + day * DAY + rng.uniform(begins, ends) * HOUR


RHYTHMS: dict[str, Callable[[random.Random, float, int], Iterator[float]]] = {
    "web": office_hours,
    "mobile": on_the_phone,
}
"""When the users of each app client come."""

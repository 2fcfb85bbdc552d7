"""
Number the checks: the one table of ids, names and reasons.

An id is public API: it stands in reports, in ignores and in other people's
pipelines. A new check gets the next free number; that of a check that goes
moves to :data:`RETIRED` and is never given again.
"""

from typing import Final, NamedTuple


class Entry(NamedTuple):
    """
    A check as it is known to the outside.

    Attributes:
        id: Its number, such as ``PW003``.
        name: Its name, such as ``refresh_unit_mistake``.
        why: Why it matters, in one sentence.
    """

    id: str
    name: str
    why: str


_SECONDS: Final = "A number without its unit counts in the default one: 3600 are hours there, not seconds."

CATALOGUE: Final = (
    Entry(
        "PW001",
        "refresh_below_expected",
        "A refresh validity counts from sign-in and does not slide, so a short one signs out the most active users.",
    ),
    Entry(
        "PW002",
        "refresh_above_expected",
        "A refresh validity above what is expected keeps a stolen refresh token, and a lost device, signed in as long.",
    ),
    Entry(
        "PW003",
        "refresh_unit_mistake",
        "A usual number in an odd unit, such as 30 hours for 30 days, ends every session early without any error.",
    ),
    Entry(
        "PW004",
        "refresh_unit_missing",
        "A refresh validity without its unit counts in days, whatever its number was meant to be.",
    ),
    Entry("PW005", "refresh_unit_unknown", "Cognito knows seconds, minutes, hours and days, and refuses other units."),
    Entry("PW006", "refresh_out_of_bounds", "Cognito refuses a refresh validity below 60 minutes or above 10 years."),
    Entry("PW007", "refresh_zero", "Cognito makes 30 days of a refresh validity of 0, which nobody can read from it."),
    Entry(
        "PW008",
        "access_unit_mistake",
        "A usual number in an odd unit makes access tokens live far longer or shorter than meant.",
    ),
    Entry("PW009", "access_unit_missing", _SECONDS),
    Entry("PW010", "access_unit_unknown", "Cognito knows seconds, minutes, hours and days, and refuses other units."),
    Entry("PW011", "access_out_of_bounds", "Cognito refuses an access validity below 5 minutes or above 1 day."),
    Entry(
        "PW012",
        "id_unit_mistake",
        "A usual number in an odd unit makes ID tokens live far longer or shorter than meant.",
    ),
    Entry("PW013", "id_unit_missing", _SECONDS),
    Entry("PW014", "id_unit_unknown", "Cognito knows seconds, minutes, hours and days, and refuses other units."),
    Entry("PW015", "id_out_of_bounds", "Cognito refuses an ID validity below 5 minutes or above 1 day."),
    Entry(
        "PW016",
        "refresh_below_twice_access",
        "A refresh token that lives hardly longer than an access token renews a session once at most.",
    ),
    Entry(
        "PW017",
        "access_outlives_revocation",
        "A revoked access token passes every check of its signature until it expires, so its life is how late a "
        "revocation takes effect.",
    ),
    Entry(
        "PW018",
        "revocation_off",
        "Without token revocation nobody can end a stolen session, and tokens lack origin_jti, which names theirs.",
    ),
    Entry(
        "PW019",
        "rotation_without_grace",
        "Two tabs of a browser refresh at once: without a grace period the second one's token is spent, its session "
        "with it.",
    ),
    Entry(
        "PW020",
        "rotation_without_grace_elsewhere",
        "Without a grace period an answer that gets lost on its way costs the session, as its old token is spent.",
    ),
    Entry(
        "PW021",
        "rotation_with_refresh_flow",
        "The REFRESH_TOKEN_AUTH flow does not work with rotation: users who refresh by it lose their sessions.",
    ),
    Entry(
        "PW022",
        "refresh_flow_missing",
        "Without any way to refresh, a session ends with its first access token.",
    ),
    Entry(
        "PW023",
        "refresh_flow_page_only",
        "The TOKEN endpoint refreshes sessions of the sign-in page; an SDK that refreshes by itself needs the flow.",
    ),
    Entry("PW024", "user_existence_told", "An answer that tells whether a user exists lets anybody list the users."),
    Entry(
        "PW025",
        "pool_clients_differ",
        "Users of one pool expect the same of its apps, and a validity far from its neighbours' is often an oversight.",
    ),
    Entry(
        "PW026",
        "drift",
        "The next deployment sets back what was changed by hand, and until then the template does not tell the truth.",
    ),
    Entry("PW027", "ignore_without_reason", "An exception that nobody can explain is not reviewed and never ends."),
    Entry("PW028", "ignore_of_nothing", "An ignore of an id that no check has silences nothing."),
    Entry("PW029", "refresh_short", "A refresh validity below a working day makes users sign in during their work."),
    Entry("PW030", "refresh_long", "A stolen refresh token works as long as it is valid."),
    Entry("PW031", "refresh_longest", "A stolen refresh token works as long as it is valid: here ten years."),
    Entry("PW032", "refresh_in_hours", "The default unit is days, so a number in hours is easily read as days."),
    Entry("PW033", "auth_session_out_of_bounds", "Cognito takes a sign-in session of 3 to 15 minutes."),
    Entry("PW034", "flows_mixed", "Cognito refuses the old names of sign-in flows together with the new ones."),
    Entry("PW035", "password_flow_on", "A flow that sends the password itself lets scripts try passwords."),
    Entry("PW036", "implicit_flow_on", "The implicit flow shows tokens in addresses and gives no refresh token."),
    Entry("PW037", "oauth_off", "OAuth flows that are listed but not switched on do not work."),
    Entry("PW038", "redirect_plain_http", "Over plain http whoever is on the way reads the code that buys tokens."),
    Entry("PW039", "redirect_wildcard", "Cognito compares addresses as they are, so a wildcard matches nothing."),
    Entry("PW040", "redirect_unlisted", "Cognito refuses a default address that is not among the others."),
    Entry("PW041", "secret_in_public_client", "A secret in what users hold is none, and every refresh needs it."),
)
"""Every check, by its id."""

RETIRED: Final[frozenset[str]] = frozenset()
"""Ids of checks that are gone."""

BY_NAME: Final = {entry.name: entry for entry in CATALOGUE}
"""The same by name."""

BY_ID: Final = {entry.id: entry for entry in CATALOGUE}
"""The same by id."""


def entry_of(text: str) -> Entry | None:
    """
    Return the check that a text names, or None.

    Args:
        text: An id such as ``PW003``, in capitals or not, or a name.
    """
    word = text.strip()
    return BY_ID.get(word.upper()) or BY_NAME.get(word.lower())

"""Find the one token in what somebody pasted: a header, a wrapped line, quotes, a command, a log's line."""

import re
from typing import Final, NamedTuple

from poolwarden.commands.failures import UsageError

# Nothing but characters of a bearer token (token68, RFC 9110 §11.2).
_ALONE: Final = re.compile(r"[\w.~+/=-]*", re.ASCII)
# A JWT's header begins with {", which is eyJ in base64; three parts are signed, five encrypted (RFC 7515, 7516).
_WHOLE: Final = re.compile(r"(?<![\w.-])eyJ[\w-]*(?:(?:\.[\w-]*){4}|(?:\.[\w-]*){2})(?![\w.-])", re.ASCII)
# What stands before a token in a header, its white space removed.
_HEADER: Final = re.compile(r"(?:authorization:)?(?:bearer)?", re.IGNORECASE)


class Pasted(NamedTuple):
    """
    A token as somebody pasted it.

    Attributes:
        token: The token; whatever was given where no token is in it.
        within: It stood within other text, which was left out.
    """

    token: str
    within: bool = False


def token_pasted(text: str) -> Pasted:
    """
    Return the token in a text.

    Args:
        text: What was pasted; a terminal may have wrapped it.

    Raises:
        UsageError: There are several, or there is nothing.
    """
    whole = list(dict.fromkeys(_WHOLE.findall(text)))
    if len(whole) > 1:
        message = f"{len(whole)} tokens on standard input; give one alone, such as with: jq -r .AccessToken."
        raise UsageError(message)
    joined = "".join(text.split())
    token = joined[match.end() :] if (match := _HEADER.match(joined)) else joined
    if not token:
        raise UsageError("no token on standard input; pipe one in.")
    if whole and not _ALONE.fullmatch(token):
        return Pasted(whole[0], within=True)
    return Pasted(token)

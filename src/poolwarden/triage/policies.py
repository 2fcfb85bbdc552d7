"""Tell whether a refusal is one of a policy about accounts: sign-up, attributes, a password's reset."""

from poolwarden.refusals.sentences import NOT_OURS, compiled, plain
from poolwarden.triage.words import Name

NOT_AUTHORIZED = "NotAuthorizedException"
_AROUND = 300  # how far from its name a sentence of one line may stand


def is_policy(text: str, name: Name) -> bool:
    """
    Tell whether the line on which a NotAuthorizedException is named says such a policy.

    Args:
        text: Any text.
        name: The exception's name in it.
    """
    if name.name != NOT_AUTHORIZED:
        return False
    begin = text.rfind("\n", max(0, name.start - _AROUND), name.start) + 1 or max(0, name.start - _AROUND)
    end = text.find("\n", name.end, name.end + _AROUND)
    line = plain(text[begin : end if end >= 0 else name.end + _AROUND])
    return any(compiled(words).search(line) is not None for words in NOT_OURS)

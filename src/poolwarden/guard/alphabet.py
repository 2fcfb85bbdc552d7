"""
Turn a token's base64url into base64 that a decoder of JSON strings takes (RFC 4648 §4 and §5).

StringZilla looks many characters up at once, in a fifth of the time of
``bytes.translate``. It is compared with that on some samples before it is used.
"""

from collections.abc import Callable

import stringzilla

from poolwarden.guard.trusted import trusted

Translate = Callable[[bytes, bytes], bytes]

# The standard alphabet for the URL's, and a quote for the dot between the parts. What only the standard alphabet or a
# JSON string has becomes a character that no decoder takes.
TABLE = bytes.maketrans(b'-_+/="\\.', b'+/!!!!!"')

# Every byte, around the widths of vectors, and as long as tokens are.
_SAMPLE = bytes(range(256)) * 5
_LENGTHS = (0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 256, 1057, 1280)


def checked(fast: Translate) -> Translate:
    """
    Return a function for translating bytes, or Python's own where the two differ on this machine.

    Args:
        fast: The faster function.
    """
    return trusted(fast, bytes.translate, ((_SAMPLE[:length], TABLE) for length in _LENGTHS))


translate: Translate = checked(stringzilla.translate)
"""Return some bytes, each replaced by what a table of 256 bytes has in its place."""

"""Read the port that the local pool is to be served on, and say why it cannot be."""

import argparse

PORT = 9229
"""The port it listens on where none is given; other local stand-ins use the same."""

_LAST = 65_535


def port_of(text: str) -> int:
    """
    Return a port.

    Raises:
        ArgumentTypeError: It is none.
    """
    if not text.isdecimal() or int(text) > _LAST:
        message = f"{text!r} is no port; write 0 to {_LAST}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def why_not(error: OSError) -> str:
    """Return why a port cannot be listened on, without the address that asyncio adds."""
    return (error.strerror or str(error)).partition(" (while ")[0]

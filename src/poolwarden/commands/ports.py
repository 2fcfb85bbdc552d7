"""Read the port that the local pool is to be served on, and say why it cannot be."""

import argparse

PORT = 9229
"""The port where none is given; other local stand-ins for Cognito use the same."""

_LAST = 65_535


def port_of(text: str) -> int:
    """
    Return a port.

    Args:
        text: A number, 0 for any port that is free.

    Raises:
        ArgumentTypeError: The text is no port.
    """
    if not text.isdecimal() or int(text) > _LAST:
        message = f"{text!r} is no port; write 0 to {_LAST}"
        raise argparse.ArgumentTypeError(message)
    return int(text)


def why_not(error: OSError) -> str:
    """
    Return why a port cannot be listened on, without the address that asyncio adds.

    Args:
        error: What listening has raised.
    """
    return (error.strerror or str(error)).partition(" (while ")[0]

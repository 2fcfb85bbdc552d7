"""Check an edge's settings that are on or off."""

from poolwarden.errors import ConfigurationError


def switch(name: str, value: object) -> bool:
    """
    Return a setting that is on or off.

    Args:
        name: The setting's name.
        value: What it was set to.

    Raises:
        ConfigurationError: It is neither: the text ``"false"`` of an environment variable would switch it on.
    """
    if not isinstance(value, bool):
        raise ConfigurationError(name, "is neither True nor False.", f'Write {name}=os.environ["…"] == "true", say.')
    return value

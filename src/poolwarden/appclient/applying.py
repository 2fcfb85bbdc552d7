"""Make a safe update for real, and see afterwards whether it did what it should and nothing else."""

from poolwarden.appclient.effective import Difference, differences
from poolwarden.appclient.live import Cognito
from poolwarden.appclient.settings import ClientSettings, settings_from
from poolwarden.appclient.update import SafeUpdate
from poolwarden.errors import ConfigurationError


def apply_update(aws: Cognito, update: SafeUpdate) -> tuple[Difference, ...]:
    """
    Make an update and describe the client again.

    Args:
        aws: Where the client is.
        update: The update, made of what was described before somebody agreed to it.

    Returns:
        What is in force otherwise than it should be; nothing where all is well.

    Raises:
        ConfigurationError: The client has changed since it was described, or AWS refuses: then nothing was changed.
    """
    described = update.client
    if moved := _unlike(described, _again(aws, described)):
        names = ", ".join(one.name for one in moved)
        problem = f"{names} changed since the description that the update was made of."
        raise ConfigurationError(described.name, problem, "Nothing was changed. Run it again.")
    aws.update(update.document)
    wanted = settings_from(update.document, described.place, has_secret=described.has_secret, carry=True)
    return tuple(_unlike(wanted, _again(aws, described)))


def _again(aws: Cognito, client: ClientSettings) -> ClientSettings:
    return aws.client(str(client.text("UserPoolId")), str(client.text("ClientId")))


def _unlike(one: ClientSettings, other: ClientSettings) -> list[Difference]:
    """Return in what two descriptions differ: in what is in force, and in attributes that are not known here."""
    known = differences(one, other)
    names = one.carried.keys() | other.carried.keys()
    strange = sorted(name for name in names if name not in one.values and name not in other.values)
    return known + [
        Difference(name, "as described", "another")
        for name in strange
        if one.carried.get(name) != other.carried.get(name)
    ]

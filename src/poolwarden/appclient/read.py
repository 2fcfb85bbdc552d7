"""Read the app clients in a file, whatever wrote it."""

from typing import Final

from poolwarden.appclient.document import Document, read_documents
from poolwarden.appclient.settings import ClientSettings
from poolwarden.appclient.sources import SOURCES
from poolwarden.errors import ConfigurationError

EXPECTED: Final = (
    "Give the output of aws cognito-idp describe-user-pool-client, terraform show -json or terraform state pull, a "
    ".tf.json file, or a CloudFormation template."
)
"""What a file of settings may be."""


def read_clients(file: str, data: bytes) -> tuple[ClientSettings, ...]:
    """
    Return the app clients in a file.

    Args:
        file: Its name, for errors and reports.
        data: Its bytes.

    Raises:
        ConfigurationError: It is nothing that is read here, or no app client is in it.
    """
    clients = clients_among(file, data)
    if not clients:
        raise none_in(file)
    return clients


def clients_among(file: str, data: bytes) -> tuple[ClientSettings, ...]:
    """
    Return the app clients in a file, which may be none: a template has other things in it, too.

    Args:
        file: Its name, for errors and reports.
        data: Its bytes.

    Raises:
        ConfigurationError: It is nothing that is read here.
    """
    return tuple(client for document in read_documents(file, data) for client in _read(document))


def none_in(file: str) -> ConfigurationError:
    """Return what is to be said of a file without app clients."""
    return ConfigurationError(file, "no app client is in it.", EXPECTED)


def _read(document: Document) -> tuple[ClientSettings, ...]:
    for source in SOURCES:
        found = source.read(document)
        if found is not None:
            return tuple(found)
    raise ConfigurationError(document.file, "holds no app client's settings that are known here.", EXPECTED)

"""Read the app clients in a file, whatever wrote it."""

from typing import Final

from poolwarden.appclient.document import Document, read_documents
from poolwarden.appclient.settings import ClientSettings
from poolwarden.appclient.sources import SOURCES
from poolwarden.errors import ConfigurationError

EXPECTED: Final = (
    "Give the output of aws cognito-idp describe-user-pool-client or terraform show -json, a .tf.json file, or a "
    "CloudFormation template."
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
    clients = [client for document in read_documents(file, data) for client in _read(document)]
    if not clients:
        raise ConfigurationError(file, "no app client is in it.", EXPECTED)
    return tuple(clients)


def _read(document: Document) -> tuple[ClientSettings, ...]:
    for source in SOURCES:
        found = source.read(document)
        if found is not None:
            return tuple(found)
    raise ConfigurationError(document.file, "holds no app client's settings that are known here.", EXPECTED)

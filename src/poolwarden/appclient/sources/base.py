"""
Say what a source of settings is: one module each, one entry in the ordered tuple.

A source is asked about one value of a file. The first that knows the value's
form takes it and answers with the app clients in it, which may be none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from poolwarden.appclient.document import Document
from poolwarden.appclient.settings import ClientSettings


@dataclass(frozen=True, slots=True)
class Sample:
    """
    A file that a source must read.

    Attributes:
        file: Its name.
        text: What it holds.
        told: For each app client what its settings must tell, by the API's names; empty where it holds none.
    """

    file: str
    text: str
    told: tuple[Mapping[str, Any], ...] = ()


class Source(Protocol):
    """A form in which app-client settings are written."""

    name: str
    """What settings from it say as their source."""
    samples: Sequence[Sample]
    """What it reads; one test runs them all."""

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """
        Read a value.

        Returns:
            The app clients in it, or None where the value is not of this form.

        Raises:
            ConfigurationError: It is of this form and an attribute is not of its kind.
        """
        ...

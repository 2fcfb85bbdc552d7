"""Turn a file's bytes into values: JSON, one or several after another, or YAML."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from pathlib import PurePath
from typing import Any, Final

from poolwarden.appclient.ignores import comments_in
from poolwarden.appclient.layout import Layout, Span, Way, json_spans
from poolwarden.appclient.yaml_text import read_yaml
from poolwarden.errors import UNDECODABLE, ConfigurationError

_YAML: Final = frozenset({".yaml", ".yml"})
_HCL: Final = frozenset({".tf", ".hcl", ".tofu", ".tfvars"})
_PLAN: Final = "terraform show -json PLAN > plan.json"
_AS_JSON: Final = f"Read what Terraform makes of it: terraform plan -out PLAN, then {_PLAN}."
_CLI: Final = "Describe it again with --output json."
# How other outputs begin, which are no JSON, and YAML only by accident: pattern, what it is, and what to do.
_OUTPUTS: Final = (
    (re.compile(r"-{5,}\s*\n\|"), "is a table of the AWS CLI.", _CLI),
    (re.compile(r"USERPOOLCLIENTS?\t"), "is the AWS CLI's text, which tells no names.", _CLI),
    (re.compile(r"\{'"), "is what Python prints, not JSON.", "Write json.dumps(response, default=str)."),
)
_SPACE: Final = " \t\r\n"
_NEXT: Final = re.compile(rf"[^{_SPACE}]")


@dataclass(frozen=True, slots=True)
class Document:
    """
    One value of a file.

    Attributes:
        file: The file, as the user named it.
        value: What it holds.
        syntax: ``json`` or ``yaml``.
        layout: Where its values stand in the file.
    """

    file: str
    value: Any
    syntax: str
    layout: Layout = field(default_factory=Layout)


def read_documents(file: str, data: bytes) -> tuple[Document, ...]:
    """
    Return the values in a file.

    Args:
        file: What to call it in errors; its suffix tells YAML from JSON where the first character does not.
        data: Its bytes, in UTF-8 or as a shell on Windows redirects them.

    Raises:
        ConfigurationError: The bytes are neither JSON nor YAML.
    """
    suffix = PurePath(file).suffix.lower()
    if suffix in _HCL:
        raise ConfigurationError(file, "is Terraform's own language, which is not read here.", _AS_JSON)
    try:
        text = data.decode(json.detect_encoding(data)).removeprefix("\ufeff")
    except UnicodeDecodeError:
        mend = f"If it is a saved Terraform plan, give it as JSON: {_PLAN}; else save it in UTF-8."
        raise ConfigurationError(file, "is no text.", mend) from None
    if not text.strip():
        raise ConfigurationError(file, "is empty.", "Write an app client's description to it first.")
    for begins, problem, mend in _OUTPUTS:
        if suffix not in _YAML and begins.match(text.lstrip(_SPACE)):
            raise ConfigurationError(file, problem, mend)
    if text.lstrip(_SPACE)[0] in "{[" and suffix not in _YAML:
        return tuple(
            Document(file, value, "json", Layout(lru_cache(1)(partial(json_spans, text, start, end))))
            for value, start, end in _json_values(file, text)
        )
    comments = comments_in(text)
    return tuple(
        Document(file, value, "yaml", Layout(partial(_given, spans), comments))
        for value, spans in read_yaml(file, text)
        if value is not None
    )


def _given(spans: Mapping[Way, Span]) -> Mapping[Way, Span]:
    return spans


def _json_values(file: str, text: str) -> Iterator[tuple[Any, int, int]]:
    """Yield the JSON values of a text, each with its begin and end: a loop over describe calls writes several."""
    decoder, at = json.JSONDecoder(), 0
    while following := _NEXT.search(text, at):
        start = following.start()
        try:
            value, at = decoder.raw_decode(text, start)
        except json.JSONDecodeError as error:
            where = f"at line {error.lineno}, column {error.colno}"
            raise ConfigurationError(file, f"is not JSON {where}.", "Mend it there, or write it again.") from None
        except UNDECODABLE:
            raise ConfigurationError(file, "holds JSON beyond all measure.", "Write it again.") from None
        yield value, start, at

"""Write a safe update in other languages: boto3, Terraform, CloudFormation; each complete, with every setting."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from poolwarden.appclient.attributes import ATTRIBUTES, BY_NAME, Kind
from poolwarden.appclient.update import AWS, SafeUpdate, Target

_NO_LABEL: Final = re.compile(r"[^A-Za-z0-9]+")
_OWN_RESOURCE: Final = frozenset({"ClientId"})


class Language(NamedTuple):
    """
    A language that a safe update can be written in.

    Attributes:
        name: Its name, as an option takes it.
        words: How a sentence says it.
        write: Writes the update; what is no program does not say where it goes.
    """

    name: str
    words: str
    write: Callable[[SafeUpdate, Target], str]


def boto3_text(update: SafeUpdate, target: Target = AWS) -> str:
    """Return the update as a Python program."""
    arguments = "".join(f"    {name}={value!r},\n" for name, value in update.document.items())
    session = "boto3" if target.profile is None else f"boto3.Session(profile_name={target.profile!r})"
    where = f"region_name={target.region or update.region!r}"
    where += "" if target.endpoint_url is None else f", endpoint_url={target.endpoint_url!r}"
    return f"import boto3\n\naws = {session}.client('cognito-idp', {where})\naws.update_user_pool_client(\n{arguments})"


def terraform_text(update: SafeUpdate, _target: Target = AWS) -> str:
    """Return the app client as a Terraform resource; what Terraform has no attribute for is left to a comment."""
    label = _NO_LABEL.sub("_", update.client.name).strip("_").lower() or "client"
    name = label if label[0].isalpha() else f"client_{label}"
    return "\n".join((f'resource "aws_cognito_user_pool_client" "{name}" {{', *_terraform_lines(update), "}"))


def cloudformation_text(update: SafeUpdate, _target: Target = AWS) -> str:
    """Return the app client as a CloudFormation resource in YAML."""
    label = "".join(part[:1].upper() + part[1:] for part in _NO_LABEL.split(update.client.name)) or "App"
    name = label if label[0].isalpha() else f"Client{label}"
    head = ["Resources:", f"  {name}:", "    Type: AWS::Cognito::UserPoolClient", "    Properties:"]
    return "\n".join((*head, *_cloudformation_lines(update)))


LANGUAGES: Final = (
    Language("boto3", "as a Python program", boto3_text),
    Language("terraform", "as a Terraform resource", terraform_text),
    Language("cloudformation", "as a CloudFormation resource", cloudformation_text),
)
"""In the order in which they are told."""


def _terraform_lines(update: SafeUpdate) -> Iterator[str]:
    if update.client.has_secret:
        yield "  generate_secret = true"
    for name, value in _own(update).items():
        row = BY_NAME.get(name)
        if row is None:
            yield f"  # {name} is not known here"
        elif row.kind is Kind.FIELDS:
            inner = [f"    {row.fields[key]} = {_hcl(one)}" for key, one in value.items() if key in row.fields]
            yield from (f"  {row.terraform} {{", *inner, "  }") if inner else ()
        else:
            yield f"  {row.terraform} = {_hcl(value)}"


def _cloudformation_lines(update: SafeUpdate) -> Iterator[str]:
    if update.client.has_secret:
        yield "      GenerateSecret: true"
    for name, value in _own(update).items():
        if isinstance(value, Mapping) and value:
            yield f"      {name}:"
            # JSON is YAML, so quotes and escapes are right whatever a text holds.
            yield from (f"        {key}: {json.dumps(inner, default=str)}" for key, inner in value.items())
        else:
            yield f"      {name}: {json.dumps(value, default=str)}"


def _own(update: SafeUpdate) -> dict[str, Any]:
    """Return the settings without the client's id, which a resource gives itself, in the order of the API."""
    known = [row.name for row in ATTRIBUTES if row.name in update.document and row.name not in _OWN_RESOURCE]
    return {name: update.document[name] for name in (*known, *update.unknown)}


def _hcl(value: Any) -> str:
    # A text within ${} would be worked out, and %{} too.
    return json.dumps(value, ensure_ascii=False, default=str).replace("${", "$${").replace("%{", "%%{")

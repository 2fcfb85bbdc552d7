"""
Make the safe update of an app client: its whole description with the validity changed, for UpdateUserPoolClient.

An update resets what it is not given (A/API_UpdateUserPoolClient.html), so
everything that was described is carried over, attributes that are not known
here included: one that cannot be updated makes the AWS CLI refuse the whole
update, where one left out would be reset without a word.
"""

import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from poolwarden.appclient.attributes import BY_NAME
from poolwarden.appclient.durations import TOKENS, Token, Validity
from poolwarden.appclient.effective import COMPARED, Difference, differences
from poolwarden.appclient.settings import ClientSettings, settings_from
from poolwarden.appclient.wanted import Change, changes_of
from poolwarden.errors import ConfigurationError

_NEEDED: Final = ("UserPoolId", "ClientId")
_UNITS: Final = "TokenValidityUnits"


class Target(NamedTuple):
    """
    Where a request is to go.

    Attributes:
        region: The region; by default the pool's.
        profile: The profile of the credentials, where one is to be named.
        endpoint_url: Where to send it instead of AWS.
    """

    region: str | None = None
    profile: str | None = None
    endpoint_url: str | None = None


AWS: Final = Target()
"""AWS itself, in the pool's region, with the credentials at hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeUpdate:
    """
    An update that changes validities and nothing else.

    Attributes:
        client: The app client as it was described.
        document: The request, fit for ``--cli-input-json`` and for boto3's ``update_user_pool_client(**document)``.
        changes: What it changes.
        carried: The settings that it carries over unchanged.
        unknown: Those of them that are not known here.
    """

    client: ClientSettings
    document: Mapping[str, Any] = field(repr=False)
    changes: tuple[Change, ...]
    carried: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def region(self) -> str:
        """The region of the user pool, which its id begins with."""
        return str(self.document["UserPoolId"]).partition("_")[0]

    def command(self, file: str | None = None, target: Target = AWS) -> str:
        """
        Return the complete command that makes the update; nothing is run here.

        The request goes as one JSON text: attributes that are not known here come along, and the AWS CLI fetches no
        address that stands in it, as its first version does with options.

        Args:
            file: A file with the document; None where the document is to stand in the command.
            target: Where it is to go.
        """
        options = {
            "--region": target.region or self.region,
            "--profile": target.profile,
            "--endpoint-url": target.endpoint_url,
        }
        named = "".join(f" {option} {shlex.quote(value)}" for option, value in options.items() if value)
        given = f"file://{file}" if file else json.dumps(self.document, indent=2, default=str)
        return f"aws cognito-idp update-user-pool-client{named} \\\n    --cli-input-json {shlex.quote(given)}"

    def naive_resets(self) -> tuple[Difference, ...]:
        """Return what an update with nothing but the wanted validities and their units would have reset."""
        wanted = {change.token for change in self.changes}
        given = {name: self.document[name] for name in (*_NEEDED, *(token.attribute for token in wanted))}
        units = {token.member: self.document[_UNITS][token.member] for token in wanted}
        after = settings_from({**given, _UNITS: units}, self.client.place, carry=True)
        kept = {token.attribute for token in wanted}
        known = differences(self.client, after, [name for name in COMPARED if name not in kept])
        lost = [Difference(name, "set", "unknown here") for name in self.unknown]
        return (*known, *lost)


def safe_update(client: ClientSettings, wanted: Mapping[Token, Validity]) -> SafeUpdate:
    """
    Return the update that gives an app client the validities that are wanted, and resets nothing.

    Args:
        client: The client as DescribeUserPoolClient describes it.
        wanted: The validities to set.

    Raises:
        ConfigurationError: The description names no pool or no client, or the validities change nothing.
    """
    missing = [name for name in _NEEDED if not client.text(name)]
    if missing:
        mend = "Give the whole output of aws cognito-idp describe-user-pool-client."
        raise ConfigurationError(str(client.place), f"{' and '.join(missing)} is missing.", mend)
    changes = changes_of(client, wanted)
    document = {**client.carried, _UNITS: dict(client.carried.get(_UNITS) or {})}
    for token, validity in wanted.items():
        document[token.attribute] = validity.number
        document[_UNITS][token.member] = validity.unit
    changed = {token.attribute for token in TOKENS if token in wanted} | {_UNITS}
    carried = tuple(name for name in document if name not in changed and name not in _NEEDED)
    return SafeUpdate(
        client=client,
        document=document,
        changes=changes,
        carried=carried,
        unknown=tuple(name for name in carried if name not in BY_NAME),
    )

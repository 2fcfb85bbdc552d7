"""Know what tells of app clients without their settings: each is refused with what to do instead."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from poolwarden.appclient.document import Document
from poolwarden.appclient.settings import ClientSettings
from poolwarden.appclient.sources.base import Sample
from poolwarden.errors import ConfigurationError

_DESCRIBE: Final = (
    "Describe each: aws cognito-idp describe-user-pool-client --user-pool-id ID --client-id ID; or let poolwarden ask "
    "for all of a pool's: --live --user-pool-id ID."
)
_LIVE: Final = "Ask AWS for the clients themselves: --live --user-pool-id ID."


class _Form(NamedTuple):
    """What is known by one member: its name, what it holds, what is the matter, what to do; and what is beside it."""

    member: str
    kind: type
    problem: str
    mend: str
    beside: str = ""


_FORMS: Final = (
    _Form("UserPoolClients", list, "lists app clients by name only, without their settings.", _DESCRIBE),
    _Form("UserPools", list, "lists user pools, without their app clients.", _DESCRIBE),
    _Form("UserPool", Mapping, "describes a user pool, without its app clients.", _DESCRIBE),
    _Form(
        "TemplateBody",
        str,
        "holds a template as a text within JSON.",
        "Write it by itself: aws cloudformation get-template --stack-name NAME --query TemplateBody --output text "
        "> template.yaml.",
    ),
    _Form("Stacks", list, "tells of stacks, without what is in them.", _LIVE),
    _Form("StackResources", list, "tells of a stack's resources, without their settings.", _LIVE),
    _Form("deployment", Mapping, "is a stack of Pulumi's, which is not read here.", _LIVE, beside="version"),
    _Form(
        "@message",
        str,
        "is the log of a Terraform run, not its plan.",
        "Save the plan: terraform plan -out PLAN, then terraform show -json PLAN > plan.json.",
    ),
)


class Elsewhere:
    """What leads to app clients and does not hold their settings."""

    name = "elsewhere"
    samples: Sequence[Sample] = ()

    def read(self, document: Document) -> Sequence[ClientSettings] | None:
        """
        Refuse what is known to hold none.

        Raises:
            ConfigurationError: It is that.
        """
        value = document.value if isinstance(document.value, Mapping) else {}
        for form in _FORMS:
            if isinstance(value.get(form.member), form.kind) and form.beside in ("", *value):
                raise ConfigurationError(document.file, form.problem, form.mend)
        return None

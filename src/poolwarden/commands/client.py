"""``poolwarden client check`` and ``poolwarden client fix``: what they take; what they do stands in their own files."""

import argparse

FORMATS = ("text", "json", "sarif", "markdown")
"""The reports of ``client check``, as :mod:`poolwarden.appclient.reports` makes them."""

LANGUAGES = ("text", "json", "aws", "boto3", "terraform", "cloudformation")
"""What ``client fix`` writes: everything, the request's document, or the update in one language."""

PROFILES = ("saas", "bank")
"""What :data:`poolwarden.appclient.expectation.PROFILES` knows; help loads no room."""

_READS = """
Reads what these write, and YAML with the extra "client":
  aws cognito-idp describe-user-pool-client --user-pool-id ID --client-id ID
  terraform show -json PLAN
  terraform state pull; a .tf.json file
  a CloudFormation, SAM or CDK template, also in a serverless.yml
"""

_MORE_CHECK = (
    _READS
    + """
examples:
  poolwarden client check client.json
  poolwarden client check template.yaml plan.json --profile saas
  poolwarden client check template.yaml --format sarif > poolwarden.sarif
  poolwarden client check template.yaml \\
      --live --user-pool-id eu-west-1_AbCdEfGhI

A template and what is live are compared where both are given. A comment
  # poolwarden: ignore PW003 thirty hours are meant, ticket 42
within a template's resource, or above it, silences a check, with its reason.
poolwarden explain PW003 says what a check is about.

Ends with 1 where there are errors or warnings; notes are for information.
"""
)

_MORE_FIX = (
    _READS
    + """
Of a description it makes the whole update, with every setting carried over that
UpdateUserPoolClient would reset if it were left out. Of a template or a plan it
says what to change in the source. It runs nothing without --apply.

examples:
  poolwarden client fix client.json --refresh 90d
  poolwarden client fix client.json --refresh 90d --format json > update.json
  poolwarden client fix template.yaml --client WebClient
  poolwarden client fix --live --user-pool-id eu-west-1_AbCdEfGhI \\
      --client-id 1example23456789 --refresh 90d --apply
"""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    below = parser.add_subparsers(metavar="check|fix", required=True)
    checking = _subparser(below, "check", "say what is the matter with app clients' settings", _MORE_CHECK)
    checking.set_defaults(act="check")
    add = checking.add_argument
    add("files", nargs="*", metavar="FILE", help="files of settings, or - for standard input")
    add("--format", choices=FORMATS, default="text", help="the report's form (default: text)")
    add("--profile", choices=PROFILES, help="how long sessions should last: saas 30 to 90 days, bank 24 hours at most")
    add("--expect", metavar="90d", help="how long sessions should last, exactly")
    add("--ignore", action="append", default=[], metavar="ID", help="pass over this check; may be repeated")
    add("--exit-zero", action="store_true", help="end with 0 also where something was found")
    _live_arguments(checking, "--client-id also looks at one client only (default: all of the pool's)")
    fixing = _subparser(below, "fix", "print the safe update that mends a validity", _MORE_FIX)
    fixing.set_defaults(act="fix")
    add = fixing.add_argument
    add("file", nargs="?", metavar="FILE", help="a file of settings, or - for standard input")
    add("--client", metavar="NAME", help="which client, by name, id, address or logical id, where there are several")
    for word, of, example in (("refresh", "refresh", "30d"), ("access", "access", "15m"), ("id", "ID", "1h")):
        add(
            f"--{word}",
            f"--{word}-validity",
            dest=f"{word}_validity",
            metavar=example,
            help=f"the {of} validity to set (default: mend a mistaken unit)",
        )
    add(
        "--format",
        choices=LANGUAGES,
        default="text",
        metavar="FORM",
        help="write one thing only: json (the document), aws, boto3, terraform or cloudformation",
    )
    add("-o", "--output", metavar="FILE", help="write the update's document there; the command then names it")
    add("--apply", action="store_true", help="describe, ask, update, and describe again to see that it is right")
    add("--yes", action="store_true", help="with --apply: do not ask")
    _live_arguments(fixing, "--client-id names the client")


def run(options: argparse.Namespace) -> int:
    """
    Check, or print the fix and perhaps make it.

    Returns:
        1 where a check found more than notes, else 0.

    Raises:
        PoolwardenError: A file holds no settings, AWS refuses, or there is nothing to fix.
    """
    if options.act == "check":
        from poolwarden.commands.client_check import check  # noqa: PLC0415 (help loads no room)

        return check(options)
    from poolwarden.commands.client_fix import fix  # noqa: PLC0415

    return fix(options)


def _live_arguments(parser: argparse.ArgumentParser, which: str) -> None:
    add = parser.add_argument_group("AWS itself (extra: aws)", which).add_argument
    add("--live", action="store_true", help="read from AWS")
    add("--user-pool-id", metavar="ID", help="the user pool")
    add("--client-id", metavar="ID", help="the app client")
    add("--region", metavar="REGION", help="the region (default: the pool's)")
    # check has a profile of its own, what sessions are expected to last.
    own = ["--profile"] if parser.prog.endswith("fix") else []
    add("--aws-profile", *own, dest="aws_profile", metavar="NAME", help="the profile of the credentials")
    add("--endpoint-url", metavar="URL", help="ask there instead: a local pool, moto (or AWS_ENDPOINT_URL)")


def _subparser(
    below: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, what: str, more: str
) -> argparse.ArgumentParser:
    return below.add_parser(
        name,
        help=what,
        description=f"{what[0].upper()}{what[1:]}.",
        epilog=more,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )

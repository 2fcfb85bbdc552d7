"""Read app clients from AWS as a command's options name it."""

import argparse

from poolwarden.appclient import ClientSettings
from poolwarden.appclient.live import Cognito, connect
from poolwarden.commands.failures import UsageError


def read_live(options: argparse.Namespace) -> tuple[ClientSettings, ...]:
    """
    Return the app clients that the options name, from AWS; none without ``--live``.

    Raises:
        UsageError: They name no pool, what cannot be one, or a pool without ``--live``.
        ConfigurationError: AWS refuses.
    """
    if not options.live:
        given = [f"--{name.replace('_', '-')}" for name in ("user_pool_id", "client_id") if getattr(options, name)]
        if given:
            raise UsageError(f"{' and '.join(given)}: give --live with it, to read from AWS.")
        return ()
    if not options.user_pool_id:
        raise UsageError("--live: name the pool with --user-pool-id.")
    if "_" not in options.user_pool_id:
        raise UsageError(f"--user-pool-id {options.user_pool_id}: is no user pool's; write eu-west-1_AbCdEfGhI.")
    aws = connected(options, options.user_pool_id)
    if options.client_id:
        return (aws.client(options.user_pool_id, options.client_id),)
    return aws.clients(options.user_pool_id)


def connected(options: argparse.Namespace, pool_id: str) -> Cognito:
    """
    Return AWS as the options name it.

    Args:
        options: The command's.
        pool_id: A pool; its region is the default.

    Raises:
        ConfigurationError: boto3 is not installed, or a name is wrong.
    """
    region = options.region or pool_id.partition("_")[0]
    return connect(region, options.aws_profile, options.endpoint_url)

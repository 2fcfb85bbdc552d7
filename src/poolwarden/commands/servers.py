"""Make the resource server of a command, from the environment variables that an API would have."""

from collections.abc import Mapping

from poolwarden.errors import ConfigurationError
from poolwarden.server import ResourceServer


def server_for(pool_id: str | None, environ: Mapping[str, str]) -> ResourceServer | None:
    """
    Return a server that emits and counts nothing, or None where no pool is named.

    Args:
        pool_id: The pool's id from the command's arguments; it wins over the environment.
        environ: The environment; see :meth:`poolwarden.ResourceServer.from_env`.

    Raises:
        ConfigurationError: A setting is wrong; it names the variable or field.
    """
    named = {} if pool_id is None else {"POOLWARDEN_USER_POOL_ID": pool_id}
    env = {"POOLWARDEN_CLIENT_IDS": "*", **environ, **named}
    if pool_id is None and not env.get("POOLWARDEN_USER_POOL_ID", "").strip():
        return None
    try:
        return ResourceServer.from_env(env, events=None, meter=None, cache_size=0)
    except ConfigurationError as error:
        if pool_id is None or error.field != "POOLWARDEN_USER_POOL_ID":
            raise
        raise ConfigurationError("pool_id", error.problem, error.mend) from error

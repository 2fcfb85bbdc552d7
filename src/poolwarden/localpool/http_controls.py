"""What Cognito does not have: the clock, the keys and the failures, for tests over HTTP."""

from typing import TypeVar

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from poolwarden.localpool.core import PoolCore
from poolwarden.localpool.http_common import json_response, read_body
from poolwarden.localpool.outage import (
    KeyServer,
    Outage,
)


class _ClockCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    move_s: float | None = None
    set: float | None = None


class _RotateCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keep_old: bool = True


class _OutageCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    jwks: Outage


_CommandT = TypeVar("_CommandT", bound=msgspec.Struct)


async def _command(request: Request, kind: type[_CommandT]) -> _CommandT:
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise HTTPException(415, "send application/json")
    try:
        return msgspec.json.decode(await read_body(request), type=kind)
    except RecursionError as error:
        raise HTTPException(400, "the body is nested too deep") from error
    except msgspec.MsgspecError as error:
        raise HTTPException(400, f"{error}; known here: {', '.join(kind.__struct_fields__)}") from error


class Controls:
    """
    Answer ``/_local/…``.

    Commands have to be sent as application/json: no page of another site can do so unasked, since
    these addresses allow no cross-origin request.

    Args:
        pool: The pool.
        server: The failure being played.
    """

    __slots__ = ("_pool", "_server")

    def __init__(self, pool: PoolCore, server: KeyServer) -> None:
        self._pool = pool
        self._server = server

    async def clock(self, request: Request) -> Response:
        """
        Show the pool's time, or move it: ``{"move_s": 3600}`` or ``{"set": 1700000000}``.

        Args:
            request: The request.

        Returns:
            ``{"now": seconds since the epoch}``.

        Raises:
            HTTPException: 400 or 415, for a command that is none.
        """
        if request.method == "POST":
            wanted = await _command(request, _ClockCommand)
            try:
                if wanted.set is not None:
                    self._pool.clock.set(wanted.set)
                if wanted.move_s is not None:
                    self._pool.clock.move(wanted.move_s)
            except ValueError as error:
                raise HTTPException(400, str(error)) from error
        return json_response({"now": self._pool.clock()})

    async def rotate_keys(self, request: Request) -> Response:
        """
        Replace both signing keys: ``{"keep_old": true}``.

        Args:
            request: The request.

        Returns:
            ``{"kids": […]}``, the key ids in the JWK Set now.

        Raises:
            HTTPException: 400 or 415, for a command that is none.
        """
        command = await _command(request, _RotateCommand)
        self._pool.rotate_keys(keep_old=command.keep_old)
        return json_response({"kids": [key["kid"] for key in self._pool.jwk_set()["keys"]]})

    async def outage(self, request: Request) -> Response:
        """
        Show the failure being played, or play one: ``{"jwks": "unavailable"}``.

        Args:
            request: The request.

        Returns:
            ``{"jwks": failure, "jwks_requests": how often the JWK Set was asked for}``.

        Raises:
            HTTPException: 400 or 415, for a command that is none.
        """
        if request.method == "POST":
            self._server.outage = (await _command(request, _OutageCommand)).jwks
        return json_response({"jwks": self._server.outage.value, "jwks_requests": self._server.requests})

"""The user-pools API over HTTP: the AWS JSON 1.1 protocol, as every SDK speaks it."""

import uuid
from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from poolwarden.errors import UNDECODABLE
from poolwarden.localpool.core import PoolCore
from poolwarden.localpool.errors import CognitoError, Refusal
from poolwarden.localpool.http_common import json_response, read_body

_TARGET: Final = "AWSCognitoIdentityProviderService."
_MEDIA_TYPE: Final = "application/x-amz-json-1.1"
_decode: Final = msgspec.json.Decoder(dict[str, object]).decode

# The response headers a browser's SDK reads.
EXPOSED_HEADERS: Final = ("x-amzn-RequestId", "x-amzn-ErrorType", "x-amzn-ErrorMessage")


def _header_text(text: str) -> str:
    # A message may quote the request; a header may not carry its control characters.
    return "".join(char if " " <= char <= "~" else "?" for char in text)


class Operations:
    """
    Answer ``POST /`` with ``X-Amz-Target``.

    Args:
        pool: The pool.
    """

    __slots__ = ("_pool",)

    def __init__(self, pool: PoolCore) -> None:
        self._pool = pool

    def _answer(self, target: str, body: bytes) -> dict[str, object]:
        service, dot, operation = target.partition(".")
        if service + dot != _TARGET:
            raise Refusal.OPERATION_UNKNOWN.error(operation=target)
        try:
            params = _decode(body or b"{}")
        except UNDECODABLE as error:
            raise Refusal.BODY_UNREADABLE.error() from error
        return self._pool.call(operation, params)

    async def answer(self, request: Request) -> Response:
        """
        Answer one operation.

        Args:
            request: The request.

        Returns:
            The answer, or the refusal as Cognito shows it.
        """
        headers = {"x-amzn-RequestId": str(uuid.uuid4())}
        body = await read_body(request)
        try:
            answer = self._answer(request.headers.get("x-amz-target", ""), body)
        except CognitoError as error:
            headers["x-amzn-ErrorType"] = f"{error.name}:"
            headers["x-amzn-ErrorMessage"] = _header_text(error.message)
            refusal = {"__type": error.name, "message": error.message}
            return json_response(refusal, error.status, headers=headers, media_type=_MEDIA_TYPE)
        return json_response(answer, headers=headers, media_type=_MEDIA_TYPE)

"""What the HTTP endpoints share: bounded bodies, forms, JSON answers and refusals."""

from collections.abc import Mapping
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from poolwarden.localpool.forms import read_form
from poolwarden.localpool.oauth_errors import OAuthRefusal

# Largest body read; Cognito's own requests are a few kB.
MAX_BODY: Final = 256 * 1024

_encode: Final = msgspec.json.Encoder().encode


async def read_body(request: Request) -> bytes:
    """
    Read a body up to :data:`MAX_BODY`.

    Args:
        request: The request.

    Returns:
        The body.

    Raises:
        HTTPException: 413, without reading further.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise HTTPException(413)
    return bytes(body)


async def read_body_form(request: Request) -> dict[str, str]:
    """
    Read an urlencoded body.

    Args:
        request: The request.

    Returns:
        The parameters by name.

    Raises:
        OAuthError: invalid_request, for another media type or a body that is no form.
        HTTPException: 413.
    """
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await read_body(request)
    if media_type != "application/x-www-form-urlencoded":
        raise OAuthRefusal.REQUEST.error()
    try:
        return read_form(body.decode())
    except UnicodeDecodeError as error:
        raise OAuthRefusal.REQUEST.error() from error


def json_response(
    content: object,
    status: int = 200,
    *,
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> Response:
    """
    Answer with JSON.

    Args:
        content: What to encode.
        status: The HTTP status.
        headers: Further headers.
        media_type: The media type.

    Returns:
        The response.
    """
    return Response(_encode(content), status, headers, media_type)

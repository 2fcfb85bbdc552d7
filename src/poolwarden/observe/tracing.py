"""
Mark refusals in the active span of OpenTelemetry, and name its trace in events and exemplars.

OpenTelemetry is never imported here: where nobody has imported it, no span can
be active, and a look into ``sys.modules`` shows that. Nothing is done for
requests that pass.

Attribute names follow the semantic conventions: ``error.type`` is set only
where the failure is ours or Cognito's (503). A 401 is no error of the server's
span; ``poolwarden.cause`` says why it was given.
"""

import sys
from typing import Any

_API = "opentelemetry.trace"


def mark(pool: str, client: str, outcome: str, cause: str) -> None:
    """
    Set what a request was refused for on the active span.

    Args:
        pool: The pool's alias.
        client: The app client's alias.
        outcome: ``rejected`` or ``error``.
        cause: The cause.
    """
    span = _span()
    if span is not None and span.is_recording():
        attributes = {
            "poolwarden.pool": pool,
            "poolwarden.client": client,
            "poolwarden.outcome": outcome,
            "poolwarden.cause": cause,
        }
        span.set_attributes({**attributes, "error.type": cause} if outcome == "error" else attributes)


def mark_call(operation: str, cause: str) -> None:
    """
    Set what a call to Cognito was refused for on the active span.

    Args:
        operation: The API operation.
        cause: The cause.
    """
    span = _span()
    if span is not None and span.is_recording():
        span.set_attributes({"poolwarden.operation": operation, "poolwarden.cause": cause})


def trace_id() -> str | None:
    """Return the active trace's id (W3C Trace Context, 32 hexadecimal digits), or None where there is none."""
    span = _span()
    context = None if span is None else span.get_span_context()
    return f"{context.trace_id:032x}" if context is not None and context.is_valid else None


def exemplar() -> dict[str, str] | None:
    """Return the labels of an exemplar, or None where no trace is active, or the active one is not sampled (kept)."""
    span = _span()
    context = None if span is None else span.get_span_context()
    if context is None or not (context.is_valid and context.trace_flags.sampled):
        return None
    return {"trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"}


def _span() -> Any:
    # While another thread imports the module, the function may not be there yet.
    current = getattr(sys.modules.get(_API), "get_current_span", None)
    return None if current is None else current()

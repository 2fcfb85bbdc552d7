"""
Find out which call of an AWS API raised an exception.

botocore's exceptions do not name the service. The stack frame of its method
that makes the call does, and the exception's traceback leads there.
"""

from types import FrameType
from typing import NamedTuple

# Every call of botocore and aiobotocore goes through a method of this name, with these variables.
_METHOD = "_make_api_call"


class Call(NamedTuple):
    """
    A call of an AWS API.

    Attributes:
        service: The service, as boto3 names it.
        operation: The API operation.
    """

    service: str
    operation: str


def call_behind(error: BaseException) -> Call | None:
    """
    Return the call that raised an exception, or None where its traceback shows none.

    Where one call made another, such as to fetch credentials, it is the innermost.

    Args:
        error: Any exception.
    """
    found, at = None, error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_name == _METHOD:
            found = _call_in(at.tb_frame) or found
        at = at.tb_next
    return found


def _call_in(frame: FrameType) -> Call | None:
    variables = frame.f_locals
    model = getattr(getattr(variables.get("self"), "meta", None), "service_model", None)
    service, operation = getattr(model, "service_name", None), variables.get("operation_name")
    return Call(service, operation) if isinstance(service, str) and isinstance(operation, str) else None

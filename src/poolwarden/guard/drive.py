"""Carry out the steps of a flow: one driver for threads, one for tasks."""

from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.flow import Flow


def drive(flow: Flow) -> AccessToken:
    """Carry out every step by blocking this thread, and return what the flow decides."""
    try:
        while True:
            next(flow).wait()
    except StopIteration as done:
        token: AccessToken = done.value
        return token
    finally:
        flow.close()  # at once, also after a cancellation: others may be waiting for what this flow has begun


async def drive_async(flow: Flow) -> AccessToken:
    """Carry out every step by letting this task wait, and return what the flow decides."""
    try:
        while True:
            await next(flow).wait_async()
    except StopIteration as done:
        token: AccessToken = done.value
        return token
    finally:
        flow.close()  # at once, also after a cancellation: others may be waiting for what this flow has begun

"""poolwarden with and without observers in one process, so that what observing adds can be told."""

from benchmarks.contenders.ours import PACKAGES, server_of
from benchmarks.subject import Subject, World
from poolwarden import BearerError, Cause
from poolwarden.guard.server import Guard

__all__ = ["PACKAGES", "subjects"]


def subjects(world: World, variant: str) -> dict[str, Subject]:
    """Return the calls that accept and that refuse, observed as the variant says, and without observers."""
    observed, alone = server_of(world, variant), server_of(world, "plain")
    return {
        "accept": Subject(observed.authenticate),
        "accept.alone": Subject(alone.authenticate),
        "refuse": _refusing(observed),
        "refuse.alone": _refusing(alone),
    }


def _refusing(server: Guard) -> Subject:
    def call(header: str) -> Cause | None:
        try:
            server.authenticate(header)
        except BearerError as error:
            return error.cause
        return None

    return Subject(call, accepted=lambda cause: cause is Cause.TOKEN_EXPIRED)

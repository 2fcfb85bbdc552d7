"""Is the guard mounted, and does CORS sit outside of it?"""

from collections.abc import Iterator

from poolwarden.commands.checkup.result import Outcome, Patient, Result
from poolwarden.commands.middleware import order_of


def middleware(patient: Patient) -> Iterator[Result]:
    """Look at the application's middleware."""
    if patient.app is None:
        yield Result(Outcome.SKIPPED, "no application is named", "Give --app module:name.")
        return
    order = order_of(patient.app.loaded)
    if not order.guarded:
        yield Result(
            Outcome.PROBLEM,
            f"{patient.app.address} has no BearerMiddleware",
            "Add poolwarden's BearerMiddleware; a guard in the routes (Security, @required) is not seen from here.",
        )
    elif order.cors_inside:
        yield Result(
            Outcome.PROBLEM,
            "CORS sits inside the guard: browsers cannot read its 401",
            "Add the CORS middleware after BearerMiddleware: what is added last runs first.",
        )
    else:
        yield Result(Outcome.OK, "the guard is mounted, and no CORS middleware sits inside it")

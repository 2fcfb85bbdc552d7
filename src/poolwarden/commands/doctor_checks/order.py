"""Is the guard mounted, and does CORS sit outside of it?"""

from collections.abc import Iterator

from poolwarden.commands.doctor_checks.mounted import mounted_in
from poolwarden.commands.doctor_checks.result import Outcome, Patient, Result


def middleware(patient: Patient) -> Iterator[Result]:
    """Look at where the application's guards are."""
    if patient.app is None:
        yield Result(Outcome.SKIPPED, "no application is named", "Give --app module:name.")
        return
    found = mounted_in(patient.app.loaded)
    if not found:
        yield Result(
            Outcome.PROBLEM,
            f"no guard was found in {patient.app.address}",
            "Add poolwarden's BearerMiddleware, or Security(auth) to routes of FastAPI; in Flask auth.init_app(app) "
            "lets it be found. One within a function of your own is not seen from here.",
        )
    elif any(guard.cors_inside for guard in found):
        yield Result(
            Outcome.PROBLEM,
            "CORS sits inside the guard: browsers cannot read its 401",
            "Add the CORS middleware after BearerMiddleware: what is added last runs first. With Flask-CORS, guard by "
            "auth.init_app(app, protect=True).",
        )
    elif all(guard.in_routes for guard in found):
        yield Result(Outcome.OK, "the guard is in routes: those that do not ask it are open")
    else:
        yield Result(Outcome.OK, "the guard is mounted, and no CORS middleware sits inside it")

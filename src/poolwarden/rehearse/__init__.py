"""
Rehearse the life of a session: does an application do the right thing at every boundary of its settings?

A local pool with the same settings plays one session after another, each of
them with a past, so that an application on its own real clock meets every
boundary in seconds: the expiry of access and refresh tokens, the end of a
rotation's grace, a revocation, a sign-out on all devices.
"""

from poolwarden.rehearse.environment import environment_of, exports, issuer_of
from poolwarden.rehearse.exchange import read_address
from poolwarden.rehearse.play import asking
from poolwarden.rehearse.ready import await_application
from poolwarden.rehearse.recipe import recipe
from poolwarden.rehearse.rehearsal import Rehearsal, rehearse
from poolwarden.rehearse.renewal import PoolCalls
from poolwarden.rehearse.stage import Stage
from poolwarden.rehearse.steps import steps_of
from poolwarden.rehearse.terms import Terms, Way, terms_of, with_validities

__all__ = [
    "PoolCalls",
    "Rehearsal",
    "Stage",
    "Terms",
    "Way",
    "asking",
    "await_application",
    "environment_of",
    "exports",
    "issuer_of",
    "read_address",
    "recipe",
    "rehearse",
    "steps_of",
    "terms_of",
    "with_validities",
]

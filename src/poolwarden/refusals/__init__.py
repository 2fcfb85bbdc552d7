"""
Say which cause it is when Cognito, an SDK or a JWT library refuses.

The vocabulary that the guard's hooks and the triage share: names of exceptions
and sentences in, a :class:`poolwarden.Cause` out. Pure and without any
third-party library, so that a live application can afford it.
"""

from poolwarden.refusals.decide import cause_of
from poolwarden.refusals.names import TRANSIENT, name_of
from poolwarden.refusals.operations import OPERATIONS, operation_of

__all__ = ["OPERATIONS", "TRANSIENT", "cause_of", "name_of", "operation_of"]

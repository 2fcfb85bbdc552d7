"""
Play forty days of sessions, offline, and triage what they leave behind.

Everything in it is real but the people and the time: the user pool is
:mod:`poolwarden.localpool` on a clock that is moved, the applications are
FastAPI and Flask behind the middleware, and the triage reads nothing but the
log that the guard wrote.
"""

"""The shape every operation has: the pool and a request in, an answer out."""

from collections.abc import Callable
from typing import TypeAlias

from poolwarden.localpool.params import Params
from poolwarden.localpool.state import State

# An answer in wire form, before JSON; times are seconds since the epoch.
Answer: TypeAlias = dict[str, object]

# What answers one operation; it raises CognitoError to refuse.
Handler: TypeAlias = Callable[[State, Params], Answer]

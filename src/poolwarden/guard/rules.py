"""Hold what every token is checked against: the accepted issuers, the limits and the clocks."""

from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field

from poolwarden.causes import Cause
from poolwarden.events import OTHER
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.claims import Standard
from poolwarden.guard.inquiries import Inquiries
from poolwarden.guard.keys import KeyRing
from poolwarden.guard.source import KeySource
from poolwarden.refs import References


@dataclass(frozen=True, slots=True)
class Issuer:
    """
    One accepted issuer.

    Attributes:
        alias: The pool's alias.
        iss: The ``iss`` of its tokens.
        ring: The keys.
        source: What fetches them; None where they are given.
        standard: What the claims of its tokens are held against.
        validities: The configured refresh validities by the app clients' aliases, seconds.
    """

    alias: str
    iss: str
    ring: KeyRing
    source: KeySource | None
    standard: Standard
    validities: Mapping[str, int]

    def client_of(self, client_id: object) -> str:
        """Return the alias of the app client that a ``client_id`` names, or ``other``."""
        return self.standard.clients.get(client_id, OTHER) if isinstance(client_id, str) else OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """
    What every token is held against, and the clocks.

    Attributes:
        issuers: The accepted issuers.
        max_token_bytes: How large a token may be.
        asked: Functions that are asked at every request whether a verified token is refused: own checks, and the
            revocation list.
        online: Asks the online check or list; None without one.
        refs: What makes references.
        now: The clock, epoch seconds.
        monotonic: The clock for keys and for answers of the online check, seconds.
        patience_s: How long a token may wait until the first keys are asked for a second time, after a failure.
        headers: Key ids by headers of verified tokens: such a header need not be parsed again.
    """

    issuers: Mapping[str, Issuer]
    max_token_bytes: int
    asked: tuple[Callable[[AccessToken], Cause | None], ...]
    online: Inquiries | None
    refs: References
    now: Callable[[], float]
    monotonic: Callable[[], float]
    patience_s: float
    headers: MutableMapping[bytes, str] = field(default_factory=dict, repr=False)

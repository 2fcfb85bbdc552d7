"""Answer for a resource server whether a request may pass: the guard's one face."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from time import perf_counter, time

from poolwarden.errors import BearerError, bearer_error
from poolwarden.events import UNVERIFIED
from poolwarden.guard.access_token import AccessToken
from poolwarden.guard.bearer import MAX_TOKEN_BYTES, Header, token_of
from poolwarden.guard.case import Case
from poolwarden.guard.digest import sha256
from poolwarden.guard.drive import drive, drive_async
from poolwarden.guard.durations import seconds
from poolwarden.guard.fetch import Exchange, fetch_document
from poolwarden.guard.flow import decide, refusal_of
from poolwarden.guard.frozen import monotonic
from poolwarden.guard.inquiries import Inquiries
from poolwarden.guard.key_news import KeyNews
from poolwarden.guard.keys import KeyPolicy
from poolwarden.guard.observer import Accepted, Mark, Meter, no_mark
from poolwarden.guard.online_check import OnlineCheck
from poolwarden.guard.online_list import OnlineList
from poolwarden.guard.own_checks import UserCheck, asked_each_time
from poolwarden.guard.pool import UserPool
from poolwarden.guard.rejections import Facts, Rejections, digest_of
from poolwarden.guard.requirement import Requirement
from poolwarden.guard.revocation import RevocationList
from poolwarden.guard.rules import Rules
from poolwarden.guard.setup import check_settings, clients_of, issuers_of, pools_of
from poolwarden.guard.sightings import Sightings
from poolwarden.guard.source import Fetch, KeySource, Outcome
from poolwarden.guard.sources import KeySources
from poolwarden.guard.tolerant import tolerant_meter, tolerant_sink
from poolwarden.guard.verified import Known, KnownTokens, let_go
from poolwarden.refs import References
from poolwarden.telling import EventSink, RequestFacts
from poolwarden.version import __version__

# One decision in so many about a known token is timed: timing each would make them a third slower.
_TIMED = 16
# A token is remembered by the digest of a header with this scheme, as nearly every client writes it.
_SCHEME = b"Bearer "


class Guard:
    """
    Authenticate bearer access tokens of user pools and authorize requests.

    Safe for threads and for several event loops; may be made before a fork.

    Args:
        pools: The user pools whose tokens are accepted.
        leeway: How far another clock may be ahead; it lengthens no life.
        max_session_age: How long ago a sign-in may be; None for no limit.
        max_token_bytes: How large a token may be.
        cache_size: How many verified tokens are remembered (about 1.7 kB each); 0 for none.
        checks: Own checks: a cause, and a function that returns True for tokens that are refused for it.
        revoked: Sessions and users that were ended.
        online: Ask Cognito, or a list elsewhere, whether a session is alive.
        ref_key: The secret that references are made with (POOLWARDEN_REF_KEY).
        key_policy: How keys are fetched and how long they are used.
        session_ending: Tell about sessions this long before they reach their refresh validity.
        events: Where events go; None for nowhere.
        meter: Where counts go; None for nowhere.
        mark: What else is told of every refusal, in its request.
        now: The clock, epoch seconds.
        monotonic: The clock for keys and for answers of the online check, seconds.
        fetch: What fetches a JWK Set.

    Raises:
        ConfigurationError: A setting is wrong; it names the field and the mend.
    """

    def __init__(  # noqa: PLR0913 (each is a setting of its own; all but the first have a default)
        self,
        pools: UserPool | Iterable[UserPool],
        *,
        leeway: timedelta | float = 5.0,
        max_session_age: timedelta | float | None = None,
        max_token_bytes: int = MAX_TOKEN_BYTES,
        cache_size: int = 10_000,
        checks: Iterable[UserCheck] = (),
        revoked: RevocationList | None = None,
        online: OnlineCheck | OnlineList | None = None,
        ref_key: bytes | None = None,
        key_policy: KeyPolicy | None = None,
        session_ending: timedelta | float | None = None,
        events: EventSink | None = None,
        meter: Meter | None = None,
        mark: Mark = no_mark,
        now: Callable[[], float] = time,
        monotonic: Callable[[], float] = monotonic,
        fetch: Fetch = fetch_document,
    ) -> None:
        check_settings(cache_size=cache_size, max_token_bytes=max_token_bytes, ref_key=ref_key, key_policy=key_policy)
        check_settings(revoked=revoked, online=online, checks=checks, now=now, monotonic=monotonic, fetch=fetch)
        self.events: EventSink = tolerant_sink(events)
        self.meter: Meter = tolerant_meter(meter)
        self.pools: tuple[tuple[str, UserPool], ...] = pools_of(pools)
        policy = key_policy or KeyPolicy()
        leeway_s = seconds("leeway", leeway)
        age_s = None if max_session_age is None else seconds("max_session_age", max_session_age)
        ending_s = None if session_ending is None else seconds("session_ending", session_ending)
        self._exchange = Exchange(online.timeout_s if online else policy.timeout_s)
        issuers = issuers_of(
            self.pools, policy, monotonic=monotonic, told=self._fetched, fetch=fetch, leeway_s=leeway_s, max_age_s=age_s
        )
        self.rules: Rules = Rules(
            issuers=issuers,
            max_token_bytes=max_token_bytes,
            asked=asked_each_time(checks, revoked),
            online=None if online is None else Inquiries(online, self._exchange, monotonic),
            refs=References(ref_key),
            now=now,
            monotonic=monotonic,
            patience_s=policy.patience_s,
        )
        self._sightings = Sightings(self.events, self.meter, self.rules.refs, ending_s, age_s)
        # Whether a known token holds until its exp, with no earlier look; and whether each request asks about it.
        self._plain = ending_s is None and age_s is None
        self._ask_each_time = online is not None or bool(self.rules.asked)
        self._key_news = KeyNews(self.events, self.meter, now=now, monotonic=monotonic)
        self._rejections = Rejections(self.events, self.meter, self.rules.refs, mark)
        self._known = KnownTokens(cache_size, self.meter.cache("evicted"))
        self._now, self._monotonic, self._turn = now, monotonic, 0
        self._accepted = Accepted(self.meter)
        self._hit, self._miss = self.meter.cache("hit"), self.meter.cache("miss")
        self._cold, self._warm, self._rejected = map(self.meter.verification, ("cold", "warm", "rejected"))
        self._skipped = self.meter.request(UNVERIFIED, UNVERIFIED, "skipped", "none")
        self._sources = KeySources(self.pools, self.rules.issuers, monotonic)
        self.meter.configured(clients_of(self.pools, others=True), __version__)

    @property
    def clients(self) -> tuple[tuple[str, str, int | None], ...]:
        """The configured app clients as ``(pool, client, refresh validity in seconds or None)``."""
        return clients_of(self.pools)

    def authenticate(
        self, header: Header, request: Facts = RequestFacts, require: Requirement | None = None
    ) -> AccessToken:
        """
        Authenticate a request by its Authorization header; may block for a fetch of keys.

        Args:
            header: The header's value, all values where there are several, or None.
            request: Returns what events tell about the request.
            require: Scopes and groups that the token needs.

        Raises:
            BearerError: The request is refused; ``cause`` says why.
        """
        case = self._recognise(header, request)
        del header
        if isinstance(case, Known):
            return self._pass(case, require, request)
        try:
            decided = decide(case, self.rules)
            known = self._accept(decided if isinstance(decided, AccessToken) else drive(decided), case)
        except BearerError as error:
            raise self._refuse(error, case, request) from None
        return self._pass(known, require, request)

    async def aauthenticate(
        self, header: Header, request: Facts = RequestFacts, require: Requirement | None = None
    ) -> AccessToken:
        """Authenticate as :meth:`authenticate` does, without blocking the event loop (on AWS Lambda up to a second)."""
        case = self._recognise(header, request)
        del header
        if isinstance(case, Known):
            return self._pass(case, require, request)
        try:
            decided = decide(case, self.rules)
            known = self._accept(decided if isinstance(decided, AccessToken) else await drive_async(decided), case)
        except BearerError as error:
            raise self._refuse(error, case, request) from None
        return self._pass(known, require, request)

    def recall(self, header: str | bytes | None, require: Requirement | None = None) -> AccessToken | None:
        """Return a token that was verified before, and count the request; None where :meth:`authenticate` decides."""
        self._turn = turn = self._turn + 1  # races between threads only shift which decision is timed
        started = 0.0 if turn % _TIMED else perf_counter()
        if type(header) is str:
            header = header.encode("latin-1", "replace")
        # A header with another scheme has a digest of its own, under which nothing is known.
        if type(header) is not bytes or (known := self._known.get(sha256(header))) is None:
            return None
        due = self._ask_each_time or self._monotonic() >= self._sources.due_at or self._now() >= known.until
        if due and not self._still_good(known):
            return None
        if require is not None and require.missing_in(known.token) is not None:
            return None
        known.accepted()
        self._hit()
        if started:
            self._warm(perf_counter() - started)
        return known.token

    def authorize(self, token: AccessToken, requirement: Requirement, request: Facts = RequestFacts) -> None:
        """
        Refuse a verified token that lacks a scope or a group, in a request that was accepted and counted before.

        Args:
            token: The verified token.
            requirement: What it needs.
            request: Returns what events tell about the request.

        Raises:
            Forbidden: ``scope_missing`` or ``group_missing``, with the names that are missing.
        """
        if (lack := requirement.missing_in(token)) is not None:
            cause, missing = lack
            case = Case(b"", digest_of(token.jti or token.session_ref), perf_counter())
            case.issuer, case.client, case.payload = self.rules.issuers.get(token.iss), token.client, token.payload
            needed = requirement.scopes_for(token)
            raise self._refuse(bearer_error(cause, missing=missing, needed=needed), case, request)

    def skip(self) -> None:
        """Count a request that needs no token: an exempt path or a CORS preflight."""
        self._skipped()

    def warm_up(self) -> bool:
        """Fetch the keys of every pool now and block until that has ended; return :meth:`ready`."""
        return self._sources.wait()

    async def awarm_up(self) -> bool:
        """Fetch the keys of every pool now, without blocking the event loop; return :meth:`ready`."""
        return await self._sources.wait_async()

    def prefetch(self) -> None:
        """Begin to fetch the keys of every pool that has none yet; wait only on AWS Lambda, for a second at most."""
        self._sources.prefetch()

    async def aclose(self) -> None:
        """Close the online check's connections of the running event loop; called when an application ends."""
        await self._exchange.aclose()

    def ready(self) -> bool:
        """Return whether keys of every pool are in force: fit for a readiness probe."""
        return self._sources.ready()

    def _recognise(self, header: Header, request: Facts) -> Known | Case:
        try:
            token = token_of(header)
        except BearerError as error:
            # Without a token, refusals with the same cause on the same route are counted as repeats of one.
            facts = request()
            case = Case(b"", digest_of(f"{error.cause}|{facts.method}|{facts.route}"), perf_counter())
            raise self._refuse(error, case, lambda: facts) from None
        if (known := self._known.get(digest := sha256(_SCHEME + token))) is not None:
            if self._still_good(known):
                self._hit()
                return known
            self._known.drop(digest)
        self._miss()
        self._sources.look_after(self._monotonic())
        return Case(token, digest, perf_counter())

    def _still_good(self, known: Known) -> bool:
        monotonic = self._monotonic()
        if self._now() >= known.until:
            return False
        if monotonic >= self._sources.due_at:
            self._sources.look_after(monotonic)
        keys = known.ring.current  # after look_after, which may have renewed them
        good = monotonic < keys.dead_at and keys.epoch == known.epoch and monotonic < known.asked_until
        return good and refusal_of(known.token, self.rules) is None

    def _accept(self, token: AccessToken, case: Case) -> Known:
        now = self._now()
        until = token.exp if self._plain else self._sightings.look_again_at(token, now)
        ring, accepted = self.rules.issuers[token.iss].ring, self._accepted[token.pool, token.client]
        known = Known(token, until, ring, case.epoch, accepted, case.asked_until)
        new = self._known.add(case.digest, known)
        self._cold(perf_counter() - case.started)
        if new:
            self._sightings.seen(token, now)
        return known

    def _pass(self, known: Known, require: Requirement | None, request: Facts) -> AccessToken:
        token = known.token
        if require is not None:
            self.authorize(token, require, request)
        known.accepted()
        return token

    def _refuse(self, error: BearerError, case: Case, request: Facts) -> BearerError:
        self._rejections.tell(error, case, request, self.rules.now())
        self._rejected(perf_counter() - case.started)
        # Tools that show local variables in tracebacks would find the token in the frames of this decision.
        error.__context__ = None
        return error.with_traceback(None)

    def _fetched(self, alias: str, source: KeySource, outcome: Outcome) -> None:
        forgotten = self._known.clear() if outcome.added or outcome.removed else {}
        self._sources.fetched()
        self._key_news.tell(alias, source, outcome)
        let_go(forgotten)

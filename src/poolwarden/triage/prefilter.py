"""Find the few places of a log that can concern a session, at the memory's speed."""

from collections.abc import Sequence
from functools import cache
from operator import itemgetter

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from poolwarden.triage.numbers import ARRAYS, MARK, in_numbers
from poolwarden.triage.patterns import later
from poolwarden.triage.telling import bring

# Which literals, how many, and in which order decides the speed. At most 64, of four bytes or more, are packed into 16
# buckets by their place modulo 16; every four bytes of a log that fit a bucket's first four, half a byte at a time, are
# looked at again. This order, and how many of a word's first letters are left out, was searched for by simulated
# annealing, over the quadruples of bytes in eight sorts of logs and of prose: 0.15 % of all bytes are looked at twice,
# where they were 1.4 % in an order that just grew, which took twice as long.
LITERALS: tuple[bytes, ...] = (
    b"UserNot",
    b"ogSourceId",
    b"lgorithm",
    b"eyJh",
    b"JWTE",
    b"jwt.",
    b"NotBefore",
    b"udience",
    b"ot allowed",
    b" JWS",
    b"nvalidParameter",
    b"itExceeded",
    b'"401"',
    b"JWKS",
    b"InternalErrorEx",
    b"gClaim",
    b"PasswordReset",
    b"orbiddenEx",
    b"Jwt ",
    b"alformed",
    b"JWKC",
    b"rrently signed",
    b"OperationNotEn",
    b"InitiateAuth",
    b"=401",
    b'":401',
    b"nvalid_grant",
    b"r_descri",
    b" 401",
    b"ignature",
    b"Unauthorized: /",
    b"JWK ",
    b"User needs to be auth",
    b"orization ",
    b"lwarden.",
    b"eyJr",
    b"JWTC",
    b"Jwt:",
    b"Lambda",
    b"WebTok",
    b"ooManyReq",
    b"gning key",
    b"TokenRe",
    b"ssuer",
    b"nvalid claim",
    b"oken is ",
    b"Cannot retrieve a new",
    b"eyJ0",
    b"Jwks",
    b"Web Key Set",
    b"jwt ",
    b"jwks",
    b"sh token",
    b"mp check",
    b"xpired",
    b"segments",
    b"otAuthorized",
    b" kid",
    b"No current user",
    b"esourceNotFound",
    b" Token",
    b"ognito",
    b"YetValid",
    b"dClaim",
)
"""What a line that concerns a session holds at least one of."""

# A second set costs half as much as the first, where a 65th literal in the first costs ten times as much. At most 32
# take 8 buckets, by their place modulo 8; their order and beginnings were searched for in the same way.
RARE: tuple[bytes, ...] = (
    b"JWTI",
    b" satisfied",
    b"JwtEx",
    b"(kid)",
    b"_JWS_",
    b"attempts exceeded",
    b'kid" inv',
    b"en will be active",
    b"JWT (",
    b"n't be used",
    b"yet valid",
    b"_JWT_",
    b"as not received",
    b"curityToken",
    b"enabled for th",
    b"er pool ",
    b"JWT\\",
    b"JWT::",
    b"retHash",
    b"ogins do",
    b'" claim',
    b"IDX1",
    b"nvalid JWT",
    b"en used before",
    b"JOSE",
    b" url, err",
    b"ret hash",
    b"lid yet",
    b"on for the user",
    b"IDX2",
    b"JwtP",
    b"JwtI",
)
"""What further sentences of JWT libraries and of Cognito hold, and hardly any other log."""

NUMBERS: frozenset[int] = frozenset(index for index, literal in enumerate(LITERALS) if literal.endswith(b"401"))
"""The indexes of literals that end in a number, which may be a part of a longer one."""

TOKENS: frozenset[int] = frozenset(index for index, literal in enumerate(LITERALS) if literal.startswith(b"eyJ"))
"""The indexes of literals that a token begins with: ``{"a…``, ``{"k…`` and ``{"t…`` in base64url."""


class Prefilter:
    """Find literals in bytes; releases the interpreter's lock while it looks."""

    __slots__ = ("_automaton", "_rare")

    def __init__(self, literals: Sequence[bytes] = LITERALS, rare: Sequence[bytes] = RARE) -> None:
        self._automaton = BytesAhoCorasick(list(literals), matchkind=MatchKind.LeftmostFirst)
        self._rare = BytesAhoCorasick(list(rare), matchkind=MatchKind.LeftmostFirst) if rare else None

    def hits(self, data: bytes | bytearray | memoryview) -> list[tuple[int, int, int]]:
        """
        Return ``(literal, start, end)`` of every literal found, in the order of their starts.

        Those of one set do not overlap. The numbers of the rare ones follow those of the others.
        """
        found: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(data)
        rare = self._rare.find_matches_as_indexes(data) if self._rare is not None else ()
        if rare:
            found += [(len(LITERALS) + literal, start, end) for literal, start, end in rare]
            found.sort(key=itemgetter(1))
        return found

    def in_block(self, data: memoryview) -> list[tuple[int, int, int]]:
        """Return what :meth:`hits` does of a block of a log, and what only logs of its sort hold."""
        found = self.hits(data)
        head = bytes(data[:_HEAD])
        more: list[tuple[int, int, int]] = []
        if MARK in head and _arrays().hits(data):
            more += _numbered().hits(data)
        if b"\x1b" in head or (b"\t" in head and _TABLE.search(head)):
            more += _statuses().hits(data)
        if more:
            found += [(_AS_WORD, start, end) for _, start, end in more]
            found.sort(key=itemgetter(1))
        return found


_HEAD = 4096  # a block shows by its first lines what else to look for in it; to look for it in all would cost a tenth
_TABLE = later(rb"\d{4}-\d\d-\d\d\t\d\d:\d\d:\d\d\t")  # how a line of CloudFront begins
_AS_WORD = 0  # counts as the first of the literals: a word, neither a number nor a token


@cache
def _statuses() -> Prefilter:
    return Prefilter((b"\t401\t", b"m401\x1b"), ())


@cache
def _arrays() -> Prefilter:
    return Prefilter(ARRAYS, ())


@cache
def _numbered() -> Prefilter:
    return Prefilter(list(in_numbers((*LITERALS, *RARE))), ())


bring(Prefilter().hits)


TRAIL_MARK = b"cognito-i"
"""What an event of Cognito holds in a CloudTrail file; elsewhere it costs one needless look."""

# Two searches: a set of one beginning is found by its rarest byte at 20 GB/s, both together at a tenth of that.
_trail_marks = Prefilter([TRAIL_MARK], ())
_token_starts = Prefilter([LITERALS[index] for index in sorted(TOKENS)], ())


def in_document(data: bytes) -> tuple[list[int], list[int]]:
    """Return where a document may hold CloudTrail events of Cognito, and where tokens may begin."""
    marks, starts = _trail_marks.hits(data), _token_starts.hits(data)
    return [start for _, start, _ in marks], [start for _, start, _ in starts]

"""Tell what JWT libraries and the proxies built on them say about a token."""

from typing import NamedTuple

from poolwarden.causes import Cause
from poolwarden.refusals.sentences import compiled
from poolwarden.refusals.unreached import unreached

_EXPIRED, _EARLY, _ALG = Cause.TOKEN_EXPIRED, Cause.TOKEN_NOT_YET_VALID, Cause.ALGORITHM_REFUSED
_SIGNATURE, _KEY, _KEYS = Cause.SIGNATURE_INVALID, Cause.KEY_UNKNOWN, Cause.KEYS_UNAVAILABLE
_ISSUER, _AUDIENCE, _CLIENT = Cause.ISSUER_MISMATCH, Cause.AUDIENCE_MISMATCH, Cause.CLIENT_MISMATCH
_CLAIM, _MALFORMED, _MISSING = Cause.CLAIM_INVALID, Cause.TOKEN_MALFORMED, Cause.CREDENTIALS_MISSING


class Words(NamedTuple):
    """
    One thing that is said of a token, and its cause.

    Attributes:
        cause: What it means.
        literal: A part that is always there.
        words: The whole, over :func:`poolwarden.refusals.sentences.plain` text.
        sure: Whether nobody but a JWT library says so.
        written: How it begins where others say the same in lower case; None where nobody else does.
    """

    cause: Cause
    literal: str
    words: str | None
    sure: bool
    written: str | None = None

    def as_written(self, text: str) -> bool:
        """Tell whether a text that says this does so in the library's own letters."""
        return self.written is None or self.written in text

    def holds(self, text: str) -> bool:
        """Tell whether :func:`poolwarden.refusals.sentences.plain` text says this."""
        return self.literal in text and (self.words is None or compiled(self.words).search(text) is not None)


def _say(
    cause: Cause, literal: str, words: str | None = None, *, sure: bool = True, written: str | None = None
) -> Words:
    return Words(cause, literal, words, sure, written)


JWT_SENTENCES: tuple[Words, ...] = (
    # Keys first: "signature" and "expired" turn up in the tails of these.
    _say(_KEY, "signing key that matches"),
    _say(_KEY, "not found in the jwks"),
    _say(_KEY, "no key for kid"),
    _say(_KEY, "no applicable key found in the json web key set"),
    _say(_KEY, "no matching key(s) found"),
    _say(_KEY, "key to match kid"),
    _say(_KEY, "'kid' invalid, unable to lookup correct key"),
    _say(_KEY, "unable to find a suitable verification key for jws"),
    _say(_KEY, "idx10501"),
    _say(_KEY, "idx10503"),
    _say(_KEY, "idx10517"),
    _say(_KEY, "could not find public key for kid", sure=False),
    _say(_KEY, "no suitable public key found", sure=False),
    _say(_KEY, "the signature key was not found"),
    _say(_KEY, "failed to find key with key id"),
    _say(_KEYS, "retrieve remote jwk set"),
    _say(_KEYS, "fail to fetch data from the url"),
    _say(_KEYS, "jwks remote fetch is failed"),
    _say(_KEYS, "json web key set http response"),
    _say(_KEYS, "jwk", r"jwks endpoint did not (contain|return)|jwk set did not contain any"),
    _say(_KEYS, "/jwks.json", unreached(r"/jwks\.json\b")),
    _say(_KEYS, "idx10500"),
    _say(_KEYS, "idx2080", r"idx2080[3-7]"),
    _say(_KEYS, "fetching keys oidc", r"fetching keys oidc.? get keys failed"),
    _say(
        _KEYS,
        "jwks",
        r"(failed|unable|error|could not|timeout|timed out) "
        r"[^,;]{0,25}(fetch|retrieve|retrieving|download|load|get)(t?ing)? .{0,160}jwks",
    ),
    _say(_ALG, "another algorithm expected", r"another algorithm expected(?!, or no matching key)"),
    _say(_EXPIRED, "signature has expired", written="Signature has"),
    _say(_EXPIRED, "jwt expired", r"(?<!\b\d )(?<!\b\d\d )jwt expired(?! (tokens?|total|count|sessions?|in \d+)\b)"),
    _say(_EXPIRED, "'exp' claim expired"),
    _say(_EXPIRED, "the jwt is no longer valid"),
    _say(_EXPIRED, "srjwt08008"),
    _say(_EXPIRED, "token is invalid or expired", sure=False),
    _say(_EXPIRED, "jwt is expired"),
    _say(_EXPIRED, "expired jwt"),
    _say(_EXPIRED, "jwt has expired"),
    _say(_EXPIRED, "'exp' claim timestamp check failed"),
    _say(_EXPIRED, "exp", r"'?exp'? (claim )?(not satisfied|is expired)"),
    _say(_EXPIRED, "token expired at 2", r"token expired at 20\d\d"),
    _say(_EXPIRED, "idx10223"),
    _say(_EXPIRED, "expired at", r"token has expired at 20\d\d|expired at \d{10}, time: \d{10}"),
    _say(_EXPIRED, "token is expired", r"claims:? token is expired|oidc: token is expired|token is expired by \d"),
    _say(_EXPIRED, "expired token: the token is expired"),
    _say(_EXPIRED, "expired token", r"(: |^|')expired token\b(?! refresh)", sure=False),
    _say(_EXPIRED, "token has expired on", r"the token has expired on"),
    _say(_EXPIRED, "incoming token has expired"),
    _say(
        _EXPIRED,
        "token",
        r"\b(?<!provided )(?<!security )(?<!session )(?<!device )(?<!reset )(?<!push )(?<!csrf )"
        r"(the |access |bearer |id |jwt )*token (has expired|is expired|expired|has been expired)\b",
        sure=False,
    ),
    _say(_EARLY, "not satisfied", r"'?(nbf|iat)'? not satisfied"),
    _say(_EARLY, "before the nbf (not before) time"),
    _say(_EARLY, "token is not valid before", sure=False),
    _say(_EARLY, "not yet valid", r"(token is|jwt|jwt is) not yet valid"),
    _say(_EARLY, "not valid yet", r"(token|jwt) is not valid yet|validation failed, token not valid yet"),
    _say(_EARLY, "jwt not active"),
    _say(_EARLY, "'nbf' claim timestamp check failed"),
    _say(_EARLY, "nbf has not been reached"),
    _say(_EARLY, "can't be used before", r"token can't be used before"),
    _say(_EARLY, "jwt", r"jwt (used )?before (use )?time|jwt used before"),
    _say(_EARLY, "cannot handle token", r"cannot handle token (with \w+ )?prior to"),
    _say(_EARLY, "token used before issued"),
    _say(_EARLY, "idx10222"),
    _say(_EARLY, "token will be active at", r"token will be active at 20\d\d"),
    _say(_EARLY, "valid from", r"valid from \d{10}, time: \d{10}"),
    _say(
        _AUDIENCE,
        "audience",
        r"audience doesn't match|jwt audience (invalid|rejected)|audience validation failed|token has invalid audience",
    ),
    _say(_AUDIENCE, "audience", r"invalid audience\b|audience not allowed|the audience '[^']*' is invalid", sure=False),
    _say(
        _AUDIENCE,
        "audience",
        r"audiences in jwt are not allowed|jwt (audience rejected|missing required audience)|not "
        r"allowed to be used by this audience",
    ),
    _say(
        _AUDIENCE,
        "aud",
        r"unexpected 'aud' (claim )?value|invalid 'aud' value|aud claim value is not allowed"
        r"|(invalid claim:?|the) '?aud'? claim is not valid|invalid "
        r"claim:? '?aud\b|'aud' not satisfied|oidc: expected audience",
    ),
    _say(
        _AUDIENCE,
        "aud",
        r"aud claim has value|claim 'aud' value doesn't|aud claim is not equal|missing the 'aud' "
        r"claim|doesn't match aud",
    ),
    _say(_AUDIENCE, "audience (aud) claim", r"audience \(aud\) claim .{0,300}doesn't contain an acceptable"),
    _say(_AUDIENCE, "idx10214"),
    _say(_AUDIENCE, "idx10208"),
    _say(_AUDIENCE, "idx10206"),
    _say(_CLIENT, "client id not allowed"),
    _say(_CLIENT, "not issued for this client id"),
    _say(_CLIENT, "unexpected 'client id' claim"),
    _say(
        _ISSUER,
        "issuer",
        r"jwt issuer invalid|issuer validation failed|jwt issuer is not configured|not issued by the given issuer"
        r"|doesn't match the required issuer|has invalid issuer",
    ),
    _say(_ISSUER, "issued by a different provider"),
    _say(_ISSUER, "issuer", r"invalid issuer\b|issuer not allowed|the issuer '[^']*' is invalid", sure=False),
    _say(
        _ISSUER,
        "iss",
        r"unexpected 'iss' (claim )?value|invalid 'iss' value|iss claim value is not allowed"
        r"|(the )?iss claim is not valid|invalid claim:? '?iss\b|'iss' "
        r"not satisfied|iss claim has value|expected iss claim",
    ),
    _say(_ISSUER, "issuer (iss) claim value", r"issuer \(iss\) claim value .{0,300}doesn't match"),
    _say(_ISSUER, "issuer not configured"),
    _say(_ISSUER, "idx10205"),
    _say(_ISSUER, "idx10211"),
    _say(
        Cause.TOKEN_USE_MISMATCH,
        "token use",
        r"token use not allowed|invalid token use|unexpected 'token use' claim"
        r"|token use .{0,30}(must be|expected|mismatch)",
    ),
    _say(Cause.SCOPE_MISSING, "scope not allowed"),
    _say(Cause.SCOPE_MISSING, "insufficient scope", sure=False),
    _say(Cause.GROUP_MISSING, "cognito group not allowed"),
    _say(Cause.GROUP_MISSING, "missing cognito group"),
    _say(
        _ALG,
        "alg",
        r"specified alg value is not allowed|'alg' \(algorithm\) header parameter value not allowed",
    ),
    _say(_ALG, "algorithm", r"algorithm is not supported|invalid algorithm|expected a different algorithm", sure=False),
    _say(_ALG, "token algorithm is invalid", sure=False),
    _say(_ALG, "is not a permitted algorithm"),
    _say(_ALG, "id token signed with unsupported algorithm"),
    _say(_ALG, "jwt header [alg] is not supported"),
    _say(_ALG, "algorithm of", r"algorithm of '[a-z]{2}\d{3}' is not allowed"),
    _say(_ALG, "algorithm not allowed", r"invalidjwsoperation\W+algorithm not allowed"),
    _say(_ALG, "signing method", r"signing method \w+ is invalid"),
    _say(_SIGNATURE, "signature verification failed", written="Signature verification"),
    _say(_SIGNATURE, "signature verification raised"),
    _say(_SIGNATURE, "jwt verification fails"),
    _say(_SIGNATURE, "failed to verify jws signature"),
    _say(_SIGNATURE, "could not verify message using any of the signatures or keys"),
    _say(_SIGNATURE, "jwt rejected due to invalid signature"),
    _say(_SIGNATURE, "signature resulted invalid"),
    _say(_SIGNATURE, "locally computed signature"),
    _say(_SIGNATURE, "token signature is invalid"),
    _say(_SIGNATURE, "signed jwt rejected: invalid signature"),
    _say(_SIGNATURE, "bad signature", sure=False),
    _say(_SIGNATURE, "verification failed for all signatures"),
    _say(_SIGNATURE, "jwt signature is required"),
    _say(_SIGNATURE, "token signature", r"token signature (mismatch|could not be verified)"),
    _say(_SIGNATURE, "jose: error in cryptographic primitive"),
    _say(_SIGNATURE, "idx10511"),
    _say(_SIGNATURE, "failed to verify id token signature"),
    _say(_SIGNATURE, "invalid signature", sure=False),
    _say(_MALFORMED, "invalid json web signature"),
    _say(_MALFORMED, "invalid jwt", r"invalid jwt\. (header|payload) is not"),
    _say(_MALFORMED, "protected header formatting", r"invalid token or protected header formatting"),
    _say(_MALFORMED, "token format unrecognized"),
    _say(
        _MALFORMED,
        "segments",
        r"invalid input segments length"
        r"|(not enough|too many|wrong number of|invalid number of) (or too many )?segments",
    ),
    _say(_MALFORMED, "jwt malformed"),
    _say(_MALFORMED, "jsonwebtokenerror", r"jsonwebtokenerror\W{1,4}invalid token\b"),
    _say(_MALFORMED, "oidc: malformed jwt"),
    _say(_MALFORMED, "unable to parse jwt token"),
    _say(_MALFORMED, "compact jws format must have three parts"),
    _say(_MALFORMED, "jwt", r"jwt (header|payload|signature) (is an invalid (base64|json)|field \[|\[kid\] field)"),
    _say(_MALFORMED, "invalid jose compact serialization"),
    _say(_MALFORMED, "invalid segment encoding", sure=False),
    _say(_MALFORMED, "no key id (kid) found from token headers"),
    _say(_MALFORMED, "invalid compact jws"),
    _say(_MALFORMED, "not in the form of header.payload.signature"),
    _say(_MALFORMED, "invalid jwt serialization"),
    _say(_MALFORMED, "error decoding token headers"),
    _say(_MALFORMED, "invalid", r"invalid (header|payload|crypto) padding|invalid (header|payload) string:"),
    _say(_MALFORMED, "/jws/jwe object", r"invalid serialized [\w/]{0,20}/jws/jwe object"),
    _say(_MALFORMED, "token is malformed"),
    _say(_MALFORMED, "malformed authentication token"),
    _say(_MALFORMED, "malformed token", sure=False),
    _say(_MALFORMED, "exactly 3 parts", r"(jwt|token) .{0,40}exactly (3|three) parts"),
    _say(_MALFORMED, "idx12741"),
    _say(_MALFORMED, "idx12709"),
    _say(_MALFORMED, "idx10729"),
    _say(_MISSING, "jwt must be provided"),
    _say(_MISSING, "jwt is missing"),
    _say(_MISSING, "valid authorization header not provided"),
    _say(_MISSING, "nil json web token"),
    _say(_MISSING, "no authorization was found in request"),
    _say(_MISSING, "no authorization token was found"),
    _say(_MISSING, "no auth token", sure=False),
    _say(_MISSING, "missing authorization header", sure=False),
    *(
        _say(cause, "message: 'invalid token', claim: '", rf"message: 'invalid token', claim: '{claim}'")
        for claim, cause in (("exp", _EXPIRED), ("nbf", _EARLY), ("iss", _ISSUER), ("aud", _AUDIENCE), (r"\w+", _CLAIM))
    ),
    *(
        _say(cause, f"{claim} claim verification failed")
        for claim, cause in (("exp", _EXPIRED), ("nbf", _EARLY), ("iss", _ISSUER), ("aud", _AUDIENCE))
    ),
    _say(_CLAIM, "the token has no expiration", sure=False),
    _say(_CLAIM, "claim", r"token is missing the '\w+' claim|issued at claim \(iat\) must be"),
    _say(_CLAIM, "claim", r"\bclaim (exp|iss|aud|sub|iat|nbf|jti) is missing", sure=False),
    _say(_CLAIM, "claim present", r"no [a-z ]{2,20} \((exp|iss|aud|sub|iat|nbf|jti)\) claim present"),
    _say(_CLAIM, "required claim", r"missing required claim (exp|iss|aud|sub|iat|nbf|jti)\b", sure=False),
    _say(_CLAIM, "missing claim", r"missing claim: '?\w+", sure=False),
    _say(
        _CLAIM,
        "claim",
        r"jwt (id|subject) invalid|missing required '?[\w ]{1,40}'? claim|the claim '\w+' is not present"
        r"|invalid claim:? '?\w+",
    ),
    _say(_SIGNATURE, "signature is invalid", sure=False),
)
"""What JWT libraries and proxies say, the more telling first."""

"""Tell what the name of a JWT library's exception says."""

from poolwarden.causes import Cause

_EXPIRED, _EARLY, _ALG = Cause.TOKEN_EXPIRED, Cause.TOKEN_NOT_YET_VALID, Cause.ALGORITHM_REFUSED
_SIGNATURE, _KEY, _KEYS = Cause.SIGNATURE_INVALID, Cause.KEY_UNKNOWN, Cause.KEYS_UNAVAILABLE
_ISSUER, _AUDIENCE, _CLIENT = Cause.ISSUER_MISMATCH, Cause.AUDIENCE_MISMATCH, Cause.CLIENT_MISMATCH
_CLAIM, _MALFORMED, _MISSING = Cause.CLAIM_INVALID, Cause.TOKEN_MALFORMED, Cause.CREDENTIALS_MISSING

JWT_NAMES: dict[str, Cause] = {
    # PyJWT, python-jose, ruby-jwt
    "ExpiredSignatureError": _EXPIRED,
    "ExpiredSignature": _EXPIRED,
    "ImmatureSignatureError": _EARLY,
    "ImmatureSignature": _EARLY,
    "InvalidAudienceError": _AUDIENCE,
    "InvalidAudError": _AUDIENCE,
    "InvalidIatError": _CLAIM,
    "InvalidSubError": _CLAIM,
    "InvalidJtiError": _CLAIM,
    "MissingRequiredClaim": _CLAIM,
    "InvalidIssuerError": _ISSUER,
    "InvalidIssuedAtError": _CLAIM,
    "InvalidSubjectError": _CLAIM,
    "InvalidJTIError": _CLAIM,
    "MissingRequiredClaimError": _CLAIM,
    "InvalidSignatureError": _SIGNATURE,
    "InvalidAlgorithmError": _ALG,
    "IncorrectAlgorithm": _ALG,
    "PyJWKClientConnectionError": _KEYS,
    "PyJWKClientError": _KEY,
    "PyJWKSetError": _KEYS,
    # joserfc, Authlib
    "ExpiredTokenError": _EXPIRED,
    "BadSignatureError": _SIGNATURE,
    "MissingClaimError": _CLAIM,
    "InvalidKeyIdError": _KEY,
    "UnsupportedAlgorithmError": _ALG,
    "InvalidJwtSignatureException": _SIGNATURE,
    # jwcrypto
    "JWTNotYetValid": _EARLY,
    "JWTInvalidClaimValue": _CLAIM,
    "JWTMissingClaim": _CLAIM,
    "JWTMissingKey": _KEY,
    "InvalidJWSSignature": _SIGNATURE,
    "InvalidJWSObject": _MALFORMED,
    # fast-jwt, @fastify/jwt
    "FAST_JWT_EXPIRED": _EXPIRED,
    "FAST_JWT_INACTIVE": _EARLY,
    "FAST_JWT_INVALID_SIGNATURE": _SIGNATURE,
    "FAST_JWT_INVALID_ALGORITHM": _ALG,
    "FAST_JWT_MALFORMED": _MALFORMED,
    "FAST_JWT_INVALID_CLAIM_VALUE": _CLAIM,
    "FST_JWT_AUTHORIZATION_TOKEN_EXPIRED": _EXPIRED,
    "FST_JWT_NO_AUTHORIZATION_IN_HEADER": _MISSING,
    # jsonwebtoken, jwks-rsa, java-jwt
    "TokenExpiredError": _EXPIRED,
    "TokenExpiredException": _EXPIRED,
    "NotBeforeError": _EARLY,
    "SigningKeyNotFoundError": _KEY,
    "SigningKeyNotFoundException": _KEY,
    "SignatureVerificationException": _SIGNATURE,
    "AlgorithmMismatchException": _ALG,
    "JwksRateLimitError": _KEYS,
    "JwksError": _KEYS,
    "JWTDecodeException": _MALFORMED,
    "MissingClaimException": _CLAIM,
    # Haskell's jose: PostgREST, Hasura
    "JWSInvalidSignature": _SIGNATURE,
    # panva's jose
    "JWTExpired": _EXPIRED,
    "ERR_JWT_EXPIRED": _EXPIRED,
    "JWSSignatureVerificationFailed": _SIGNATURE,
    "ERR_JWS_SIGNATURE_VERIFICATION_FAILED": _SIGNATURE,
    "JWKSNoMatchingKey": _KEY,
    "ERR_JWKS_NO_MATCHING_KEY": _KEY,
    "JWKSTimeout": _KEYS,
    "ERR_JWKS_TIMEOUT": _KEYS,
    "JWKSInvalid": _KEYS,
    "JOSEAlgNotAllowed": _ALG,
    "ERR_JOSE_ALG_NOT_ALLOWED": _ALG,
    "JWTInvalid": _MALFORMED,
    "JWSInvalid": _MALFORMED,
    "ERR_JWT_INVALID": _MALFORMED,
    "ERR_JWS_INVALID": _MALFORMED,
    # aws-jwt-verify
    "JwtExpiredError": _EXPIRED,
    "JwtNotBeforeError": _EARLY,
    "JwtInvalidIssuerError": _ISSUER,
    "JwtInvalidAudienceError": _AUDIENCE,
    "JwtInvalidSignatureError": _SIGNATURE,
    "JwtInvalidSignatureAlgorithmError": _ALG,
    "JwtInvalidScopeError": Cause.SCOPE_MISSING,
    "JwtInvalidClaimError": _CLAIM,
    "JwtParseError": _MALFORMED,
    "JwtWithoutValidKidError": _MALFORMED,
    "CognitoJwtInvalidClientIdError": _CLIENT,
    "CognitoJwtInvalidGroupError": Cause.GROUP_MISSING,
    "CognitoJwtInvalidTokenUseError": Cause.TOKEN_USE_MISMATCH,
    "KidNotFoundInJwksError": _KEY,
    "WaitPeriodNotYetEndedJwkError": _KEY,
    "JwksNotAvailableInCacheError": _KEYS,
    "JwksValidationError": _KEYS,
    # jjwt
    "ExpiredJwtException": _EXPIRED,
    "PrematureJwtException": _EARLY,
    "MalformedJwtException": _MALFORMED,
    "UnsupportedJwtException": _ALG,
    # .NET
    "SecurityTokenExpiredException": _EXPIRED,
    "SecurityTokenNotYetValidException": _EARLY,
    "SecurityTokenInvalidAudienceException": _AUDIENCE,
    "SecurityTokenInvalidIssuerException": _ISSUER,
    "SecurityTokenInvalidSignatureException": _SIGNATURE,
    "SecurityTokenSignatureKeyNotFoundException": _KEY,
    "SecurityTokenMalformedException": _MALFORMED,
    "SecurityTokenNoExpirationException": _CLAIM,
    "SecurityTokenInvalidLifetimeException": _CLAIM,
    # firebase/php-jwt
    "SignatureInvalidException": _SIGNATURE,
    "BeforeValidException": _EARLY,
    # Rust jsonwebtoken
    "InvalidIssuer": _ISSUER,
    "InvalidAudience": _AUDIENCE,
    "InvalidSignature": _SIGNATURE,
}
"""Names of exceptions and error codes that only JWT libraries use."""

LIBRARY_NAMES: frozenset[str] = frozenset(
    (
        *("JsonWebTokenError", "JWTError", "JWTClaimsError", "JWSError", "JWKError", "JoseError", "InvalidTokenError"),
        *("InvalidClaimError", "JWTClaimValidationFailed", "JWTVerificationException", "JwtValidationException"),
        *("BadJwtException", "BadJWTException", "InvalidBearerTokenException", "JwtException", "JWTDecodeError"),
        *("JWTExtendedException", "CognitoJWTException", "JwtBaseError", "JWTInvalidClaim", "DecodeError"),
        *(
            "InvalidJwtException",
            "IncorrectClaimException",
            "InvalidClaimException",
            "BadJOSEException",
            "BadJWSException",
            "IDX10",
        ),
        *("SecurityTokenException", "SecurityTokenValidationException", "VerificationError", "ParseException"),
    )
)
"""Names that show a JWT library speaks, and leave the cause to its sentence."""

GENERIC_NAMES: frozenset[str] = frozenset(
    (
        *(
            "InvalidSignature",
            "InvalidAudience",
            "InvalidIssuer",
            "ExpiredSignature",
            "DecodeError",
            "InvalidTokenError",
        ),
        *("ParseException", "VerificationError", "TokenExpiredError", "TokenExpiredException", "ExpiredTokenError"),
        *("InvalidClaimException", "MissingClaimException", "InvalidSignatureError", "InvalidClaimError"),
    )
)
"""Names that other libraries use too: they tell beside a word about JWTs, or with a JWT library's sentence."""

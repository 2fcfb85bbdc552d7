"""Source code and its documentation name errors and quote sentences, and report none."""

import pytest

from poolwarden.triage.rules import find
from poolwarden.triage.source import is_source, is_statement


@pytest.mark.parametrize(
    "line",
    [
        "class TokenExpiredError(InvalidTokenError):",
        "export class UserNotFoundException extends ServiceError {",
        "exports.NotAuthorizedException = NotAuthorizedException;",
        "module.exports = TokenExpiredError;",
        "Expired.prototype = Object.create(JsonWebTokenError.prototype);",
        "    return done(new TokenExpiredError('jwt expired', at));",
        "    log.debug('The user is not authenticated', error);",
        "  rej('No current user')",
        "  readonly name: 'PasswordResetRequiredException';",
        '  Reasons["UserNotConfirmedException"] = "UserNotConfirmedException";',
        "  NO_CURRENT_USER = 'No current user',",
        "): error is { message: 'Refresh Token has expired' } {",
        "    'ExpiredSignatureError',",
        "  expired: 'FAST_JWT_EXPIRED', // The token is expired",
        " * <p>Thrown as NotAuthorizedException where the Refresh Token has expired.</p>",
        "    :exc:`NotAuthorizedException`",
        "`FST_JWT_AUTHORIZATION_TOKEN_EXPIRED` - Authorization token has expired",
        "- **auth:** NotAuthorizedException ([#12](https://example.org/12))",
    ],
)
def test_a_line_of_source_reports_nothing(line: str) -> None:
    """What declares, assigns, calls or documents names an exception without its having happened."""
    assert is_statement(line)
    match = find(line)
    assert match is None or match.maybe


@pytest.mark.parametrize(
    "line",
    [
        "NotAuthorizedException: Refresh Token has expired",
        "  name: 'NotAuthorizedException',",
        '    message = "Refresh Token has expired.";',
        "    at renew (/srv/a.js:3:1) {",
        "TypeError: this.user is undefined; NotAuthorizedException: Refresh Token has expired",
        "* NotAuthorizedException: Refresh Token has expired",
        "if renewal failed, then by NotAuthorizedException: Refresh Token has expired",
        "class NotAuthorizedException: Refresh Token has expired",
        "return code 400 NotAuthorizedException: Refresh Token has expired",
        "this.refresh() failed: NotAuthorizedException: Refresh Token has expired",
        "self.renew(session) NotAuthorizedException: Refresh Token has expired",
        "callback(): NotAuthorizedException: Refresh Token has expired",
        "resolve() rejected: NotAuthorizedException: Refresh Token has expired",
        "onFailure(NotAuthorizedException: Refresh Token has expired);",
        "`auth.refresh` - NotAuthorizedException: Refresh Token has expired",
        "<error><code>NotAuthorizedException</code><message>Refresh Token has expired</message></error>",
        'renew("ada") failed: NotAuthorizedException("Refresh Token has expired")',
    ],
)
def test_a_line_that_reports_is_no_source(line: str) -> None:
    """An error, its fields and its frames are no statements, whatever word they begin with."""
    assert not is_statement(line)


def test_what_is_mostly_source_is_source() -> None:
    """Where more than half of the lines are code, the others are too; a stack is none, whatever it quotes."""
    code = 'class Expired(JoseError):\n    error = "expired"\n    description = "The token is expired"\n'
    assert is_source(code)
    assert not is_source(f'Traceback (most recent call last):\n  File "a.py", line 1, in check\n{code}')
    assert not is_source("NotAuthorizedException: Refresh Token has expired\n  this.x = 3;\n  this.y = 4;")
    assert not is_source("2026-03-01 10:00:00 ERROR Refresh Token has expired\n  this.x = 3;\n  this.y = 4;")
    assert not is_source("token: expired\ndescription: The token is expired\n")
    assert not is_source('  error = "expired"\n  description = "The token is expired"\n')


def test_an_error_among_source_counts() -> None:
    """What Node prints of the source before an error that nobody caught does not hide it."""
    text = (
        "/srv/a.js:12\n    throw new SessionLost('Access Token has expired')\n    ^\n\n"
        "SessionLost: NotAuthorizedException: Refresh Token has been revoked\n    at renew (/srv/a.js:12:11)"
    )
    match = find(text)
    assert match is not None
    assert (match.cause, match.maybe) == ("refresh_token_revoked", False)

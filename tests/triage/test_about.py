"""Code, tests, queries, commands, manuals and metrics speak about an error, and report none."""

import pytest

from poolwarden.triage.about import is_about, is_no_event, without_about
from poolwarden.triage.rules import find


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("✓ refuses expired tokens (12 ms)", True),
        ("--- PASS: TestExpired (0.01s)", True),
        ("test_expired PASSED", True),
        ("=== RUN   TestRenew/Refresh_Token_has_expired", True),
        ("=== jwt expired ===", False),
        ("test_expired ... ok", True),
        ("# HELP tokens_expired_total refused because the JWT expired", True),
        ('cognito_errors_total{type="NotAuthorizedException"} 12', True),
        ("jwt_expired_total 1.5e+03 1772359200000", True),
        ("✗ TokenExpiredError: jwt expired", False),
        ("PASSED on to the user: jwt expired", False),
        ("jwt expired 12 times", False),
        ("✓ refuses expired tokens\nERROR jwt expired", False),
    ],
)
def test_passed_tests_and_samples_of_metrics_are_no_events(text: str, nothing: bool) -> None:
    """A line of a test run that passed and a sample of metrics tell no refusal; an error's mark does not hide one."""
    assert is_no_event(text) is nothing


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("// Refresh Token has expired: sign in", True),
        ("# NotAuthorizedException: sign in again", True),
        ("#0 NotAuthorizedException thrown", False),
        ("describe('Refresh Token has expired', () => {", True),
        ("grep 'Refresh Token has expired' app.log", True),
        ("LOG: statement: INSERT INTO audit VALUES ('Refresh Token has expired')", True),
        ("fields @message | filter @message like /Refresh Token has expired/", True),
        ('{ ($.errorMessage = "Refresh Token has expired") }', True),
        ('{"query":"SELECT a FROM b","error":"Refresh Token has expired"}', False),
        ("SELECTED FROM the menu: Refresh Token has expired", False),
        ("curl: (22) Refresh Token has expired", False),
        ("#1 const it = 'Refresh Token has expired'", False),
        ("src/renew.ts:42:  case 'NotAuthorizedException': // Refresh Token has expired", True),
        ("lib/renew.py-17-    raise SessionGone('Refresh Token has expired')", True),
        ("renew.go:42: NotAuthorizedException: Refresh Token has expired", False),
        ("except idp.exceptions.NotAuthorizedException as error:  # Refresh Token has expired", True),
        ('  "message" => "If you see Refresh Token has expired, sign in again"', True),
        ('  "message" => "Refresh Token has expired"', False),
        ("const GONE = 'Refresh Token has expired';", True),
        ("constant failure = Refresh Token has expired", False),
        ("  if (error.message === 'Refresh Token has expired') {", True),
        ("raise SessionGone('Refresh Token has expired')", True),
        ("raised SessionGone('Refresh Token has expired')", False),
        ("expect(text).toBe('Refresh Token has expired')", True),
        ("idp_mock.fail('Refresh Token has expired')", True),
        ("FAILED tests/test_a.py::test_b - Refresh Token has expired", True),
        ("SKIPPED [1] tests/test_a.py:3: Refresh Token has expired", True),
        ("ERROR auth.py:31: Refresh Token has expired", False),
        ("  Scenario: Refresh Token has expired", True),
        ("Example: Refresh Token has expired", True),
        ("| Refresh Token has expired | sign in again |", True),
        ("| 2026-03-01 | Refresh Token has expired |", False),
        ("| ERROR | auth.service | NotAuthorizedException: Refresh Token has expired |", False),
        ('    NotAuthorizedException: "Refresh Token has expired",', False),
        ('    "NotAuthorizedException": "Refresh Token has expired",', True),
        ("<li>Refresh Token has expired</li>", True),
        ("<p>Refresh Token has expired</p>", False),
        ('msgid "Refresh Token has expired"', True),
        ("auth.refresh_gone=Refresh Token has expired", True),
        ("auth.error.message=Refresh Token has expired", False),
        ('ENV GONE_TEXT="Refresh Token has expired"', True),
        ("ignoreErrors: ['Refresh Token has expired']", True),
        ("message: SELECT count(*) FROM log WHERE text = 'Refresh Token has expired'", True),
        ("If you see that the Refresh Token has expired, sign in.", True),
        ('Why do I get "Refresh Token has expired" after an hour?', True),
        ("Issue token: Refresh Token has expired", False),
        ("fix(auth): Refresh Token has expired is shown", True),
        ("fixed point: Refresh Token has expired", False),
        ("not ok 4 - Refresh Token has expired", True),
        (":raises NotAuthorizedException: Refresh Token has expired", True),
        ("* `NotAuthorizedException` - Refresh Token has expired", True),
        ("* NotAuthorizedException - Refresh Token has expired", False),
        ("@pytest.mark.parametrize('text', ['Refresh Token has expired'])", True),
        ("FAIL src/renew.test.ts > Refresh Token has expired", True),
        ("UPDATE texts SET gone = 'Refresh Token has expired'", True),
        ("00:04 +12: renewal fails as NotAuthorizedException: Refresh Token has expired", True),
        ("@@ -41,6 +41,9 @@ // Refresh Token has expired", True),
        ("Closes #88: Refresh Token has expired is a toast now", True),
        ("stub_request(:post, /idp/).to_return(body: 'Refresh Token has expired')", True),
        ('idp.stub(:initiate_auth).and_raise("Refresh Token has expired")', True),
        ("2026-03-01T10:00:00.1234567Z PASS src/renew.test.ts > Refresh Token has expired", True),
        ("2026-03-01 10:00:00,123 ERROR auth - If you see Refresh Token has expired, sign in.", True),
        ("2026-03-01 10:00:00,123 ERROR auth - Refresh Token has expired", False),
        ('time=2026-03-01T10:00:00Z level=warning msg="# Refresh Token has expired"', True),
        ('time=2026-03-01T10:00:00Z level=warning msg="Refresh Token has expired"', False),
        ('##[error]msgid "Refresh Token has expired"', True),
        ("##[error]NotAuthorizedException: Refresh Token has expired", False),
        ("#text: NotAuthorizedException: Refresh Token has expired", False),
    ],
)
def test_code_queries_and_commands_speak_about_what_is_said(text: str, about: bool) -> None:
    """A comment, a test, a statement, a setting, a question or a command holds the words and says them not."""
    assert is_about(text) is about
    match = find(text)
    assert match is None or not about or match.maybe


def test_what_a_record_also_reports_counts() -> None:
    """Of a record's lines, those that speak about an error are passed over, and the whole of an example."""
    assert without_about("// a\nRefresh Token has expired") == "Refresh Token has expired"
    assert without_about('Example response:\n{"message":"Refresh Token has expired"}') == ""
    reported = find("    raise Gone('Refresh Token has expired')\nGone: Refresh Token has expired")
    queried = find("query: SELECT a FROM b WHERE c = 'Refresh Token has expired'\nerror: none")
    assert reported is not None
    assert queried is not None
    assert (reported.maybe, queried.maybe) == (False, True)

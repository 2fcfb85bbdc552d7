"""A sentence is said where an error's message stands; quoted as a program or a person quotes, it may be nobody's."""

import pytest

from poolwarden.triage.rules import find
from poolwarden.triage.said import is_said

_SENTENCE = "Refresh Token has expired"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (_SENTENCE, True),
        (f"refresh failed: {_SENTENCE}", True),
        (f'"{_SENTENCE}"', True),
        (f'2026-03-01,ERROR,"{_SENTENCE}"', True),
        (f'refresh failed: "{_SENTENCE}"', True),
        (f'err="{_SENTENCE}"', True),
        (f"{{'Message': '{_SENTENCE}'}}", True),
        (f'{{"errors":["{_SENTENCE}"]}}', True),
        (f"RuntimeError('{_SENTENCE}')", True),
        (f'message: Some("{_SENTENCE}")', True),
        (f'{{:error, {{"NotAuthorizedException", "{_SENTENCE}"}}}}', True),
        (f'{{error,{{<<"NotAuthorizedException">>,<<"{_SENTENCE}">>}}}}', True),
        (f'["message"]=>\n  string(25) "{_SENTENCE}"', True),
        (f"\u2502 0 \u2502 '{_SENTENCE}' \u2502", True),
        (f'server answered with "{_SENTENCE}"', True),
        (f"<message>{_SENTENCE}</message>", True),
        (f"<p>{_SENTENCE}</p>", True),
        (f"error.message: {_SENTENCE}", True),
        (f'GONE = "{_SENTENCE}"\nfailed: {_SENTENCE}', True),
        ("nothing of the sort", True),
        (f'GONE = "{_SENTENCE}"', False),
        (f"  'refresh_gone': '{_SENTENCE}',", False),
        (f'"auth.refresh.gone": "{_SENTENCE}",', False),
        (f"auth.refresh.gone: {_SENTENCE}", False),
        (f'page.getByText("{_SENTENCE}")', False),
        (f"add('initiate_auth', '{_SENTENCE}')", False),
        (f'builder().message("{_SENTENCE}")', False),
        (f'dashboard "{_SENTENCE}" opened', False),
        (f"it means `{_SENTENCE}` here", False),
        (f'<string name="gone">{_SENTENCE}</string>', False),
        (f"<source>{_SENTENCE}</source>", False),
    ],
)
def test_a_message_is_told_from_a_quotation(text: str, said: bool) -> None:
    """A field of a message, an error made of it, a colon or nothing before the words tells that they were said."""
    assert is_said(text, _SENTENCE.lower()) is said


@pytest.mark.parametrize(
    ("text", "maybe"),
    [
        ("Signature has expired", False),
        ("401: Signature has expired", False),
        ("webhooks: signature has expired for hook 7", True),
        ("bearer token refused: signature has expired", False),
        ("Signature verification failed", False),
        ("fetched plugin, signature verification failed", True),
    ],
)
def test_a_librarys_own_capitals_tell_it_from_others(text: str, maybe: bool) -> None:
    """Signatures of many things expire and fail; PyJWT says so with a capital, others beside a word about tokens."""
    match = find(text)
    assert match is None or match.maybe is maybe


_NAMED = "NotAuthorizedException: Refresh Token has been revoked"


@pytest.mark.parametrize(
    ("text", "maybe"),
    [
        (f"Failed to handle {_NAMED}", False),
        (f"Unable to handle exception: {_NAMED}", False),
        (f"Added code to handle {_NAMED}", True),
        (f"When refreshing the session for user u1 a {_NAMED}", False),
        (f"Once more {_NAMED}", False),
        (f"When the session ends with {_NAMED}", True),
        (f"When using old tokens you get {_NAMED}", True),
        (f'level=error msg="cannot renew" e="{_NAMED}"', False),
        (f"cannot renew, ex: '{_NAMED}'", False),
        (f'Could not renew session "{_NAMED}"', False),
        (f"Session refresh - '{_NAMED}'", False),
        (f'{{"level":"error","msg":"Token refresh for bob \'{_NAMED}\'"}}', False),
        (f'Failed to handle "{_NAMED}"', False),
        (f'Catch "{_NAMED}" and sign out', True),
        (f'[10:02] ann: who has seen "{_NAMED}" today?', True),
        (f'line: who has seen "{_NAMED}" today?\napp: chat', True),
        (f'could not renew: "{_NAMED}": is the session over?', False),
        (f'opened the page titled "{_NAMED}"', True),
        (f'GONE = "{_NAMED}"', True),
        (f'page.getByText("{_NAMED}")', True),
    ],
)
def test_a_known_sentence_with_its_name_is_said(text: str, maybe: bool) -> None:
    """Together they are an error's, quoted or not, unless words before them speak about them."""
    match = find(text)
    assert match is not None
    assert match.maybe is maybe

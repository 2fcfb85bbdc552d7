"""A document over many lines tells on which of them each of its records stands."""

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from poolwarden.triage import documents
from poolwarden.triage.documents import csv_records, text_lines
from poolwarden.triage.formats.base import Context
from poolwarden.triage.heads import kind_of
from poolwarden.triage.mask import user_key
from poolwarden.triage.reader import read

_SAID = "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation: Refresh Token has "


def _event(number: int, message: str, stream: str = "s") -> dict[str, object]:
    return {"logStreamName": stream, "timestamp": 1_772_359_200_000 + number * 1000, "message": message}


EVENTS = [
    _event(0, "all is well"),
    _event(1, _SAID + "expired\n"),
    _event(2, "Traceback (most recent call last):", stream="t"),
    _event(3, "all is well"),
    _event(4, '  File "a.py", line 1, in f', stream="t"),
    _event(5, "botocore.errorfactory.NotAuthorizedException: " + _SAID + "been revoked", stream="t"),
    _event(6, _SAID + "expired\n"),
]


@pytest.mark.parametrize("around", [{"events": EVENTS}, {"messageType": "DATA_MESSAGE", "logEvents": EVENTS}])
@pytest.mark.parametrize("indent", [2, 4, None])
def test_log_events_stand_on_their_own_lines(around: dict[str, object], indent: int | None, tmp_path: Path) -> None:
    """Each field has a line of its own; the lines of one traceback are one record, at the first of them."""
    path = tmp_path / "events.json"
    text = json.dumps(around, indent=indent)
    path.write_text(text)
    found = sorted((record.line, record.cause) for batch in read([str(path)]) for record in batch)
    says = [number for number, line in enumerate(text.splitlines(), 1) if '"message"' in line]
    lines = [says[place] for place in (1, 2, 6)] if indent else [1, 1, 1]
    causes = ["refresh_token_expired", "refresh_token_revoked", "refresh_token_expired"]
    assert found == sorted(zip(lines, causes, strict=True))


_TELLING = "NotAuthorizedException: Refresh Token has expired"
_QUIET = "all is well; the agent's name is longer than what tells"


def _hits(number: int, message: str) -> dict[str, object]:
    return {"_index": "a", "_source": {"@timestamp": f"2026-03-01T10:00:{number:02}Z", "message": message}}


def _row(number: int, message: str) -> list[object]:
    return [f"2026-03-01T10:00:{number:02}Z", message]


def _entry(number: int, message: str) -> dict[str, object]:
    return {"timestamp": f"2026-03-01T10:00:{number:02}Z", "agent": _QUIET[:9], "message": message}


_MESSAGES = (_QUIET, _TELLING, _TELLING, _QUIET, f"<é/> {_TELLING}")


@pytest.mark.parametrize(
    ("around", "item"),
    [
        (lambda items: {"took": 3, "hits": {"total": 5, "hits": items}}, _hits),
        (lambda items: {"events": items, "searchedLogStreams": ["a"]}, _event),
        (lambda items: items, _entry),
        (lambda items: {"data": {"result": [{"stream": {"app": "a"}, "values": items}]}}, _row),
        (lambda items: {"tables": [{"columns": [{"name": "time"}, {"name": "message"}], "rows": items}]}, _row),
    ],
)
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize("pages", [1, 3])
def test_each_record_of_a_document_stands_on_its_own_line(
    around: Callable[[list[object]], object],
    item: Callable[[int, str], object],
    ascii_only: bool,
    pages: int,
    tmp_path: Path,
) -> None:
    """Whoever wrote the document, however it spells its texts, how many there are, and though some say the same."""
    whole = around([item(number, message) for number, message in enumerate(_MESSAGES)])
    text = json.dumps(whole, indent=2, ensure_ascii=ascii_only).replace("<", "\\u003c" if ascii_only else "<")
    text = "\n".join([text] * pages)
    path = tmp_path / "answer.json"
    path.write_text(text, encoding="utf-8")
    found = sorted(record.line for batch in read([str(path)]) for record in batch)
    assert found == [number for number, line in enumerate(text.splitlines(), 1) if _TELLING in line]


@pytest.mark.parametrize("size", [*range(4040, 4110), 8192, 100_000])
def test_a_value_of_any_size_is_found_among_other_text(size: int) -> None:
    """Where a value ends that stands between other text does not matter, be it an object, a list or a long text."""
    for value in ({"a": "x" * size}, [1] * (size // 3), {"a": "x" * size, "b": ["\\u00e4\n" * 9, 1.5]}):
        text = json.dumps(value)
        assert [found for found, _, _ in documents._values(f"[no {text} more".encode())] == [value]


def test_a_bracket_in_each_line_costs_as_much_as_the_line(tmp_path: Path) -> None:
    """Text that is no value is known by its first characters: an error counts the lines of all that it was given."""
    with pytest.raises(json.JSONDecodeError) as raised:
        documents._value_at("[INFO] all is well\n" * 10_000, 19 * 5000)
    assert len(raised.value.doc) < 10_000


@pytest.mark.parametrize("cut", ['"', "1, ", "[", "{", "tr"])
def test_a_value_that_its_line_cuts_costs_as_much_as_the_line(cut: str) -> None:
    """What is no value only late is known by the beginning of the next line, and not by all that follows."""
    line = '{"a": "' + "x" * 5000 + '", ' + cut + "\n"
    with pytest.raises(json.JSONDecodeError) as raised:
        documents._value_at("[\n" + line * 1000, 2 + len(line) * 500)
    assert len(raised.value.doc) < 50_000


def test_a_document_that_only_python_reads_has_one_line(tmp_path: Path) -> None:
    """What is no JSON to others tells the line of the whole."""
    text = json.dumps([_entry(1, _QUIET), {**_entry(2, _TELLING), "took": float("nan")}], indent=2)
    path = tmp_path / "nan.json"
    path.write_text(text)
    assert [(record.line, record.cause) for batch in read([str(path)]) for record in batch] == [
        (1, "refresh_token_expired")
    ]


def test_what_happened_to_a_span_is_told_with_what_it_was_about(tmp_path: Path) -> None:
    """A span's attributes name the user and the call, one of its events the exception."""
    user, request = "6f1c3f0a-0000-4000-8000-000000000001", "6f1c3f0a-0000-4000-8000-000000000002"
    said = {"exception.type": "NotAuthorizedException", "exception.message": "Refresh Token has expired"}
    span = {
        "name": "renew",
        "context": {"trace_id": "0x1", "span_id": "0x2"},
        "start_time": "2026-03-01T10:00:00.000000Z",
        "attributes": {"enduser.id": user, "aws.request_id": request},
        "events": [{"name": "exception", "timestamp": "2026-03-01T10:00:00.100000Z", "attributes": said}],
    }
    path = tmp_path / "spans.json"
    path.write_text(json.dumps(span, indent=4))
    (record,) = (record for batch in read([str(path)]) for record in batch)
    assert (record.cause, record.user, record.request) == ("refresh_token_expired", user_key(user), request)
    assert record.at == pytest.approx(1772359200, abs=1)


@pytest.mark.parametrize(
    ("text", "refresh"),
    [
        ("token refresh failed for ada: PasswordResetRequiredException: Password reset required for the user", True),
        ("could not refresh the session: PasswordResetRequiredException: Password reset required for the user", True),
        ("sign-in failed: PasswordResetRequiredException: Password reset required for the user", False),
        ("PasswordResetRequiredException: Password reset required for the user", False),
    ],
)
def test_the_message_tells_a_refresh_from_a_sign_in(text: str, refresh: bool, tmp_path: Path) -> None:
    """Where Cognito says the same of both, what the application says in front of it counts."""
    path = tmp_path / "app.log"
    path.write_text(f"2026-03-01 10:00:00,000 ERROR auth {text}\n")
    (record,) = [one for batch in read([str(path)]) for one in batch]
    assert (record.cause, record.refresh) == ("password_reset_required", refresh)


def test_a_loggers_message_stands_behind_its_other_fields(tmp_path: Path) -> None:
    """JSON loggers write the level, the time and the process first."""
    said = {
        "level": 50,
        "time": 1_795_216_915_797,
        "pid": 7,
        "msg": "session refresh failed",
        "err": {"type": "PasswordResetRequiredException", "message": "Password reset required for the user"},
    }
    path = tmp_path / "app.log"
    path.write_text(json.dumps(said) + "\n")
    (record,) = [one for batch in read([str(path)]) for one in batch]
    assert (record.cause, record.refresh) == ("password_reset_required", True)


TOLD = "NotAuthorizedException when calling the InitiateAuth operation: Refresh Token has expired"
ROWS = {
    "closed": (f'10:00,"{TOLD}"', [2, 3]),
    "never closed": (f'10:00,"{TOLD}', [2, 3]),
    "never closed, quoted": (f'"10:00","{TOLD}', [2, 3]),
    "text behind a quote": (f'10:00,"{TOLD}" x', [2, 3]),
    "over lines": (f'10:00,"Traceback\n""x""\n{TOLD}"', [2, 5]),
    "over lines, never closed": (f'10:00,"{TOLD}\nx\n', [2, 5]),
    "a lone quote": (f'10:00,{TOLD}\n"', [2, 4]),
}


@pytest.mark.parametrize(("row", "found_at"), ROWS.values(), ids=ROWS)
@pytest.mark.parametrize("behind", ["{}", '"{}"'], ids=["bare", "quoted"])
def test_broken_quotes(row: str, found_at: list[int], behind: str) -> None:
    """A quote that is never closed takes no row behind it along."""
    last = f"{behind.format('10:05')},{behind.format(TOLD)}\n"
    lines = text_lines(iter([f"@timestamp,@message\n{row}\n{last}".encode()]))
    found = [record for records in csv_records(lines, Context()) for record in records]
    assert [record.line for record in found] == found_at
    assert {record.cause for record in found} == {"refresh_token_expired"}


@pytest.mark.parametrize(
    "head",
    [
        '"unixtimestamp","json.level","logmsg"',
        '"timestamp [UTC]",problemId,outerMessage',
        "created_at,severity,text_payload",
        "_messagetime,_sourcehost,_raw",
        "TimeGenerated [UTC],Level,LogMessage",
    ],
)
def test_a_table_is_known_by_what_its_columns_hold(head: str, tmp_path: Path) -> None:
    """Whatever they are called: one says when, another says what; a quote within a cell is written twice."""
    path = tmp_path / "export.csv"
    said = 'Bearer error=""invalid_token"", error_description=""The token expired at \'03/01/2026 09:00:00\'""'
    path.write_text(f'{head}\n"2026-03-01T10:00:00Z","api","{said}"\n')
    found = [(record.cause, record.maybe, record.at) for batch in read([str(path)]) for record in batch]
    assert found == [("token_expired", False, 1772359200.0)]


@pytest.mark.parametrize(
    "line",
    [
        "ERROR renewal for user, at this time, with message",
        "error, at a date, message",
        "2026-03-01 10:00:00,123 ERROR date, message",
        "created_at,severity",
        "first,second,third",
        "time,user,name",
    ],
)
def test_a_line_with_commas_is_no_table(line: str) -> None:
    """A sentence names no columns, nor does a list that says neither when nor what."""
    assert kind_of(f"{line}\nx,y,z\n".encode()) == ""


@pytest.mark.parametrize("indent", [2, None])
def test_each_call_that_a_browser_kept_is_a_record(indent: int | None, tmp_path: Path) -> None:
    """A HAR file lists calls with their answers; each tells its operation, its cause and its time."""
    calls = [
        {
            "startedDateTime": f"2026-03-01T10:00:0{number}.500Z",
            "time": 88.1,
            "request": {
                "method": "POST",
                "url": "https://cognito-idp.eu-west-1.amazonaws.com/",
                "headers": [{"name": "x-amz-target", "value": f"AWSCognitoIdentityProviderService.{operation}"}],
            },
            "response": {
                "status": 400,
                "content": {"text": f'{{"__type":"NotAuthorizedException","message":"{said}"}}'},
            },
        }
        for number, (operation, said) in enumerate(
            [("InitiateAuth", "Refresh Token has expired"), ("GetUser", "Access Token has been revoked")]
        )
    ]
    path = tmp_path / "browser.har"
    pages = [{"startedDateTime": "2026-03-01T09:59:00.000Z", "id": "page_1", "title": "https://shop.example/"}]
    path.write_text(json.dumps({"log": {"version": "1.2", "pages": pages, "entries": calls}}, indent=indent))
    found = [(record.cause, record.operation, record.at) for batch in read([str(path)]) for record in batch]
    assert found == [
        ("refresh_token_expired", "InitiateAuth", 1772359200.5),
        ("access_token_revoked", "GetUser", 1772359201.5),
    ]


def test_many_broken_quotes() -> None:
    """However many rows break their quotes, each line is one row, and no line is lost."""
    assert sys.getrecursionlimit() < 3_000  # more than calls could stand within calls
    text = "@timestamp,@message\n" + f'10:00,"{TOLD}\n' * 3_000
    records = csv_records(text_lines(iter([text.encode()])), Context())
    assert [record.line for some in records for record in some] == list(range(2, 3_002))

"""A record is found whole: decoded, unwrapped, with the lines that belong to it, in bounded steps."""

from pathlib import Path

import pytest

from poolwarden.triage import grouping
from poolwarden.triage.formats.base import Context
from poolwarden.triage.lines import decoded, peel
from poolwarden.triage.reader import ReadOptions, read
from poolwarden.triage.records import Record

BODY = '{"__type":"NotAuthorizedException","message":"Refresh Token has expired"}'
EXPIRED = "NotAuthorizedException: Refresh Token has expired"


def told(path: Path, data: bytes) -> list[Record]:
    """Return what a file with these bytes tells."""
    path.write_bytes(data)
    return [record for batch in read([str(path)], ReadOptions(processes=1)) for record in batch]


def test_a_line_in_latin_1_among_lines_in_utf_8_is_read(tmp_path: Path) -> None:
    """Each line is read in the encoding that fits it; the words around a cause are shown as they were written."""
    line = f"2026-03-01 10:00:00,000 ERROR Größe: {EXPIRED}\n"
    records = told(tmp_path / "a.log", line.encode("latin-1") + line.encode())
    assert [record.line for record in records] == [1, 2]
    assert len({record.cause for record in records}) == 1
    assert decoded(line.encode("latin-1")) == decoded(line.encode()) == line.rstrip()


def test_envelopes_are_taken_off_to_a_depth(tmp_path: Path) -> None:
    """Six envelopes are undone; what has more is left as it stands, and still read."""
    head = "api-1  | "
    assert peel(f"{head * 6}{EXPIRED}", Context())[0] == EXPIRED
    assert peel(f"{head * 8}{EXPIRED}", Context())[0] == f"{head * 2}{EXPIRED}"
    (record,) = told(tmp_path / "a.log", f"{head * 8}{EXPIRED}\n".encode())
    assert record.cause == "refresh_token_expired"


@pytest.mark.parametrize("lines", [5, 40])
def test_the_walk_to_a_records_first_line_is_bounded(
    lines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A line far behind the one that opened the record is a record of its own."""
    monkeypatch.setattr(grouping, "MOST_LINES", 20)
    log = "2026-03-01 10:00:00,000 ERROR all of it\n" + "  more\n" * lines + f"  {EXPIRED}\n"
    (record,) = told(tmp_path / "a.log", log.encode())
    assert record.cause == "refresh_token_expired"
    assert (record.line == 1, record.at is not None) == (lines < 20, lines < 20)


@pytest.mark.parametrize("lines", [5, 40])
def test_a_record_of_very_many_lines_is_taken_in_a_piece(
    lines: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes after so many lines does not belong to the record any more, and nothing is told twice."""
    monkeypatch.setattr(grouping, "MOST_LINES", 20)
    again = "  NotAuthorizedException: Invalid Refresh Token\n"
    log = f"2026-03-01 10:00:00,000 ERROR {EXPIRED}\n" + "  more\n" * lines + again
    records = told(tmp_path / "a.log", log.encode())
    assert [record.line for record in records][:1] == [1]
    assert len(records) == (1 if lines < 20 else 2)


@pytest.mark.parametrize(
    ("log", "lines"),
    [
        (f"2026-03-01T10:00:00Z error: Refresh Token has expired\n{EXPIRED}\n    at renew (a.js:1:1)\n", [1]),
        (f"error: renewal failed:\n{EXPIRED}\n    at renew (a.js:1:1)\n" * 2, [1, 4]),
        (f"WARN Possible Unhandled Promise Rejection (id: 3):\n{EXPIRED}\n{EXPIRED}\n    at renew (native)\n", [1]),
        (f"{EXPIRED}\n{EXPIRED}\n", [1, 2]),
        (f"renewal failed, see:\n- {EXPIRED}\nall is well\n", [1]),
        (f"x-amzn-ErrorType: NotAuthorizedException:\nContent-Type: a\n\n{BODY}\n", [1]),
        (f'x-amzn-ErrorType: NotAuthorizedException:\n\n{{"level":"error","msg":"{EXPIRED}"}}\n', [1, 3]),
        (f"E/auth( 24): NotAuthorizedException\nE/auth( 24): {EXPIRED}\n", [1]),
        ("api-1  | Answer from cognito:\napi-1  |  NotAuthorizedException: Refresh Token has expired\n", [1]),
    ],
    ids=[
        "said twice",
        "announced",
        "announced and said twice",
        "two of them",
        "a list",
        "a body",
        "a record",
        "named first",
        "indented by one",
    ],
)
def test_an_exception_belongs_to_the_line_that_announces_it(log: str, lines: list[int], tmp_path: Path) -> None:
    """What a line announces, or has just said, is the same record; the same line once more is another."""
    assert [record.line for record in told(tmp_path / "a.log", log.encode())] == lines


def test_what_was_raised_stands_behind_a_line_of_something_else(tmp_path: Path) -> None:
    """An exception alone is its record's first line; behind a line that tells of a failure it belongs to that one."""
    calm = told(tmp_path / "a.log", f"listening on port 80\n{EXPIRED}\n".encode())
    failed = told(tmp_path / "b.log", f"renewal failed\n{EXPIRED}\n".encode())
    assert [[record.line for record in records] for records in (calm, failed)] == [[2], [1]]


def test_a_traceback_behind_a_line_at_ease_has_its_time(tmp_path: Path) -> None:
    """The line that a traceback stands behind is no part of the record, and tells when it was."""
    trace = f'Traceback (most recent call last):\n  File "a.py", line 1, in renew\n{EXPIRED}\n'
    (record,) = told(tmp_path / "a.log", f"2026-03-01 10:00:00,000 INFO listening\n{trace}".encode())
    assert (record.line, record.at) == (2, 1772359200.0)


def test_a_line_cut_by_its_runtime_begins_where_its_first_part_does(tmp_path: Path) -> None:
    """The end of the line before, which was cut as well, is no part of it, whatever it begins with."""
    head = "2026-03-01T10:00:0"
    lines = [
        f'{head}0.1Z stderr P {{"msg":"all is',
        f'{head}0.1Z stderr F  well"}}',
        f'{head}1.1Z stderr P {{"msg":"failed","err":"NotAuthorizedException:',
        f'{head}1.1Z stderr F  Refresh Token has expired"}}',
    ]
    (record,) = told(tmp_path / "a.log", "\n".join([*lines, ""]).encode())
    assert (record.cause, record.line) == ("refresh_token_expired", 3)


def test_a_trace_without_heads_goes_on_behind_a_head_within_an_envelope(tmp_path: Path) -> None:
    """Lambda puts its head before a record's first line; what a collector puts before each line changes nothing."""
    head = "2026-03-01T10:00:00.1Z stderr F "
    first = "2026-03-01T10:00:00.100Z\t79b4f56e-95b1-4643-9700-2807f4e68189\tERROR\tNotAuthorizedException: Refresh"
    lines = [f"{first} Token has expired", "    at a (b.js:1:1) {", "  __type: 'NotAuthorizedException'", "}"]
    (record,) = told(tmp_path / "a.log", "".join(f"{head}{line}\n" for line in lines).encode())
    assert (record.cause, record.line) == ("refresh_token_expired", 1)


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-01 10:00:00,000 INFO [app.web] GET /orders 200 12ms",
        "2026-03-01T10:00:00.120Z INFO request done path=/orders status=200",
        '{"level":"info","time":"2026-03-01T10:00:00.120Z","msg":"request done"}',
        "order 17 stored",
    ],
)
@pytest.mark.parametrize(
    "raised",
    [EXPIRED, f"{EXPIRED}\n    at renew (a.js:1:1)", "AggregateError: all of it\n  [errors]: [\n    " + EXPIRED],
)
def test_an_exception_does_not_belong_to_a_line_at_ease(line: str, raised: str, tmp_path: Path) -> None:
    """A record that tells of no failure, or a whole object, does not take the exception that another stream wrote."""
    (record,) = told(tmp_path / "a.log", f"{line}\n{line}\n{raised}\n{line}\n".encode())
    assert (record.cause, record.line) == ("refresh_token_expired", 3)


@pytest.mark.parametrize(
    "line",
    [
        "2026-03-01 10:00:00,000 WARN session ended",
        "2026-03-01 10:00:00,000 INFO refresh failed",
        "2026-03-01 10:00:00,000 INFO what came back:",
    ],
)
def test_an_exception_belongs_to_the_line_that_warns(line: str, tmp_path: Path) -> None:
    """A warning, a word of failure or a colon takes the exception on the next line."""
    (record,) = told(tmp_path / "a.log", f"{line}\n{EXPIRED}\n".encode())
    assert (record.cause, record.line, record.at is not None) == ("refresh_token_expired", 1, True)


@pytest.mark.parametrize("line", ['{"level":"info","msg":"done"}', "2026-03-01 10:00:00,000 INFO 17 orders stored"])
def test_a_traceback_does_not_belong_to_a_line_at_ease(line: str, tmp_path: Path) -> None:
    """What was printed behind a line of JSON, or one that tells of no failure, is a record of its own."""
    trace = f'Traceback (most recent call last):\n  File "a.py", line 1, in renew\nbotocore.errorfactory.{EXPIRED}\n'
    (record,) = told(tmp_path / "a.log", f"{line}\n{trace}".encode())
    assert record.line == 2


@pytest.mark.parametrize("quote", ["    ", "  > ", "\t"])
@pytest.mark.parametrize("level", ["ERROR ", ""])
def test_a_log_that_is_indented_or_quoted_is_read_line_by_line(quote: str, level: str, tmp_path: Path) -> None:
    """What begins as the record before it does, behind blanks and with its own time, is no further line of that."""
    lines = [f"{quote}2026-03-01T10:00:0{second}Z {level}renewal - {EXPIRED}\n" for second in range(3)]
    records = told(tmp_path / "a.log", "".join(lines).encode())
    assert [(record.line, record.at) for record in records] == [(n + 1, 1772359200.0 + n) for n in range(3)]


def test_a_quoted_line_with_a_time_and_a_level_goes_on_with_nothing(tmp_path: Path) -> None:
    """A record of a quoted log is its own, also behind a line that is not quoted."""
    log = f"2026-03-01 09:00:00 ERROR {EXPIRED}\n  > 2026-03-01 10:00:00 ERROR Invalid Refresh Token: {EXPIRED}\n"
    assert [record.line for record in told(tmp_path / "a.log", log.encode())] == [1, 2]


@pytest.mark.parametrize(
    "log",
    [
        "ERROR [2026-03-01 10:00:00,000] shop.Errors: not served\n! {}\n! at shop.Renewal.renew(Renewal.java:41)\n",
        "=ERROR REPORT==== 1-Mar-2026::10:00:00.000000 ===\n** Generic server renewal terminating\n** {}\n",
        "M\u00e4rz 01, 2026 10:00:00 AM shop.Renewal renew\nSCHWERWIEGEND: {}\n\tat shop.Renewal.renew(Renewal.java)\n",
    ],
)
def test_a_record_is_whole_in_whatever_way_its_lines_begin(log: str, tmp_path: Path) -> None:
    """What Dropwizard, Erlang or Java in another language writes on further lines has the time of the first."""
    records = told(tmp_path / "a.log", log.format(EXPIRED).encode() * 2)
    assert [(record.cause, record.at) for record in records] == [("refresh_token_expired", 1772359200.0)] * 2


def test_rows_of_a_framed_table_are_records(tmp_path: Path) -> None:
    """A frame before a line's own time makes it no further line of the row before."""
    row = "\u2502 2026-03-01 10:00:0{} \u2502 ERROR \u2502 auth \u2502 " + EXPIRED + " \u2502\n"
    records = told(tmp_path / "a.log", (row.format(0) + row.format(1)).encode())
    assert [(record.line, record.at) for record in records] == [(1, 1772359200.0), (2, 1772359201.0)]


def test_a_mark_in_front_begins_a_record(tmp_path: Path) -> None:
    """Next.js puts a blank and a mark before each error, and the stack behind it."""
    log = f" \u2a2f {EXPIRED}\n    at renew (a.js:1:1)\n" * 2 + " \u26a0 renewal failed\n"
    records = told(tmp_path / "a.log", log.encode())
    assert [(record.line, record.cause) for record in records] == [(n, "refresh_token_expired") for n in (1, 3)]


def test_a_trace_in_a_table_of_times_and_lines_is_whole(tmp_path: Path) -> None:
    """Where a tab stands between each line and its time, the lines of one record are one, however many come alike."""
    trace = f"{EXPIRED}", "    at renew (a.js:1:1)", "  __type: 'NotAuthorizedException'", "}"
    log = "".join(f"2026-03-01T10:00:{n:02}.000Z\t{line}\n" for n in range(0, 60, 10) for line in trace)
    records = told(tmp_path / "a.log", log.encode())
    assert [(record.line, record.at) for record in records] == [(1 + 4 * n, 1772359200.0 + 10 * n) for n in range(6)]


@pytest.mark.parametrize(("second", "line"), [("01", 1), ("59", 2)])
def test_lines_that_were_stamped_long_apart_are_no_record(second: str, line: int, tmp_path: Path) -> None:
    """Who stamps each line of a log stamps those of one record together."""
    head = "2026-03-01T10:00:00.000000001Z error: renewal failed\n"
    (record,) = told(tmp_path / "a.log", f"{head}2026-03-01T10:00:{second}.000000001Z {EXPIRED}\n".encode())
    assert record.line == line


@pytest.mark.parametrize(
    "block",
    [
        "__REALTIME_TIMESTAMP=1772359200000000\n_HOSTNAME=host\nPRIORITY=3\nMESSAGE={}\n\n",
        "LogRecord #0\nTimestamp: 2026-03-01 10:00:00.000000000 +0000 UTC\nSeverityText: ERROR\nBody: Str({})\n",
        "---\nreceiveTimestamp: '2026-03-01T10:00:00Z'\nresource:\n  type: run\ntextPayload: |-\n  {}\n",
        'at: 2026-03-01T10:00:00Z\nlevel: error\nmessage: "{}"\n\n',
        "< HTTP/2 400\n< date: Sun, 01 Mar 2026 10:00:00 GMT\n< server: x\n< x-amzn-errormessage: {}\n",
    ],
)
def test_a_block_of_fields_tells_when(block: str, tmp_path: Path) -> None:
    """Where each field has a line of its own, what was said has the time of its block, however often it is said."""
    records = told(tmp_path / "a.log", block.format(EXPIRED).encode() * 3)
    assert [(record.cause, record.at) for record in records] == [("refresh_token_expired", 1772359200.0)] * 3


def test_a_time_beyond_other_text_is_no_fields(tmp_path: Path) -> None:
    """A line that is no field, or an empty one, ends the block."""
    for between in ("done with it", ""):
        log = f"timestamp: 2026-03-01T10:00:00Z\n{between}\nerror: {EXPIRED}\n"
        assert [record.at for record in told(tmp_path / "a.log", log.encode())] == [None]


def test_an_operation_on_the_next_line_goes_on_with_the_sentence(tmp_path: Path) -> None:
    """Where a terminal's width broke botocore's sentence, a number like a time behind it does not end the record."""
    log = (
        "2026-03-01T10:00:00Z [error    ] renewal failed\n"
        "\u256d\u2500 Traceback (most recent call last) \u2500\u256e\n"
        "\u2502 a.py:1 in renew \u2502\n\u2570\u2500\u256f\n"
        "NotAuthorizedException: An error occurred (NotAuthorizedException) when calling the\n"
        "GetId operation: Invalid login token. Token expired: 1700003600 >= 1700000000\n"
    )
    for broken in (log, log.replace(" the\nGetId ", " the GetId\n")):
        (record,) = told(tmp_path / "a.log", broken.encode())
        assert (record.cause, record.operation, record.line) == ("login_token_expired", "GetId", 1)


def test_a_traceback_ends_with_its_exception_whatever_that_is_called(tmp_path: Path) -> None:
    """A class behind its package is what was raised, also where its name has no usual ending."""
    trace = (
        'Traceback (most recent call last):\n  File "a.py", line 1, in check\n    raise refused  # the JWT expired\n'
        "jwcrypto.jws.InvalidJWSSignature: Verification failed for all signatures[]\n"
    )
    (record,) = told(tmp_path / "a.log", f"2026-03-01 10:00:00,000 ERROR refused\n{trace}".encode())
    assert (record.line, record.cause) == (1, "signature_invalid")


def test_a_last_line_without_an_end_is_a_record(tmp_path: Path) -> None:
    """In an envelope, too, the last line of a log is read as any other, though nothing ends it."""
    lines = [f"2026-03-01T10:00:0{number}.123Z ERROR {number} {EXPIRED}" for number in range(3)]
    assert [record.line for record in told(tmp_path / "a.log", "\n".join(lines).encode())] == [1, 2, 3]

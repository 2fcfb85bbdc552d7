"""Read what is odd: documents that are none, fields of the wrong type, streams that fail."""

import gzip
import io
import json
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from poolwarden.errors import ConfigurationError
from poolwarden.triage import contents, scanning, shapes, sources
from poolwarden.triage.continuation import joined
from poolwarden.triage.formats import ENVELOPES, Context
from poolwarden.triage.inflate import Inflated
from poolwarden.triage.opening import opened
from poolwarden.triage.reader import Reading, ReadOptions, read
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.unescape import unescaped

LINE = "2026-03-01 10:00:00,000 ERROR NotAuthorizedException: Refresh Token has expired\n"
TOKEN = "eyJraWQiOiJhYmMiLCJhbGciOiJSUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abcdefghijklmnopqrstuvwxyz"
TRAIL = {"eventVersion": "1.08", "eventSource": "cognito-idp.amazonaws.com", "eventName": "GlobalSignOut"}


def read_text(path: Path, text: str) -> tuple[list[Record], Reading]:
    """Return the records of a file with this content."""
    path.write_text(text)
    reading = read([str(path)], ReadOptions(year=2026))
    return [record for batch in reading for record in batch], reading


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("[\n" + LINE * 3, 3),
        ('{"Records": [' + LINE * 3, 3),
        ('{"Records":[]}\n', 0),
        ('{"Records":[{"eventSource":"cognito-idp.amazonaws.com","eventName":"GlobalSignOut"}]}', 1),
        (json.dumps({"Records": [TRAIL]}, separators=(",", ":")).replace("},", "},\n") + "\n", 1),
        ('{"events": [1, "x"]}', 0),
        ('{\n  "level": "error",\n  "message": "NotAuthorizedException: Invalid Refresh Token"\n}\n', 1),
        ('[\n  {"message": "NotAuthorizedException: Invalid Refresh Token"},\n  {"message": "x"}\n]\n', 1),
        ("timestamp,message\n2026-03-01 10:00:00,NotAuthorizedException: Invalid Refresh Token\n1,\n", 1),
        ('timestamp,message\n2026-03-01 10:00:00,"NotAuthorizedException: Invalid\n', 1),
        ("timestamp,message", 0),
        ('eventdata,timestamp\n"' + json.dumps(TRAIL).replace('"', '""') + '",x\n"{broken",x\n', 1),
        ("a,b\n" + LINE, 1),
        (f'{{"records": [{{"message": "x"}}], "events": [{{"message": "{LINE[24:-1]}"}}]}}', 1),
        ('{"message":"  name: \'NotAuthorizedException\',"}\n', 0),
        ('{"message":"{no JSON","error":"NotAuthorizedException: Invalid Refresh Token","user":null,"at":""}\n', 1),
        ("timestamp,detail,message\n1,{no JSON,NotAuthorizedException: Invalid Refresh Token\n", 1),
        ("timestamp,message\n2026-03-01 10:00:00,NotAuthorizedException: Invalid Refresh Token\nx\ry,jwt expired", 2),
    ],
)
def test_what_looks_like_a_document_is_read(text: str, count: int, tmp_path: Path) -> None:
    """A file is read as what it is, and as a log of lines where it only begins like a document."""
    records, _ = read_text(tmp_path / "a", text)
    assert len(records) == count


def test_a_document_too_large_is_read_as_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit memory is searched line by line."""
    monkeypatch.setattr(contents, "LARGEST", 100)
    records, _ = read_text(tmp_path / "a", "[\n" + LINE * 30)
    assert len(records) == 30


def _held(monkeypatch: pytest.MonkeyPatch, *, size: int) -> int:
    """Return the most bytes that Python held at once while a document of 16 MB was taken that may have 8."""
    monkeypatch.setattr(contents, "LARGEST", 8 << 20)
    stream = contents.Counted(Inflated(io.BytesIO(b"[\n" + b"1,\n" * (5 << 20))), size=size)
    stream.head()
    tracemalloc.start()
    try:
        assert contents._whole(stream) is None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_document_too_large_is_held_once_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    """What turns out to be too large is put back without a copy; where a file's size tells it, none of it is taken."""
    assert _held(monkeypatch, size=0) < 12 << 20
    assert _held(monkeypatch, size=15 << 20) < 1 << 20


def test_what_was_put_back_is_handed_out_without_copies() -> None:
    """A buffer is filled from what was put back without the rest of it being copied each time."""
    stream = contents.Counted(Inflated(io.BytesIO(b"cd")))
    stream.push(b"ab" * (4 << 20))
    buffer = bytearray(1 << 20)
    tracemalloc.start()
    try:
        while got := stream.readinto(memoryview(buffer)):
            tail = bytes(buffer[got - 2 : got])
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()
    assert tail == b"cd"


def test_tokens_in_documents_are_told_with_their_line(tmp_path: Path) -> None:
    """A token in a document counts, one within a longer word does not."""
    text = json.dumps([{"a": TOKEN}, {"b": f"x{TOKEN}"}], indent=1)
    _, reading = read_text(tmp_path / "a", text)
    assert reading.tally.raw_tokens == 1
    assert reading.tally.warnings[0].line == 3


def test_lines_logged_one_by_one_are_joined() -> None:
    """Texts of one traceback are one, a second traceback is another."""
    traceback = ["Traceback (most recent call last):", '  File "a"', "x.YError: z"]
    assert [first for first, _ in joined(["[ERROR] boom", *traceback, *traceback, "INFO ok"])] == [0, 4, 7]
    assert list(joined([])) == []


@pytest.mark.parametrize(
    ("escaped", "text"),
    [(r"a\u0027b", "a'b"), (r"\"a\x41\n", '"aA\n'), ("&#39;a&quot;", "'a\""), ("a & b", "a & b")],
)
def test_escapes_are_undone(escaped: str, text: str) -> None:
    """Escapes of JSON, Python and HTML become what they stand for."""
    assert unescaped(escaped) == text


def export(**message: Any) -> list[Record]:
    """Return the records of an entry of a pool's log export."""
    return opened(
        {"logSourceId": {"userPoolId": "eu-west-1_AbCdEfGhI"}, "eventTimestamp": 1772359200000, "message": message},
        Context(),
    )


def test_a_pools_export_is_read() -> None:
    """Sign-ins, refreshes and sign-outs are told, failures by their sentence."""
    assert [record.kind for record in export(eventType="SignOut", eventResponse="Pass", userName="u")] == [Kind.ENDED]
    assert export(eventType="Unknown", eventResponse="Pass") == []
    (record,) = export(eventType="SignIn", eventResponse="Fail", errorMessage="Password attempts exceeded")
    assert (record.kind, record.cause, record.pool) == (Kind.REFUSED, "attempts_exceeded", "eu-west-1_AbCdEfGhI")
    assert opened({"logSourceId": {}, "message": "delivery failed"}, Context()) == []


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"instant": {"epochSecond": 1772359200}, "message": "jwt expired"}, 1772359200.0),
        ({"record": {"time": 1772359200, "message": "jwt expired"}}, 1772359200.0),
        ({"message": '{"broken', "error": ["jwt expired"], "time": "2026-03-01T10:00:00Z"}, 1772359200.0),
        ({"jsonPayload": {"message": "jwt expired", "time": 1772359200}, "severity": "ERROR"}, 1772359200.0),
        ({"message": "[1]", "error": "jwt expired", "userId": "u", "requestId": "r"}, None),
        ({"eventCategory": "x", "eventData": {"message": "jwt expired"}}, None),
        ({"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": "jwt expired"}}}}}}}}}, None),
    ],
)
def test_fields_of_other_loggers_are_read(fields: dict[str, Any], at: float | None) -> None:
    """Wherever a logger puts the time and the text, they are found."""
    records = opened(fields, Context())
    assert [record.at for record in records] == ([at] if fields.get("message") != "[1]" else [])


@pytest.mark.parametrize("text", ['{"log": 1}', '{"log": broken', '{"MESSAGE": broken', '{"MESSAGE": [300]}'])
def test_broken_envelopes_are_no_envelopes(text: str) -> None:
    """A line that only looks like an envelope is read as it stands."""
    assert [envelope.name for envelope in ENVELOPES if envelope.unwrap(text, Context()) is not None] == []


def test_a_message_of_odd_bytes_is_read() -> None:
    """Journald gives a message that is no UTF-8 as numbers."""
    text = json.dumps({"MESSAGE": list(b"jwt expired\xff")})
    for written in (text, f"{text[:-2]}, {'9' * 5000}"):  # one whose line is cut, too
        lines = [line for envelope in ENVELOPES if (line := envelope.unwrap(written, Context())) is not None]
        assert lines[0].text.startswith("jwt expired")


class Failing(io.BytesIO):
    """A stream that fails after its first bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        """Return what is left, then fail."""
        data = super().read(size)
        if not data:
            message = "device gone"
            raise OSError(message)
        return data

    def readinto(self, buffer: Any, /) -> int:
        """Fail."""
        message = "device gone"
        raise OSError(message)


@pytest.mark.parametrize(
    "data", [b"plain\n" * 9, gzip.compress(b"packed\n" * 9, mtime=0)[:-4]], ids=["plain", "packed"]
)
def test_a_failing_stream_ends(data: bytes) -> None:
    """What was read before a device failed is kept, and the failure told."""
    stream = Inflated(Failing(data))
    assert stream.read(100)
    assert stream.readinto(memoryview(bytearray(10))) == 0
    assert "device gone" in stream.broken
    stream.close()


def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file without permission is named with what is wrong."""
    path = tmp_path / "a.log"
    path.write_text(LINE)
    source = sources.sources_of([str(path)])[0]

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ConfigurationError, match="Permission denied"):
        sources.open_source(source)
    with pytest.raises((ConfigurationError, PermissionError)):
        sources.sources_of([str(path)])


def test_without_zstandard_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a packing needs a package that is missing, the error says which command installs it."""
    monkeypatch.setitem(sys.modules, "zstandard", None)
    path = tmp_path / "a.zst"
    path.write_bytes(b"\x28\xb5\x2f\xfd" + bytes(20))
    with pytest.raises(ConfigurationError, match="pip install"):
        list(read([str(path)]))


def test_without_isal_gzip_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gzip needs no package; isal only makes it quicker."""
    monkeypatch.setitem(sys.modules, "isal", None)
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(LINE.encode()))
    assert sum(len(batch) for batch in read([str(path)])) == 1


def test_settings_as_text_are_told(tmp_path: Path) -> None:
    """A table's cell with the request parameters as JSON text is read like the parameters; a broken one is nothing."""
    (record,) = opened({**TRAIL, "eventName": "UpdateUserPool", "requestParameters": '{"userPoolId": "p"}'}, Context())
    assert record.pool == "p"
    (record,) = opened({**TRAIL, "eventName": "UpdateUserPool", "requestParameters": "{broken"}, Context())
    assert record.pool is None


def test_many_distinct_lines_are_forgotten_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered of lines is bounded, and changes nothing."""
    monkeypatch.setattr(shapes, "MOST", 2)
    monkeypatch.setattr(scanning, "BLOCK", 256)
    text = "".join(LINE.replace("ERROR", f"ERROR {number}") for number in range(9)) + LINE.replace(
        "Refresh Token has", "x"
    )
    records, _ = read_text(tmp_path / "a", text + text)
    assert sum(record.cause == "refresh_token_expired" for record in records) == 18

"""However deep a log nests its JSON, it is read: what says something is found, and so is what stands around it."""

import json
from pathlib import Path

import pytest

from poolwarden import events
from poolwarden.triage.explain_text import explain, explain_lines
from poolwarden.triage.reader import ReadOptions, read

# The interpreter's own bound is 1 000, and for what is written in C about 10 000 since Python 3.12.
DEPTHS = (1_500, 12_000)
SAID = "NotAuthorizedException: Refresh Token has expired"
LINE = f"2026-03-01 10:00:00,000 ERROR {SAID}\n"
EVENT = '"event":"poolwarden.request_rejected","timestamp":"2026-03-01T10:00:01.000Z","cause":"token_expired"'
TRAIL = (
    '{"eventVersion":"1.08","eventTime":"2026-03-01T10:00:0%dZ","eventSource":"cognito-idp.amazonaws.com",'
    '"eventName":"InitiateAuth","errorCode":"NotAuthorizedException","errorMessage":"Refresh Token has expired",'
    '"requestParameters":{"clientId":"1example23456789","x":%s},"eventID":"%d"}'
)


def nested(depth: int) -> str:
    """Return that many objects and lists in one another."""
    return '{"a":[' * (depth // 2) + "1" + "]}" * (depth // 2)


def texts(deep: str) -> dict[str, str]:
    """Return logs with something deep in them, by their forms."""
    line = f'{{"message":"{SAID}","x":{deep}}}'
    return {
        "line": f"{LINE}{line}\n{LINE}",
        "cut": f'{LINE}{{"message":"{SAID}","x":{deep[: len(deep) // 2]}\n{LINE}',
        "list": f'[{{"message":"{SAID}"}},\n{line}]\n',
        "trail": '{"Records":[\n' + ",\n".join(TRAIL % (n, deep if n == 2 else "1", n) for n in (1, 2, 3)) + "\n]}\n",
        "docker": f'{{"log":"{SAID}\\n","stream":"stdout","time":"2026-03-01T10:00:00Z","x":{deep}}}\n{LINE}',
        "in docker": json.dumps({"log": f"{line}\n", "stream": "stdout", "time": "2026-03-01T10:00:00Z"}) + f"\n{LINE}",
        "journal": f'{{"MESSAGE":"{SAID}","__REALTIME_TIMESTAMP":"1772359200000000","x":{deep}}}\n{LINE}',
        "event": f'{LINE}{{{EVENT},"x":{deep}}}\n{LINE}',
        "cell": f'timestamp,message,extra\n2026-03-01 10:00:00,{SAID},"' + f'{{"x":{deep}}}'.replace('"', '""') + '"\n',
    }


@pytest.mark.parametrize("form", texts(""))
@pytest.mark.parametrize("depth", DEPTHS)
def test_read(depth: int, form: str, tmp_path: Path) -> None:
    """What is nested deeper than anything is read ends no reading; its text still says what it says."""
    log = tmp_path / "app.log"
    log.write_text(texts(nested(depth))[form])
    causes = [record.cause for batch in read([str(log)], ReadOptions(year=2026)) for record in batch]
    assert causes.count("refresh_token_expired") >= {"cell": 1, "list": 1}.get(form, 2)


@pytest.mark.parametrize("form", [form for form in texts("") if form != "event"])
def test_explain(form: str) -> None:
    """It is explained as any other."""
    assert explain(texts(nested(3_000))[form]).cause == "refresh_token_expired"


@pytest.mark.parametrize("end", ['"', "x", "\\", "(client", "[a"])
def test_white_space(end: str) -> None:
    """White space behind a name is gone over once, and not once for each piece of it: that would take minutes."""
    for number in range(30):
        explain(f"ERROR {number} " + ("NotAuthorizedException" + " " * 700 + end) * 16)


def test_asked() -> None:
    """A question that is nested so deep is none, in the words for a question that is none."""
    line = f'{{"id":"1","text":"{SAID}","x":{nested(30_000)}}}'.encode()
    with pytest.raises(ValueError, match=r"^line 1 is not an object"):
        list(explain_lines([line]))


def test_event() -> None:
    """An event that is nested so deep is none."""
    with pytest.raises(ValueError, match=r"^nested too deep$"):
        events.parse(f'{{{EVENT},"x":{nested(30_000)}}}')

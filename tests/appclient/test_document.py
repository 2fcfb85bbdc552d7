"""A file's bytes are JSON or YAML, and what is wrong with them is said without quoting them."""

import sys

import pytest

from poolwarden.appclient.document import read_documents
from poolwarden.errors import ConfigurationError


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_encodings(encoding: str) -> None:
    """JSON is read in UTF-8 and as a shell on Windows redirects it."""
    (document,) = read_documents("a.json", '{"a": "ä"}'.encode(encoding))
    assert (document.value, document.syntax) == ({"a": "ä"}, "json")


def test_several() -> None:
    """JSON values one after another are values of one file each."""
    assert [one.value for one in read_documents("-", b'{"a": 1}\n[2]\r\n\t{"b": 3}\n')] == [{"a": 1}, [2], {"b": 3}]


def test_many() -> None:
    """A log that is given by mistake is read once, not once for each of its lines."""
    assert len(read_documents("app.log", b'{"level": "info", "event": "started"}\n' * 20_000)) == 20_000


def test_yaml() -> None:
    """What is not JSON, or is said to be YAML, is read as YAML, each document by itself."""
    found = read_documents("a", b"a: 1\n---\n---\nb: !Ref X\n")
    assert [(one.value, one.syntax) for one in found] == [({"a": 1}, "yaml"), ({"b": {"Ref": "X"}}, "yaml")]
    assert read_documents("a.yml", b"{a: !Sub '${x}'}")[0].value == {"a": {"Fn::Sub": "${x}"}}


def test_tags() -> None:
    """CloudFormation's short tags are read as the functions they stand for."""
    (one,) = read_documents(
        "a", b"- !GetAtt [A, B]\n- !If [C, !Ref D, {e: 1}]\n- !Transform {Name: x}\n- !Condition c\n"
    )
    assert one.value == [
        {"Fn::GetAtt": ["A", "B"]},
        {"Fn::If": ["C", {"Ref": "D"}, {"e": 1}]},
        {"Fn::Transform": {"Name": "x"}},
        {"Condition": "c"},
    ]


@pytest.mark.parametrize(
    ("file", "data", "said"),
    [
        ("c.txt", b"-----------\n|  DescribeUserPoolClient  |\n", "is a table of the AWS CLI.*--output json"),
        ("c.txt", b"USERPOOLCLIENT\tFalse\thidden\n", "is the AWS CLI's text.*--output json"),
        ("c.json", b"{'UserPoolClient': {'ClientSecret': 'hidden'}}", r"what Python prints.*json\.dumps"),
        ("main.tf", b'resource "x" {}', "Terraform's own language"),
        ("plan", b"PK\x03\x04\xff\xfe\xff", r"is no text\. If it is a saved Terraform plan"),
        ("a.json", b" \n", "is empty"),
        ("a.json", b'{"ClientSecret": "hidden"', "is not JSON at line 1, column 26"),
        ("a.json", b'{"a": 1} x', "is not JSON at line 1, column 10"),
        ("a.json", b"[" * 100_000, "beyond all measure"),
        ("a.json", b'{"a": ' + b"9" * 5000 + b"}", "beyond all measure"),
        ("a.yaml", b"a: [hidden\nb", "is not YAML at line"),
        ("a.yaml", b"a: &a [*a]", "is not YAML"),
        ("a.yaml", b"a: !!python/object:os.system hidden", "is not YAML at line 1"),
        ("a.yaml", b"a: 2026-99-99", "is not YAML"),
        ("a.yaml", b"? {a: 1}\n: 2\n", "is not YAML"),
        ("a.yaml", b"[" * 500, "is not YAML"),
    ],
)
def test_refused(file: str, data: bytes, said: str) -> None:
    """What cannot be read is refused by name and place; the file's own text, which may be secret, is not quoted."""
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_documents(file, data)
    assert str(caught.value).startswith(f"{file}: ")
    assert "hidden" not in str(caught.value)


def test_many_aliases() -> None:
    """A few aliases that stand for more than there is memory for are refused at once."""
    rows = [b"a0: &a0 [x]", *(b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * 10)) for n in range(1, 12))]
    with pytest.raises(ConfigurationError, match="is not YAML"):
        read_documents("bomb.yaml", b"\n".join(rows))


def test_yaml_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, YAML is refused with how to install it, and JSON is read all the same."""
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(ConfigurationError, match=r"pip install 'poolwarden\[client\]'"):
        read_documents("a.yaml", b"a: 1")
    assert read_documents("a.json", b"{}")[0].value == {}

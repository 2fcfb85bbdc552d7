"""A finding names the line at which its attribute stands, in YAML and in JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolwarden.appclient import check_client, read_clients
from poolwarden.appclient.document import read_documents
from poolwarden.appclient.layout import Span

VALUE = {"a": {"b": [1, {"c": "x: {,\n}"}], "d\n": {}}, "e": None}


def test_json_lines() -> None:
    """Each value of a JSON text is known by the line of its key."""
    text = json.dumps(VALUE, indent=2)
    (document,) = read_documents("a.json", text.encode())
    spans = document.layout.spans()
    assert spans[("a",)] == Span(2, 10, 2)
    assert spans["a", "b"] == Span(3, 8, 4)
    assert spans["a", "b", 0] == Span(4, 4, 6)
    assert spans["a", "b", 1, "c"] == Span(6, 6, 8)
    assert spans["a", "d\n"] == Span(9, 9, 4)
    assert spans[("e",)] == Span(11, 11, 2)
    assert document.layout.lines_below(("a",)) == {"b": 3, "d\n": 9}
    assert document.layout.line(("a", "b", 1, "c", "nowhere")) == 6


def test_several_documents() -> None:
    """Values one after another know their lines within the whole file."""
    first, second = read_documents("-", b'{"a": 1}\n\n{\n "b": 2}')
    assert (first.layout.line(("a",)), second.layout.line(("b",))) == (1, 4)
    first, second = read_documents("a.yaml", b"a: 1\n---\n\nb: 2\n")
    assert (first.layout.line(("a",)), second.layout.line(("b",))) == (1, 4)


def test_yaml_ends() -> None:
    """A YAML block ends with its last value, not with the comments behind it."""
    (document,) = read_documents("a.yaml", b"a:\n  b: |\n    x\n    y\n  # c\n\n# d\ne: [1,\n  2]\nf:\n  g: 1\n")
    spans = document.layout.spans()
    assert spans[("a",)] == Span(1, 4, 0)
    assert spans[("e",)] == Span(8, 9, 0)
    assert spans["f", "g"] == Span(11, 11, 2)


def test_aliases() -> None:
    """What an alias repeats is known where it first stands, and nothing runs away on one that holds itself."""
    (document,) = read_documents("a.yaml", b"a: &a\n  b: 1\nc: *a\nd:\n  <<: *a\n")
    assert document.layout.line(("c",)) == 3
    assert document.layout.line(("c", "b")) == 3
    assert document.layout.line(("a", "b")) == 2


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


def ways(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to a value and to all within it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(below for key, inner in items for below in ways(inner, (*way, key)))]


@given(JSON, st.sampled_from([None, 1]), st.booleans())
def test_every_value_has_a_place(value: Any, indent: int | None, ascii_only: bool) -> None:
    """Whatever a JSON text holds, each of its values has a line, in the order of the text."""
    value = {"value": value}
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    (document,) = read_documents("a.json", text.encode())
    spans = document.layout.spans()
    assert set(spans) == set(ways(value))
    last = text.count("\n") + 1
    assert all(1 <= span.first <= span.last <= last for span in spans.values())


TEMPLATE = """\
Resources:
  WebClient:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      ClientName: web
      RefreshTokenValidity: 30
      TokenValidityUnits:
        RefreshToken: hours
      PreventUserExistenceErrors: LEGACY
"""


@pytest.mark.parametrize(
    ("file", "text", "lines"),
    [
        ("t.yaml", TEMPLATE, {"PW003": 6, "PW024": 9}),
        (
            "client.json",
            (
                '{\n "UserPoolClient": {\n  "ClientId": "a",\n  "RefreshTokenValidity": 30,\n'
                '  "TokenValidityUnits": {"RefreshToken": "hours"}\n }\n}'
            ),
            {"PW003": 4, "PW024": 2},
        ),
        (
            "m.tf.json",
            (
                '{"resource": {"aws_cognito_user_pool_client": {\n"web": [{\n"refresh_token_validity": 30,\n'
                '"token_validity_units": {"refresh_token": "hours"}}]}}}'
            ),
            {"PW003": 3, "PW024": 2},
        ),
        (
            "plan.json",
            (
                '{"format_version": "1.2", "resource_changes": [\n'
                '{"address": "a.b", "type": "aws_cognito_user_pool_client", "change": {\n"after": {\n'
                '"refresh_token_validity": 30,\n"token_validity_units": [{"refresh_token": "hours"}]}}}]}'
            ),
            {"PW003": 4, "PW024": 3},
        ),
    ],
)
def test_lines_of_findings(file: str, text: str, lines: dict[str, int]) -> None:
    """A finding stands at its attribute; where that is not set, at the client."""
    (client,) = read_clients(file, text.encode())
    assert {finding.check.id: finding.line for finding in check_client(client)} == lines


def test_units_alone() -> None:
    """A validity that is not set itself is found at its units."""
    units = '"TokenValidityUnits": {"RefreshToken": "weeks"}'
    text = f'{{\n"ClientId": "a",\n{units},\n"PreventUserExistenceErrors": "ENABLED"}}'
    (finding,) = check_client(read_clients("c.json", text.encode())[0])
    assert (finding.check.id, finding.line) == ("PW005", 3)

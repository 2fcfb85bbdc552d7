"""The sign-in page is one safe, accessible document."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

from poolwarden.localpool.login_page import PAGE_HEADERS, problem_page, sign_in_page

EVIL = "\"'><script>alert(1)</script>&"


class Reader(HTMLParser):
    """Collect the tags of a page and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep a tag."""
        self.tags.append((tag, dict(attrs)))


def test_nothing_unescaped() -> None:
    """Neither name, value nor problem can add markup."""
    page = sign_in_page(EVIL, EVIL, EVIL)
    reader = Reader()
    reader.feed(page)
    assert "script" not in {tag for tag, _ in reader.tags}
    assert EVIL not in page
    assert EVIL not in problem_page(EVIL)


def test_accessible() -> None:
    """Every field a person fills has a label, the problem is announced, the language is named."""
    reader = Reader()
    reader.feed(sign_in_page("web", "x", "wrong"))
    labels = {attributes.get("for") for tag, attributes in reader.tags if tag == "label"}
    fields = {a["id"] for tag, a in reader.tags if tag == "input" and a.get("type") != "hidden"}
    assert labels == fields == {"username", "password"}
    assert ("p", {"role": "alert"}) in reader.tags
    assert ("html", {"lang": "en"}) in reader.tags


def test_self_contained() -> None:
    """The page loads nothing, and its policy allows its own style alone."""
    page = sign_in_page("web", "x", None)
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in PAGE_HEADERS["Content-Security-Policy"]
    assert "default-src 'none'" in PAGE_HEADERS["Content-Security-Policy"]
    assert not re.search(r"(src|href|action)=", page)
    assert "alert" not in re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)

"""The HTML report in a real browser: laid out, light and dark, on paper, and without a word to the network."""

import http.server
import json
import re
import shutil
import struct
import subprocess
import threading
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from poolwarden.triage.reports import render
from triage.build import report
from triage.scenarios import HOUR, Incident, play

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=800,1900"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # what the browser itself asks for goes nowhere
)
DARK = "--blink-settings=preferredColorScheme=0"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no chromium, chromium-browser or google-chrome on the path")

Browse = Callable[..., None]


@pytest.fixture
def browse(tmp_path: Path) -> Browse:
    """Give what opens a page in a browser that has never run before."""

    def run(address: str, *flags: str) -> None:
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        command = [str(CHROMIUM), *FLAGS, profile, *flags, address]
        subprocess.run(command, check=True, capture_output=True, timeout=90)

    return run


@pytest.fixture(scope="module")
def text() -> str:
    """Render an incident with several verdicts and zombies."""
    incident = Incident(name="page", refresh_s=30 * HOUR, users=40, days=12, logs="both", other=0.6, zombies=0.3)
    return render(report(play(incident).records, files=("logs/app.log",)), "html")


@pytest.fixture
def page(tmp_path: Path, text: str) -> Path:
    """Write the page."""
    path = tmp_path / "report.html"
    path.write_text(text, encoding="utf-8")
    return path


def pixels(path: Path) -> Counter[tuple[int, ...]]:
    """Return how often each colour is in a PNG of 8-bit RGB or RGBA, as Chromium writes it."""
    data = path.read_bytes()
    width, _, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind) in ((8, 2), (8, 6))
    size = 3 if kind == 2 else 4
    packed, at = b"", 8
    while at < len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += length + 12
    rows, counted = zlib.decompress(packed), Counter[tuple[int, ...]]()
    before = bytearray(width * size)
    for start in range(0, len(rows), width * size + 1):
        before = unfiltered(rows[start], bytearray(rows[start + 1 : start + 1 + width * size]), before, size)
        channels = (before[channel::size] for channel in range(3))
        counted.update(zip(*channels, strict=True))
    return counted


def unfiltered(kind: int, row: bytearray, above: bytearray, size: int) -> bytearray:
    """Undo a row's filter (PNG, 9.2)."""
    for place in range(len(row) if kind else 0):
        left = row[place - size] if place >= size else 0
        corner = above[place - size] if place >= size else 0
        up = above[place]
        if kind == 4:
            near = left + up - corner
            guess = min((left, up, corner), key=lambda one: abs(near - one))
        else:
            guess = (0, left, up, (left + up) // 2)[kind]
        row[place] = (row[place] + guess) & 255
    return row


def color(text: str) -> tuple[int, ...]:
    """Return the channels of a colour such as ``#1b1f24``."""
    return tuple(bytes.fromhex(text.lstrip("#")))


@pytest.mark.parametrize(
    ("flags", "paper", "bars"),
    [
        ((), "#ffffff", ("#b42318", "#2f6f9f", "#8a6d00", "#57718f")),
        ((DARK,), "#11151a", ("#ff7a68", "#6fb5e6", "#d9b53a", "#8fadcc")),
    ],
    ids=["light", "dark"],
)
def test_the_charts_are_laid_out(
    browse: Browse, page: Path, tmp_path: Path, flags: tuple[str, ...], paper: str, bars: tuple[str, ...]
) -> None:
    """Most is paper in the scheme's colour, and the bars of each verdict and of zombies are seen."""
    picture = tmp_path / "page.png"
    browse(page.as_uri(), f"--screenshot={picture}", *flags)
    seen = pixels(picture)
    assert seen.most_common(1)[0][0] == color(paper)
    assert all(seen[color(bar)] > 500 for bar in bars)


def test_it_is_printed(browse: Browse, page: Path, tmp_path: Path) -> None:
    """On paper it takes a few pages."""
    paper = tmp_path / "page.pdf"
    browse(page.as_uri(), f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    data = paper.read_bytes()
    assert data.startswith(b"%PDF")
    assert 2 <= data.count(b"/Type /Page\n") <= 6


@pytest.fixture
def server() -> Iterator[tuple[str, dict[str, str], list[str]]]:
    """Serve pages; note who asks for what."""
    asked: list[str] = []
    pages: dict[str, str] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(pages.get(self.path, "").encode())

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        thread = threading.Thread(target=serving.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_port}", pages, asked
        serving.shutdown()
        thread.join()


def hostile(text: str) -> str:
    """Return the page with what a log might bring into it if it were not escaped."""
    brought = '<img src="/i"><script src="/s"></script><script>fetch("/f")</script><link rel="stylesheet" href="/c">'
    return text.replace("<main>", f"<main>{brought}")


def lawless(text: str) -> str:
    """Return the hostile page without the policy that forbids what it brings."""
    return re.sub(r"<meta http-equiv=[^>]*>", "", hostile(text))


@pytest.mark.parametrize(("served", "others"), [(str, set()), (hostile, set()), (lawless, {"/i", "/s", "/f", "/c"})])
def test_nothing_but_the_page_is_asked_for(
    browse: Browse,
    server: tuple[str, dict[str, str], list[str]],
    text: str,
    served: Callable[[str], str],
    others: set[str],
) -> None:
    """The page asks for nothing, and its policy, not luck, forbids what others might bring into it."""
    address, pages, asked = server
    pages["/page"] = served(text)
    browse(f"{address}/page", "--dump-dom")
    assert set(asked) - {"/favicon.ico"} == {"/page"} | others


@pytest.mark.parametrize(
    ("brought", "asked"), [("", []), ('<img src="http://127.0.0.1:9/i">', ["http://127.0.0.1:9/i"])]
)
def test_a_page_from_a_file_does_not_touch_the_network(
    browse: Browse, page: Path, tmp_path: Path, brought: str, asked: list[str]
) -> None:
    """The browser's own log of its network has no request of the page's; it would have, had there been one."""
    log = tmp_path / "net.json"
    if brought:
        page.write_text(brought, encoding="utf-8")
    browse(page.as_uri(), f"--log-net-log={log}", "--dump-dom")
    told = json.loads(log.read_text(encoding="utf-8"))
    start = told["constants"]["logEventTypes"]["URL_REQUEST_START_JOB"]
    begun = [event["params"] for event in told["events"] if event["type"] == start and "url" in event.get("params", {})]
    # What no page asked for is the browser's own.
    assert [one["url"] for one in begun if one["initiator"] != "not an origin"] == asked

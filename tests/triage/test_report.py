"""What people and programs read of a report."""

import json
import re
from html.parser import HTMLParser

import pytest
from jsonschema import Draft202012Validator
from msgspec import structs

from poolwarden.errors import ConfigurationError
from poolwarden.triage.durations import UnitMistake
from poolwarden.triage.headline import configured, crowd, doubts, headline, known_ids, next_commands, percent, span
from poolwarden.triage.report import (
    Change,
    Evidence,
    Finding,
    Input,
    Notice,
    Peak,
    Poller,
    Report,
    Series,
    Validity,
    Window,
)
from poolwarden.triage.report import Sessions as Counts
from poolwarden.triage.reports import FORMATS, render
from poolwarden.triage.reports.charts import Bar, Mark, Scale, bars, legend
from poolwarden.triage.reports.json import schema
from triage.build import report
from triage.scenarios import DAY, HOUR, Incident, play

HOSTILE = "<script>alert(1)</script> | `x` **b** [l](javascript:1) \x1b[31m"


@pytest.fixture(scope="module")
def found() -> Report:
    """Report an incident with a bit of everything."""
    incident = Incident(name="report", refresh_s=30 * HOUR, users=40, days=12, logs="both", other=0.4)
    return report(play(incident).records, files=("logs/app.log",))


@pytest.fixture(scope="module")
def full(found: Report) -> Report:
    """Add what that incident does not have, and what a log may hold to do harm."""
    validity = structs.replace(
        found.validity[0], configured_s=30 * DAY, since="2026-03-01T00:00:00Z", until="2026-03-09T00:00:00Z"
    )
    named = structs.replace(validity, client="1example23456789abcdef", pool="eu-west-1_AbCdEfGhI", configured_s=108000)
    hostile = Finding(
        verdict="unexplained", client=HOSTILE, sessions=3, share=0.001, confidence="low",
        evidence=(Evidence("a b.log", 7, HOSTILE + "x" * 200),), next="Look.",
    )  # fmt: skip
    return structs.replace(
        found,
        validity=(validity, named),
        peak=Peak(at="2026-03-05T09:00:00Z", length_s=3600, sessions=17),
        verdicts=(*found.verdicts, hostile),
        causes={**found.causes, **{f"cause_{n}": n + 1 for n in range(12)}},
        changes=(
            Change(at="2026-03-01T00:00:00Z", what="UpdateUserPoolClient", who=HOSTILE, detail={
                "client": "web", "refresh_validity": "30 hours", "refresh_validity_before": "30 days",
                "reset": {"callbackURLs": "none"},
            }),
            Change(at=None, what="UpdateUserPool"),
            Change(at=None, what="UpdateUserPoolClient", detail={"refresh_validity": "1 day"}),
        ),
        warnings=(Notice("app.log", 3, "tokens stand here"), Notice("app.log", 0, "cut"), Notice("", 0, HOSTILE)),
    )  # fmt: skip


@pytest.mark.parametrize("kind", ["found", "full", "empty"])
def test_the_json_keeps_its_schema(kind: str, request: pytest.FixtureRequest) -> None:
    """Every report is valid against the shipped schema, and names no more than it."""
    value = Report() if kind == "empty" else request.getfixturevalue(kind)
    told = json.loads(render(value, "json"))
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(told)
    assert list(told) == [
        "schema",
        "window",
        "input",
        "sessions",
        "validity",
        "verdicts",
        "causes",
        "changes",
        "warnings",
        "peak",
    ]
    assert told.keys() == schema()["properties"].keys()


def test_the_json_says_what_was_found(found: Report) -> None:
    """The example of the contract: its keys and its kinds of values."""
    row = json.loads(render(found, "json"))["validity"][0]
    assert row["estimate_s"] == 108000
    assert row["unit_mistake"] == {"set": "30 hours", "meant": "30 days"}
    assert (row["from"], row["to"], row["token"]) == (None, None, "refresh")


@pytest.mark.parametrize("width", [80, 100, 60, 50, 40, 10])
def test_the_text_fits_its_width(full: Report, width: int) -> None:
    """No line is longer than asked for, but those of one long word; nobody reads less than 40 columns."""
    for line in render(full, "text", width=width).splitlines():
        assert len(line) <= max(width, 40) or len(line.split()) <= 3 or "cognito-idp" in line


def test_the_text_begins_with_the_verdict(found: Report) -> None:
    """One sentence says it, numbers, evidence and the next command follow."""
    text = render(found, "text")
    assert text.startswith("web: sessions end 30 hours after sign-in; 30 days were probably meant.\n")
    assert "logs/app.log:" in text
    assert "poolwarden client fix web.json" in text
    assert "update-user-pool-client" not in text
    assert "\x1b" not in text


def test_the_text_shows_all_there_is(full: Report) -> None:
    """Settings, changes, resets and warnings have their place; a known client's id stands in the command."""
    text = render(full, "text")
    assert "NOT what is in force" in text
    assert "left out, so reset: callbackURLs to none" in text
    assert " other causes" in text
    assert "app.log:3: tokens stand here" in text


def test_colour_is_only_added(found: Report) -> None:
    """Colour says nothing that is not said without it, and comes only when asked for."""
    colored = render(found, "text", color=True)
    assert "\x1b[1m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == render(found, "text")


def test_terminal_controls_of_a_log_do_not_reach_the_terminal(full: Report) -> None:
    """What a log holds cannot steer the reader's terminal."""
    assert "\x1b" not in render(full, "text")


def test_markdown_shows_text_as_it_is(full: Report) -> None:
    """What a log holds cannot format the ticket."""
    told = render(full, "markdown")
    assert told.startswith("# web: sessions begun before 2026-03-09 00:00 UTC end 30 hours")
    assert "\\<script\\>" in told
    assert "\n\n\n" not in told


class _Page(HTMLParser):
    """Collect a page's tags, and see that they are closed."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in {"src", "href", "action"}]
        if tag not in {"meta", "br", "rect", "line"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"rect", "line"}:
            assert self.open.pop() == tag


def test_the_page_stands_alone(full: Report) -> None:
    """One file, no script, no link, nothing from the network; every chart has a name and its numbers."""
    told = render(full, "html")
    page = _Page()
    page.feed(told)
    assert page.open == []
    assert page.links == []
    assert "script" not in page.tags
    assert page.tags.count("svg") == 3
    assert page.tags.count("desc") == page.tags.count("details") == 3
    assert "prefers-color-scheme: dark" in told
    assert "@media print" in told
    assert "url(" not in told
    assert "@import" not in told


def test_the_validity_is_marked_in_the_histogram(found: Report) -> None:
    """The line where the sessions end says what it is."""
    assert re.search(r'class="wall-name"[^>]*>30 hours<', render(found, "html"))


def test_the_wall_stands_between_two_slots(found: Report) -> None:
    """No column mixes sessions from before the wall with those from behind it, and most sessions have their place."""
    wall = found.validity[0]
    slots = [(age, width, count) for client, age, width, count in found.series.ages if client == wall.client]
    width = slots[0][1]
    assert wall.estimate_s / width == pytest.approx(round(wall.estimate_s / width), abs=0.05)
    assert slots[-1][0] + width <= 60 * width * 1.001
    assert slots[-1][2] < sum(count for *_, count in slots) / 4


@pytest.mark.parametrize("format_", FORMATS)
def test_an_empty_report_is_readable(format_: str) -> None:
    """Nothing found is said, in every format."""
    told = render(Report(), format_)
    assert told.endswith("\n")
    assert format_ == "json" or "Nothing about sessions" in told


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_what_was_read_is_told_even_where_nothing_was_found(format_: str) -> None:
    """Who gave the wrong log sees that it was read, and that nothing in it concerns a session."""
    assert "0 records in 2,000 lines of 1 file" in render(Report(input=Input(files=1, lines=2000)), format_)


def test_what_scrolls_is_reached_with_a_keyboard(full: Report) -> None:
    """Each chart and table, which a narrow window scrolls, can have the focus and has a name; no head is empty."""
    told = render(full, "html")
    boxes = re.findall(r'<div class="scroll" role="region" aria-label="[^"]+" tabindex="0">', told)
    assert re.findall("<pre[^>]*>", told) == ['<pre role="region" aria-label="Next command" tabindex="0">']
    assert len(boxes) == told.count("<table>") + told.count("<svg ")
    assert not re.search(r"<th[^>]*></th>", told)


def test_notes_stay_readable_on_a_phone(found: Report) -> None:
    """The note on a validity, the mistake above all, keeps room for some words; a narrow window scrolls to it."""
    told = render(found, "html")
    assert re.search(r"\.notes \{[^}]*min-width: \d\dch", told)
    assert re.search(r'<td><span class="notes">[^/]*<span class="alarm">30 days were', told)


def test_millions_fit_beside_the_chart() -> None:
    """Large numbers of the height are told in millions, so that none is cut off."""
    drawn = bars(
        [Bar(0.0, 250e6, "x", "t")], slot=1.0, name="n", description="d", scale=Scale((1.0,), lambda _at, _step: "")
    )
    assert "300 M</text>" in drawn
    assert max(map(len, re.findall(r'text-anchor="end">([^<]*)<', drawn))) <= len("300 M")


def test_one_advice_is_given_once() -> None:
    """Two app clients with the same verdict need the same step; a validity without a mistake is no alarm."""
    both = Report(verdicts=(_finding(), _finding(client="tv")), validity=(_row(),), sessions=Counts(seen=18, lost=18))
    assert render(both, "text").count("Do.") == 1
    assert 'class="alarm"' not in render(both, "html")


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_what_zombies_do_is_told_as_a_bound_where_it_is_one(format_: str) -> None:
    """Where the guard told repeats in part, zombies sent at least as many requests, and at least as often."""
    poller = Poller(client="web", sessions=2, requests=1200, interval_s=600.0, route="/orders")
    zombies = ((0, "/orders", 1200),)  # the page tells it below their chart
    series = Series(pollers=(poller,), zombies=zombies)
    shown = Report(verdicts=(_finding(),), series=series, sessions=Counts(seen=2, lost=2, zombies=2))
    told = " ".join(render(shown, format_).split())
    assert "web: 2 sessions, 1,200 requests, about every 10 minutes, most to /orders" in told
    told = " ".join(render(structs.replace(shown, understated=("token_expired",)), format_).split())
    assert "2 sessions, at least 1,200 requests, every 10 minutes or more often, most to /orders" in told


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_each_advice_says_whose_it_is(format_: str) -> None:
    """App clients with one advice share it; what differs is told for each."""
    odd = structs.replace(_finding(client="kiosk"), next="Do something else.")
    told = " ".join(render(Report(verdicts=(_finding(), _finding(client="tv"), odd)), format_).split())
    assert told.count("(web, tv): Do.") == 1
    assert "(kiosk): Do something else." in told


def test_settings_that_are_not_shown_are_counted() -> None:
    """An update that reset more than a screen holds is not told to have reset what is shown alone."""
    change = Change(at=None, what="UpdateUserPoolClient", detail={"reset": {f"s{number}": "x" for number in range(14)}})
    assert "s11 to x; and 2 more" in " ".join(render(Report(changes=(change,)), "text").split())


def test_no_loss_is_good_news() -> None:
    """Sessions without a loss are said to be well."""
    assert "No session was lost" in render(Report(sessions=Counts(seen=3)), "text")


def test_another_format_is_refused() -> None:
    """The error names the formats there are."""
    with pytest.raises(ConfigurationError, match="text, json, markdown, html"):
        render(Report(), "pdf")


def _row(**fields: object) -> Validity:
    base: dict[str, object] = {
        "pool": None,
        "client": "web",
        "estimate_s": 604800,
        "low_s": 604000,
        "high_s": 605000,
        "sessions": 9,
    }
    return Validity(confidence="high", **{**base, **fields})  # type: ignore[arg-type]


def _finding(**fields: object) -> Finding:
    base: dict[str, object] = {"verdict": "refresh_validity_reached", "client": "web", "sessions": 9, "share": 1.0}
    base |= {"confidence": "high", "next": "Do."}
    return Finding(**{**base, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            Report(verdicts=(_finding(),), validity=(_row(),), sessions=Counts(seen=9, lost=9)),
            "ended 7 days after sign-in",
        ),
        (Report(verdicts=(_finding(),), sessions=Counts(seen=9, lost=9)), "the refresh validity was reached."),
        (
            Report(verdicts=(_finding(client=None, verdict="signed_out"),), sessions=Counts(seen=9, lost=9)),
            "9 of 9 lost",
        ),
    ],
)
def test_the_headline_says_what_matters_most(given: Report, told: str) -> None:
    """The first finding, with the validity where it is known."""
    assert told in render(given, "text").replace("\n", " ")


@pytest.mark.parametrize(
    ("given", "findings"),
    [
        (Report(), False),
        (Report(sessions=Counts(seen=3, lost=1)), True),
        (Report(validity=(_row(unit_mistake=UnitMistake("30 hours", "30 days")),)), True),
        (Report(validity=(_row(configured_s=30 * DAY),)), True),
        (Report(validity=(_row(configured_s=604800),)), False),
        (Report(window=Window(first="2026-03-01T00:00:00Z")), False),
    ],
)
def test_findings_drive_the_exit_code(given: Report, findings: bool) -> None:
    """A lost session, a mistake of the unit, or settings that are not in force."""
    assert given.findings is findings


def test_a_chart_without_bars_is_still_a_chart() -> None:
    """No bars, one bar, marks at both ends: each is drawn inside its frame."""
    scale = Scale((1.0, 2.0), lambda value, _: str(value))
    assert "<rect" not in bars([], slot=1.0, name="n", description="d", scale=scale)
    parts = [Bar(0.0, 3, "x", "t"), Bar(0.0, 9, "y", "u")]
    marks = (Mark(0.0, "low"), Mark(9.0, "high"))
    scale = Scale(scale.steps, scale.label, begin=0.0)
    drawn = bars(parts, slot=1.0, name="n", description="d", scale=scale, marks=marks)
    assert drawn.count("<rect") == 2
    for x in re.findall(r'x="(-?[\d.]+)"', drawn):
        assert 0 <= float(x) <= 960
    assert "&lt;b&gt;" in legend({"x": "<b>"})


@pytest.mark.parametrize(
    ("hours", "names"),
    [
        (0.5, ["0 min", "5 min", "10 min", "15 min", "20 min", "25 min"]),
        (13, ["0 h", "2 h", "4 h", "6 h", "8 h", "10 h"]),
        (45, ["0 h", "6 h", "12 h", "18 h", "24 h", "30 h", "36 h"]),
        (45 * 24, ["0 d", "10 d", "20 d", "30 d", "40 d"]),
        (20 * 365 * 24, ["0 d", "1095 d", "2190 d", "3285 d", "4380 d", "5475 d", "6570 d"]),
    ],
)
def test_ages_are_told_in_round_numbers(hours: float, names: list[str]) -> None:
    """Ticks stand at whole minutes, hours or days, however wide the slots are."""
    slot = hours * 3600 / 60
    series = Series(ages=tuple(("web", slot * place, slot, 1) for place in range(60)))
    told = render(Report(series=series), "html")
    assert re.findall(r'text-anchor="middle">([^<]*)<', told) == names
    assert re.findall(r'text-anchor="end">(\D[^<]*)<', told) == ["or older"]


def test_days_begin_at_midnight() -> None:
    """Ticks of a time scale stand at whole days, wherever the log begins."""
    first = 1_772_352_000 + 5 * HOUR
    series = Series(lost=((first, "unexplained", 1), (first + 20 * DAY, "unexplained", 1)), slot_s=DAY)
    finding = Finding(verdict="unexplained", client=None, sessions=2, share=1.0, confidence="low")
    told = render(Report(series=series, verdicts=(finding,)), "html")
    names = re.findall(r'y="252" text-anchor="\w+">([^<]*)<', told)
    assert names == ["2026-03-02", "2026-03-09", "2026-03-16"]


def test_counts_of_throttled_repeats_say_at_least(full: Report) -> None:
    """A cause whose repeats are told at powers of two only was refused at least so often, and every report says it."""
    told = structs.replace(full, causes={"token_expired": 48, "key_unknown": 2}, understated=("token_expired",))
    assert "48 token_expired (at least)\n" in render(told, "text")
    assert "2 key_unknown\n" in render(told, "text")
    assert "| `token_expired` | at least 48 |" in render(told, "markdown")
    assert ">at least 48<" in render(told, "html")
    assert "counted at least: token_expired" in json.loads(render(told, "json"))["warnings"][-1]["text"]


@pytest.mark.parametrize(
    ("ids", "pool", "client"),
    [
        ((), "POOL_ID", "CLIENT_ID"),
        ((("pool", "", "eu-west-1_AbCdEfGhI"), ("client", "", "web")), "eu-west-1_AbCdEfGhI", "CLIENT_ID"),
        ((("client", "web", "1example23456789"), ("client", "", "2example23456789")), "POOL_ID", "1example23456789"),
        ((("client", "", "1example23456789"), ("client", "", "2example23456789")), "POOL_ID", "CLIENT_ID"),
    ],
)
def test_the_next_command_names_what_the_logs_name(
    found: Report, ids: tuple[tuple[str, str, str], ...], pool: str, client: str
) -> None:
    """The command holds the real ids where the logs tell them without doubt, else placeholders."""
    told = structs.replace(found, ids=known_ids(ids))
    command = next_commands(told)[0]
    assert f"--user-pool-id {pool} " in command
    assert f"--client-id {client} " in command


def test_the_logs_tell_ids_and_understated_causes() -> None:
    """Ids and throttled repeats come from the records."""
    played = play(Incident(name="ids", refresh_s=30 * HOUR, users=20, days=8, zombies=1.0, logs="apart"))
    told = report(played.records)
    assert told.understated == ("token_expired",)
    assert told.ids == {"client ": "1example23456789", "client web": "1example23456789"}


def test_the_next_command_takes_ids_as_they_are(found: Report) -> None:
    """Logs that name an app client by its id need no other source."""
    row = structs.replace(found.validity[0], client="1example23456789", pool="eu-west-1_AbCdEfGhI")
    finding = structs.replace(found.verdicts[0], client="1example23456789")
    command = next_commands(structs.replace(found, validity=(row,), verdicts=(finding,)))[0]
    assert "--user-pool-id eu-west-1_AbCdEfGhI " in command
    assert "--client-id 1example23456789 " in command


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_each_form_says_what_is_not_in_force_and_when_most_were_lost(full: Report, form: str) -> None:
    """Whoever reads the ticket or the page sees what the terminal shows."""
    told = " ".join(render(full, form).split())
    assert "configured: 30 days, which is NOT what is in force" in told
    assert "configured: 30 hours" in told
    assert "configured: 30 hours, which is NOT" not in told
    assert "Most at once: 17 of them within the hour from 2026-03-05 09:00 UTC." in told


@pytest.mark.parametrize(
    ("share", "words"),
    [(0, "0%"), (0.0001, "<1%"), (0.0049, "<1%"), (0.01, "1%"), (0.994, "99%"), (0.9951, ">99%"), (1, "100%")],
)
def test_a_share_is_all_or_nothing_only_where_it_is(share: float, words: str) -> None:
    """One session that is left over is not rounded away."""
    assert percent(share) == words


@pytest.mark.parametrize(
    ("share", "words"), [(0, "0.0%"), (0.0003, "<0.1%"), (0.124, "12.4%"), (0.9997, ">99.9%"), (1, "100.0%")]
)
def test_a_share_with_a_digit_is_not_rounded_away_either(share: float, words: str) -> None:
    """The page's table tells tenths."""
    assert percent(share, 1) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (107_880, 108_000, "between 29.97 and 30.00 hours"),
        (106_000, 110_000, "between 29 and 31 hours"),
        (107_995, 108_004, ""),
    ],
)
def test_an_interval_is_told_in_one_unit(low: int, high: int, words: str) -> None:
    """Both ends in the estimate's unit, with as many digits as tell them apart, and none where nothing does."""
    assert span(_row(estimate_s=108_000, low_s=low, high_s=high)) == words


def test_refusals_of_nobody_are_told() -> None:
    """Thousands of refusals are something, also where no session is named."""
    empty = Report(causes={"unattributed_401": 8411})
    assert headline(empty).startswith("8,411 requests or calls were refused")
    assert headline(Report()) == "Nothing about sessions stands in these logs."


def test_an_expiry_without_a_known_validity_has_its_command() -> None:
    """What Cognito said is enough to look at the setting."""
    finding = Finding(verdict="refresh_validity_reached", client=None, sessions=9, share=1.0, confidence="high")
    told = Report(sessions=Counts(seen=9, lost=9), verdicts=(finding,))
    assert "ended because their refresh token had expired" in headline(told)
    assert next_commands(told)[0].endswith("--client-id CLIENT_ID > client.json")


def test_validities_that_followed_each_other_are_all_told() -> None:
    """The headline does not put sessions of one setting down to another."""
    finding = Finding(verdict="refresh_validity_reached", client="web", sessions=9, share=1.0, confidence="high")
    rows = (_row(estimate_s=7 * DAY, until="2026-03-09T00:00:00Z"), _row(estimate_s=DAY))
    told = headline(Report(sessions=Counts(seen=9, lost=9), verdicts=(finding,), validity=rows))
    assert told == "web: 9 of 9 lost sessions ended 7 days, then 1 day after sign-in, at the refresh validity."


def test_what_is_not_known_takes_no_words() -> None:
    """Without declared settings, and without a striking hour, nothing is said of them."""
    assert configured(_row(estimate_s=DAY)) == ""
    assert configured(_row(configured_s=7 * DAY)) == "configured: 7 days"
    assert crowd(Report()) == ""


@pytest.mark.parametrize(("unnamed", "told"), [(9, False), (10, True), (100, True)])
def test_losses_that_name_nobody_are_no_more_than_that(unnamed: int, told: bool) -> None:
    """Who tries a dead refresh token again cannot be told from another user there."""
    found = Report(sessions=Counts(seen=100, lost=100, unnamed=unnamed))
    assert any(f"{unnamed} of them are refused refreshes that name nobody" in one for one in doubts(found)) is told


@pytest.mark.parametrize(("confidence", "words"), [("high", ": a"), ("medium", ": probably a"), ("low", ": perhaps a")])
def test_the_headline_is_as_sure_as_its_finding(confidence: str, words: str) -> None:
    """And losses that name nobody are told with those of the only app client there is."""
    one = _finding(client="web", verdict="rotation_race", sessions=5, confidence=confidence)
    given = Report(verdicts=(one, structs.replace(one, client=None, sessions=2)), sessions=Counts(seen=9, lost=9))
    assert headline(given).startswith(f"web: 7 of 9 lost sessions{words} rotated refresh token")
    other = structs.replace(one, client="mobile", sessions=1)
    given = structs.replace(given, verdicts=(*given.verdicts, other))
    assert headline(given).startswith(f"web: 5 of 9 lost sessions{words} rotated refresh token")


@pytest.mark.parametrize(("share", "commands"), [(0.1, 2), (0.09, 0)])
def test_a_few_sessions_at_their_validity_ask_for_no_change_of_settings(share: float, commands: int) -> None:
    """Some always are: the command that mends the setting mends nothing where most were lost to something else."""
    others = _finding(verdict="revoked_by_operator", sessions=90, share=1 - share)
    given = Report(verdicts=(others, _finding(share=share)), validity=(_row(),), sessions=Counts(seen=99, lost=99))
    assert len(next_commands(given)) == commands
    mistaken = structs.replace(given, validity=(_row(unit_mistake=UnitMistake("30 hours", "30 days")),))
    assert len(next_commands(mistaken)) == 2

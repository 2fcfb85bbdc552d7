"""Tell what speaks about an error from what reports it: code, tests, queries, commands, manuals, metrics."""

from poolwarden.triage.patterns import later
from poolwarden.triage.source import is_source, is_statement, tells

_TESTED = later(r"\s*(?:[\u2713\u2714\u221a] |(?:PASS|--- PASS:|=== [A-Z]{3,5}|ok \d+) )")
_BEGUN = frozenset("\u2713\u2714\u221aP-=o# \t")
_PASSED = (" ... ok", " PASSED")
# A sample of metrics, as Prometheus reads them, or what is said about it.
_SAMPLE = later(r"# (?:HELP|TYPE|UNIT) |[A-Za-z_:][\w:]*(?:\{[^{}]*\})? [-+]?\d[\d.]*(?:e[-+]?\d+)?(?: \d{10,13})?\s*$")
_SAYS = r"(?:message|msg|err|error|fail\w*|exception|reason|detail|text|cause|description|status|result|response|body)"
# A statement of a program, as its source and its tests have it.
_CODE = (
    r"(?:export )?(?:const|let|var) [\w{\[][^=\n]{0,80}=\s|import [\w{*][^\n]* from |from [\w.]+ import "
    r"|(?:throw new|raise) [\w.]+\(|\}?\s*+(?:else )?if \(|\}?\s*+catch \(|except [\w.,() ]+(?: as \w+)?:\s*(?:#|\Z)"
    r"|case ['\"][^\n]*:|return ['\"(][^\n]*;\s*\Z"
    r"|@(?:Test|pytest)\b|def \w+\(|nock\("
    r"|(?:await|when)\(?[ \w.]+\(|(?:responses|stubber|requests_mock|cy|page|screen)\.\w+\("
    r"|while [\w'\"]+ (?:not )?in "
    r"|stub_request\(|[^\n]{1,200}?\.(?:to_return|to_raise|and_return|and_raise|then(?:Throw|Return)|reply|mock\w+)\("
    r"|(?:it|match \w+) \{|expect\(|assert[ .(]|self\.assert\w+\(|(?:with )?pytest\.|[\w.]*[mM]ock\w*[.(]|\w+\.init\(\{"
)
# What manuals, changelogs and people begin their sentences with.
_PROSE = (
    r"[-*\u2022]? ?(?:fix|feat|docs|chore|refactor|test)(?:\([\w-]+\))?!?: |"
    r"(?:If|When(?:ever)?|Once|Unless|In case|Should) (?:you|your|an?|the|users?|they|it|we|this|someone)\b"
    r"|(?:Q: |(?:Why|How|What|Where|Who|Which|Can|Could|Does|Do|Did|Is|Are|Should) )[^\n]*\?(?:\s|\Z)"
)
# What versions, mails and those who follow up an error say of it: before they quote it. Behind it they are its news.
_BEFORE = r"(?:(?!Exception|xpired|evoked|nvalid)[^\n])"
_TICKET = (
    r"\s*+(?:commit [0-9a-f]{7,40}\b|@@ -\d+(?:,\d+)? \+\d|(?:Closes|Fixes|Resolves|Refs) #\d"
    r"|Merge (?:pull request|branch) |(?:[Ss]ubject|Re|RE|Fwd?|FW|AW): )"
    r"|\s*+>(?: ?>){0,8} ?(?!File )[A-Z]"
    rf"|{_BEFORE}{{0,120}}?\b(?:"
    r"(?:[Ii]f|[Ww]hen) (?:you|users?) (?:see|get|receive)"
    r"|[A-Z]{2,10}-\d{1,6}:? (?:was )?(?:created|reopened|resolved|assigned|escalated|commented)"
    rf"|(?:[Aa]larm|[Aa]lert)\b{_BEFORE}{{0,40}}?\b(?:created|triggered|fired|firing|resolved|acknowledged)"
    rf"|(?:[Ii]ssue|[Bb]ug)\b{_BEFORE}{{0,40}}?\b(?:created|opened|filed|assigned|resolved)"
    rf"|(?:[Tt]icket|[Ii]ncident|PR|[Pp]ull request)\b{_BEFORE}{{0,40}}?"
    r"\b(?:created|opened|filed|triggered|resolved|acknowledged|updated|closed|assigned|escalated|merged)"
    r")\b"
)
# A comment, the name of a test, what a test run says of it, an example, a row of a table or a list, a text for
# translation, a setting, a statement of SQL, a query of a log service, a command that looks for it. Fields of JSON
# stand behind their names.
_ABOUT = later(
    r"(?:\s*\"?[\w@.$-]{1,40}\"?(?:: | => )\"?)?(?:"
    r"\s*+(?:TODO|FIXME)\b"
    r"|\s*+(?://|#(?![\d<]|#\[|\w+: )|/\*|\* @|-- )|\s*+(?:describe|it|test|specify)\s?\(\s*['\"`]"
    r"|\s*+(?:Scenario(?: Outline)?:|Feature:|Given )"
    r"|\s*+(?:(?:SKIPPED|XFAIL|XPASS|FAILED|PASSED|ERROR) )?[\w./-]+\.py::\w|\s*+(?:SKIPPED|XFAIL) \[\d+\] "
    r"|\s*+(?:FAIL|PASS) +\S+\.(?:test|spec)\.\w+"
    r"|\s*+\d\d:\d\d \+\d+(?: [~-]\d+)*: "  # Dart's
    r"|\s*+[Ee]xamples?(?: \w+)?: |\s*+not ok \d+ - |\s*+(?:@throws|@exception|:raises) |\s*+[-*] `\w+` [-\u2013:] "
    rf"|\s*+(?:</?\w+[^<>\n]{{0,80}}>\s*+){{0,4}}(?:{_CODE}|{_PROSE})|{_TICKET}"
    r"|\s*+[-*\u2022] `[^`\n]{1,200}`[ :\u2013-]"
    r"|\s*\|(?!(?:[^|\n]{0,200}\|)?\s*(?:DEBUG|INFO|WARN(?:ING)?|ERROR|CRITICAL|FATAL|SEVERE)\s*\|)(?:[^|\d\n]{1,200}\|){2,6}\s*\Z"
    r"|\s*\|\s*+`?\w+(?:Exception|Error)`?\s*\|[^\n]*\|\s*\Z"
    r"|\s*+<(?:li|td|th|option|dt|dd|source|target|string name=)\b|\s*+msg(?:id|str) \""
    r"|\s*+(?:env|export|ENV) [A-Z_]+="
    r"|.*?\b[A-Z][A-Z_]*_IGNORED?(?:_[A-Z]+)?="
    r"|.*?\b(?:ignore\w*|retry_?[oO]n\w*|retryable\w*|(?:deny|allow)_?[lL]ist)['\"]?\s*[:=]\s*[\[{'\"]"
    rf"|\s*+[a-z][\w-]*(?:\.[\w-]+)*\.(?![\w-]*{_SAYS}\s?=)[\w-]+\s?=\s?['\"]?[A-Z]"
    r"|\s*+(?:\$ )?(?:sudo )?(?:e?grep|rg|jq|awk|sed|git|curl|kubectl|aws logs|aws cloudwatch) "
    # a directive or a docstring, a decorator, a snapshot
    r"|\s*\.\. \w+::|\s*+[rf]?\"\"\"[A-Z]|\s*+@[A-Z]\w+\(|\s*+exports\["
    # queries of log services: selectors, and conditions that are joined
    r"|[^\n]{0,400}?\} ?(?:\|=|\|~|!~) ?[\"'`]|\s*[\w.@]{1,60} ?: ?\"[^\"\n]{1,300}\" (?:and|or|AND|OR) [\w.@]{1,60} ?:"
    r"|.*?(?:\bSELECT\b.{1,400}\bFROM\b|\bINSERT INTO\b|\bDELETE FROM\b|\bUPDATE \w+ SET\b|\$\.\w+ ?=|\blike /"
    r"|\| (?:filter|stats|where) (?!\|)|\| count(?: by [\w, ]+)?\s*\Z)"
    r")"
)
# Where grep found a line.
_FOUND = later(r"(?:[\w@.$-]{1,40}: )?[\w@./-]*\w\.[a-z]{1,5}[:-]\d+[:-](?:\d+[:-])?(?=\s*\S)")
_PATH = 80
# How a logger begins a line, its message behind it: a stamp, at most a level, threads and a writer; or logfmt's fields.
_LOGGED = later(
    r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?\s+"
    r"(?:[\[(]?(?i:trace|debug|info|notice|warn|warning|error|critical|fatal|severe)[\])]?:?\s+)?"
    r"(?:\[[^\]\n]{1,80}\]:?\s+){0,3}(?:[\w.:/$-]{1,60}(?:\[\d+\])?\s{0,40}(?:-{1,3}|:)\s+)?(?:##\[\w+\])?"
    r"|##\[\w+\]|(?:\w{1,30}=\S{1,60} ){1,6}(?:msg|message)=\""
)
_KEPT = later(r"\s++[\"']?[A-Z]\w+(?:Exception|Error)[\"']?: ?[\"'][^\n]*[\"'],?\Z")  # a text under a name
_EXAMPLE = later(r"\s*(?:#+ )?(?:[Ff]or )?[Ee]xamples?(?: \w+){0,2}:\s*\Z")  # all that follows is one
_FIELDS = ('{"', "[{")  # of which one may be a statement, and another an error


def is_about(line: str) -> bool:
    """Tell whether a line speaks about what is said, as code, queries and commands do."""
    if line.startswith(_FIELDS):
        return False
    found = _FOUND.match(line) if "." in line[:_PATH] else None
    if found is not None and is_about(line[found.end() :]):
        return True
    logged = _LOGGED.match(line)
    if logged is not None and _ABOUT.match(line, logged.end()) is not None:
        return True
    kept = _KEPT.match(line) is not None and not tells(line)
    return kept or _ABOUT.match(line) is not None or is_statement(line)


def without_about(text: str) -> str:
    """Return a text without its lines that speak about what is said; the same text where there are none."""
    if is_source(text):
        return ""
    lines = text.split("\n")
    shown = next((number for number, line in enumerate(lines) if _EXAMPLE.match(line)), None)
    kept = [line for line in lines[:shown] if not is_about(line)]
    return text if len(kept) == len(lines) else "\n".join(kept)


def is_no_event(text: str) -> bool:
    """Tell whether a text is a line of a test run that passed, or a sample of metrics: neither happened to anybody."""
    first = text[:1]
    if first in _BEGUN:
        told = _TESTED.match(text) or (first == "#" and _SAMPLE.match(text))
    else:
        told = text[-1:].isdigit() and _SAMPLE.match(text)
    return bool(told or text.endswith(_PASSED)) and "\n" not in text.rstrip()

"""Tell whether a sentence stands where an error's message does, or is quoted as programs, queries and people quote."""

from poolwarden.triage.patterns import later

_LOOKED_AT = 120
_QUOTES = ("'", '"', "`", "\u2018", "\u201c")
_MOST = 64  # places of the words that are looked at
_MESSAGE = (
    r"(?i:mess|msg|err|exc|why|fail|fault|reason|detail|desc|text|caus|body|event|log|value|stack|trace|resp|repl|result"
    r"|output|std|status|warn|sa(?:id|ys)|problem|payload|content|line|data|info|summary|note|raw|orig|got|receiv|answer"
    r"|return|with|by|reject|refus|denied|thr[eo]w|args|cognito|alert$)"
)
# A sentence may begin before the words that are looked for: "Invalid refresh token", "Unable to verify secret hash".
_QUOTE = later(r"(?<![A-Za-z])[\"'`\u2018\u201c](?:[A-Z]\w{0,40} (?:\w{1,40} ){0,8})?\Z|[\"'`\u2018\u201c]\Z")
# What may stand before a quoted message: a field of that name, an error that is made of it, or a sentence's colon.
_FIELD = later(
    r"(?P<phrase>\w[\w)\]'\"]* +)?(?P<key>[\w@$-]+)[\"'`\u2019\u201d]{0,2}\]?\)?\s*"
    r"(?P<sign>:|=>?|->|[-\u2013\u2014])\s*(?:\[\s*)?[brfu]?\Z"
)
# A name and its sentence; so that Erlang has them, and PHP with what they are.
_PAIR = later(
    r"[(\[{][\"']\w+(?:Exception|Error)[\"'], ?\Z|<<\\{0,31}\"\w+(?:Exception|Error)\\{0,31}\">>, ?<<\\{0,31}\Z"
    r"|\[\"(?i:message|error)\"\]=>\s*string\(\d+\) \Z"
)
_MADE = later(r"(?:Error|Exception|Fault|Failure|Some|Optional|Err|error|exception|NotAuthorized)\w*\(\s*[brfu]?\Z")
_BARE = later(r",\Z|(?:\A|[\n\t|>\u2502]|(?:\A|[\s:=])[(\[{]|[.!?:;-] )\s*\Z")
_WORD = later(r"(?P<key>\w+)[ (]+\Z")
_TAG = later(r"<(?P<key>[\w:.-]+)(?: [^<>]*)?>\s*\Z")
_HTML = frozenset(("p", "pre", "h1", "h2", "h3", "h4", "code", "span", "div", "title", "em", "b", "strong", "i", "br"))
# A text's key as translations have it; a class behind its package is who logged.
_DOTTED = later(r"(?:\A|\n)\s*(?![a-z][\w-]*(?:\.[\w-]+)*\.[A-Z]\w* ?:)[\w-]+(?:\.[\w-]+)*\.(?P<key>[\w-]+) ?[:=] ?\Z")
_KEY = later(r"[^\"'`\n]{1,160}[\"'`]\s{0,4}(?:=>|:\s{0,4}[\"'`\d\[{])")  # a sentence that something is kept under
# What is quoted with its name: a title, a manual's words, what is looked for; an argument, a constant.
_QUOTING = later(
    r"(?i:\b(?:titled?|head(?:ing|line)s?|subject|quot\w*|docu?\w*|manual|guide|wiki|page|article|section|runbook|post"
    r"|thread|ticket|issue|dashboard|panel|chart|monitor|alarm|filter|quer(?:y|ies)|search\w*|grep|match\w*|contain\w*"
    r"|example|sample|called|named|means?|test|string|translat\w*|label)\b)[^\n]{0,80}\Z"
    r"|(?<!to )\b(?i:handl(?:es?|ing)|catch(?:es)?|fix(?:e[sd])?|treats?|ignor(?:es?|ing)|mentions?|about|the|an?)\s*\Z"
    r"|\(\s*\Z|\b[A-Z][A-Z0-9_]{2,80} ?[:=] ?\Z"
)
_PLAIN_QUOTES = ("'", '"')
_NAMES_MESSAGE = later(_MESSAGE)


def is_said(text: str, words: str) -> bool:
    """
    Tell whether words stand as an error's message does at any of their places.

    Args:
        text: Any text.
        words: A part of it, in lower case. What does not stand there so is
            taken for said: quotes or spaces are written in another way.
    """
    low = text.lower()
    at = low.find(words)
    for _ in range(_MOST):
        if at < 0 or (_is_said_at(text[max(0, at - _LOOKED_AT) : at]) and not _KEY.match(text, at)):
            break
        at = low.find(words, at + 1)
    else:
        return False
    return at >= 0 or words not in low


def is_said_with_name(text: str, start: int, end: int, *, known: bool) -> bool:
    """
    Tell whether a name with its sentence behind it stands as an error's message does, where both are quoted together.

    Args:
        text: Any text.
        start: Where the name begins.
        end: Where it ends.
        known: Whether the sentence is one that is known: with its name before it hardly anybody else quotes it.
    """
    if text[start - 1 : start] not in _QUOTES or text[end : end + 2] != ": " or start < 1:
        return True
    before = text[max(0, start - _LOOKED_AT) : start]
    if _is_said_at(before):
        return True
    return known and before[-1] in _PLAIN_QUOTES and _QUOTING.search(before[:-1]) is None


def _is_said_at(before: str) -> bool:
    quote = _QUOTE.search(before)
    if quote is None:
        named = _TAG.search(before) or _DOTTED.search(before)
        return named is None or named["key"].lower() in _HTML or _NAMES_MESSAGE.search(named["key"]) is not None
    head = before[: quote.start()].rstrip("\\\"'")
    if _MADE.search(head) is not None or _PAIR.search(before[: quote.start()]) is not None:
        return True
    field = _FIELD.search(head)
    if field is not None:
        said = field["phrase"] is not None and field["sign"] == ":"
        return said or _NAMES_MESSAGE.search(field["key"]) is not None
    if quote[0] == "`":
        return False  # manuals quote so, and hardly any error
    if _BARE.search(head) is not None:
        return True
    word = _WORD.search(head)
    return word is not None and not head.endswith("(") and _NAMES_MESSAGE.search(word["key"]) is not None

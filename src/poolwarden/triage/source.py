"""Tell lines of source code, and texts that are mostly such: they name errors and quote sentences, and report none."""

from poolwarden.refusals.decide import said
from poolwarden.refusals.jwt_words import JWT_SENTENCES
from poolwarden.refusals.sentences import plain
from poolwarden.triage.patterns import later
from poolwarden.triage.times import starts_with_time

_CALL = r"\((?![^()\n]{0,200}\)(?: ?:| \w))[^\n]{0,400}[);={(,]\s{0,9}\Z"  # and nothing is said behind it
_MODIFIERS = (
    r"(?:(?:export|default|declare|public|private|protected|static|readonly|abstract|async|final|override|@\w+) )*"
)
_STATEMENT = later(
    r"\s*+(?:"
    # what declares something
    rf"{_MODIFIERS}(?:class \w+(?:\(| extends | implements |\s{{0,9}}[{{:]\s{{0,9}}\Z)|function\*? ?\w*\("
    r"|def \w+\(|func \w+\(|fn \w+\("
    r"|(?:interface|enum|struct|trait|namespace) \w+[^.:\n]{0,200}\{\s{0,9}\Z|type \w+ ?=|(?:const|let|var) [\w{\[])"
    r"|(?:static|readonly|public|private|protected) [^\n]{1,200}[;{]\s{0,9}\Z"
    r"|(?:readonly )?name(?: =|:) [\"']\w+[\"'];\s{0,9}\Z|constructor\("
    # what comes in and goes out
    r"|exports\.\w|module\.exports\b|__all__ |export (?:\*|\{|default |declare |type )|import type |#include "
    # what assigns and calls
    rf"|(?:this|self|super)(?:\.\w+)+(?: =|{_CALL})|super\(|\w+(?:\.\w+)*\.prototype\b|Object\.\w+\("
    r"|[A-Z]\w*\[[\"']\w+[\"']\] = |[A-Z][A-Z0-9_]{3,80} = [\"'][^\"'\n]*[\"'],?\s{0,9}\Z"
    r"|\}\)\(\w"
    r"|(?:return |await |yield )?[\w$]+(?:\.[\w$]+)*\([^\n]{0,400}\);\s{0,9}\Z"
    rf"|(?:reject|resolve|rej|done|cb|callback){_CALL}"
    r"|return (?:await |new )?[\w.]+\([^\n]{0,400}[;({,]\s{0,9}\Z|return \[\d|return (?:self|this|new|await)\b"
    r"|(?:throw|raise) (?:new )?[\w.]+\(|(?:el)?if [^\n]{1,300}:\s{0,9}\Z|(?:try|finally|else)(?::| \{)\s{0,9}\Z"
    r"|case \w+:\s{0,9}\Z"
    r"|\) ?: [^\n]{1,200}\{\s{0,9}\Z"
    # a member of a list of names, one with a comment behind it
    r"|[\"']?\w{1,60}(?:Exception|Error)[\"']?,\s{0,9}\Z|[\w.'\"]{1,80}: [\"'][^\"'\n]{0,200}[\"'],? +//"
    r"|`[\w.]+` [-\u2013:] "
    r")"
)
_DOCUMENTED = later(
    r"\s*+(?:"
    r"\* +(?:@\w+|[^\n]{0,400}(?:</?(?:p|code|li|ul|note|a)\b|\{@link))"
    r"|[^\n]{0,400}:(?:exc|class|func|meth|py:\w+):`"
    r"|[^\n]{0,400}(?:\w,? <code>\w+</code>|<code>\w+</code>[.,]? \w)|[^\n]{0,400}\(\[#\d+\]\(https?:"
    r")"
)
_ASSIGNED = later(r"\s++\w+ = [rbf]?[\"'][^\"'\n]{0,200}[\"']\s{0,9}\Z")  # code among code, a field among others
_FRAME = later(r"\s*+(?:at |File \"|#\d+ |Traceback|Caused by|\.\.\. \d+ more)")  # of a stack: it happened
_NEUTRAL = later(r"[\s{}()\[\];,]*\Z")
# What happened: a record's head, or an exception's name with its sentence outside of quotes.
_HEAD = later(
    r"\s*+\W?(?:(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)\b(?! =)|level=)"
    r"|(?:[\w$]+(?:\.|::))*[A-Z]\w*(?:Exception|Error): \S"
)
_RAISED = later(r"(?<![\w\"'`@])[A-Z]\w*(?:Exception|Error): [\"']?(?P<said>[^\n]{1,200})")
_QUOTED = later(r"(?<![A-Za-z])'[^'\n]*'|\"[^\"\n]*\"|`[^`\n]*`")
_FEWEST = 2  # lines that are code, of a text that is


def is_statement(line: str) -> bool:
    """Tell whether a line is one of a program's source or its documentation."""
    if _DOCUMENTED.match(line) is not None:
        return True
    return _STATEMENT.match(line) is not None and not tells(line)


def tells(line: str) -> bool:
    """Tell whether a line has an exception's name with a known sentence behind it, the name in no quotes."""
    raised = _RAISED.search(line)
    if raised is None or any(quoted.start() < raised.start() < quoted.end() for quoted in _QUOTED.finditer(line)):
        return False
    words = plain(raised["said"])
    return said(words) is not None or any(row.holds(words) for row in JWT_SENTENCES)


def is_source(text: str) -> bool:
    """Tell whether most lines of a text are source code, and none is of a stack nor the first a record's head."""
    if starts_with_time(text) or _HEAD.match(text) is not None:
        return False
    lines = [line for line in text.split("\n") if _NEUTRAL.match(line) is None]
    if len(lines) < _FEWEST or any(_FRAME.match(line) is not None for line in lines):
        return False
    stated = sum(map(is_statement, lines))
    return stated > 0 and (stated + sum(_ASSIGNED.match(line) is not None for line in lines)) * 2 > len(lines)

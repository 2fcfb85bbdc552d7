"""Tell whether a line begins a log record or continues one."""

from collections.abc import Iterable, Iterator

from poolwarden.triage.patterns import later
from poolwarden.triage.template import by_template
from poolwarden.triage.times import has_stamp, starts_with_time, time_of

_STAMP_WITHIN = 100  # an access log's stamp stands behind an address and a user
_LEVELLED = (
    r"[\s>\u2502]{1,8}\d{4}-\d\d-\d\d[T ][\d:.,]{8,}(?:Z|[+-]\d\d:?\d\d)?[ |\u2502]{1,4}"
    r"[\[(<]?(?:DEBUG|INFO|WARN|ERROR|FATAL)"
)
"""How a record begins in a log that is indented or quoted as a whole: nothing goes on with a time and a level."""
_CONTINUES = later(
    rf"(?!{_LEVELLED})"
    r"(?! (?:(?:ERROR|WARN|FATAL) {2}|[\u2a2f\u26a0] )\S)[ \t\u00a0]|[}\])]|Caused by:|Wrapped by:"
    r"|Suppressed:|During handling of|The above exception|\.\.\. \d+ more|--- End of|---> |#\d+ |-{3,}$"
    r"|[\u2500-\u257f]|> File \""  # rich's frame around a traceback; the frame that loguru points at
    r"|! |\*\* (?!\()"  # how Dropwizard and Erlang begin each line of what was thrown
    # PHP: what was thrown before, and how print_r and Monolog put a value or a trace on lines of their own
    r"|Next [\w\\]+: |\(\s*$|\[(?:stacktrace|previous exception)\]"
    r"|goroutine \d|Traceback \(most|stack backtrace:|Stack trace:|caused by:|Error: *$|\^|\$|status code: \d"
    # an answer's head, a line for each field, as the SDKs of Swift and C++ print it
    r"|(?i:x-amzn?-[\w-]+|content-(?:type|length)|connection|date|server|via|status code|request id|exception name"
    r"|error message|resolved remote host ip address|\d{1,2} response headers|recovery suggestion|response) ?:"
)
_OPENS = later(
    r"[{<]| (?:(?:ERROR|WARN|FATAL) {2}|[\u2a2f\u26a0] )\S|\[(?!\s*$|stacktrace\]|previous exception\])"
    r"|(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|E|W|I)[\]:\s]"
    r"|(?:trce|dbug|info|warn|fail|crit): [\w.+`<>]+\[\d+\]$"  # .NET's console names level and writer on a line
)
TRACEBACK = "Traceback (most recent call last"
CUT = later(r"An error occurred \((?:(?!.* operation\b)[^:]*|[^:]* operation:\s*)$")
"""The part of botocore's sentence that a terminal's width left on a line."""
_GOES_ON = later(r"(?:when |calling |the )*(?:\w+ )?operation(?: \([^)]*\))?: ")
THROWN = later(r"(?:[A-Z]\w*\\)+\w*(?:Exception|Error): ")
"""How PHP begins what was thrown first, behind a blank line."""
JUL_LEVEL = later(r"(?:SEVERE|SCHWERWIEGEND|GRAVE|WARNING|WARNUNG|ADVERTENCIA|INFO|CONFIG|FINE(?:R|ST)?): ")
"""How the second line of a record of ``java.util.logging`` begins."""
_JUL_HEAD = later(r"[A-Za-z]\w{2,4}\.? \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M \S+(?: \S+)?$")
_TAGS = later(r"(?:\[[\w.:-]{8,64}\] )+")
_ANNOUNCES = later(r"(?::|\?>)[ \t]*$")
_ANSWER = later(r"\{(?!.{0,300}?\"(?:@?time(?:stamp)?|ts|t|level|lvl|severity|event|msg)\"\s*:)|<(?!\d)")
_TELLING = 12  # characters of a message that two exceptions do not share by chance
_HEADER = later(r"(?i:x-amzn-(?:requestid|error\w+)|content-(?:type|length)) ?:")
_FIELD = later(r"(?:[<>] )?\s{0,8}[\"']?[A-Za-z_][\w.-]{0,40}[\"']?(?:=|: ?(?=\s|$)|: (?=\S))|[<>]\s*$|[<>] [A-Z]+[ /]")
_WHEN = later(
    r"(?i)(?:[<>] )?\s{0,8}[\"']?(?:\w{0,30}(?:timestamp|date|time|_at)|at|ts|when)[\"']?\s?[:=]\s*[\"']?"
    r"(?=\d|\w{3}, \d)"
)
CHAINED = ("During handling of", "The above exception")
_FAILURE = later(r"(?i)err|fail|exception|refus|reject|denied|unable|could ?n|cannot|can't|caught|thrown|invalid")
RAISED = later(
    r"[A-Za-z_][\w.$]*(?:Error|Exception|Warning|Exit|Interrupt|Failure|Refused|Denied|Expired|VerificationFailed"
    r"|ValidationFailed)\b"
)
_QUALIFIED = later(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*\.[A-Z]\w*(?::|\s*$)")
_AT_EASE = later(r".{0,80}?\b(?:INFO|DEBUG|TRACE|info|debug|trace)\b")


@by_template
def opens(text: str) -> bool:
    """Tell whether a line looks like the first of a record."""
    if starts_with_time(text) or _OPENS.match(text):
        return True
    return has_stamp(text, _STAMP_WITHIN) and not RAISED.match(text) and not continues(text)


def answers(text: str, previous: str) -> bool:
    """
    Tell whether a line is what the line before it announces.

    It is an answer behind ``… response:``, as PHP's Guzzle writes, an exception
    or a list behind such a line, or behind one that ends in the exception's own
    message or is its name alone; what Rails says behind a line of nothing but the same tags, or the
    level and the message of ``java.util.logging`` behind time and place.
    """
    if RAISED.match(text) is not None:
        said = text.partition(": ")[2].rstrip()
        told = previous.rstrip()
        again = len(said) >= _TELLING and told.endswith(said) and told != text.rstrip()
        again = again or (told.isidentifier() and text.startswith(told) and len(text) > len(told))
        return again or (
            _ANNOUNCES.search(previous) is not None
            and (previous.strip().lower() == "caused by:" or not continues(previous))
        )
    if text.startswith("- "):
        return _ANNOUNCES.search(previous) is not None
    if text[:1] in ("{", "<"):
        return _ANNOUNCES.search(previous) is not None and _ANSWER.match(text) is not None
    tags = _TAGS.match(text)
    if tags is not None:
        return previous.rstrip().endswith(tags[0].rstrip())
    return JUL_LEVEL.match(text) is not None and _JUL_HEAD.match(previous) is not None


def continues(text: str) -> bool:
    """Tell whether a line looks like a further line of a record."""
    return not text or _CONTINUES.match(text) is not None


def is_body(text: str, head: Iterable[str]) -> bool:
    """Tell whether a line is an answer's body, where it stands behind an empty line and these."""
    return text[:1] in ("{", "<") and _ANSWER.match(text) is not None and any(map(_HEADER.match, head))


def is_field(text: str) -> bool:
    """Tell whether a line is a field of a block: a journal's export, YAML, a collector's listing, an answer's head."""
    return _FIELD.match(text) is not None


def states_time(text: str, latest: float) -> float | None:
    """Return the time that a field of such a block states, None where it states none."""
    stated = _WHEN.match(text)
    return None if stated is None else time_of(text[stated.end() :].strip(" '\","), latest)


def inside(text: str) -> bool:
    """Tell whether a line is indented or framed, as those within a record are."""
    return text[:1] in (" ", "\t", "\u00a0") or "\u2500" <= text[:1] <= "\u257f"


def tells_failure(text: str) -> bool:
    """Tell whether a line says that something went wrong, and so may announce the exception behind it."""
    return _FAILURE.search(text) is not None


def follows(text: str, previous: str) -> bool:
    """Tell whether a line belongs to the record of the line before it, as far as these two show."""
    if text.startswith(TRACEBACK) or RAISED.match(text) is not None:
        return not _is_done(previous) or answers(text, previous)
    return continues(text) or answers(text, previous)


def _is_object(text: str) -> bool:
    """Tell whether a line is a whole object of JSON, to which no line behind it belongs."""
    return text.startswith("{") and text.rstrip().endswith("}")


def _is_done(text: str) -> bool:
    """Tell whether a line is a record by itself to which no exception belongs: an object, or no word of a failure."""
    if _is_object(text):
        return True
    return _AT_EASE.match(text) is not None and not tells_failure(text) and _ANNOUNCES.search(text) is None


def names_cut(text: str, previous: str) -> bool:
    """Tell whether a line goes on with botocore's sentence that a terminal's width broke in the line before it."""
    if CUT.search(previous) is None:
        return False
    return not opens(text) or _GOES_ON.match(text) is not None


def ends_trace(text: str) -> bool:
    """Tell whether a line is what Python's traceback ends with, whatever the exception is called."""
    return _QUALIFIED.match(text) is not None


def traces(text: str) -> bool:
    """Tell whether a line is the head of Python's traceback, bare, behind a logger's head or in rich's frame."""
    if text.endswith(f"{TRACEBACK}):"):
        return True
    return text.startswith(TRACEBACK) or ("\u2500" <= text[:1] <= "\u257f" and TRACEBACK in text)


def joined(texts: Iterable[str]) -> Iterator[tuple[int, str]]:
    """
    Join the texts that belong together, where each line of a traceback was logged by itself.

    Yields:
        The number of each record's first text, from 0, and the whole record.
    """
    first = 0
    held: list[str] = []
    traced = False
    for number, text in enumerate(texts):
        raised = traced and held and inside(held[-1]) and RAISED.match(text) is not None
        again = text.startswith(TRACEBACK) and (traced or not opens(held[0] if held else text))
        answer = held and answers(text, held[-1])
        if held and (raised or answer or (text.strip() and continues(text) and not again)):
            held.append(text)
        else:
            if held:
                yield first, "\n".join(held)
            first, held, traced = number, [text], False
        traced = traced or text.startswith(TRACEBACK)
    if held:
        yield first, "\n".join(held)

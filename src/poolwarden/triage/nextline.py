"""Tell by a few bytes whether a line may belong to the record of the line before it."""

from poolwarden.triage.patterns import later

_MAY_CONTINUE = b" \t}])(CTSDENW.-#\n\rs^$cRxd>!*\x1b\xc2\xe2"
_NAMES = b"AFIJKLMOPTU"  # with which an exception's name may begin that the line before it has said already
_RAISED = later(rb"[A-Z]\w{2,60}(?:Error|Exception|Failed|Expired)\b")
_BRACKET = ord("[")
_PHP = (b"[stacktrace]", b"[previous exception]")
_JUL = later(rb"(?:SEVERE|SCHWERWIEGEND|GRAVE|WARNING|WARNUNG|ADVERTENCIA|INFO|CONFIG|FINE(?:R|ST)?): ")
_JUL_HEAD = 200
_NEAR = 4  # an end, a blank and the line's end
_LEVEL = later(
    rb" (?:(?:ERROR|WARN|FATAL) {2}|\xe2(?:\xa8\xaf|\x9a\xa0) )\S"
    rb"|(?:TRACE|DEBUG|WARN|WARNING|ERROR|CRITICAL|SEVERE)[ :|\]]"
)


def may_continue(data: bytes | bytearray, at: int) -> bool:
    """Tell by a line's first bytes whether it may continue a record; that it surely does not spares most walks."""
    first = data[at]
    if first in b"SWICFGA" and _JUL.match(data, at):
        return data.find(b"M ", max(at - _JUL_HEAD, 0), at) >= 0
    if first in _MAY_CONTINUE:
        return _LEVEL.match(data, at) is None
    if first in _NAMES and _RAISED.match(data, at) is not None:
        return True
    return announced_at(data, at) or (first == _BRACKET and data.startswith(_PHP, at))


def announced_at(data: bytes | bytearray, at: int) -> bool:
    """Tell by bytes whether a line may be the answer that the line before it announces."""
    return data[at] in b"{<" and data[max(at - _NEAR, 0) : at].rstrip().endswith((b":", b"?>"))


_EXPORTED = later(rb"\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d)?:?[ \t]")


def export_continues(data: bytes | bytearray, at: int) -> bool:
    """Tell by bytes whether a line may continue a record where each line has a time of its own before it."""
    head = _EXPORTED.match(data, at)
    return head is not None and may_continue(data, head.end())

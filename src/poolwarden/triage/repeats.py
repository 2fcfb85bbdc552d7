"""Tell by what was learned of others whether a line need not be read: most lines of a log repeat."""

from poolwarden.triage.found import Line
from poolwarden.triage.lines import decoded
from poolwarden.triage.nextline import announced_at, export_continues, may_continue
from poolwarden.triage.shapes import Shapes
from poolwarden.triage.stamps import Stamps
from poolwarden.triage.template import LONGEST, template_of

_BETWEEN, _T = 10, ord("T")  # date and time
_DIGITS = b"0123456789"  # most lines begin with their time, and continue nothing
_UNLIKE = Line()


class Repeats:
    """Look lines up in what was learned."""

    def __init__(self, shapes: Shapes) -> None:
        self._known, self._silent, self._alike = shapes.known, shapes.silent, shapes.alike
        self._neighbours = shapes.neighbours
        self._stamps = Stamps()

    def line_at(self, data: bytearray, size: int, hit: int, floor: int) -> Line:
        """
        Return what is known of a line.

        Args:
            data: Whole lines.
            size: How much of ``data`` is in use.
            hit: An offset in the line.
            floor: Offset of the first line that belongs to no earlier record.
        """
        end = data.find(b"\n", hit, size)
        # The next line must be there, and surely begin another record: see group_at.
        if not 0 <= end < size - 1 or (data[end + 1] not in _DIGITS and may_continue(data, end + 1)):
            return _UNLIKE
        start = data.rfind(b"\n", floor, hit) + 1 or floor
        if end - start > LONGEST or (data[start] not in _DIGITS and announced_at(data, start)):
            return _UNLIKE
        line = bytes(data[start:end])
        stamp = self._stamps.read(line)
        if stamp is None:
            text, at, tail = decoded(line), None, b""
            template = template_of(text)
        else:
            at, begun, ended = stamp
            tail = line[:begun] + line[ended:]
            # What has nothing but a time before it has a T in that.
            if tail in self._known and (line[begun + _BETWEEN] != _T or not export_continues(data, end + 1)):
                return Line(self._known[tail], None, start, end + 1, "", at)
            text = decoded(line)
            template = self._stamps.template(line, text, begun, ended)
        likeness = self._alike.get(template) if template is not None else None
        if template is None or (likeness is None and template not in self._silent):
            return Line(-1, None, 0, 0, text, at, tail, template)
        if template in self._neighbours and not self._apart(data, size, start, end, floor, template, text):
            return _UNLIKE
        return Line(-1, likeness, start, end + 1, text, at)

    def _apart(self, data: bytearray, size: int, start: int, end: int, floor: int, template: str, text: str) -> bool:
        """Tell whether a line in an envelope is a record of its own between the lines around it."""
        known, last = self._neighbours, max(start - 1, floor)
        if not known.alone(template) and last > floor:
            before = data.rfind(b"\n", floor, last) + 1 or floor
            if not known.begins(template, text, decoded(data[before:last])):
                return False
        if known.exported(template) and not export_continues(data, end + 1):
            return True
        after = data.find(b"\n", end + 1, size)
        return after >= 0 and known.ends(template, text, decoded(data[end + 1 : after]))

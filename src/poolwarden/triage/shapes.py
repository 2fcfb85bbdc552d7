"""Learn what lines of a log tell, so that their likes need not be read: most lines of a log repeat."""

from poolwarden.triage.records import Record

MOST = 8192
"""What is remembered of each sort; at most some 16 MB."""


class Shapes:
    """
    Learn what lines tell that differ in nothing but their stamps.

    Attributes:
        known: Which record a line repeats, by the bytes behind its stamp; negative where it tells nothing.
        records: The records that are repeated.
        silent: The templates of lines that tell nothing.
        alike: The templates of lines that are text in no further format, and tell one record each.
    """

    __slots__ = ("_once", "alike", "known", "records", "silent")

    def __init__(self) -> None:
        self._once: set[bytes] = set()
        self.known: dict[bytes, int] = {}
        self.records: list[Record] = []
        self.silent: set[str] = set()
        self.alike: set[str] = set()

    def learn(self, tail: bytes, at: float | None, records: list[Record]) -> None:
        """Remember what a line with such a tail and such a time tells: at most one record, of that time."""
        if tail not in self._once:  # most lines of some logs never come again
            if len(self._once) >= MOST:
                self._once.clear()
            self._once.add(tail)
        elif tail in self.known or len(self.known) >= MOST:
            return
        elif not records:
            self.known[tail] = -1
        elif len(records) == 1 and records[0].at == at:
            self.known[tail] = len(self.records)
            self.records.append(records[0])

    def learn_silent(self, template: str) -> None:
        """Remember that a line of such a template tells nothing."""
        if len(self.silent) >= MOST:
            self.silent.clear()
        self.silent.add(template)

    def learn_alike(self, template: str) -> None:
        """Remember that a line of such a template is text in no further format."""
        if len(self.alike) >= MOST:
            self.alike.clear()
        self.alike.add(template)

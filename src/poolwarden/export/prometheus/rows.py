"""
Describe a rule in one frozen row.

Texts have placeholders: ``<name>`` is a threshold, ``<only>`` the label
matchers that the user adds to every series.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Recording:
    """
    A recording rule.

    Attributes:
        record: The series' name: its labels, the metric, the operation (Prometheus' naming of recording rules).
        expr: The query.
        labels: Labels to add.
    """

    record: str
    expr: str
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """
    An alerting rule.

    Attributes:
        name: Its name; the runbook's page is named after it.
        severity: ``critical`` wakes somebody up, ``warning`` waits for working hours.
        waits: Whether the condition has to hold for a while; what looks back far enough need not.
        expr: The query.
        summary: What is the matter, in one line.
        description: What that means and what it is likely caused by.
    """

    name: str
    severity: str
    waits: bool
    expr: str
    summary: str
    description: str

    @property
    def page(self) -> str:
        """The runbook's file name."""
        words = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in self.name)
        return f"{words.removeprefix('-poolwarden-')}.md"


@dataclass(frozen=True, slots=True)
class Group:
    """
    Rules that are evaluated one after the other.

    Attributes:
        name: Its name.
        rules: The rules, recordings before the alerts that use them.
    """

    name: str
    rules: tuple[Recording | Alert, ...]

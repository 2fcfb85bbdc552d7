"""Tell a rehearsal: as text for people, as JSON for programs."""

from poolwarden.rehearse.reports.json import as_json
from poolwarden.rehearse.reports.text import as_text

__all__ = ["as_json", "as_text"]

"""Turn findings and changes into reports: text for people, JSON for programs."""

from poolwarden.appclient.reports.checked import Checked, as_json, as_text
from poolwarden.appclient.reports.fixed import ASSUMED, source_text, update_text

__all__ = ["ASSUMED", "Checked", "as_json", "as_text", "source_text", "update_text"]

"""Answer whether a request may pass, and if not, why."""

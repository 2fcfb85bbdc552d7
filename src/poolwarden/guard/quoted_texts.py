"""Find texts in double quotes, in a header (RFC 9110 section 5.6.4) or in JSON (RFC 8259 section 7)."""

import re

# Possessive, and with an end for whatever begins: nothing is gone through twice.
QUOTED = re.compile(rb'"(?:[^"\\]++|\\.|\\\Z)*+(?:"|\Z)', re.DOTALL)
"""A text with its quotes, a backslash before any character; the last may lack its end."""

"""Find texts in double quotes, in a header (RFC 9110 section 5.6.4) or in JSON (RFC 8259 section 7)."""

import re

# Possessive, and a text without its closing quote ends with the input: no character is looked at twice, in any input.
QUOTED = re.compile(rb'"(?:[^"\\]++|\\.|\\\Z)*+(?:"|\Z)', re.DOTALL)
"""A text with its quotes, in which a backslash may stand before any character; the last text may lack its end."""

"""
Every row of what the guard must refuse, accept or survive, as one table.

Each case is played over the core call and over every edge; see :class:`world.Case`.
"""

from cases_claims import CLAIM_CASES
from cases_form import FORM_CASES
from cases_header import HEADER_CASES, UNSENDABLE_HEADER_CASES
from cases_json import JSON_CASES
from cases_signature import SIGNATURE_CASES
from world import Case

CASES: tuple[Case, ...] = (*HEADER_CASES, *FORM_CASES, *JSON_CASES, *CLAIM_CASES, *SIGNATURE_CASES)
"""What a request over HTTP can carry."""

CORE_CASES: tuple[Case, ...] = (*CASES, *UNSENDABLE_HEADER_CASES)
"""Those, and what only a caller in the same process can give."""

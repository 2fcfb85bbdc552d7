"""
Draw lines into a heatmap.

Grafana's heatmap shows one set of buckets and no lines over it (grafana/grafana
issue 11772). So the line is part of the buckets: a trace of a count, too small
to be taken for one, in the row that ends at a configured validity.
"""

from poolwarden.export.bounds import le
from poolwarden.export.grafana.series import increase, series
from poolwarden.validities import AGES, USUAL

TRACE = 0.001
"""What a line adds to its row; real counts are whole."""

_BUCKET = "poolwarden_session_age_seconds_bucket"


def ages_with_lines(at: str) -> str:
    """
    Return the query for a heatmap of session ages with lines at the configured refresh validities.

    Buckets are cumulative, so a line at a validity is in every bucket from there
    on. The buckets between two usual validities have the same lines.

    Args:
        at: ``refresh`` or ``loss``.
    """
    validities = sorted(USUAL.values())
    terms = []
    for low, high in zip([0, *validities], [*validities, None], strict=True):
        bounds = [le(bound) for bound in AGES if low <= bound and (high is None or bound < high)]
        terms.append(_term(at, bounds if high is not None else [*bounds, r"\\+Inf"], low))
    return "\nor\n".join(terms)


def _term(at: str, bounds: list[str], low: int) -> str:
    wanted = "|".join(bound.replace("e+", r"e\\+") for bound in bounds)
    validity = series("poolwarden_client_validity_seconds", 'token="refresh"')
    counted = increase(_BUCKET, f'at="{at}"', f'le=~"{wanted}"')
    lines = f"count(max by (pool, client) ({validity}) <= {low}) or vector(0)"
    return f"sum by (le) ({counted})\n  + {TRACE} * scalar({lines})"

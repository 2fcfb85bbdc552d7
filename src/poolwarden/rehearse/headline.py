"""Put a rehearsal into one sentence: the first row of the table that fits."""

from typing import Final

from poolwarden.rehearse.rehearsal import Rehearsal

_ROWS: Final = (
    (frozenset({"signature_unchecked"}), "The application does not verify tokens: anybody can write one."),
    (
        frozenset({"expiry_unchecked", "id_token_accepted", "client_unchecked"}),
        "The application checks the signature of tokens and nothing else.",
    ),
    (
        frozenset({"expiry_unchecked"}),
        "The application does not notice that tokens expire: no validity takes effect there.",
    ),
    (frozenset({"crashed"}), "The application breaks where a session ends, and the front end never learns it."),
    (frozenset({"redirected"}), "The application sends programs to a sign-in page, where a session ends."),
    (frozenset({"login_page"}), "The application shows programs a sign-in page, where a session ends."),
    (frozenset({"refused_too_soon"}), "The application ends sessions before the user pool does."),
    (
        frozenset({"challenge_missing"}),
        "The application refuses rightly, and does not tell the front end what to do about it.",
    ),
    (
        frozenset({"cause_missing"}),
        "The application refuses rightly, and does not tell the front end what to do about it.",
    ),
    (frozenset({"hidden_by_cors"}), "The application refuses rightly, and browsers cannot see it."),
    (frozenset({"pool_refuses"}), "With these settings no front end can renew its session."),
)


def headline_of(rehearsal: Rehearsal) -> str:
    """
    Return what it comes to.

    Args:
        rehearsal: The rehearsal.
    """
    found = {finding.deviation.id for finding in rehearsal.findings}
    if not found:
        return f"All {len(rehearsal.rows)} steps are as they should be."
    for needed, sentence in _ROWS:
        if needed <= found:
            return sentence
    wrong = sum(bool(row.findings) for row in rehearsal.rows)
    return f"{wrong} of {len(rehearsal.rows)} steps are not as they should be."

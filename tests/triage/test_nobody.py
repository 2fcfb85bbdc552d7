"""Where the logs name neither a session nor a user, leaving out the work on sessions changes no report."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolwarden.triage import nobody
from poolwarden.triage.nobody import OF_SESSIONS
from poolwarden.triage.records import Kind, Record
from poolwarden.triage.sessions import Sessions
from poolwarden.triage.store import Store
from poolwarden.triage.wanted import TriageOptions
from triage.build import DAY, HOUR, NOW, record, refused, report

CAUSES = ("refresh_token_expired", "refresh_token_revoked", "token_expired", "keys_unavailable")
KINDS = (Kind.REFUSED, Kind.REJECTED, Kind.ENDED, Kind.CHANGED, Kind.KEYS, Kind.ISSUED)


def one(kind: Kind, at: float | None, cause: str, client: str | None) -> Record:
    """Return a record that names nobody."""
    told = cause if kind in (Kind.REFUSED, Kind.REJECTED, Kind.KEYS) else None
    return record(kind, at, cause=told, client=client, operation="DeleteUserPoolClient", refresh=True, source="python")


RECORDS = st.builds(
    one,
    st.sampled_from(KINDS),
    st.none() | st.integers(NOW, NOW + 3 * DAY).map(float),
    st.sampled_from(CAUSES),
    st.sampled_from([None, "web", "mobile"]),
)


@given(st.lists(RECORDS, max_size=30))
@settings(max_examples=40, deadline=None)
def test_reports_are_the_same(records: Sequence[Record]) -> None:
    """Whatever stands in logs that name nobody, every script would have said the same."""
    quick = report(records)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(nobody, "OF_SESSIONS", frozenset())
        assert report(records) == quick


def test_what_is_left_out_is_taken_up_again(tmp_path: Path) -> None:
    """A log that is followed may name somebody later, and a saved incident has all its tables."""
    nameless = refused(None, NOW, "refresh_token_expired")
    with Store() as store:
        store.add([nameless])
        assert Sessions(store, ["a.log"]).seen == 0
        assert store.passed_over == OF_SESSIONS
        store.add([record(Kind.ISSUED, NOW + HOUR, user="U", refresh=False)])
        assert Sessions(store, ["a.log"]).seen == 1
        assert not store.passed_over
    saved = tmp_path / "incident.duckdb"
    report([nameless], TriageOptions(save=str(saved)))
    assert saved.stat().st_size

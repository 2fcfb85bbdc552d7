"""Say what is to be triaged, pick it out, and tell why nothing was left."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from poolwarden.triage.records import Record

_MOST_NAMED = 8


class TriageOptions(msgspec.Struct, frozen=True, kw_only=True):
    """
    What to triage and what to hold it against.

    Attributes:
        since: Pass over what was earlier, epoch seconds.
        until: Pass over what was this late or later, epoch seconds.
        client: Only this app client, by alias or id.
        pool: Only this user pool, by alias or id.
        declared: The refresh validities that settings declare, by client id and name, seconds; the key ``""`` stands
            for the logs' only client, whatever its name.
        save: A DuckDB file to keep the records and sessions in, replaced if it exists.
        spark: Whether the logs are read by Spark's tasks (:mod:`poolwarden.triage.spark`) and not by processes here.
    """

    since: float | None = None
    until: float | None = None
    client: str | None = None
    pool: str | None = None
    declared: Mapping[str, int] = msgspec.field(default_factory=dict)
    save: str | None = None
    spark: bool = False


class Wanted:
    """
    Pick the records that are asked for, and remember the names of those that are not.

    Args:
        options: What to triage.
    """

    def __init__(self, options: TriageOptions) -> None:
        self._options = options
        self._clients: Counter[str | None] = Counter()
        self._pools: Counter[str | None] = Counter()

    def of(self, batch: Sequence[Record]) -> Sequence[Record]:
        """Return the records of the pool and app client asked for; one that tells neither is among them."""
        client, pool = self._options.client, self._options.pool
        if client is None and pool is None:
            return batch
        self._clients.update(record.client for record in batch)
        self._pools.update(record.pool for record in batch)
        return [
            record
            for record in batch
            if (client is None or record.client in (None, client)) and (pool is None or record.pool in (None, pool))
        ]

    def note(self, clients: Mapping[str | None, int], pools: Mapping[str | None, int]) -> None:
        """Remember names of what was picked elsewhere, and how often each was told."""
        self._clients.update(clients)
        self._pools.update(pools)

    def misses(self, *, nothing: bool) -> Iterator[str]:
        """
        Yield why a report may be empty.

        Args:
            nothing: No record with a time was left.
        """
        options = self._options
        for what, name, named in (
            ("app client", options.client, self._clients),
            ("user pool", options.pool, self._pools),
        ):
            if name is not None and name not in named:
                others = ", ".join(one for one, _ in named.most_common(_MOST_NAMED + 1) if one) or "none"
                yield f"no record names the {what} {name}; those that are named: {others}."
        if nothing and not (options.since is None and options.until is None):
            yield "no record lies in the time asked for; leave out --since and --until to see when there are some."

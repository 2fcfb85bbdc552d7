"""
Read parts inside Spark, beyond one machine, and hand their answers out in order.

The parsers are those that worker processes run here (:mod:`poolwarden.triage.workers`):
each part is one task, and what it found comes back to the database that judges.
The only module that imports pyspark.

Which Spark is used, ``spark-submit``, ``SPARK_REMOTE`` or Spark's own defaults
say. Each of its nodes needs ``poolwarden[triage]``, and sees the logs under the
paths that are given here: a shared file system, or a mounted bucket.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

import msgspec

from poolwarden.errors import PoolwardenError
from poolwarden.triage.parts import Part
from poolwarden.triage.sources import Source
from poolwarden.triage.workers import answer_to, task_of

AT_ONCE = 64
"""How many parts are read before their answers are taken: about 1 GB of plain logs, whose answers memory can hold."""

_GIVEN = "number int, task binary"
_TAKEN = "number int, answer binary"


class SparkFailedError(PoolwardenError):
    """Spark could not be reached, or one of its nodes could not read a log."""


def answers(parts: Iterator[Part], sources: Sequence[Source]) -> Iterator[tuple[Part, bytes | None]]:
    """
    Yield each part with the answer of Spark's task, in the parts' order.

    Args:
        parts: What to read.
        sources: The inputs, by the parts' index.

    Yields:
        The part and its answer; None as the answer of a part that is to be read by the caller: it is no file.

    Raises:
        ModuleNotFoundError: The extra ``spark`` is not installed.
        SparkFailedError: Spark cannot be reached, or failed.
    """
    from pyspark.errors import PySparkException  # noqa: PLC0415 (half a gigabyte, and only this engine needs it)
    from pyspark.sql import SparkSession  # noqa: PLC0415

    # Without it, the nodes run whatever python3 they find, which need not be the one that poolwarden is installed for.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    try:
        builder = SparkSession.builder.appName("poolwarden triage")
        session = builder.config("spark.ui.showConsoleProgress", "false").getOrCreate()
        while some := list(islice(parts, AT_ONCE)):
            told = _told(session, some, sources)
            for number, part in enumerate(some):
                yield part, told.pop(number, None)
    except PySparkException as error:
        # Its message holds Java's traces, and may hold a log's text.
        what = error.getCondition() or type(error).__name__
        mend = "Each node needs poolwarden[triage] for the Python that PYSPARK_PYTHON names, and these paths."
        raise SparkFailedError(f"Spark failed: {what}. {mend}") from error


def _told(session: Any, parts: Sequence[Part], sources: Sequence[Source]) -> dict[int, bytes]:
    """Return the answers by the parts' numbers; none for those that only this process can read."""
    tasks = []
    for number, part in enumerate(parts):
        source = sources[part.index]
        if source.path is not None:
            tasks.append((number, task_of(part, msgspec.structs.replace(source, path=source.path.absolute()))))
    if not tasks:
        return {}
    given = session.createDataFrame(tasks, _GIVEN).repartition(len(tasks))
    return {row.number: bytes(row.answer) for row in given.mapInArrow(_answered, _TAKEN).collect()}


def _answered(batches: Iterable[Any]) -> Iterator[Any]:
    """Answer tasks, Arrow's batches in and out, on whatever node this runs."""
    import pyarrow as pa  # noqa: PLC0415 (comes with the extra)

    schema = pa.schema([("number", pa.int32()), ("answer", pa.binary())])
    for batch in batches:
        for row in batch.to_pylist():
            answer = {"number": [row["number"]], "answer": [answer_to(row["task"])]}
            yield pa.RecordBatch.from_pydict(answer, schema=schema)

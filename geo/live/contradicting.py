"""Records that contradict what their sender said before: a revision says one thing for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geo.core.errors import Fault
from geo.ledger.feed import RECORDS
from geo.live.batches import Batch


def contradictions(batch: Batch, records: pd.DataFrame, sent: pd.DataFrame) -> Iterator[Fault]:
    """Yield records of which the same revision was sent before, saying something else."""
    known = sent[sent["record"].isin(records["record"])]
    first = known["delivery"] == known["delivery"].groupby([known["record"], known["revision"]]).transform("min")
    said, says = _said(known[first]), _said(records)
    for key, (row, content) in says.items():
        if key in said and said[key][1] != content:
            yield Fault(batch.name, row, "revision", "E-LIVE-03", key[0], {"revision": str(key[1])})


def _said(rows: pd.DataFrame) -> dict[tuple[str, int], tuple[int, set[tuple[object, ...]]]]:
    """Return record and revision → the first row of it, and what it says."""
    kept = [name for name in RECORDS if name not in {"record", "revision", "source_row"}]
    columns = ("record", "revision", "source_row", *kept)
    found: dict[tuple[str, int], tuple[int, set[tuple[object, ...]]]] = {}
    for record, revision, row, *content in zip(*(rows[name].tolist() for name in columns), strict=True):
        found.setdefault((record, revision), (row, set()))[1].add(tuple(content))
    return found

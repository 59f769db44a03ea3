"""Records that a feed sends one by one: of each the highest revision counts, whenever it arrived.

A record is one line of figures under an id that its sender gave it. A revision replaces it whole; a withdrawn one
says nothing any more, and what other sources say of the line counts again. Batches may come late, twice and in any
order: what is in force depends on what was sent alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping

import pandas as pd
import pyarrow as pa

from geo.core.files import digest, to_json
from geo.ledger.record import Record

RECORDS: Mapping[str, str] = {  # the table of a batch: a row for each amount, one row for a withdrawn record
    "record": "str",
    "revision": "int64",
    "is_withdrawn": "bool",
    "body_id": "str",
    "period": "str",
    "function": "str",
    "phase": "str",
    "amount_minor": "int64",
    "source_row": "int64",
}
LINE = ["period", "body_id", "function", "phase"]
_BESIDE = {"source": "str", "source_file": "str", "delivery": "str", "day": "str", "sequence": "int64"}
IN_FORCE: Mapping[str, str] = {**RECORDS, **_BESIDE}


def batches(records: Iterable[Record]) -> list[Record]:
    """Return the deliveries of records that are not withdrawn, in an order that does not tell when they arrived."""
    kept = [row for row in records if row.kind == "records" and not row.withdrawn_by]
    return sorted(kept, key=lambda row: row.id)


def sent(records: Iterable[Record], read: Callable[[Record], pd.DataFrame]) -> pd.DataFrame:
    """Return every row of every batch that counts, columns IN_FORCE; `read` gives what `told` gives of a batch."""
    parts = [read(record) for record in batches(records)]
    return pd.concat(parts, ignore_index=True) if parts else empty()


def told(record: Record, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of one batch, with the delivery that brought them."""
    said = {"source": record.source, "source_file": record.original["name"], "delivery": record.id}
    rows = frame[list(RECORDS)].assign(**said, day=record.at[:10], sequence=record.sequence)
    return rows.astype(dict(IN_FORCE))


def empty() -> pd.DataFrame:
    """Return a table without rows."""
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in IN_FORCE.items()})


def latest(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the highest revision of each record, withdrawn ones too.

    A revision that came twice says the same twice; then the delivery with the smallest id tells it.
    """
    pair = [rows["source"], rows["record"]]
    last = rows[rows["revision"] == rows["revision"].groupby(pair).transform("max")]
    first = last["delivery"].groupby([last["source"], last["record"]]).transform("min")
    return last[last["delivery"] == first]


def in_force(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for each line and phase that a feed speaks of, sorted by LINE.

    Where several records speak of the same, the one of the highest revision counts, then the last by source and id.
    """
    alive = latest(rows)
    alive = alive[~alive["is_withdrawn"]].sort_values(["revision", "source", "record"], kind="stable")
    return alive.drop_duplicates(LINE, keep="last").sort_values(LINE, ignore_index=True)


def digest_of(rows: pd.DataFrame) -> dict[str, object] | None:
    """Return what a version is made of, of the records in force; None where there are none."""
    if rows.empty:
        return None
    kept = rows[[name for name in IN_FORCE if name not in {"is_withdrawn", "sequence"}]]
    table = pa.Table.from_pandas(kept, preserve_index=False).replace_schema_metadata().combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    hashed = hashlib.sha256(sink.getvalue()).hexdigest()
    plain = {"id": "feed", "kind": "records", "source": "", "key": "", "revision": 0, "rank": 0, "file": ""}
    # Deliveries are numbered as they came, and rows name the number: which batch came first is no part of it.
    return {**plain, "sha256": hashed, "files": {}, "reports": digest(to_json(sorted(kept["delivery"].unique())))}

"""Delivered entries → their sums by place, batch by batch: what comparing and judging need of millions of rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa
import pyarrow.compute as pc

KEYS = ["source", "report", "unit_id", "body_id", "period", "function", "phase"]
_KEPT = (("amount_minor", "sum"), ("source_file", "min"), ("source_row", "min"))
_AT_ONCE = 1 << 20  # rows


def summed(batches: Iterable[pa.RecordBatch], alike: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    """Yield entries with one row for each source, report, unit, place, period, function and phase, in that order.

    `alike` names the body that stands for another of the same place. Reports of single bodies lose their names.
    Memory grows with the sums, not with the rows.
    """
    waiting: list[pa.Table] = []
    most = _AT_ONCE
    for batch in batches:
        waiting.append(_of_places(batch, alike))
        if sum(map(len, waiting)) >= most:
            waiting = [_added(waiting)]
            most = max(_AT_ONCE, 2 * len(waiting[0]))  # else every batch would add up anew what does not shrink
    if waiting:
        yield from _added(waiting).sort_by([(name, "ascending") for name in KEYS]).to_batches()


def _of_places(batch: pa.RecordBatch, alike: Mapping[str, str]) -> pa.Table:
    bodies = batch["body_id"].dictionary_encode()
    names = pa.array([alike.get(body, body) for body in bodies.dictionary.to_pylist()], pa.string())
    of_unit = pc.equal(batch["report"], pc.binary_join_element_wise(batch["unit_id"], batch["period"], "/"))
    columns = {name: batch[name] for name in (*KEYS, *(name for name, _ in _KEPT))}
    columns["body_id"] = names.take(bodies.indices)
    columns["report"] = pc.if_else(of_unit, batch["report"], "")
    return _added([pa.table(columns)])


def _added(tables: list[pa.Table]) -> pa.Table:
    sums = pa.concat_tables(tables).group_by(KEYS).aggregate([*_KEPT])
    return sums.rename_columns([name.removesuffix(f"_{kept}") for name, kept in _names(sums)])


def _names(sums: pa.Table) -> Iterator[tuple[str, str]]:
    kinds = {f"{name}_{kind}": kind for name, kind in _KEPT}
    yield from ((name, kinds.get(name, "-")) for name in sums.column_names)

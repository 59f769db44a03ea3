"""Figures and the records of a feed → figures in which the feed has the last word, line by line.

A line is a body's function in a period and phase. What a feed says of a line replaces every other figure of it; what
it does not speak of stays. Periods are worked on one by one, so that few new records touch few of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from geo.core.errors import BadData, Fault
from geo.core.model import TABLES, conformed
from geo.entries import Ledger
from geo.entries.coded import coded, numbers, plain

LINE = ["period", "body_id", "function", "phase"]
_CELL = ["unit_id", "period", "phase"]


def overlaid(ledger: Ledger, records: pd.DataFrame, digits: int, minor_units: int) -> Ledger:
    """Return the ledger with the records in force laid over it.

    `records` have the columns of `entries`, and sequence, the number of their delivery; a line stands in them once.
    Raises BadData for bodies and functions that the ledger does not know (E-JOIN-17, E-JOIN-06). A total line as
    published is left out where the feed has changed what it adds up.
    """
    if records.empty:
        return ledger
    check_known(ledger, records)
    entries, brought = _woven(ledger.entries, ledger.brought, records)
    told = entries[entries["period"].isin(records["period"].unique())]
    body, bodies = pd.factorize(told["body_id"])
    unit, units = pd.factorize(np.array([ledger.units()[name] for name in bodies], object))
    sums = sums_of(told, unit[body], units)
    return replace(
        ledger,
        entries=entries,
        published=still_true(ledger, records, sums, groups_of(entries, digits), minor_units),
        rows_read=ledger.rows_read + len(records),
        deliveries=brought,
    )


def of_period(
    entries: pd.DataFrame, brought: NDArray[np.int64], records: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return entries with the records of their periods laid over, and which delivery brought each; sorted by LINE."""
    ours = records[list(TABLES["entries"])]
    old, new = coded([entries.assign(_at=np.arange(len(entries))), ours], {}, LINE)
    is_kept = ~pd.Series(numbers(old, LINE)).isin(set(numbers(new, LINE).tolist())).to_numpy()
    both = pd.concat([old[is_kept], new], ignore_index=True)
    order = np.argsort(numbers(both, LINE), kind="stable")
    deliveries = np.concatenate([brought[is_kept], records["sequence"].to_numpy("int64")])
    return conformed(plain(both).take(order).reset_index(drop=True), "entries"), deliveries[order]


def slices(entries: pd.DataFrame) -> dict[str, slice]:
    """Return where each period stands in entries, which are in order of periods."""
    runs = pc.run_end_encode(pa.array(entries["period"]).cast(pa.string()))
    runs = runs.combine_chunks() if isinstance(runs, pa.ChunkedArray) else runs
    ends = runs.run_ends.to_pylist()
    return {name: slice(a, b) for name, a, b in zip(runs.values.to_pylist(), [0, *ends], ends, strict=False)}


def groups_of(entries: pd.DataFrame, digits: int) -> int:
    """Return how many functional groups have figures."""
    return len({code[:digits] for code in entries["function"].unique()})


def still_true(
    ledger: Ledger, records: pd.DataFrame, sums: pd.DataFrame, groups: int, minor_units: int
) -> pd.DataFrame:
    """Return the published total lines without those of which a feed has changed the figures beneath.

    `sums` are what each unit has in the periods of the records at least, by phase: columns unit_id, period, phase, sum.
    A line may differ by two units of currency for each group.
    """
    told = records.assign(unit_id=records["body_id"].map(ledger.units()))[_CELL].drop_duplicates()
    both = ledger.published.merge(told.assign(is_told=True), on=_CELL, how="left").merge(sums, on=_CELL, how="left")
    is_off = (both["amount_minor"] - both["sum"].fillna(0)).abs() > 2 * groups * minor_units
    is_left = (both["is_told"].notna() & is_off).to_numpy()
    return ledger.published[~is_left].reset_index(drop=True) if is_left.any() else ledger.published


def sums_of(entries: pd.DataFrame, unit: NDArray[np.int64], units: Sequence[str]) -> pd.DataFrame:
    """Return the sum of each unit, period and phase; `unit` is the number of the unit of each entry."""
    (period, periods), (phase, phases) = (pd.factorize(entries[name]) for name in ("period", "phase"))
    found = np.zeros((len(units), len(periods), len(phases)), np.int64)
    seen = np.zeros(found.shape, bool)
    np.add.at(found, (unit, period, phase), entries["amount_minor"].to_numpy())
    seen[unit, period, phase] = True
    at, words = np.nonzero(seen), (units, periods, phases)
    texts = {name: np.asarray(every, object)[n] for name, every, n in zip(_CELL, words, at, strict=True)}
    return pd.DataFrame({**texts, "sum": found[seen]}).astype(dict.fromkeys(_CELL, "str"))


def _woven(
    entries: pd.DataFrame, brought: NDArray[np.int64], records: pd.DataFrame
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    places = slices(entries)
    told = dict(iter(records.groupby("period")))
    parts, deliveries = [], []
    for period in sorted({*places, *told}):
        at = places.get(period, slice(0, 0))
        part, of = entries.iloc[at], brought[at]
        if period in told:
            part, of = of_period(part, of, told[period])
        parts.append(part)
        deliveries.append(of)
    return conformed(pd.concat(parts, ignore_index=True), "entries"), np.concatenate(deliveries)


def check_known(ledger: Ledger, records: pd.DataFrame) -> None:
    """Raise BadData where records name bodies or functions that the ledger does not know."""
    if faults := [*_unknown(ledger, records)]:
        raise BadData(faults)


def _unknown(ledger: Ledger, records: pd.DataFrame) -> Iterator[Fault]:
    known = {"body_id": (ledger.body_ids, "E-JOIN-17"), "function": (ledger.functions, "E-JOIN-06")}
    for column, (codes, code) in known.items():
        is_known = np.array([text in codes for text in records[column].tolist()], bool)
        for row in records[~is_known].to_dict("records"):
            yield Fault(row["source_file"], row["source_row"], column, code, row[column], {"near": "–"})

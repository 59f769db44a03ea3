"""Entries × placements → totals of every edition, level, function, phase and period, in one run of the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from geo.core.errors import BrokenLaw
from geo.core.model import conformed
from geo.sums.places import UNKNOWN, Places

if TYPE_CHECKING:
    from ibis.backends.sql import SQLBackend

    from geo.sums.kept import Kept

Entries: TypeAlias = pd.DataFrame | tuple[Path, ...]  # Parquet files are read by the engine, never as a whole
_KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
_READ = ["body_id", "period", "function", "phase", "amount_minor"]
_EXACT = "decimal(38, 0)"  # holds what the 128-bit accumulator holds


@ibis.udf.scalar.builtin(name="list_position", signature=(("array<string>", "string"), "int64"))
def _position(texts: object, text: object) -> int:  # type: ignore[empty-body]  # the engine's own function
    """Return where a text stands in a list, from 1."""


@dataclass(frozen=True)
class Adder:
    """The engine that adds up, and what it added before."""

    engine: SQLBackend
    kept: Kept | None = None


def totals(
    entries: Entries, placements: pd.DataFrame, in_force: Mapping[str, str], function_digits: int, adder: Adder
) -> pd.DataFrame:
    """Return one row per edition, level, unit, period, functional group and phase with entries, sorted by that key.

    `in_force` names the edition whose placements the entries of each period meet. Subgroups are added to their group
    (the first `function_digits` characters). Entries of bodies that are not placed, or that no placement row names,
    gather under an empty unit_id, so that nothing is lost. Where totals are kept, only periods whose entries or
    placements changed are added up. Raises BrokenLaw where a sum leaves int64, KeyError for a period without an
    edition or an edition without placements, ValueError for a body with two places in a level.
    """
    facts = _facts(entries, adder.engine)
    editions = {period: in_force[period] for period in _texts(facts.period, adder.engine)}
    keys, parts = {}, {}
    if adder.kept is not None:
        hows = {period: (period, edition, function_digits) for period, edition in editions.items()}
        keys = adder.kept.keys(entries, placements, hows)
        parts = {period: found for period, key in keys.items() if (found := adder.kept.read(key)) is not None}
    fresh = {period: edition for period, edition in editions.items() if period not in parts}
    if fresh or not editions:
        # A filter costs as much as adding up, so it is left out where it would keep everything.
        asked = facts.filter(facts.period.isin([*fresh])) if parts else facts
        added = _Run(facts, asked, placements, fresh, function_digits).table(adder.engine)
        if adder.kept is not None:
            for period in fresh:
                adder.kept.write(keys[period], added[added["period"] == period])
        if not parts:
            return added
        parts["fresh"] = added
    return pd.concat([*parts.values()]).sort_values(_KEYS, ignore_index=True)


def _facts(entries: Entries, engine: SQLBackend) -> Any:
    if isinstance(entries, pd.DataFrame):
        return ibis.memtable(entries[_READ])
    return engine.read_parquet([str(path) for path in entries])[_READ]


def _texts(column: Any, engine: SQLBackend) -> list[str]:
    """Return the different texts of a column, sorted; one column of codes is read quickly."""
    found = engine.to_pyarrow(column.cast("string").name("text").as_table().distinct())
    return sorted(found["text"].to_pylist())


@dataclass(frozen=True)
class _Run:
    """One run of the engine: entries of some periods, each with its edition."""

    facts: Any  # all that there are, for the functions and phases that may come
    asked: Any
    placements: pd.DataFrame
    editions: Mapping[str, str]
    function_digits: int

    def table(self, engine: SQLBackend) -> pd.DataFrame:
        """Return the totals of the periods, sorted by their key."""
        if not self.editions:
            return conformed(pd.DataFrame(columns=[*_KEYS, "is_restated", "amount_minor", "entries"]), "totals")
        used = sorted(set(self.editions.values()))
        places = Places.of(self.placements, used)
        columns: dict[str, Callable[[Any], Any]] = {
            "period": lambda rows: rows.period.cast("string"),
            "function": lambda rows: rows.function.cast("string").left(self.function_digits),
            "phase": lambda rows: rows.phase.cast("string"),
        }
        texts = {name: _texts(columns[name](self.facts), engine) for name in ("function", "phase")}
        texts = {"period": sorted(self.editions), **texts}
        # Texts become one number before the join: a group is found by it much faster than by several texts.
        cell: Any = 0
        cells = 1
        for name, column in columns.items():
            cell = cell * len(texts[name]) + _number(texts[name], column(self.asked), engine)
            cells *= len(texts[name])
        numbered = self.asked.select("body_id", "amount_minor", cell=cell.cast("int64"))
        each = cells // len(texts["period"])
        period_edition = pd.DataFrame(
            {"period": range(len(texts["period"])), "edition": [used.index(self.editions[p]) for p in texts["period"]]}
        )
        # What Arrow holds back for later would count as ours while the engine works.
        pa.default_memory_pool().release_unused()
        found = engine.to_pyarrow(_summed(numbered, places, period_edition, cells, each))
        frame = _whole(found).to_pandas().sort_values(["owner", "cell"], ignore_index=True)
        at = np.unravel_index(frame["cell"].to_numpy(), [len(part) for part in texts.values()])
        named = {
            name: pd.array(part, dtype="str").take(row) for (name, part), row in zip(texts.items(), at, strict=True)
        }
        labels = places.labels.take(frame["owner"]).reset_index(drop=True)
        return conformed(pd.concat([labels, frame], axis=1).assign(**named, is_restated=False), "totals")


def _number(texts: list[str], column: Any, engine: SQLBackend) -> Any:
    """Return which of the texts each value is, from 0."""
    # Of its own function DuckDB asks once for each code of a column, of what Ibis makes once for each row.
    return _position(ibis.array(texts), column) - 1 if engine.name == "duckdb" else ibis.array(texts).index(column)


def _summed(numbered: Any, places: Places, periods: pd.DataFrame, cells: int, each: int) -> Any:
    """Return the sums by owner and cell: entries are read once, by place; the few sums of places then meet the levels.

    A cell is the number of period, function and phase; `each` are those of a period.
    """
    joined = numbered.left_join(ibis.memtable(places.bodies), "body_id")
    key = (joined.place.cast("int64").fill_null(UNKNOWN) * cells + joined.cell).name("key")
    sums = joined.group_by(key).aggregate(amount=joined.amount_minor.sum().cast(_EXACT), rows=joined.count())
    apart = sums.select("amount", "rows", place=sums.key // cells, cell=sums.key % cells)
    dated = apart.mutate(period=apart.cell // each).join(ibis.memtable(periods), "period")
    owned = dated.join(ibis.memtable(places.owners), ["place", "edition"])
    return owned.group_by("owner", "cell").aggregate(
        amount_minor=owned.amount.sum().cast(_EXACT), entries=owned["rows"].sum().cast("int64")
    )


def _whole(found: pa.Table) -> pa.Table:
    """Return the sums as int64; raises BrokenLaw where one does not fit, which is never wrapped or rounded."""
    at = found.schema.get_field_index("amount_minor")
    try:
        return found.set_column(at, "amount_minor", found["amount_minor"].cast(pa.int64()))
    except pa.ArrowInvalid as error:
        raise BrokenLaw(count=1, laws=f"a sum of amounts is beyond 64 bits: {error}") from None

"""Entries × placements → totals of every edition, level, function, phase and period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import ibis
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from geo.core.errors import BrokenLaw
from geo.core.model import conformed
from geo.sums.blocks import BITS, UNKNOWN, Blocks

if TYPE_CHECKING:
    from ibis.backends.sql import SQLBackend

    from geo.sums.kept import Kept

Entries: TypeAlias = pd.DataFrame | ds.Dataset  # a dataset of Parquet files is read in batches, never as a whole
_KEYS = ["edition", "level", "unit_id", "period", "function", "phase"]
_READ = ["body_id", "period", "function", "phase", "amount_minor"]
_EXACT = "decimal(38, 0)"  # holds what the 128-bit accumulator holds


@ibis.udf.agg.builtin(name="bitstring_agg")
def _bits(number: int, least: int, most: int) -> str:  # type: ignore[empty-body]  # the engine's own function
    """Return a text of bits in which the bit of each number is set."""


@ibis.udf.scalar.builtin(name="bit_count")
def _count(bits: str) -> int:  # type: ignore[empty-body]  # the engine's own function
    """Return how many bits are set."""


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
    gather under an empty unit_id, so that nothing is lost. Each period is one run of the engine over its entries,
    for all levels; where totals are kept, only periods whose entries or placements changed are added up.
    Raises BrokenLaw where a sum leaves int64, KeyError for a period without an edition.
    """
    parts = [conformed(pd.DataFrame(columns=[*_KEYS, "is_restated", "amount_minor", "entries", "bodies"]), "totals")]
    for edition, periods in _by_edition(entries, in_force, adder.engine).items():
        placed = placements[placements["edition"] == edition]
        blocks = Blocks.of(placed)
        for period in periods:
            asked = _Sums(_of_period(entries, period), blocks, period, edition, function_digits)
            if adder.kept is None:
                parts.append(asked.table(adder.engine))
                continue
            key = adder.kept.key(asked.entries, placed, (period, edition, function_digits))
            found = adder.kept.read(key)
            if found is None:
                found = asked.table(adder.engine)
                adder.kept.write(key, found)
            parts.append(found)
    return pd.concat(parts).sort_values(_KEYS, ignore_index=True)


def _by_edition(entries: Entries, in_force: Mapping[str, str], engine: SQLBackend) -> dict[str, list[str]]:
    """Return edition → the periods with entries, in order."""
    if isinstance(entries, pd.DataFrame):
        found = set(entries["period"].unique())
    else:
        found = set(engine.to_pyarrow(ibis.memtable(entries)[["period"]].distinct())["period"].to_pylist())
    editions: dict[str, list[str]] = {}
    for period in sorted(map(str, found)):
        editions.setdefault(in_force[period], []).append(period)
    return editions


def _of_period(entries: Entries, period: str) -> Entries:
    if isinstance(entries, pd.DataFrame):
        return entries.loc[entries["period"] == period, _READ]
    return entries.filter(ds.field("period") == period)


@dataclass(frozen=True)
class _Sums:
    """The entries of one period and the blocks of the edition in force in it."""

    entries: Entries
    blocks: Blocks
    period: str
    edition: str
    function_digits: int

    def table(self, engine: SQLBackend) -> pd.DataFrame:
        """Return the totals of the period at every level: one run of the engine."""
        # The engine's own view of the tables: pandas keeps text as objects, which Ibis would ask about row by row.
        facts, bodies = ibis.memtable(self.entries), ibis.memtable(self.blocks.bodies)
        joined = facts.left_join(bodies, "body_id")
        keys = {
            "block": joined.block.fill_null(UNKNOWN),
            "function": joined.function.cast("string").left(self.function_digits),
            "phase": joined.phase.cast("string"),
        }
        by_block = joined.group_by(**keys).aggregate(
            amount_minor=joined.amount_minor.sum().cast(_EXACT),
            entries=joined.count(),
            bodies=self._distinct(joined, engine),
        )
        found = engine.to_pyarrow(self._of_levels(by_block))
        frame = _whole(found).to_pandas().assign(edition=self.edition, period=self.period, is_restated=False)
        frame = self._with_unknown(frame, facts, bodies, engine)
        return conformed(frame.sort_values(_KEYS, ignore_index=True), "totals")

    def _distinct(self, joined: Any, engine: SQLBackend) -> Any:
        """Return how many bodies a group has: by bits in DuckDB, several times faster, elsewhere by the usual count."""
        if engine.name == "duckdb":
            return _count(_bits(joined.bit, 0, BITS - 1)).fill_null(0).cast("int64")
        return joined.body_id.nunique()

    def _of_levels(self, by_block: Any) -> Any:
        """Return the sums of every level; a block lies in one unit of each, so its bodies are counted once."""
        placed = by_block.join(ibis.memtable(self.blocks.units), "block")
        parts = [
            placed.group_by(unit_id=placed[column], function=placed.function, phase=placed.phase)
            .aggregate(
                amount_minor=placed.amount_minor.sum().cast(_EXACT),
                entries=placed.entries.sum().cast("int64"),
                bodies=placed.bodies.sum().cast("int64"),
                unknown=(placed.block == UNKNOWN).any(),
            )
            .mutate(level=ibis.literal(level))
            for level, column in self.blocks.columns.items()
        ]
        return ibis.union(*parts) if len(parts) > 1 else parts[0]

    def _with_unknown(self, frame: pd.DataFrame, facts: Any, bodies: Any, engine: SQLBackend) -> pd.DataFrame:
        """Return the sums with the bodies counted that no placement names; they have no bit of their own."""
        if engine.name != "duckdb" or not frame["unknown"].any():
            return frame
        strange = facts.anti_join(bodies, "body_id")
        keys = {
            "function": strange.function.cast("string").left(self.function_digits),
            "phase": strange.phase.cast("string"),
        }
        counted = strange.group_by(**keys).aggregate(more=strange.body_id.nunique())
        more = engine.to_pyarrow(counted).to_pandas().assign(unit_id="")
        frame = frame.merge(more, how="left", on=["unit_id", "function", "phase"])
        return frame.assign(bodies=frame["bodies"] + frame["more"].fillna(0).astype("int64"))


def _whole(found: pa.Table) -> pa.Table:
    """Return the sums as int64; raises BrokenLaw where one does not fit, which is never wrapped or rounded."""
    at = found.schema.get_field_index("amount_minor")
    try:
        return found.set_column(at, "amount_minor", found["amount_minor"].cast(pa.int64()))
    except pa.ArrowInvalid as error:
        raise BrokenLaw(count=1, laws=f"a sum of amounts is beyond 64 bits: {error}") from None

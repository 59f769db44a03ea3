"""The atlas of before and new records of a feed → the atlas of now: only the periods that they name are added up.

The bytes are those of building everything anew. Where more than figures would change, nothing is amended.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

import pandas as pd

from geo.atlas import Atlas
from geo.atlas import splicing as splice
from geo.atlas.gathered import Gathered
from geo.atlas.refiled import Refiled
from geo.atlas.subgroups import subgroups_of
from geo.atlas.tables import with_restated
from geo.atlas.tiling import Ground, Painted, default_period, painted
from geo.atlas.weaving import Woven, unit_numbers, woven
from geo.entries.blocks import Blocks, Pair
from geo.entries.overlaid import check_known, slices, still_true
from geo.laws import check_laws
from geo.sums import Adder, Waiting, amended
from geo.versions.columnar import parquet, replaced

Tables = dict[str, pd.DataFrame]
_FINE, _ENTRIES = "subgroups", "tables/entries.parquet"
_THREADS = 2
Made = TypeVar("Made")


@dataclass(frozen=True)
class Amendment:
    """An atlas, and the records over it before and after; `got` is what was gathered, with the ledger as it is now."""

    atlas: Atlas
    got: Gathered
    before: pd.DataFrame
    after: pd.DataFrame
    adder: Adder

    @cached_property
    def pairs(self) -> list[Pair]:
        """Return the periods and bodies whose records differ, in order."""
        both = pd.concat([self.before, self.after]).drop_duplicates(keep=False)
        return sorted(set(zip(both["period"], both["body_id"], strict=True)))

    @cached_property
    def periods(self) -> list[str]:
        """Return the periods whose records differ, in order."""
        return sorted({period for period, _ in self.pairs})

    def is_of_figures(self) -> bool:
        """Tell whether nothing but figures of known periods and groups changes, and no kind of file goes."""
        beneath, digits = self.got.beneath, self.got.country.function_digits
        known = {*self.atlas.axes["periods"]}
        # A period that the feed alone has had figures of, and has none of any more, is no period of the version.
        under = self._once("periods beneath", lambda: frozenset(slices(beneath.entries)))
        known &= {*under, *self.after["period"].unique()}
        new = {code[:digits] for code in self.after["function"].unique()}
        gone = set(self.before["function"].str[:digits]) - new
        # Files are only replaced here: those of subgroups would stay in a version that has none any more.
        if _FINE in self.atlas.tables and not self._is_divided():
            return False
        return set(self.periods) <= known and new <= self._groups() and not gone and self._shares_stay()

    def made(self) -> Atlas:
        """Return the atlas of now; raises BadData, BrokenLaw."""
        told = self.after[pd.MultiIndex.from_frame(self.after[["period", "body_id"]]).isin(self.pairs)]
        check_known(self.got.beneath, told)
        made = self._woven(told)
        # What takes the longest begins first; whoever stages the version waits for what is not done by then.
        beside = ThreadPoolExecutor(_THREADS)
        painting = beside.submit(self._painted, made)
        late = {_ENTRIES: beside.submit(self._entries, made)}
        tables = self._tables(made)
        names = [name for name in ("totals", "published", _FINE) if name in tables]
        late |= {f"tables/{name}.parquet": beside.submit(parquet, tables[name]) for name in names}
        now = {name: splice.rows_of(tables[name], self.periods) for name in names}
        # Bodies lie where they lay.
        ours = {**tables, **now, "entries": made.of_periods(self.periods), "placements": tables["placements"].head(0)}
        laws = beside.submit(check_laws, ours, self.got.country)
        beside.shutdown(wait=False)
        got = replace(self.got, ledger=replace(made.ledger, published=tables["published"]))
        files = Refiled(self.atlas, got, tables, now["totals"], made).files()
        return replace(
            self.atlas,
            tables=tables,
            files=files,
            inputs=got.inputs,
            rows_read=got.ledger.rows_read,
            laws=laws.result(),
            kept=Waiting(self.atlas.kept.folder, self.atlas.kept.most),
            got=got,
            blocks=made.blocks,
            late=late,
            painting=painting,
        )

    def _entries(self, made: Woven) -> bytes:
        """Return the table of entries as a file, in which only the changed periods are written anew."""
        periods = self.atlas.axes["periods"]
        rows = [self._blocks.of_period(period) for period in periods]
        parts = {periods.index(period): made.of_periods([period]) for period in made.periods}
        return replaced(self.atlas.file(_ENTRIES), [part.stop - part.start for part in rows], parts)

    def _painted(self, made: Woven) -> Painted:
        period = default_period(self.atlas.axes["periods"])
        ground = Ground(self.got.country, self.atlas.tables, {}, self.atlas.maps, [], self.atlas.memory)
        return painted(ground, period, made.of_periods([period]))

    def _once(self, key: str, make: Callable[[], Made]) -> Made:
        """Return what stays as long as only figures change; the atlas keeps it."""
        memory = self.atlas.memory
        if ("amending", key) not in memory:
            memory["amending", key] = make()
        made: Made = memory["amending", key]
        return made

    def _groups(self) -> frozenset[str]:
        """Return the functional groups that have figures: those of before."""
        digits, entries = self.got.country.function_digits, self.got.ledger.entries
        return self._once("groups", lambda: frozenset(code[:digits] for code in entries["function"].unique()))

    def _shares_stay(self) -> bool:
        """Tell whether what units inherited depends on no figure: there is one edition, or no single body."""
        kinds = set(self.got.ledger.bodies["kind"].unique())
        return self.got.shares.empty or kinds <= {"budget", "administrator"}

    @cached_property
    def _blocks(self) -> Blocks:
        """Return the blocks of the entries of before."""
        return self.atlas.blocks or self._blocks_of(self.got.ledger.entries)

    def _blocks_of(self, entries: pd.DataFrame) -> Blocks:
        return Blocks.of(entries, self.atlas.axes["periods"], sorted(self.got.ledger.bodies["body_id"]))

    def _woven(self, told: pd.DataFrame) -> Woven:
        """Return the ledger of now."""
        ledger, beneath = self.got.ledger, self.got.beneath
        under = self._once("blocks beneath", lambda: self._blocks_of(beneath.entries))
        made = woven((ledger, self._blocks), (beneath, under), told, self.pairs)
        return replace(made, ledger=replace(made.ledger, rows_read=beneath.rows_read + len(self.after)))

    def _published(self, made: Woven) -> pd.DataFrame:
        """Return the total lines that still say what stands beneath them."""
        beneath, country = self.got.beneath, self.got.country
        told = self.after[self.after["period"].isin(self.periods)]
        units, names = self._once("units", lambda: unit_numbers(beneath.units(), [*made.blocks.bodies]))
        sums = made.sums(self.periods, units, names)
        left = still_true(beneath, told, sums, len(self._groups()), country.minor_units)
        return splice.published(beneath.published, self.atlas.tables["published"], left, self.periods)

    def _tables(self, made: Woven) -> Tables:
        """Return the tables of the version."""
        country, tables = self.got.country, dict(self.atlas.tables)
        tables |= {"entries": made.ledger.entries, "published": self._published(made)}
        placed, shares, old = tables["placements"], tables["shares"], tables["totals"]
        own = old[~old["is_restated"] & old["period"].isin(self.periods)]
        in_force = {period: country.edition_in_force(period).id for period in self.periods}
        sums = amended(own, (made.went, made.came), placed, in_force, country.function_digits)
        order = self._once("order", lambda: [*placed.groupby(["edition", "level"], sort=False).groups])
        tables["totals"] = splice.totals(country, old, with_restated(country, sums, placed, shares), order)
        tables.pop(_FINE, None)
        if not self._is_divided():
            return tables
        divided = subgroups_of(country, made.ledger, placed, shares, self.adder)
        return tables | ({} if divided is None else {_FINE: divided})

    def _is_divided(self) -> bool:
        """Tell whether some figure beneath or over it names a subgroup."""
        digits, entries = self.got.country.function_digits, self.got.beneath.entries
        known = self._once("functions beneath", lambda: frozenset(entries["function"].unique()))
        return any(len(code) > digits for code in known.union(self.after["function"].unique()))

"""The files of a version after a few figures changed: in the arrays of before the blocks of these are replaced."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from geo.atlas import splicing as splice
from geo.atlas.bodies import file_of, source_rows
from geo.atlas.gathered import Gathered
from geo.atlas.reporting import reporting
from geo.atlas.weaving import Woven
from geo.core.arrays import held, npy
from geo.core.files import to_json
from geo.core.offer import default_word, word_of
from geo.finding.reordered import documents_in, kind_of, reordered
from geo.versions.content import facts_of, level_arrays, spending_rows
from geo.versions.subgroups import subgroup_files

if TYPE_CHECKING:
    from geo.atlas import Atlas

_AXIS = {"totals": 1, "reported": 1, "unplaced": 0, "wider": 0}  # where the periods stand in an array of a level


@dataclass(frozen=True)
class Refiled:
    """The atlas of before, and what is new: tables, sums of the changed periods, entries."""

    atlas: Atlas
    got: Gathered
    tables: Mapping[str, pd.DataFrame]
    now: pd.DataFrame
    made: Woven

    def files(self) -> dict[str, bytes]:
        """Return the files of the version, but for the tables of all entries and sums."""
        got, tables, axes = self.got, self.tables, self.atlas.axes
        files, country = dict(self.atlas.files), got.country
        at, digits = [axes["periods"].index(period) for period in self.made.periods], country.function_digits
        some, numbers = {"entries": self.made.rows, "bodies": tables["bodies"]}, self._numbers()
        old = held(files["spending.npy"])
        spending = splice.blocks(old, spending_rows(some, axes, digits), numbers)
        files["spending.npy"] = npy(spending)
        if not tables["published"].equals(self.atlas.tables["published"]):
            files["facts.json"] = to_json(facts_of(tables, got.prices))
        files |= self._sources(source_rows(some, self.made.of, axes, digits), numbers)
        for (edition, level), units in tables["units"].groupby(["edition", "level"]):
            inherited = tables["shares"][tables["shares"]["to_edition"] == edition]
            key = f"{edition}/{level}"
            arrays, _ = level_arrays(key, units, self.now, axes, inherited)
            for name, array in arrays.items():
                axis = _AXIS[name.removeprefix(f"{key}/").removesuffix(".npy")]
                files[name] = npy(splice.array(files[name], array, axis, at))
        files |= subgroup_files(country, tables)
        if self._reporting(self.atlas.tables["totals"]) != self._reporting(self.now):
            files["reporting.json"] = to_json(reporting(country, tables["totals"], got.deliveries, got.bundled))
        return files | self._search(files, spending)

    def _numbers(self) -> list[tuple[int, int]]:
        """Return the pairs as numbers of the axes, (body, period), in order."""
        places = self.made.blocks.bodies  # in the order of their ids, as in the table of bodies
        periods = {period: at for at, period in enumerate(self.atlas.axes["periods"])}
        return sorted((places[body], periods[period]) for period, body in self.made.pairs)

    def _sources(self, new: tuple[Any, splice.Pairs], numbers: list[tuple[int, int]]) -> dict[str, bytes]:
        got = self.got
        deliveries = {record.id: record.sequence for record in got.deliveries.ledger.records()}
        known = json.loads(self.atlas.files["sources.json"])
        old = held(self.atlas.files["sources.npy"])
        pairs = [(row["name"], deliveries.get(row["delivery"], 0)) for row in known]
        rows, pairs = splice.sources((old, pairs), new, numbers)
        return {"sources.npy": npy(rows), "sources.json": to_json([file_of(got, *pair) for pair in pairs])}

    def _reporting(self, totals: pd.DataFrame) -> set[tuple[str, ...]]:
        """Return which units have figures in the periods that change."""
        rows = splice.rows_of(totals, self.made.periods).drop_duplicates(["level", "unit_id", "period", "is_restated"])
        return set(rows[["level", "unit_id", "period", "is_restated"]].itertuples(index=False, name=None))

    def _search(self, files: Mapping[str, bytes], spending: Any) -> dict[str, bytes]:
        """Return the files of the search index where its order changes: in it stands first what spends most."""
        axes = self.atlas.axes
        months = {word_of(period): number for number, period in enumerate(axes["periods"])}
        shown = months[default_word([*months])]
        if axes["periods"][shown] not in self.made.periods:
            return {}
        chosen = (spending["period"] == shown) & (spending["phase"] == axes["phases"].index("executed"))
        spent = np.zeros(len(self.tables["bodies"]), "int64")
        np.add.at(spent, spending["body"][chosen], spending["amount"][chosen])
        units = np.array([*self._sizes(files, axes["periods"][shown])], dtype=object)
        sizes = {kind_of("unit"): units, kind_of("body"): spent.astype(object)}
        return reordered(files, splice.searched(documents_in(files), sizes))

    def _sizes(self, files: Mapping[str, bytes], period: str) -> Iterator[int]:
        """Yield what the units of the index executed, in the newest edition that has them; upper levels come first."""
        sums = self.tables["totals"]
        sums = sums[(sums["period"] == period) & (sums["phase"] == "executed")]
        spent = sums.groupby(["edition", "level", "unit_id"])["amount_minor"].sum().to_dict()
        levels = {level.id: place for place, level in enumerate(self.got.country.levels)}
        for row in json.loads(files["search/places.json"])["units"]:
            key = (row["editions"][0], row["level"], row["unit_id"])
            yield int(spent.get(key, 0)) - levels[row["level"]] * 2**62

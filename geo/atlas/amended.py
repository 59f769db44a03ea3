"""The atlas of before and new records of a feed → the atlas of now: only the periods that they name are added up.

The bytes are those of building everything anew. Where more than figures would change, nothing is amended.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from geo.atlas import Atlas
from geo.atlas import splicing as splice
from geo.atlas.bodies import file_of, source_rows
from geo.atlas.gathered import Gathered
from geo.atlas.reporting import reporting
from geo.atlas.subgroups import subgroups_of
from geo.atlas.tables import totals_of
from geo.core.files import to_json
from geo.core.model import conformed
from geo.core.offer import default_word, word_of
from geo.entries.overlaid import check_known, groups_of, of_period, slices, still_true
from geo.finding.reordered import documents_in, kind_of, reordered
from geo.laws import check_laws
from geo.sums import Adder, Waiting
from geo.versions.content import facts_of, level_arrays, npy, parquet, spending_rows
from geo.versions.subgroups import subgroup_files

Tables = dict[str, pd.DataFrame]
_AXIS = {"totals": 1, "reported": 1, "unplaced": 0, "wider": 0}  # where the periods stand in an array of a level
_FINE = "subgroups"


@dataclass(frozen=True)
class Amendment:
    """An atlas, and the records over it before and after; `got` is what was gathered, with the ledger as it is now."""

    atlas: Atlas
    got: Gathered
    before: pd.DataFrame
    after: pd.DataFrame
    adder: Adder

    @cached_property
    def periods(self) -> list[str]:
        """Return the periods whose records differ, in order."""
        both = pd.concat([self.before, self.after])
        return sorted(both.drop_duplicates(keep=False)["period"].unique())

    def is_of_figures(self) -> bool:
        """Tell whether nothing but figures of known periods and groups changes."""
        country, ledger = self.got.country, self.got.ledger
        known = set(json.loads(self.atlas.files["axes.json"])["periods"])
        # A period that the feed alone has had figures of, and has none of any more, is no period of the version.
        known &= {*slices(self.got.beneath.entries), *self.after["period"].unique()}
        digits = country.function_digits
        groups = {code[:digits] for code in ledger.entries["function"].unique()}
        new = {code[:digits] for code in self.after["function"].unique()}
        gone = set(self.before["function"].str[:digits]) - new
        return set(self.periods) <= known and new <= groups and not gone and self._shares_stay()

    def made(self) -> Atlas:
        """Return the atlas of now; raises BadData, BrokenLaw."""
        check_known(self.got.beneath, self.after)
        got, tables = self._figures()
        now = {name: splice.rows_of(tables[name], self.periods) for name in ("entries", "totals", "published")}
        if _FINE in tables:
            now[_FINE] = splice.rows_of(tables[_FINE], self.periods)
        with ThreadPoolExecutor(1) as beside:
            told = {name: tables[name] for name in ("entries", "totals", "published", _FINE) if name in tables}
            written = {name: beside.submit(parquet, table) for name, table in told.items()}
            # Bodies lie where they lay.
            laws = check_laws({**tables, **now, "placements": tables["placements"].head(0)}, got.country)
            files = self._files(got, tables, now)
            files |= {f"tables/{name}.parquet": made.result() for name, made in written.items()}
        return replace(
            self.atlas,
            tables=tables,
            files=files,
            inputs=got.inputs,
            rows_read=got.ledger.rows_read,
            laws=laws,
            kept=Waiting(self.atlas.kept.folder, self.atlas.kept.most),
            got=got,
        )

    def _shares_stay(self) -> bool:
        """Tell whether what units inherited depends on no figure: there is one edition, or no single body."""
        kinds = set(self.got.ledger.bodies["kind"].unique())
        return self.got.shares.empty or kinds <= {"budget", "administrator"}

    def _figures(self) -> tuple[Gathered, Tables]:
        """Return what is gathered now and the tables of the version."""
        country, beneath, tables = self.got.country, self.got.beneath, dict(self.atlas.tables)
        entries, brought = self._entries()
        groups = groups_of(entries, country.function_digits)
        told = self.after[self.after["period"].isin(self.periods)]
        left = still_true(beneath, told, entries, groups, country.minor_units)
        published = splice.published(beneath.published, tables["published"], left, self.periods)
        rows = beneath.rows_read + len(self.after)
        ledger = replace(self.got.ledger, entries=entries, deliveries=brought, published=published, rows_read=rows)
        some = replace(ledger, entries=splice.rows_of(entries, self.periods))
        placed, shares = tables["placements"], tables["shares"]
        new = totals_of(country, some, placed, shares, Adder(self.adder.engine))
        order = [*placed.groupby(["edition", "level"], sort=False).groups]
        tables |= {"entries": entries, "published": published}
        tables["totals"] = splice.totals(country, tables["totals"], new, order)
        divided = subgroups_of(country, ledger, placed, shares, self.adder)
        tables = {name: table for name, table in tables.items() if name != _FINE}
        tables |= {} if divided is None else {_FINE: divided}
        return replace(self.got, ledger=ledger), tables

    def _entries(self) -> tuple[pd.DataFrame, Any]:
        ledger, beneath = self.got.ledger, self.got.beneath
        own = beneath.deliveries
        own = np.zeros(len(beneath.entries), np.int64) if own is None else own
        now = ledger.deliveries
        now = np.zeros(len(ledger.entries), np.int64) if now is None else now
        below, parts, deliveries = slices(beneath.entries), [], []
        for period, at in slices(ledger.entries).items():
            part, of = ledger.entries.iloc[at], now[at]
            if period in self.periods:
                under = below.get(period, slice(0, 0))
                told = self.after[self.after["period"] == period]
                part, of = of_period(beneath.entries.iloc[under], own[under], told)
            parts.append(part)
            deliveries.append(of)
        return conformed(pd.concat(parts, ignore_index=True), "entries"), np.concatenate(deliveries)

    def _files(self, got: Gathered, tables: Tables, now: Tables) -> dict[str, bytes]:
        files, country = dict(self.atlas.files), got.country
        axes = json.loads(files["axes.json"])
        at, digits = [axes["periods"].index(period) for period in self.periods], country.function_digits
        some: Tables = {"entries": now["entries"], "bodies": tables["bodies"]}
        old = np.load(io.BytesIO(files["spending.npy"]), allow_pickle=False)
        spending = splice.spending(old, spending_rows(some, axes, digits), at)
        files |= {"spending.npy": npy(spending), "facts.json": to_json(facts_of(tables, got.prices))}
        files |= self._sources(got, some, axes, at)
        for (edition, level), units in tables["units"].groupby(["edition", "level"]):
            inherited = tables["shares"][tables["shares"]["to_edition"] == edition]
            key = f"{edition}/{level}"
            arrays, _ = level_arrays(key, units, now["totals"], axes, inherited)
            for name, array in arrays.items():
                axis = _AXIS[name.removeprefix(f"{key}/").removesuffix(".npy")]
                files[name] = npy(splice.array(files[name], array, axis, at))
        files |= subgroup_files(country, tables)
        if self._reporting(self.atlas.tables["totals"]) != self._reporting(now["totals"]):
            files["reporting.json"] = to_json(reporting(country, tables["totals"], got.deliveries, got.bundled))
        return files | self._search(files, tables, spending, axes)

    def _reporting(self, totals: pd.DataFrame) -> set[tuple[str, ...]]:
        """Return which units have figures in the periods that change."""
        rows = splice.rows_of(totals, self.periods).drop_duplicates(["level", "unit_id", "period", "is_restated"])
        return set(rows[["level", "unit_id", "period", "is_restated"]].itertuples(index=False, name=None))

    def _sources(self, got: Gathered, some: Tables, axes: Mapping[str, Any], at: list[int]) -> dict[str, bytes]:
        is_some = got.ledger.entries["period"].isin(self.periods).to_numpy()
        brought = got.ledger.deliveries
        brought = np.zeros(len(is_some), np.int64) if brought is None else brought
        new = source_rows(some, brought[is_some], axes, got.country.function_digits)
        numbers = {record.id: record.sequence for record in got.deliveries.ledger.records()}
        known = json.loads(self.atlas.files["sources.json"])
        old = np.load(io.BytesIO(self.atlas.files["sources.npy"]), allow_pickle=False)
        pairs = [(row["name"], numbers.get(row["delivery"], 0)) for row in known]
        rows, pairs = splice.sources((old, pairs), new, at)
        return {"sources.npy": npy(rows), "sources.json": to_json([file_of(got, *pair) for pair in pairs])}

    def _search(
        self, files: Mapping[str, bytes], tables: Tables, spending: Any, axes: Mapping[str, Any]
    ) -> dict[str, bytes]:
        """Return the files of the search index where its order changes: in it stands first what spends most."""
        months = {word_of(period): number for number, period in enumerate(axes["periods"])}
        shown = months[default_word([*months])]
        if axes["periods"][shown] not in self.periods:
            return {}
        chosen = (spending["period"] == shown) & (spending["phase"] == axes["phases"].index("executed"))
        spent = np.zeros(len(tables["bodies"]), "int64")
        np.add.at(spent, spending["body"][chosen], spending["amount"][chosen])
        units = np.array([*self._sizes(files, tables, axes["periods"][shown])], dtype=object)
        sizes = {kind_of("unit"): units, kind_of("body"): spent.astype(object)}
        return reordered(files, splice.searched(documents_in(files), sizes))

    def _sizes(self, files: Mapping[str, bytes], tables: Tables, period: str) -> Iterator[int]:
        """Yield what the units of the index executed, in the newest edition that has them; upper levels come first."""
        sums = tables["totals"]
        sums = sums[(sums["period"] == period) & (sums["phase"] == "executed")]
        spent = sums.groupby(["edition", "level", "unit_id"])["amount_minor"].sum().to_dict()
        levels = {level.id: place for place, level in enumerate(self.got.country.levels)}
        for row in json.loads(files["search/places.json"])["units"]:
            key = (row["editions"][0], row["level"], row["unit_id"])
            yield int(spent.get(key, 0)) - levels[row["level"]] * 2**62

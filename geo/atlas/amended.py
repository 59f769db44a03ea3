"""The atlas of before and new records of a feed → the atlas of now: only the periods that they name are added up.

The bytes are those of building everything anew. Where more than figures would change, nothing is amended.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar

import numpy as np
import pandas as pd

from geo.atlas import Atlas
from geo.atlas import splicing as splice
from geo.atlas.bodies import file_of, source_rows
from geo.atlas.gathered import Gathered
from geo.atlas.reporting import reporting
from geo.atlas.subgroups import subgroups_of
from geo.atlas.tables import with_restated
from geo.core.files import to_json
from geo.core.offer import default_word, word_of
from geo.entries import Ledger
from geo.entries.blocks import Blocks, Pair
from geo.entries.overlaid import check_known, of_period, slices, still_true
from geo.finding.reordered import documents_in, kind_of, reordered
from geo.laws import check_laws
from geo.sums import Adder, Waiting, amended
from geo.versions.content import facts_of, level_arrays, npy, parquet, spending_rows
from geo.versions.subgroups import subgroup_files

Tables = dict[str, pd.DataFrame]
_AXIS = {"totals": 1, "reported": 1, "unplaced": 0, "wider": 0}  # where the periods stand in an array of a level
_FINE = "subgroups"
Made = TypeVar("Made")


@dataclass(frozen=True)
class Woven:
    """The ledger of now and its blocks, the entries that went and came, and the delivery of each that came."""

    ledger: Ledger
    blocks: Blocks
    went: pd.DataFrame
    came: pd.DataFrame
    of: Any

    def rows(self, periods: Sequence[str]) -> pd.DataFrame:
        """Return the entries of some periods."""
        entries = self.ledger.entries
        return pd.concat([entries.iloc[self.blocks.of_period(period)] for period in periods] or [entries.iloc[:0]])


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

    @cached_property
    def axes(self) -> dict[str, Any]:
        """Return the axes of the version, which stay."""
        return dict(json.loads(self.atlas.files["axes.json"]))

    def is_of_figures(self) -> bool:
        """Tell whether nothing but figures of known periods and groups changes."""
        beneath, digits = self.got.beneath, self.got.country.function_digits
        known = {*self.axes["periods"]}
        # A period that the feed alone has had figures of, and has none of any more, is no period of the version.
        under = self._once("periods beneath", lambda: frozenset(slices(beneath.entries)))
        known &= {*under, *self.after["period"].unique()}
        new = {code[:digits] for code in self.after["function"].unique()}
        gone = set(self.before["function"].str[:digits]) - new
        return set(self.periods) <= known and new <= self._groups() and not gone and self._shares_stay()

    def made(self) -> Atlas:
        """Return the atlas of now; raises BadData, BrokenLaw."""
        told = self.after[pd.MultiIndex.from_frame(self.after[["period", "body_id"]]).isin(self.pairs)]
        check_known(self.got.beneath, told)
        woven = self._woven(told)
        with ThreadPoolExecutor(2) as beside:
            written = {"entries": beside.submit(parquet, woven.ledger.entries)}
            tables = self._tables(woven)
            names = [name for name in ("totals", "published", _FINE) if name in tables]
            now = {name: splice.rows_of(tables[name], self.periods) for name in names}
            now["entries"] = woven.rows(self.periods)
            # Bodies lie where they lay.
            ours = {**tables, **now, "placements": tables["placements"].head(0)}
            laws = beside.submit(check_laws, ours, self.got.country)
            written |= {name: beside.submit(parquet, tables[name]) for name in names}
            got = replace(self.got, ledger=replace(woven.ledger, published=tables["published"]))
            files = self._files(got, tables, now, woven)
            files |= {f"tables/{name}.parquet": made.result() for name, made in written.items()}
            return replace(
                self.atlas,
                tables=tables,
                files=files,
                inputs=got.inputs,
                rows_read=got.ledger.rows_read,
                laws=laws.result(),
                kept=Waiting(self.atlas.kept.folder, self.atlas.kept.most),
                got=got,
                blocks=woven.blocks,
            )

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

    def _blocks(self, entries: pd.DataFrame) -> Blocks:
        return Blocks.of(entries, self.axes["periods"], sorted(self.got.ledger.bodies["body_id"]))

    def _woven(self, told: pd.DataFrame) -> Woven:
        """Return the ledger of now: in a changed block stands what is beneath, with the records over it."""
        ledger, beneath = self.got.ledger, self.got.beneath
        under = self._once("blocks beneath", lambda: self._blocks(beneath.entries)).at(self.pairs).rows()
        part, of = of_period(beneath.entries.iloc[under], _deliveries(beneath)[under], told)
        blocks = self.atlas.blocks or self._blocks(ledger.entries)
        stretches = blocks.at(self.pairs, part)
        now = replace(
            ledger,
            entries=stretches.frame(ledger.entries, part),
            deliveries=stretches.array(_deliveries(ledger), of),
            rows_read=beneath.rows_read + len(self.after),
        )
        return Woven(now, blocks.spliced(stretches, part), ledger.entries.iloc[stretches.rows()], part, of)

    def _tables(self, woven: Woven) -> Tables:
        """Return the tables of the version."""
        country, beneath, tables = self.got.country, self.got.beneath, dict(self.atlas.tables)
        told = self.after[self.after["period"].isin(self.periods)]
        some = woven.rows(self.periods)
        left = still_true(beneath, told, some, len(self._groups()), country.minor_units)
        published = splice.published(beneath.published, tables["published"], left, self.periods)
        tables |= {"entries": woven.ledger.entries, "published": published}
        placed, shares, old = tables["placements"], tables["shares"], tables["totals"]
        own = old[~old["is_restated"] & old["period"].isin(self.periods)]
        in_force = {period: country.edition_in_force(period).id for period in self.periods}
        sums = amended(own, (woven.went, woven.came), placed, in_force, country.function_digits)
        order = self._once("order", lambda: [*placed.groupby(["edition", "level"], sort=False).groups])
        tables["totals"] = splice.totals(country, old, with_restated(country, sums, placed, shares), order)
        divided = subgroups_of(country, woven.ledger, placed, shares, self.adder)
        tables = {name: table for name, table in tables.items() if name != _FINE}
        return tables | ({} if divided is None else {_FINE: divided})

    def _files(self, got: Gathered, tables: Tables, now: Tables, woven: Woven) -> dict[str, bytes]:
        files, country, axes = dict(self.atlas.files), got.country, self.axes
        at, digits = [axes["periods"].index(period) for period in self.periods], country.function_digits
        some, numbers = {"entries": woven.came, "bodies": tables["bodies"]}, self._numbers(tables["bodies"])
        old = np.load(io.BytesIO(files["spending.npy"]), allow_pickle=False)
        spending = splice.blocks(old, spending_rows(some, axes, digits), numbers)
        files |= {"spending.npy": npy(spending), "facts.json": to_json(facts_of(tables, got.prices))}
        files |= self._sources(got, source_rows(some, woven.of, axes, digits), numbers)
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

    def _numbers(self, bodies: pd.DataFrame) -> list[tuple[int, int]]:
        """Return the pairs as numbers of the axes, (body, period), in order."""
        places = self._once("places", lambda: {body: at for at, body in enumerate(bodies["body_id"])})
        periods = {period: at for at, period in enumerate(self.axes["periods"])}
        return sorted((places[body], periods[period]) for period, body in self.pairs)

    def _sources(
        self, got: Gathered, new: tuple[Any, splice.Pairs], numbers: list[tuple[int, int]]
    ) -> dict[str, bytes]:
        deliveries = {record.id: record.sequence for record in got.deliveries.ledger.records()}
        known = json.loads(self.atlas.files["sources.json"])
        old = np.load(io.BytesIO(self.atlas.files["sources.npy"]), allow_pickle=False)
        pairs = [(row["name"], deliveries.get(row["delivery"], 0)) for row in known]
        rows, pairs = splice.sources((old, pairs), new, numbers)
        return {"sources.npy": npy(rows), "sources.json": to_json([file_of(got, *pair) for pair in pairs])}

    def _reporting(self, totals: pd.DataFrame) -> set[tuple[str, ...]]:
        """Return which units have figures in the periods that change."""
        rows = splice.rows_of(totals, self.periods).drop_duplicates(["level", "unit_id", "period", "is_restated"])
        return set(rows[["level", "unit_id", "period", "is_restated"]].itertuples(index=False, name=None))

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


def _deliveries(ledger: Ledger) -> Any:
    """Return which delivery brought each entry."""
    brought = ledger.deliveries
    return np.zeros(len(ledger.entries), np.int64) if brought is None else brought

"""What the ledger of a country adds to its folders: figures, bodies, levels of borders, series to divide by."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from geo.atlas.summing import summed
from geo.boundaries import read_units_file
from geo.core.country import Country, Denominator, Edition
from geo.core.model import LANGUAGES, TABLES, conformed
from geo.core.text import text_of
from geo.entries.merged import Delivered
from geo.ledger import InForce, Ledger, Record

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

Taken = Callable[["Deliveries", Mapping[str, str]], Delivered | None]
UNITS = "units.geojson"  # the file of a delivery of borders
_BESIDE = ("report", "unit_id", "source")


@dataclass(frozen=True)
class Deliveries:
    """The deliveries of one country that are in force."""

    ledger: Ledger
    in_force: InForce

    @classmethod
    def of(cls, folder: Path) -> Deliveries:
        """Return what is in force in a ledger's folder; without a folder nothing is."""
        ledger = Ledger(folder)
        return cls(ledger, ledger.in_force())

    def digests(self) -> list[dict[str, Any]]:
        """Return what a version is made of beside the files of a country's folders.

        The sentences said of brought-in borders are among it: a version holds them, and no file of data does.
        """
        said = {record.id: _since(record.facts["edition"]) for record in self._records("borders")}
        return [{**row, "said": said[row["id"]]} if row["id"] in said else row for row in self.in_force.digests()]

    def borders(self) -> dict[tuple[str, str], Record]:
        """Return (edition, level) → the delivery that brings its units."""
        believed = self.in_force.believed("borders")
        return {(record.facts["edition"], record.facts["level"]): record for record in believed}

    def with_levels(self, country: Country) -> Country:
        """Return the country whose editions have the delivered levels too, in the order of its levels."""
        order = [level.id for level in country.levels]
        brought = self.borders()
        known = {edition.id: edition for edition in country.editions}
        for first_day in sorted({edition for edition, _ in brought} - set(known)):
            known[first_day] = Edition(first_day, "", (), _since(first_day))
        days = sorted(known)
        editions = []
        for number, day in enumerate(days):
            levels = tuple(name for name in order if name in known[day].levels or (day, name) in brought)
            following = days[number + 1] if number + 1 < len(days) else ""
            last_day = known[day].last_day or (following and _day_before(following))
            editions.append(replace(known[day], levels=levels, last_day=last_day))
        return replace(country, editions=tuple(editions))

    def units(self, country: Country, edition: str, level: str) -> GeoDataFrame:
        """Return the units of a delivered level; raises BadData, DamagedLedger."""
        record = self.borders()[edition, level]
        path = self.ledger.path(record, UNITS)
        return read_units_file(path, record.original["name"], country, (edition, level))

    def with_series(
        self, country: Country, divisors: pd.DataFrame, units: pd.DataFrame
    ) -> tuple[Country, pd.DataFrame]:
        """Return the country and its denominators with the delivered series, which replace their like.

        A series is described by the delivery whose rows are believed first of all.
        """
        believed = self.in_force.believed("series")
        described = {row["series"]: row for record in believed for row in record.facts["series"]}
        if not described:
            return country, divisors
        table = self.in_force.table("series").assign(edition=units["edition"].iloc[0], level=units["level"].iloc[0])
        table = table[table["unit_id"].isin(set(units["unit_id"])) & table["series"].isin(list(described))]
        kept = tuple(row for row in country.denominators if row.series not in described)
        made = tuple(Denominator(**row) for row in described.values())
        rest = divisors[~divisors["series"].isin(list(described))]
        return replace(country, denominators=(*kept, *made)), pd.concat(
            [rest, conformed(table, "denominators")], ignore_index=True
        )

    def settlements(self) -> pd.DataFrame | None:
        """Return the gazetteer, or None where none was delivered."""
        return self.in_force.table("settlements") if self._records("settlements") else None

    def delivered(self) -> Delivered | None:
        """Return the delivered figures and bodies, or None where there are none."""
        return self._delivered(_as_categories(self.in_force.batches("entries"))) if self.has_figures else None

    def summed(self, owners: Mapping[str, str]) -> Delivered | None:
        """Return the same with one entry for the bodies of one place: all that a law looks at, in little memory.

        `owners` are the top-level units of the delivered bodies; those without one stay single. Good for judging
        and comparing, never for publishing: of bodies in one place only the first is named.
        """
        if not self.has_figures:
            return None
        bodies = self.in_force.table("bodies").sort_values("body_id")
        # A line of which a feed speaks is found by its own body.
        is_own = bodies["body_id"].isin(self.in_force.feed()["body_id"].unique())
        placed = bodies[(bodies["body_id"].map(owners).fillna("") != "") & ~is_own]
        firsts = placed.groupby("unit_code")["body_id"].transform("first")
        alike = dict(zip(placed["body_id"], firsts, strict=True))
        return self._delivered(_as_categories(summed(self.in_force.batches("entries"), alike)))

    @property
    def has_figures(self) -> bool:
        """Tell whether figures or bodies were delivered."""
        return bool(self._records("figures") or self._records("bodies"))

    def _delivered(self, entries: pd.DataFrame) -> Delivered:
        rows = sum(int(record.facts.get("rows_read", 0)) for record in self._records(""))
        return Delivered(
            entries=self._with_sequence(entries),
            bodies=self.in_force.table("bodies"),
            published=self.in_force.table("published"),
            revenue=self.in_force.table("revenue"),
            rows=rows,
        )

    def _with_sequence(self, entries: pd.DataFrame) -> pd.DataFrame:
        """Return the entries with the number of the delivery that won their report."""
        pair = ["source", "report"]
        won = self.in_force.reports().set_index(pair)["sequence"]
        sources, reports = (entries[name].cat for name in pair)
        every = pd.MultiIndex.from_product([sources.categories, reports.categories])
        found = won.reindex(every, fill_value=0).to_numpy()
        at = sources.codes.to_numpy(np.int64) * len(reports.categories) + reports.codes.to_numpy(np.int64)
        return entries.assign(sequence=found[at])

    def _records(self, kind: str) -> list[Record]:
        return [record for record in self.in_force.behind() if kind in {"", record.kind}]


def every_entry(deliveries: Deliveries, owners: Mapping[str, str]) -> Delivered | None:
    """Return the delivered figures entry by entry, as they are published."""
    return deliveries.delivered()


def sums_alone(deliveries: Deliveries, owners: Mapping[str, str]) -> Delivered | None:
    """Return the delivered figures summed by place, as they are judged and compared."""
    return deliveries.summed(owners)


def _since(day: str) -> dict[str, str]:
    """Return what is said of an edition that was brought in, in every language."""
    return {language: text_of(language)("edition.since", day=text_of(language).day(day)) for language in LANGUAGES}


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _as_categories(batches: Iterator[pa.RecordBatch]) -> pd.DataFrame:
    """Return entries whose texts are categories: each text is held once, however many rows have it."""
    kinds = {name: column.dtype for name, column in TABLES["entries"].items()} | dict.fromkeys(_BESIDE, "str")
    texts = pa.dictionary(pa.int32(), pa.string())
    schema = pa.schema([(name, pa.int64() if kind == "int64" else texts) for name, kind in kinds.items()])
    parts = [pa.table({name: _encoded(batch[name]) for name in kinds}).cast(schema) for batch in batches]
    return pa.concat_tables([schema.empty_table(), *parts]).unify_dictionaries().to_pandas()


def _encoded(column: pa.Array) -> pa.Array:
    return column.dictionary_encode() if pa.types.is_string(column.type) else column

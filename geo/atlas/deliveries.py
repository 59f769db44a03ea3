"""What the ledger of a country adds to its folders: figures, bodies, levels of borders, series to divide by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from geo.boundaries import read_units_file
from geo.core.country import Country, Denominator, Edition
from geo.core.model import LANGUAGES, TABLES, conformed
from geo.core.text import text_of
from geo.entries.merged import Delivered
from geo.ledger import InForce, Ledger, Record

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

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
        """Return what a version is made of beside the files of a country's folders."""
        return self.in_force.digests()

    def borders(self) -> dict[tuple[str, str], Record]:
        """Return (edition, level) → the delivery that brings its units."""
        found: dict[tuple[str, str], Record] = {}
        for record in sorted(self._records("borders"), key=lambda row: row.sequence):
            found[record.facts["edition"], record.facts["level"]] = record
        return found

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
        """Return the country and its denominators with the delivered series, which replace their like."""
        records = sorted(self._records("series"), key=lambda row: row.sequence)
        described = {row["series"]: row for record in records for row in record.facts["series"]}
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
        if not self._records("figures") and not self._records("bodies"):
            return None
        batches = list(self.in_force.batches("entries"))
        entries = pa.Table.from_batches(batches).to_pandas() if batches else _no_entries()
        claims = self.in_force.reports()[["source", "report", "sequence"]]
        rows = sum(int(record.facts.get("rows_read", 0)) for record in self._records(""))
        return Delivered(
            entries=entries.merge(claims, on=["source", "report"], how="left"),
            bodies=self.in_force.table("bodies"),
            published=self.in_force.table("published"),
            revenue=self.in_force.table("revenue"),
            rows=rows,
        )

    def _records(self, kind: str) -> list[Record]:
        return [record for record in self.in_force.behind() if kind in {"", record.kind}]


def _since(day: str) -> dict[str, str]:
    """Return what is said of an edition that was brought in, in every language."""
    return {language: text_of(language)("edition.since", day=text_of(language).day(day)) for language in LANGUAGES}


def _day_before(day: str) -> str:
    return (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _no_entries() -> pd.DataFrame:
    columns = {name: column.dtype for name, column in TABLES["entries"].items()}
    return pd.DataFrame(columns=[*columns, *_BESIDE]).astype({**columns, **dict.fromkeys(_BESIDE, "str")})

"""Borders that were read → an edition's file of units as it is stored, and an account of what was done to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import geopandas as gpd
import shapely

from geo.boundaries.described import Described
from geo.boundaries.nesting import Nesting, Origin, nested
from geo.boundaries.repair import Place, repaired
from geo.boundaries.report import Report
from geo.core.errors import Fault
from geo.core.model import TABLES
from geo.foreign.borders import Borders

_OF_THE_FILE = ("edition", "level", "geometry")  # said once for all units, or beside the properties


@dataclass(frozen=True)
class Parents:
    """The units of the level above, and how many leading digits of a code name one of them."""

    units: gpd.GeoDataFrame
    digits: int


@dataclass(frozen=True)
class Prepared:
    """Units ready to be stored, and what was done to get them."""

    units: gpd.GeoDataFrame
    report: Report
    nesting: Nesting
    told: tuple[Fault, ...] = ()  # warnings of a comparison with borders that are known

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """Return everything that the operator should know."""
        return (*self.report.warnings, *self.nesting.warnings, *self.told)

    def to_json(self) -> dict[str, Any]:
        """Return the account as plain values."""
        return {**self.report.to_json(), "nesting": self.nesting.to_json(), "told": [asdict(f) for f in self.told]}


def prepare(borders: Borders, described: Described, place: Place, parents: Parents | None = None) -> Prepared:
    """Return the units of a foreign file for a place, each with its parent where a level above is given.

    Raises BadData with every fault of the file, or, where the file itself is good, of its nesting.
    """
    units, report = repaired(borders, described, place)
    if parents is None:
        return Prepared(units, report, Nesting())
    found, nesting = nested(units, parents.units, parents.digits, Origin(report.file, report.rows))
    return Prepared(units.assign(parent_id=units["unit_id"].map(found)), report, nesting)


def stored_text(units: gpd.GeoDataFrame, metadata: Mapping[str, Any]) -> str:
    """Return a GeoJSON file (RFC 7946) with one unit a line in unit_id order, which `read_units` reads back."""
    columns = [name for name in TABLES["units"] if name not in _OF_THE_FILE]
    rows = units.sort_values("unit_id")
    head = {
        "type": "FeatureCollection",
        "metadata": {"edition": units["edition"].iloc[0], "level": units["level"].iloc[0], **metadata},
        "bbox": [float(value) for value in shapely.total_bounds(rows.geometry.to_numpy())],
    }
    lines = [
        _compact(
            {
                "type": "Feature",
                "properties": {name: row[name] for name in columns},
                "geometry": shapely.geometry.mapping(row["geometry"]),
            }
        )
        for row in rows.to_dict("records")
    ]
    return _compact(head)[:-1] + ',"features":[\n' + ",\n".join(lines) + "\n]}\n"


def _compact(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

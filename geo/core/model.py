"""The nouns that more than one stage uses, and the tables between stages: columns with unit and meaning.

A unit's key is (edition, level, unit_id). Money is int64 minor units (for Kazakhstan tiyn), signed, cumulative
since January. A period is the text `YYYY-MM`: the year to date at the end of that month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas import DataFrame

PHASES = ("approved", "revised", "adjusted", "planned_to_date", "executed")
LANGUAGES = ("kk", "ru", "en")
WIDER = "*"  # unit_id of what lies in a unit of a higher level, nobody says in which of this one
METHODS = ("none", "wider", "centre", "point", "alias", "code")  # how a body's unit was found, the surest last
LARGEST_AMOUNT = 2**62  # minor units; a single figure beyond it is a mistake, and sums of such would not fit


@dataclass(frozen=True)
class Column:
    """One column of a table: its pandas dtype and what it means."""

    dtype: str
    meaning: str


def _columns(**columns: tuple[str, str]) -> Mapping[str, Column]:
    return {name: Column(*row) for name, row in columns.items()}


TABLES: Mapping[str, Mapping[str, Column]] = {
    "units": _columns(
        edition=("str", "first day of the borders"),
        level=("str", "region, city, district …"),
        unit_id=("str", "code as text; for Kazakhstan the 9-digit KATO"),
        parent_id=("str", "unit of the level above, by code; may be empty"),
        iso=("str", "ISO 3166-2, may be empty"),
        kind=("str", "region or city"),
        name_kk=("str", "name in Kazakh"),
        name_ru=("str", "name in Russian"),
        name_en=("str", "name in English"),
        area_m2=("int64", "geodesic area of the source geometry, square metres"),
        label_lon=("float64", "label point, degrees east"),
        label_lat=("float64", "label point, degrees north"),
        geometry=("object", "Polygon or MultiPolygon, EPSG:4326"),
    ),
    "entries": _columns(
        body_id=("str", "who spends"),
        period=("str", "YYYY-MM, cumulative since January"),
        function=("str", "code of the functional group, with the subgroup behind it where known"),
        phase=("str", "one of PHASES"),
        amount_minor=("int64", "minor units, signed"),
        source_file=("str", "file the figure stands in"),
        source_row=("int64", "row as the file counts, the header is row 1"),
    ),
    "bodies": _columns(
        body_id=("str", "key"),
        code=("str", "BIN or code of the administrator; empty for a whole budget"),
        kind=("str", "budget (a unit's whole local budget) or administrator"),
        name_kk=("str", "empty where the source has none"),
        name_ru=("str", "as published"),
        name_en=("str", "empty where the source has none"),
        unit_code=("str", "code of the unit or settlement that it belongs to"),
        exactness=("str", "how exactly its place is known: point, settlement or region"),
        is_group=("bool", "the code stands for many bodies"),
        is_synthetic=("bool", "made up; never so in a real country"),
        address=("str", "as published, may be empty"),
        lon=("float64", "degrees east, NaN where unknown"),
        lat=("float64", "degrees north, NaN where unknown"),
    ),
    "reports": _columns(
        report=("str", "what a correction replaces whole: <unit_id or body_id>/<period>"),
        unit_id=("str", "unit whose figures these are; empty where bodies of many units report"),
        period=("str", "YYYY-MM"),
        entries=("int64", "figures of the report"),
        content=("str", "digest of its figures, whatever their order and file"),
    ),
    "rejects": _columns(
        file=("str", "file as given"),
        sheet=("str", "of a workbook, else empty"),
        row=("int64", "row as the file counts"),
        column=("str", "may be empty"),
        value=("str", "first 80 characters"),
        code=("str", "why the row is not among the entries"),
        reason=("str", "what a person needs beside the code"),
    ),
    "placements": _columns(
        edition=("str", ""),
        level=("str", ""),
        body_id=("str", ""),
        unit_id=("str", "empty: not placed; WIDER: its place is known only to a higher level"),
        method=("str", "code, alias, point, centre, wider, none"),
        is_tie=("bool", "lies on a shared border"),
    ),
    "shares": _columns(
        from_edition=("str", ""),
        from_unit=("str", ""),
        to_edition=("str", ""),
        to_unit=("str", ""),
        share_ppm=("int64", "parts per million; each from_unit sums to 1,000,000"),
    ),
    "totals": _columns(
        edition=("str", ""),
        level=("str", ""),
        unit_id=("str", "empty: entries of bodies that were not placed; WIDER: placed at a higher level only"),
        is_restated=("bool", "of a period in which another edition was in force"),
        period=("str", ""),
        function=("str", "functional group"),
        phase=("str", ""),
        amount_minor=("int64", "exact sum"),
        entries=("int64", "entries added up; 0 = a share of none"),
    ),
    "denominators": _columns(
        edition=("str", ""),
        level=("str", ""),
        unit_id=("str", ""),
        year=("str", "calendar year; empty for what does not change with it"),
        series=("str", "person, km2 or a supplied series"),
        value=("float64", "people, square kilometres …"),
    ),
    "published": _columns(
        unit_id=("str", "empty: the whole country"),
        period=("str", ""),
        phase=("str", ""),
        amount_minor=("int64", "the total line as published"),
        source=("str", "portal or control"),
    ),
    "revenue": _columns(
        unit_id=("str", ""),
        period=("str", ""),
        item=("str", "revenue or transfers"),
        phase=("str", "adjusted or executed"),
        amount_minor=("int64", "minor units"),
    ),
}


def conformed(frame: DataFrame, table: str) -> DataFrame:
    """Return the frame with exactly the table's columns, in order and dtype; raises KeyError for a missing one."""
    columns = TABLES[table]
    return frame[list(columns)].astype({name: column.dtype for name, column in columns.items()})

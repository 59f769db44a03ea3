"""The small files of a country that tell of places: settlements without borders, and names and codes given up."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isnan
from pathlib import Path

import pandas as pd

from geo.core.model import LANGUAGES


@dataclass(frozen=True)
class Former:
    """A name or a code that was given up: what it led to, and the last day of the name."""

    code: str
    names: Mapping[str, str]  # none for a code
    until: str = ""
    former_code: str = ""


def read_settlements(folder: Path) -> list[dict[str, object]]:
    """Return the settlements that a country's folder names, each with the code of the unit it lies in.

    They stand in settlements.csv; of a country without that file only the seats of regions are known, where
    regions.csv names them.
    """
    rows = [_settlement(row, "name") for row in _rows(folder / "settlements.csv")]
    return rows or [_settlement(row, "centre") for row in _rows(folder / "regions.csv") if row.get("centre_ru")]


def read_former(folder: Path) -> list[Former]:
    """Return the names and the codes that were given up in a country, as its folder tells."""
    names = [
        Former(row["code"], {lang: row.get(f"name_{lang}", "") for lang in LANGUAGES}, row.get("until", ""))
        for row in _rows(folder / "former_names.csv")
    ]
    codes = [Former(row["code"], {}, former_code=row["former_code"]) for row in _rows(folder / "former_codes.csv")]
    return names + codes


def delivered_settlements(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return the rows of a delivered classifier of places: its code, what it lies in, kind, names and point."""
    rows = []
    for row in table.sort_values("code").to_dict("records"):
        names = {lang: row[f"name_{lang}"] for lang in LANGUAGES if row[f"name_{lang}"]}
        point = None if isnan(row["lon"]) else [row["lon"], row["lat"]]
        rows.append(_place(row["code"], row["parent"], row["kind"], names, point))
    return rows


def _settlement(row: Mapping[str, str], column: str) -> dict[str, object]:
    region = row.get("region_kato") or row.get("kato") or ""
    names = {lang: row[f"{column}_{lang}"] for lang in LANGUAGES if row.get(f"{column}_{lang}")}
    prefix = "" if column == "name" else "centre_"
    lon, lat = row.get(f"{prefix}lon", ""), row.get(f"{prefix}lat", "")
    point = [float(lon), float(lat)] if lon and lat else None
    people = int(row.get("population_geonames") or 0)
    return {**_place("", region, "place" if column == "name" else "centre", names, point), "people": people}


def _place(code: str, parent: str, kind: str, names: Mapping[str, str], point: object) -> dict[str, object]:
    return {"code": code, "parent": parent, "kind": kind, "names": dict(names), "point": point}


def _rows(path: Path) -> Iterator[dict[str, str]]:
    if path.is_file():
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)

"""Make data/boundaries/kz/former_codes.csv: which code a unit of 2018 has since 8 June 2022.

    BUDGETMAP_SHARED=<folder> python scripts/make_kz_former_codes.py

Two editions of districts are laid over one another. A unit whose code is no longer its own has one successor where its
land and its name say the same; where they do not, it is known only as far as its region; else it is left out.
"""

from __future__ import annotations

import csv
import os
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from geo.gazetteer.names import folded, stem

ROOT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BUDGETMAP_SHARED", ROOT.parent / "shared")) / "data" / "kz"
MADE = ROOT / "data" / "boundaries" / "kz" / "former_codes.csv"
SINCE = "2022-06-08"
EQUAL_AREA = "+proj=aea +lat_1=43 +lat_2=53 +lat_0=48 +lon_0=67.5 +datum=WGS84 +units=m"
WHOLE, SPECK = 0.98, 0.01  # shares of an area: the same line drawn twice differs by less


@dataclass(frozen=True)
class Row:
    """A row of the file; relation is same, within, named or region (SOURCES.md tells what each means)."""

    former_code: str
    code: str
    since: str
    relation: str
    is_reused: str
    name_kk: str
    name_ru: str


def main() -> None:
    old, new = units("district_2018"), units("district_2022")
    classified = classifier()
    overlap = gpd.overlay(old, new, how="intersection", keep_geom_type=True)
    overlap["old_share"] = overlap.area / overlap["area_1"]
    overlap["new_share"] = overlap.area / overlap["area_2"]
    overlap = overlap[(overlap["old_share"] > SPECK / 10) | (overlap["new_share"] > SPECK)]
    heirs = {code: group.sort_values("old_share", ascending=False) for code, group in overlap.groupby("KATO_1")}
    continued = set(new["KATO"]) & set(old["KATO"]) | {
        row.KATO_2 for group in heirs.values() for row in group.itertuples() if row.names_1 & row.names_2
    }
    rows = [row for unit in old.itertuples() if (row := successor(unit, heirs[unit.KATO], continued))]
    assert {row.code for row in rows} <= classified, "a code since is not in the classifier"
    reused = set(new["KATO"])
    rows = [Row(**{**row.__dict__, "is_reused": "yes" if row.former_code in reused else ""}) for row in rows]
    with MADE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([field.name for field in fields(Row)])
        writer.writerows(astuple(row) for row in sorted(rows, key=lambda row: row.former_code))
    lost = sorted(set(old["KATO"]) - set(new["KATO"]) - {row.former_code for row in rows})
    print(f"{len(rows)} rows; left out: {', '.join(lost) or 'none'}")


def units(name: str) -> gpd.GeoDataFrame:
    frame = gpd.read_file(SHARED / "boundaries" / f"{name}.geojson")
    frame["geometry"] = shapely.make_valid(frame.geometry.values)
    frame = frame.to_crs(EQUAL_AREA)
    frame["area"] = frame.area
    frame["names"] = [
        frozenset(stem(folded(text)) for text in pair) for pair in zip(frame["ADM2_KK"], frame["ADM2_RU"], strict=True)
    ]
    return frame[["KATO", "ADM2_KK", "ADM2_RU", "names", "area", "geometry"]]


def classifier() -> set[str]:
    with (SHARED / "codes" / "kato_nk_rk_11-2025.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["kato"] for row in csv.DictReader(file)}


def successor(unit: Any, heirs: gpd.GeoDataFrame, continued: set[str]) -> Row | None:
    """Return the row of a unit whose code is no longer its own."""
    namesakes = [row for row in heirs.itertuples() if row.names_1 & row.names_2]
    if any(row.KATO_2 == unit.KATO for row in namesakes):
        return None
    first = next(heirs.itertuples())
    others = [row for row in heirs.itertuples() if row.KATO_2 != first.KATO_2 and row.old_share > SPECK]
    is_named = any(row.KATO_2 == first.KATO_2 for row in namesakes)
    made = {"former_code": unit.KATO, "since": SINCE, "is_reused": "", "name_kk": unit.ADM2_KK, "name_ru": unit.ADM2_RU}
    if first.old_share >= WHOLE and (is_named or not namesakes):
        relation = "same" if first.new_share >= WHOLE else "within"
        return Row(code=first.KATO_2, relation=relation, **made)
    if is_named and first.new_share >= WHOLE and all(row.KATO_2 in continued for row in others):
        return Row(code=first.KATO_2, relation="named", **made)
    regions = heirs.groupby(heirs["KATO_2"].str[:2])["old_share"].sum()
    if regions.max() >= WHOLE:
        return Row(code=regions.idxmax() + "0000000", relation="region", **made)
    return None


if __name__ == "__main__":
    main()

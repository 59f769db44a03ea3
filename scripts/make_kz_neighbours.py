"""Make the quiet context of Kazakhstan's map, its neighbours, from world-atlas 2.0.2 (Natural Earth, 1:50m).

    python scripts/make_kz_neighbours.py [folder]

Reads node_modules/world-atlas/countries-50m.json and the folder's 2022-06-08/region.geojson; writes the folder's
neighbours.geojson (by default in data/boundaries/kz). Same inputs, same bytes. Run make_kz_boundaries.py before it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pyogrio
import shapely
from make_kz_boundaries import FOLDER, NEW, ROOT, normal, write_features
from shapely.geometry.base import BaseGeometry

PACKAGE, VERSION = "world-atlas", "2.0.2"
ATLAS = ROOT / "node_modules" / PACKAGE
KAZAKHSTAN = "398"
BOX = shapely.box(40, 34, 95, 62)
TOLERANCE_DEG = 0.02
UNDER_DEG = 0.01  # how far the neighbours reach under the country's outline, so that no gap shows
OUTLINE_TOLERANCE_DEG = 0.008  # less than UNDER_DEG, so that the simplified outline stays inside the true one
GROW_DEG, GROW_STEPS = 0.05, 6  # the two sources draw the border up to 0.25 degrees apart
SMALLEST_DEG2 = 0.001
DECIMALS = 3
METADATA = {
    "level": "neighbours",
    "title": "Countries around Kazakhstan, as a background",
    "source": f"{PACKAGE} {VERSION}, countries-50m.json (Natural Earth 4.1.0, 1:50m)",
    "credits": "Natural Earth; world-atlas 2.0.2 (Michael Bostock)",
    "licence": "public domain (Natural Earth); ISC (world-atlas)",
    "tolerance_deg": TOLERANCE_DEG,
    "note": "Generalised; not official boundaries; a background only",
}


def make(folder: Path = FOLDER) -> None:
    """Write neighbours.geojson beside the country's own borders."""
    country = country_outline(folder / NEW / "region.geojson")
    names, shapes = countries()
    kept = shapely.simplify(country.buffer(-UNDER_DEG), OUTLINE_TOLERANCE_DEG)
    strip = shapes.pop(KAZAKHSTAN).difference(kept)
    grown = grow({code: shape.difference(kept) for code, shape in shapes.items()}, strip)
    final = tidy(grown)
    features = [({"id": code, "name_en": names[code]}, shape) for code, shape in sorted(final.items())]
    write_features(folder / "neighbours.geojson", METADATA, features)


def country_outline(path: Path) -> BaseGeometry:
    """Return the outer border of an edition's units."""
    if not path.is_file():
        raise SystemExit(f"{path} is missing; run: python scripts/make_kz_boundaries.py")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return shapely.coverage_union_all([shapely.geometry.shape(feature["geometry"]) for feature in features])


def countries() -> tuple[dict[str, str], dict[str, BaseGeometry]]:
    """Return names and shapes, by ISO numeric code, of the countries in the box, simplified as one coverage."""
    table = pyogrio.read_dataframe(atlas_file(), layer="countries")
    # Siachen Glacier has no code; Kazakhstan's own shape is needed to see where the two borders differ.
    table = table[table.id.notna() & table.intersects(BOX)].sort_values("id")
    shapes = shapely.coverage_simplify(shapely.make_valid(table.geometry.to_numpy()), TOLERANCE_DEG)
    clipped = [polygons(shape) for shape in shapely.intersection(shapes, BOX)]
    codes = table.id.tolist()
    return dict(zip(codes, table.name.tolist(), strict=True)), dict(zip(codes, clipped, strict=True))


def atlas_file() -> Path:
    """Return the path of the countries' TopoJSON in the npm package."""
    if not (ATLAS / "package.json").is_file():
        raise SystemExit(f"{ATLAS.relative_to(ROOT)} is missing; run: npm ci")
    version = json.loads((ATLAS / "package.json").read_text(encoding="utf-8"))["version"]
    if version != VERSION:
        raise SystemExit(f"{PACKAGE} is {version}, the neighbours come from {VERSION}; run: npm ci")
    return ATLAS / "countries-50m.json"


def grow(shapes: dict[str, BaseGeometry], strip: BaseGeometry) -> dict[str, BaseGeometry]:
    """Return the shapes with the strip shared out among those near it; what is far from all of them stays empty.

    They grow in small steps and in turn, so that each takes about what is nearest to it.
    """
    grown = dict(shapes)
    for _ in range(GROW_STEPS):
        for code, shape in grown.items():
            taken = strip.intersection(shape.buffer(GROW_DEG))
            grown[code] = shape.union(taken)
            strip = strip.difference(taken)
    return grown


def tidy(shapes: dict[str, BaseGeometry]) -> dict[str, BaseGeometry]:
    """Return the shapes rounded, as a coverage again, without specks; raises if they are no valid coverage."""
    rounded = shapely.set_precision([polygons(shape) for shape in shapes.values()], 10**-DECIMALS)
    clean = shapely.set_precision(shapely.coverage_clean(rounded), 10**-DECIMALS)
    final = normal(shapely.transform([polygons(shape) for shape in clean], lambda points: np.round(points, DECIMALS)))
    if not (shapely.coverage_is_valid(final) and shapely.is_valid(final).all()):
        raise ValueError("the neighbours are no valid coverage after rounding; change TOLERANCE_DEG")
    return {code: shape for code, shape in zip(shapes, final, strict=True) if not shape.is_empty}


def polygons(shape: BaseGeometry) -> BaseGeometry:
    """Return the polygons of a shape as one, without lines, points and specks."""
    parts = shapely.get_parts(shape)
    return shapely.multipolygons([part for part in parts if part.area > SMALLEST_DEG2])


if __name__ == "__main__":
    make(*map(Path, sys.argv[1:2]))

"""The peers of an embed: folium's page, and one of Leaflet with TopoJSON; their files where they are installed."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from benchmarks.shared import DATA, ROOT, compressed
from geo.versions import Version

LIBRARIES = (ROOT / "node_modules/leaflet/dist", ROOT / "node_modules/topojson-client/dist")
LEAFLET = ("leaflet.js", "leaflet.css")
EDITION = "2022-06-08"
Point = tuple[int, int]


def spending() -> Any:
    """Return executed spending of 2024 by region, transfers apart, as a frame."""
    import pandas as pd

    lines = pd.read_csv(DATA / "budget/kz/local_expenditure.csv", dtype={"region_kato": str, "functional_group": str})
    lines = lines[(lines["period"] == "2024-12") & (lines["functional_group"] != "15")]
    return lines.groupby("region_kato", as_index=False)["executed_kzt"].sum()


def as_published() -> Any:
    """Return the regions with the borders that their publisher's package holds, as a person would take them."""
    import geopandas as gpd

    from scripts.make_kz_boundaries import read_regions, repaired_shapes

    rows = read_regions(DATA / "boundaries/kz/regions.csv")
    frame = {"unit_id": [row["kato"] for row in rows], "geometry": repaired_shapes(rows)}
    return gpd.GeoDataFrame(frame, crs="EPSG:4326")


def cleaned() -> Any:
    """Return the regions with our own borders: cleaned, and simplified to a quarter of their points."""
    import geopandas as gpd

    return gpd.read_file(DATA / f"boundaries/kz/{EDITION}/region.geojson")


def folium_page(borders: Any, values: Any, *, is_bare: bool = False) -> bytes:
    """Return folium's page of figures by region; a bare one has no basemap and no legend, which need other hosts."""
    import folium

    page = folium.Map(location=[48, 67.5], zoom_start=5, **({"tiles": None} if is_bare else {}))
    drawn = folium.Choropleth(
        borders, data=values, columns=["region_kato", "executed_kzt"], key_on="feature.properties.unit_id"
    )
    for name in [name for name in drawn._children if is_bare and name.startswith("color_map")]:
        del drawn._children[name]
    drawn.add_to(page)
    return bytes(page.get_root().render(), "utf-8")


def installed(names: list[str]) -> dict[str, Path]:
    """Return where the files are that addresses name, for those that are installed here; by address."""
    found = {}
    for address in names:
        for folder in LIBRARIES:
            path = folder / address.rsplit("/", 1)[-1]
            if path.is_file():
                found[address] = path
    return found


def weight(path: Path) -> int:
    """Return what a file weighs when it travels."""
    return compressed(path.read_bytes())


def leaflet_page(version: Version, values: Any) -> bytes:
    """Return a page that draws the outlines of our embed by Leaflet from TopoJSON in it, and nothing beside them."""
    units = [unit.unit_id for unit in version.level(EDITION, "region").units]
    amounts = dict(values.itertuples(index=False))
    outlines = version.json(f"{EDITION}/region/outline-embed.json")["units"]
    topology = json.dumps(topojson(outlines), separators=(",", ":"))
    figures = json.dumps([float(amounts.get(unit, 0)) for unit in units], separators=(",", ":"))
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Executed, 2024</title>
<link rel="stylesheet" href="leaflet.css"><script src="leaflet.js"></script>
<script src="topojson-client.min.js"></script>
<style>#map{{height:400px}}</style><div id="map"></div><script>
var topology={topology},values={figures},map=L.map("map",{{crs:L.CRS.Simple}}).setView([-200,320],0);
var colours=["#f7fbff","#c6dbef","#6baed6","#2171b5","#08306b"],sorted=values.slice().sort(function(a,b){{return a-b}});
L.geoJSON(topojson.feature(topology,topology.objects.units),{{style:function(f){{
return{{weight:1,fillOpacity:.8,fillColor:colours[Math.floor(sorted.indexOf(values[f.id])*5/values.length)]}}}}}}).addTo(map);
</script></html>""".encode()


def topojson(outlines: Sequence[str]) -> dict[str, Any]:
    """Return drawn outlines (`M` and steps, a closed ring each) as TopoJSON: each line between two junctions once."""
    grid = [[_ring(part) for part in outline.split("M")[1:]] for outline in outlines]
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in (ring for unit in grid for ring in unit):
        for one, other in pairwise(ring):
            beside[one].add(other)
            beside[other].add(one)
    junctions = {point for point, others in beside.items() if len(others) != 2}
    arcs: dict[tuple[Point, ...], int] = {}
    drawn = [
        {"type": "MultiPolygon", "id": number, "arcs": [[_arcs(ring, junctions, arcs)] for ring in unit]}
        for number, unit in enumerate(grid)
    ]
    return {
        "type": "Topology",
        "transform": {"scale": [1, -1], "translate": [0, 0]},  # a drawing counts downwards
        "objects": {"units": {"type": "GeometryCollection", "geometries": drawn}},
        "arcs": [_steps(arc) for arc in arcs],
    }


def _ring(path: str) -> list[Point]:
    numbers = [int(number) for number in re.findall(r"-?[0-9]+", path)]
    steps = zip(numbers[::2], numbers[1::2], strict=True)
    points = list(accumulate(steps, lambda point, step: (point[0] + step[0], point[1] + step[1])))
    return [*points, points[0]]


def _arcs(ring: list[Point], junctions: set[Point], arcs: dict[tuple[Point, ...], int]) -> list[int]:
    """Return a ring as numbers of arcs, backwards ones as their complement; new arcs are put down."""
    first = next((number for number, point in enumerate(ring) if point in junctions), 0)
    turned = [*ring[first:-1], *ring[: first + 1]]
    cuts = [0, *(n for n, point in enumerate(turned[1:-1], 1) if point in junctions), len(turned) - 1]
    found = []
    for start, stop in pairwise(cuts):
        arc = tuple(turned[start : stop + 1])
        backwards = arcs.get(arc[::-1])
        found.append(~backwards if backwards is not None else arcs.setdefault(arc, len(arcs)))
    return found


def _steps(arc: tuple[Point, ...]) -> list[list[int]]:
    steps = [[x - before_x, y - before_y] for (before_x, before_y), (x, y) in pairwise(arc)]
    return [list(arc[0]), *steps]

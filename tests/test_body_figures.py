"""Laws of bodies: their money is the units' money, their rows are rows of files, their peers and neighbours are all."""

import csv
import json
import math
import tomllib
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.entries.kinds import read_kinds
from geo.layers.body import EVERY, body, months_of, quartile
from geo.layers.holdings import holdings, kind_name, owners, places_of, points, spent
from geo.layers.listing import listing
from geo.layers.near import EARTH_KM, near, nearest, unit_at
from geo.layers.traces import traces
from geo.versions import Home
from tests.intake_zz import done, month_file, order_of, rows_of, with_profiles

DATA = Path(__file__).resolve().parent.parent / "data"
EDITION, TOP = "2022-06-08", "region"
LONS = st.floats(-180, 180, allow_nan=False)
LATS = st.floats(-90, 90, allow_nan=False)


@pytest.fixture(scope="module")
def demo(demo_home):
    """The version of the small kz-demo in force."""
    home = Home(demo_home.home)
    return home.version(home.current_id("kz-demo"))


@pytest.fixture(params=["zz_version", "kz_version", "demo"])
def version(request):
    """Each of three countries: bodies by administrator, single ones, and whole budgets."""
    return request.getfixturevalue(request.param)


def levels(version):
    """Return (edition, level) with bodies of their own."""
    return [name.split("/")[:2] for name in version.manifest["files"] if name.endswith("/methods.npy")]


def test_the_bodies_of_a_unit_add_up_to_its_total(version):
    """In every period, level and function: what is named and what is not, to the last minor unit."""
    for edition, level in levels(version):
        for month in version.periods:
            if version.country.edition_in_force(month).id != edition:
                continue
            for unit in version.level(edition, level).units:
                for function in (EVERY, *version.functions):
                    found = listing(version, level, (unit.unit_id,), month, function)

                    assert found.whole == found.named + sum(amount for _, amount in found.unnamed)


def test_a_body_has_all_its_figures(version):
    """Every figure of the version stands on the page of exactly one body, in its period, function and phase."""
    seen = {}
    for number in range(len(holdings(version).bodies)):
        for month in months_of(version, number)[:1]:
            for period in body(version, number, month).course:
                for function, phases in period.functions.items():
                    for phase, amount in phases.items():
                        if amount is not None:
                            seen[number, period.month, function, phase] = amount
    stored = {
        (b, version.periods[p], version.functions[k], version.phases[f]): amount
        for b, p, k, f, amount in version.spending.tolist()
    }

    assert stored == seen


def stated(folder, name):
    """Return row → phase → amount in tiyn of a file as its budget.toml describes it, by whole numbers of Python."""
    plan = tomllib.loads((folder / "budget.toml").read_text(encoding="utf-8"))
    phases = next(table["phases"] for table in plan.values() if isinstance(table, dict) and table.get("file") == name)
    with (folder / name).open(encoding="utf-8", newline="") as file:
        rows = enumerate(csv.DictReader(file), start=2)
        return {at: {phase: int(Decimal(row[column]) * 100) for phase, column in phases.items()} for at, row in rows}


def test_the_figures_of_a_body_are_the_amounts_of_its_rows(kz_version):
    """Whoever opens the file at the named rows finds the money, phase by phase."""
    files = {row["name"]: stated(DATA / "budget" / "kz", row["name"]) for row in kz_version.json("sources.json")}
    for number in range(len(holdings(kz_version).bodies)):
        found = traces(kz_version, number)
        sums = {}
        for trace in found.rows:
            for phase in trace.phases:
                key = trace.month, trace.function, phase
                amounts = files[found.files[trace.file]["name"]]
                sums[key] = sums.get(key, 0) + amounts[trace.row][phase]
        figures = {
            (period.month, function, phase): amount
            for period in body(kz_version, number, months_of(kz_version, number)[0]).course
            for function, phases in period.functions.items()
            for phase, amount in phases.items()
            if amount is not None
        }

        assert figures == sums


def test_made_up_bodies_divide_the_rows_that_they_name(demo):
    """A row of the real file is the sum of the amounts that say they are a part of it."""
    rows = np.load(demo.folder / "sources.npy")
    (file,) = demo.json("sources.json")
    real = stated(DATA / "budget" / "kz", file["name"])
    cell = {(b, p, k): row for b, p, k, _, _, row in rows.tolist()}
    sums = {}
    for b, p, k, f, amount in demo.spending.tolist():
        key = cell[b, p, k], demo.phases[f]
        sums[key] = sums.get(key, 0) + amount

    assert {(row, phase): amount for row, phases in real.items() for phase, amount in phases.items()} == sums


def test_a_version_says_which_file_a_row_stands_in(kz_version):
    """By the digest under which the version itself lists its inputs."""
    inputs = kz_version.manifest["inputs"]["files"]

    assert kz_version.json("sources.json")
    assert all(row["sha256"] == inputs[f"budget/kz/{row['name']}"] for row in kz_version.json("sources.json"))


def test_a_delivered_figure_names_its_delivery(zz):
    """The day it came and the digest of the file as it was given; figures that came with the country name none."""
    with_profiles(zz)
    file = month_file(zz.settings.home.parent, rows_of())
    done(zz.settings, order_of(file, profile="zz-months"))
    home = Home(zz.settings.home)
    version = home.version(home.current_id("zz"))
    (new,) = [row for row in version.json("sources.json") if row["name"] == file.name]
    found = traces(version, holdings(version).numbers["50-budget"])
    told = {(t.month, t.row) for t in found.rows if found.files[t.file] == new}

    assert 64 == len(new["sha256"])
    assert ("2025-01-20", True) == (new["day"], bool(new["delivery"]))
    assert {("2024-06", 2), ("2024-06", 3), ("2024-06", 4)} == told
    assert {""} == {row["delivery"] for row in version.json("sources.json") if row["name"] != file.name}


def test_a_version_that_does_not_say_is_still_read(zz_version):
    """Older versions hold no rows, points or names of kinds; their figures are the same."""
    added = ("sources.", "places.npy", "kinds.json", "/spots.npy", "/methods.npy")
    files = {name: row for name, row in zz_version.manifest["files"].items() if not any(a in name for a in added)}
    old = replace(zz_version, manifest={**zz_version.manifest, "files": files}, _cache={})
    month = old.periods[-1]

    assert traces(old, 0) is None
    assert points(old) is None
    assert "" == kind_name(old, "school", "kk")
    assert body(zz_version, 0, month).whole == body(old, 0, month).whole
    assert () == near(old, 61.0, 41.0, month).bodies


@given(st.lists(st.integers(-(2**62), 2**62), min_size=1, max_size=40), st.sampled_from([1, 2, 3]))
def test_a_quartile_lies_in_proportion_between_two_amounts(amounts, quarters):
    """Exactly, rounded down to a minor unit; no float has so many digits."""
    ordered = sorted(amounts)
    place = Fraction((len(ordered) - 1) * quarters, 4)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    exact = ordered[low] + (ordered[high] - ordered[low]) * (place - low)

    assert math.floor(exact) == quartile(np.array(ordered, dtype=np.int64), quarters)


def test_peers_are_all_bodies_that_do_the_same(version):
    """Of one kind, administrators of one code, with an executed amount of the function in the period."""
    bodies, month = holdings(version).bodies, version.periods[-1]
    rows = version.spending
    p, f = version.periods.index(month), version.phases.index("executed")
    for number in np.flatnonzero(spent(version, month).is_known)[::41].tolist():
        own = bodies[number]
        alike = {
            k
            for k, other in enumerate(bodies)
            if other["kind"] == own["kind"] and (own["kind"] != "administrator" or other["code"] == own["code"])
        }
        for one in body(version, number, month).functions:
            group = version.functions.index(one.code)
            seen = rows[(rows["period"] == p) & (rows["phase"] == f) & (rows["function"] == group)]
            amounts = sorted(row["amount"] for row in seen if row["body"] in alike)
            spread = one.peers

            assert (len(amounts), amounts[0], amounts[-1]) == (spread.count, spread.least, spread.most)
            assert 1 + sum(amount > spread.amount for amount in amounts) == spread.rank
            assert (len(amounts) < 5) == spread.is_small


def test_the_middle_of_few_peers_measures_nothing(zz_version):
    """Five units have five administrators of a code; that is enough, and four budgets of a half-year are not."""
    numbers = holdings(zz_version).numbers
    many = body(zz_version, numbers["10-110"], "2024-12").whole.peers
    few = body(zz_version, numbers["10-budget"], "2024-06").whole.peers

    assert (5, False, True) == (many.count, many.is_small, many.deviation is not None)
    assert (4, True, None) == (few.count, few.is_small, few.deviation)


def chord(one, other):
    """Return how far two points of the unit sphere are apart in space: another way to the same order."""
    spots = [
        (math.cos(math.radians(b)) * math.cos(math.radians(a)), math.cos(math.radians(b)) * math.sin(math.radians(a)))
        for a, b in (one, other)
    ]
    heights = [math.sin(math.radians(b)) for _, b in (one, other)]
    return math.dist((*spots[0], heights[0]), (*spots[1], heights[1]))


@given(st.lists(st.tuples(LONS, LATS), max_size=60), LONS, LATS, st.integers(1, 20))
def test_the_nearest_are_those_that_brute_force_finds(spots, lon, lat, most):
    """By the way over the ground, whichever side of the earth; bodies without a point are never among them."""
    known = np.array([*spots, (np.nan, np.nan)], dtype="float64").reshape(-1, 2)
    found = nearest(known, lon, lat, most)
    truth = sorted(2 * EARTH_KM * math.asin(min(1.0, chord((lon, lat), spot) / 2)) for spot in spots)[:most]

    assert len(spots) not in [number for number, _ in found]
    assert pytest.approx(truth, abs=1e-3, rel=1e-6) == [km for _, km in found]
    assert all(pytest.approx(km, abs=1e-3, rel=1e-6) == _km((lon, lat), spots[number]) for number, km in found)


def _km(one, other):
    return 2 * EARTH_KM * math.asin(min(1.0, chord(one, other) / 2))


@pytest.fixture(scope="module")
def drawn(kz_version):
    """The borders of Kazakhstan as they are exported, for a geometry library."""
    shapes = kz_version.json(f"{EDITION}/{TOP}/geometry.json")["geometries"]
    return [shapely.from_geojson(json.dumps(shape)) for shape in shapes]


@given(st.floats(46, 88), st.floats(40, 56))
def test_a_point_lies_in_the_unit_whose_drawn_borders_hold_it(kz_version, drawn, lon, lat):
    """As a geometry library says of the same borders."""
    units = kz_version.level(EDITION, TOP).units
    inside = [unit for unit, shape in zip(units, drawn, strict=True) if shapely.contains_xy(shape, lon, lat)]
    found = unit_at(kz_version, EDITION, lon, lat)

    assert inside == ([] if found is None else [found])


def test_bodies_without_a_point_are_told_by_their_territory(kz_version):
    """Nobody knows where an office of a region stands: it is near no point, and listed with its region."""
    found = near(kz_version, 71.43, 51.13, "2024-12")
    own = owners(kz_version, EDITION, TOP)
    number = kz_version.level(EDITION, TOP).numbers[found.unit.unit_id]

    assert ("710000000", ()) == (found.unit.unit_id, found.bodies)
    assert {number} == {own[k] for k, _ in found.elsewhere}
    assert 30 == len(found.elsewhere) + found.others


def test_a_body_stands_in_the_smallest_unit_that_owns_it(demo):
    """A school of a city is in the city and in the region around it, the region first."""
    cities = owners(demo, EDITION, "city")
    number = int(np.flatnonzero(cities >= 0)[0])
    named = [level for level, _ in places_of(demo, number, "2024-12")]

    assert ["region", "city"] == named


def test_kinds_have_names_in_every_language(demo):
    """A reader finds a school as a school."""
    kinds = {about["kind"] for about in holdings(demo).bodies}
    named = {(kind, lang): kind_name(demo, kind, lang) for kind in kinds for lang in ("kk", "ru", "en")}

    assert ("Мектеп", "Школа", "School") == tuple(named["school", lang] for lang in ("kk", "ru", "en"))
    assert all(named.values())


def test_a_table_of_kinds_is_read_strictly(tmp_path):
    """A kind without a name in some language, or twice, is a fault with its row; other columns do not matter."""
    path = tmp_path / "kinds.csv"
    path.write_text("kind,name_kk,name_ru,name_en,x\na,Ә,А,A,1\nb,,Б,B,2\na,Ә,А,A,3\n", encoding="utf-8")
    kinds, faults = read_kinds(path)

    assert {"name_kk": "Ә", "name_ru": "А", "name_en": "A"} == kinds["a"]
    assert [(3, "name_kk", "E-CSV-19"), (4, "kind", "E-CSV-20")] == [(f.row, f.column, f.code) for f in faults]

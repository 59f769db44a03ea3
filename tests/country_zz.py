"""A country made in code, small enough to add up by eye: five units, three functional groups, three periods.

Executed in the year 2024, in whole currency (one unit of BASE is 10 of it):

    unit   people   01     02    15 (transfers)   all
    10      100    1000   500   100              1600   the published line says 1599
    20      200    2000   800     0              2800   a city inside 10
    30       50     400   200    50               650
    40       40     300   100    20               420
    50       60     600   250    30               880   did not report 2024-06
    all     450    4300  1850   200              6350

In the borders of 2010 a quarter of 30 belongs to 10; the rest of it and 50 are one unit, 35.
"""

import csv
import json

from pyproj import Geod

NEW, OLD = "2020-01-01", "2010-01-01"
PERIODS = ("2023-12", "2024-06", "2024-12")
YEAR_ENDS = ("2023-12", "2024-12")
GAP = ("50", "2024-06")
BASE = {"10": (100, 50, 10), "20": (200, 80, 0), "30": (40, 20, 5), "40": (30, 10, 2), "50": (60, 25, 3)}
FUNCTIONS = ("01", "02", "15")
PHASES = {  # what BASE is multiplied by in each of PERIODS
    "approved": (9, 10, 10),
    "revised": (9, 11, 11),
    "adjusted": (10, 12, 12),
    "planned_to_date": (10, 6, 12),
    "executed": (8, 5, 10),
}
BODY_PHASES = ("approved", "revised", "adjusted", "executed")
PEOPLE = {"10": 100, "20": 200, "30": 50, "40": 40, "50": 60}
SHARES = (
    ("10", "10", 1_000_000),
    ("20", "20", 1_000_000),
    ("30", "10", 250_000),
    ("30", "35", 750_000),
    ("40", "40", 1_000_000),
    ("50", "35", 1_000_000),
)


def square(left, bottom, size):
    """Return a closed ring, counter-clockwise."""
    right, top = left + size, bottom + size
    return [[left, bottom], [right, bottom], [right, top], [left, top], [left, bottom]]


CITY = square(60.5, 40.5, 1)
SHAPES = {
    NEW: {
        "10": [square(60, 40, 2), CITY[::-1]],
        "20": [CITY],
        "30": [square(62, 40, 2)],
        "40": [square(60, 42, 2)],
        "50": [square(62, 42, 2)],
    },
    OLD: {
        "10": [[[60, 40], [62.5, 40], [62.5, 42], [62, 42], [60, 42], [60, 40]], CITY[::-1]],
        "20": [CITY],
        "35": [[[62.5, 40], [64, 40], [64, 44], [62, 44], [62, 42], [62.5, 42], [62.5, 40]]],
        "40": [square(60, 42, 2)],
    },
}
WORDS = 'kk = "Әңү"\nru = "Слово"\nen = "Word"\n'
COUNTRY = f"""id = "zz"
languages = ["kk", "ru", "en"]
default_language = "kk"
is_synthetic = true
first_edition_with_figures = "{NEW}"
[name]
{WORDS}[scope]
{WORDS}[currency]
code = "ZZD"
symbol = "ƶ"
minor_units = 100
[functions]
transfers = "15"
digits = 2
[map]
projection = "+proj=aea +lat_1=41 +lat_2=43 +lat_0=42 +lon_0=62 +datum=WGS84 +units=m"
neighbours = "neighbours.geojson"
[[map.insets]]
unit_id = "20"
radius_km = 60
at = [0.2, 0.8]
[[levels]]
id = "region"
kind = "coverage"
[levels.name]
{WORDS}[[editions]]
id = "{OLD}"
last_day = "2019-12-31"
levels = ["region"]
[editions.note]
{WORDS}[[editions]]
id = "{NEW}"
last_day = ""
levels = ["region"]
[editions.note]
{WORDS}[[denominators]]
series = "person"
file = "population.csv"
value = "people"
by_year = true
[denominators.label]
{WORDS}[denominators.column]
{WORDS}[denominators.source]
{WORDS}[[denominators]]
series = "km2"
file = ""
value = "area_m2"
by_year = false
[denominators.label]
{WORDS}[denominators.column]
{WORDS}[denominators.source]
{WORDS}[prices]
file = "prices.csv"
[prices.source]
{WORDS}[words.published]
{WORDS}[words.control]
{WORDS}[words.code]
{WORDS}[[sources]]
about = "money"
licence = "MIT"
[sources.name]
{WORDS}"""


def columns(phases):
    """Return phases as a table of budget.toml."""
    return "".join(f'{phase} = "{phase}_kzt"\n' for phase in phases)


BUDGET = f"""periods = {json.dumps(PERIODS)}
functions = "functions.csv"
subfunctions = "subfunctions.csv"
administrators = "administrators.csv"
[expenditure]
file = "expenditure.csv"
unit = "unit"
function = ["group"]
[expenditure.phases]
{columns(PHASES)}[administrators_expenditure]
file = "bodies.csv"
unit = "unit"
function = ["group", "subgroup"]
administrator = "administrator"
periods = {json.dumps(YEAR_ENDS)}
[administrators_expenditure.phases]
{columns(BODY_PHASES)}[published]
file = "published.csv"
unit = "unit"
largest_difference_of_a_unit = "2"
largest_difference_of_all = 2
[published.phases]
{columns(PHASES)}[control]
file = "control.csv"
largest_difference = "1"
periods = {json.dumps(YEAR_ENDS)}
[revenue]
file = "revenue.csv"
unit = "unit"
periods = {json.dumps(YEAR_ENDS)}
[revenue.items.revenue]
executed = "revenue_kzt"
[revenue.items.transfers]
executed = "transfers_kzt"
[[not_reported]]
unit = "{GAP[0]}"
period = "{GAP[1]}"
"""


def amount(unit, period, function, phase):
    """Return a figure of a whole budget in whole currency."""
    return BASE[unit][FUNCTIONS.index(function)] * PHASES[phase][PERIODS.index(period)]


def reported():
    """Return the (unit, period) pairs with figures."""
    return [(unit, period) for unit in BASE for period in PERIODS if (unit, period) != GAP]


def expenditure():
    """Return the rows of whole budgets."""
    return [
        [unit, period, function, *(amount(unit, period, function, phase) for phase in PHASES)]
        for unit, period in reported()
        for function in FUNCTIONS
    ]


def bodies():
    """Return the rows of administrators: in group 01 one took back 20 that another spent."""
    rows = []
    for unit in BASE:
        for period in YEAR_ENDS:
            whole = {f: [amount(unit, period, f, phase) for phase in BODY_PHASES] for f in FUNCTIONS}
            rows.append([unit, period, "01", "01", "110", *(f"{value + 20}.00" for value in whole["01"])])
            rows.append([unit, period, "01", "02", "120", *("-20" for _ in whole["01"])])
            rows.append([unit, period, "02", "01", "110", *whole["02"]])
            rows.append([unit, period, "15", "01", "120", *whole["15"]])
    return rows


def line(unit, period, phase):
    """Return a published total line: that of 10 is 1 less than its groups in 2024."""
    whole = sum(amount(unit, period, function, phase) for function in FUNCTIONS)
    return whole - ((unit, period, phase) == ("10", "2024-12", "executed"))


def files():
    """Return name → rows of the budget folder, the header first."""
    published = [[unit, period, *(line(unit, period, phase) for phase in PHASES)] for unit, period in reported()]
    control = [[period, "executed", f"{sum(line(u, period, 'executed') for u in BASE)}.5"] for period in YEAR_ENDS]
    names = [f"name_{language}" for language in ("kk", "ru", "en")] + [
        f"short_{language}" for language in ("kk", "ru", "en")
    ]
    return {
        "expenditure.csv": [["unit", "period", "group", *(f"{phase}_kzt" for phase in PHASES)], *expenditure()],
        "bodies.csv": [
            ["unit", "period", "group", "subgroup", "administrator", *(f"{phase}_kzt" for phase in BODY_PHASES)],
            *bodies(),
        ],
        "published.csv": [["unit", "period", *(f"{phase}_kzt" for phase in PHASES)], *published],
        "control.csv": [["period", "phase", "amount_kzt"], *control],
        "revenue.csv": [
            ["unit", "period", "revenue_kzt", "transfers_kzt"],
            *([unit, period, 1000, 300] for unit in BASE for period in YEAR_ENDS),
        ],
        "functions.csv": [["code", *names], *([code, "Әрекет", "Дело", "Work", "Ә", "Д", "W"] for code in FUNCTIONS)],
        "subfunctions.csv": [["code", "name_ru"], *([code, "Дело"] for code in ("0101", "0102", "0201", "1501"))],
        "administrators.csv": [["code", "name_ru", "covers"], ["110", "Аппарат", "one"], ["120", "Школы", "many"]],
    }


def area_m2(rings):
    """Return the geodesic area that the rings enclose, in whole square metres."""
    areas = [abs(Geod(ellps="WGS84").polygon_area_perimeter(*zip(*ring, strict=True))[0]) for ring in rings]
    return round(areas[0] - sum(areas[1:]))


def feature(unit_id, rings):
    """Return a unit as a GeoJSON feature."""
    lon, lat = rings[0][0]
    names = {"name_kk": f"{unit_id}-ауданы", "name_ru": f"Район {unit_id}", "name_en": f"Region {unit_id}"}
    kind = "city" if unit_id == "20" else "region"
    known = {"unit_id": unit_id, "iso": "", "kind": kind, "area_m2": area_m2(rings), **names}
    return {
        "type": "Feature",
        "properties": {**known, "label_lon": lon + 0.2, "label_lat": lat + 0.2},
        "geometry": {"type": "Polygon", "coordinates": rings},
    }


def collection(shapes):
    """Return units as a GeoJSON collection."""
    return {"type": "FeatureCollection", "features": [feature(*pair) for pair in shapes.items()]}


def write_rows(path, rows):
    """Write a CSV file as the bundled ones are."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)


def write_zz(data):
    """Write the country into boundaries/zz and budget/zz of a data folder and return the two."""
    borders, budget = data / "boundaries" / "zz", data / "budget" / "zz"
    for edition, shapes in SHAPES.items():
        (borders / edition).mkdir(parents=True)
        (borders / edition / "region.geojson").write_text(json.dumps(collection(shapes)), encoding="utf-8")
    (borders / "neighbours.geojson").write_text(json.dumps(collection({"x": [square(64, 40, 4)]})), encoding="utf-8")
    (borders / "country.toml").write_text(COUNTRY, encoding="utf-8")
    head = ["from_edition", "from_unit", "to_edition", "to_unit", "share_ppm", "reason"]
    write_rows(borders / "lineage.csv", [head, *([NEW, old, OLD, new, share, "x"] for old, new, share in SHARES)])
    people = [[unit, year, count] for year in (2023, 2024) for unit, count in PEOPLE.items()]
    write_rows(borders / "population.csv", [["unit_id", "year", "people"], *people])
    write_rows(borders / "prices.csv", [["year", "index_december"], [2023, "110.0"], [2024, "105.0"]])
    budget.mkdir(parents=True)
    (budget / "budget.toml").write_text(BUDGET, encoding="utf-8")
    for name, rows in files().items():
        write_rows(budget / name, rows)
    return borders, budget


# A level of places: 10 and 20 take what the budgets of the same code spend, nobody spends in 13.
TOWNS = {"10": ("10", 60.2, 40.2), "13": ("10", 60.25, 41.75), "20": ("20", 61.0, 41.0)}
TOWN_PEOPLE = {"10": 40, "20": 200}


def town(unit_id, parent, lon, lat):
    """Return a place as a GeoJSON feature."""
    names = {"name_kk": f"{unit_id}-қала", "name_ru": f"Город {unit_id}", "name_en": f"Town {unit_id}"}
    known = {"unit_id": unit_id, "parent_id": parent, "iso": "", "kind": "city", "area_m2": 0, **names}
    return {
        "type": "Feature",
        "properties": {**known, "label_lon": lon, "label_lat": lat},
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


def add_towns(borders, towns=TOWNS, people=TOWN_PEOPLE, outside=True):
    """Give a written zz the level `town` in its newer edition, and people to its places from 2023 on."""
    path = borders / "country.toml"
    words = f"[levels.outside]\n{WORDS}" if outside else ""
    level = f'[[levels]]\nid = "town"\nkind = "places"\n{words}[levels.name]\n{WORDS}[[editions]]\n'
    text = path.read_text(encoding="utf-8").replace("[[editions]]\n", level, 1)
    first, last = text.rsplit('levels = ["region"]', 1)
    path.write_text(f'{first}levels = ["region", "town"]{last}', encoding="utf-8")
    features = [town(unit_id, *place) for unit_id, place in towns.items()]
    plain = {"type": "FeatureCollection", "features": features}
    (borders / NEW / "town.geojson").write_text(json.dumps(plain), encoding="utf-8")
    with (borders / "population.csv").open("a", encoding="utf-8", newline="") as file:
        known = [(unit, year, n) for year in (2023, 2024) for unit, n in people.items() if unit not in PEOPLE]
        csv.writer(file, lineterminator="\n").writerows(known)
    return borders

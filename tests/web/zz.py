"""Zz, a country of four squares made in code: small enough to add up by eye, hostile in its names where asked.

Units 100 and 200 lie south, 300 and 400 north of them; until 2020 the two southern ones were unit 900. Unit 400 did
not report June 2024. In tenge, executed 2024: function 01 is 1,000 × the unit's number of hundreds, 04 twice that,
15 (transfers) half of it; everything is multiplied by `factor`.
"""

import json
from pathlib import Path

from geo.atlas import build
from geo.core.settings import Settings
from geo.versions import Home

UNITS = {"100": (60, 48), "200": (61, 48), "300": (60, 49), "400": (61, 49)}
NAMES = {"100": "Әулие", "200": "Ғалым", "300": "Өзен", "400": "Үміт", "900": "Оңтүстік"}
PERIODS = ("2023-12", "2024-06", "2024-12")
FUNCTIONS = {"01": 1000, "04": 2000, "15": 500}
PHASES = ("approved", "revised", "adjusted", "planned_to_date", "executed")
_GAP = ("400", "2024-06")


def publish_zz(root: Path, *, factor: int = 1, names: dict[str, str] | None = None, label: str = "") -> Settings:
    """Return settings of a home below `root` in which one more version of zz is built and in force."""
    settings = build_zz(root, factor=factor, names=names, label=label)
    home = Home(settings.home)
    newest = build(settings, "zz")
    home.publish(newest.id, author="test", note=f"× {factor}")
    return settings


def build_zz(root: Path, *, factor: int = 1, names: dict[str, str] | None = None, label: str = "") -> Settings:
    """Return settings whose data folder holds zz; `label` stands for every word of the country, its lists too."""
    said = {**NAMES, **(names or {})}
    data = root / "data"
    _borders(data / "boundaries" / "zz", said, label)
    _figures(data / "budget" / "zz", factor, label)
    return Settings(home=root / "home", data=data, country="zz", trusted_hosts="localhost,127.0.0.1")


def amount(unit: str, period: str, function: str, phase: str, factor: int = 1) -> str:
    """Return a figure in tenge as its file writes it: plans lie above, earlier periods below what 2024 executed."""
    share = {"2023-12": 80, "2024-06": 40, "2024-12": 100}[period]
    plan = {"approved": 90, "revised": 105, "adjusted": 102, "planned_to_date": 101, "executed": 100}[phase]
    minor = FUNCTIONS[function] * int(unit[0]) * share * plan * factor // 100
    return f"{minor // 100}.{minor % 100:02d}"


def _borders(folder: Path, names: dict[str, str], label: str) -> None:
    squares = {unit: [_ring(x, y, 1, 1)] for unit, (x, y) in UNITS.items()}
    old = {"900": [_ring(60, 48, 2, 1)], "300": squares["300"], "400": squares["400"]}
    for edition, shapes in (("2021-01-01", squares), ("2000-01-01", old)):
        features = [_feature(unit, rings, names) for unit, rings in shapes.items()]
        collection = {"type": "FeatureCollection", "features": features}
        _write(folder / edition / "region.geojson", json.dumps(collection, ensure_ascii=False))
    _write(folder / "country.toml", _COUNTRY.replace("LABEL", json.dumps(label or "Zz", ensure_ascii=False)))
    heirs = {"100": "900", "200": "900", "300": "300", "400": "400"}
    lines = [f"2021-01-01,{unit},2000-01-01,{heir},1000000" for unit, heir in heirs.items()]
    _csv(folder / "lineage.csv", "from_edition,from_unit,to_edition,to_unit,share_ppm", lines)
    people = [f"{unit},{year},10" for year in (2023, 2024) for unit in UNITS]
    _csv(folder / "population.csv", "unit_id,year,people", people)
    _csv(folder / "prices.csv", "year,index_december", ["2023,110.0", "2024,108.0"])


def _ring(x: int, y: int, width: int, height: int) -> list[list[int]]:
    """Return the outline of a rectangle with the point in the middle of its north side that its neighbours share."""
    top = [[x + step, y + height] for step in range(width, -1, -1)]
    return [[x + step, y] for step in range(width + 1)] + top + [[x, y]]


def _feature(unit: str, rings: list[list[list[int]]], names: dict[str, str]) -> dict:
    (x, y) = rings[0][0]
    about = {"unit_id": unit, "iso": f"ZZ-{unit}", "kind": "region", "area_m2": 8_000_000_000 + int(unit)}
    said = {f"name_{language}": names[unit] for language in ("kk", "ru", "en")}
    properties = {**about, **said, "label_lon": x + 0.5, "label_lat": y + 0.5}
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": rings}}


def _figures(folder: Path, factor: int, label: str) -> None:
    keys = [(unit, period) for period in PERIODS for unit in UNITS if (unit, period) != _GAP]
    _write(folder / "budget.toml", _BUDGET)
    whole, fine, published = [], [], []
    for unit, period in keys:
        for function in FUNCTIONS:
            cells = [amount(unit, period, function, phase, factor) for phase in PHASES]
            whole.append(",".join([unit, period, function, *cells]))
            if period.endswith("-12"):
                fine.append(",".join([unit, period, function, "001", "250", *cells[:3], cells[4]]))
        sums = [
            sum(int(amount(unit, period, f, phase, factor).replace(".", "")) for f in FUNCTIONS) for phase in PHASES
        ]
        published.append(",".join([unit, period, *(f"{minor // 100}.{minor % 100:02d}" for minor in sums)]))
    columns = ",".join(f"{phase}_kzt" for phase in PHASES)
    _csv(folder / "whole.csv", f"region_kato,period,functional_group,{columns}", whole)
    without_plan = columns.replace("planned_to_date_kzt,", "")
    _csv(folder / "fine.csv", f"region_kato,period,functional_group,subgroup,administrator,{without_plan}", fine)
    _csv(folder / "published.csv", f"region_kato,period,{columns}", published)
    total = sum(int(line.rsplit(",", 1)[1].replace(".", "")) for line in published if ",2024-12," in line)
    _csv(folder / "control.csv", "period,phase,amount_kzt", [f"2024-12,executed,{total // 100}.{total % 100:02d}"])
    _csv(
        folder / "revenue.csv",
        "region_kato,period,a,b,c,d",
        [f"{unit},2024-12,9000,9000.5,100,100" for unit in UNITS],
    )
    word = '"' + (label or "Zz").replace('"', '""') + '"'
    names = ["code,name_kk,name_ru,name_en,short_kk,short_ru,short_en"]
    _csv(folder / "functions.csv", names[0], [f"{code},{','.join([word] * 6)}" for code in FUNCTIONS])
    _csv(folder / "subfunctions.csv", "code,name_ru", [f"{code}001,{word}" for code in FUNCTIONS])
    _csv(folder / "administrators.csv", "code,name_ru,covers", [f"250,{word},one"])


def _csv(path: Path, header: str, lines: list[str]) -> None:
    _write(path, "\n".join([header, *lines]) + "\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


_WORDS = "{ kk = LABEL, ru = LABEL, en = LABEL }"
_COUNTRY = f"""
id = "zz"
languages = ["kk", "ru", "en"]
default_language = "kk"
is_synthetic = false
first_edition_with_figures = "2021-01-01"
name = {_WORDS}
scope = {_WORDS}
currency = {{ code = "KZT", symbol = "₸", minor_units = 100 }}
functions = {{ transfers = "15", digits = 2 }}
map = {{ projection = "+proj=aea +lat_1=48 +lat_2=50 +lat_0=49 +lon_0=61 +datum=WGS84 +units=m" }}
prices = {{ file = "prices.csv", source = {_WORDS} }}
levels = [{{ id = "region", kind = "coverage", name = {_WORDS} }}]
editions = [
  {{ id = "2000-01-01", last_day = "2020-12-31", levels = ["region"], note = {_WORDS} }},
  {{ id = "2021-01-01", last_day = "", levels = ["region"], note = {_WORDS} }},
]
denominators = [
  {{ series = "person", file = "population.csv", value = "people", by_year = true, source = {_WORDS} }},
  {{ series = "km2", file = "", value = "area_m2", by_year = false, source = {_WORDS} }},
]
sources = [
  {{ about = "money", licence = "MIT", name = {_WORDS} }},
  {{ about = "borders", licence = "", name = {_WORDS} }},
]
"""
_PHASES = "\n".join(f'{phase} = "{phase}_kzt"' for phase in PHASES)
_BUDGET = f"""
periods = {json.dumps(PERIODS)}
functions = "functions.csv"
subfunctions = "subfunctions.csv"
administrators = "administrators.csv"
not_reported = [{{ unit = "400", period = "2024-06" }}]
[expenditure]
file = "whole.csv"
unit = "region_kato"
function = ["functional_group"]
[expenditure.phases]
{_PHASES}
[administrators_expenditure]
file = "fine.csv"
unit = "region_kato"
function = ["functional_group", "subgroup"]
administrator = "administrator"
periods = ["2023-12", "2024-12"]
[administrators_expenditure.phases]
{_PHASES.replace('planned_to_date = "planned_to_date_kzt"', "")}
[published]
file = "published.csv"
unit = "region_kato"
largest_difference_of_a_unit = "0"
largest_difference_of_all = "0"
[published.phases]
{_PHASES}
[control]
file = "control.csv"
largest_difference = "0"
[revenue]
file = "revenue.csv"
unit = "region_kato"
periods = ["2024-12"]
[revenue.items.revenue]
adjusted = "a"
executed = "b"
[revenue.items.transfers]
adjusted = "c"
executed = "d"
"""

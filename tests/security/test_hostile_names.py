"""Laws about forty hostile names in a version: each face shows them as text, and none runs, counts or follows them.

What a browser does with them: tests/browser/test_hostile_names.py.
"""

import csv
import io
import re
import unicodedata
from xml.etree import ElementTree

import openpyxl
import pytest

from geo.core.errors import BadData
from geo.versions import Home
from geo.web import create_app
from tests.hostile import HOSTILE
from tests.restaged import LEVEL, restaged, with_plain
from tests.security.test_hostile_words import Markup
from tests.web.asking import page
from tests.web.zz import publish_zz

# Controls and marks of direction never come into a version: below.
NAMES = tuple(name for name in HOSTILE if not {unicodedata.category(sign)[0] for sign in name} & {"C"})
NAMES = (*NAMES, "\u3000=7*191", "\uff1d7*191", "--7*191", "=7*191;A1", "\t=7*191".strip() + "+A1")
LYING = (
    *("\u202egnp.exe", "\u202a", "a\u202bb", "a\u202cb", "a\u202db", "a\u2066b", "a\u2067b", "a\u2068b", "a\u2069b"),
    *(
        "\u200f",
        "a\u200eb",
        "a\u200bb",
        "a\ufeffb",
        "a\u2060b",
        "a\x00b",
        "a\x1bb",
        "a\x7fb",
        "a\nb",
        "a\rb",
        "a\u0085b",
    ),
)
UNITS = ("10", "20", "30", "40", "50")
SHEETS = ("zz/region/executed/2024/", "zz/region/executed/2024/embed/", "zz/unit/2020-01-01/region/10/", "zz/changes/")
SHEETS = (*SHEETS, "zz/compare/2020-01-01/region/10,20,50/", "zz/bodies/2020-01-01/region/10/", "zz/body/10-110/")
SHEETS = (*SHEETS, "zz/region/executed/2024/builder/", "zz/glossary/", "zz/region/executed/2024/map.html")
RUN_BY_SHEETS = re.compile(r"(?m)^[\s\u00a0\u3000]*[=+@\uff1d]|^[\s\u00a0\u3000]*-(?![0-9.]+$)|^[\t\r]")


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    """A client, and five names with the version that holds them, as often as there are five."""
    settings = publish_zz(tmp_path_factory.mktemp("hostile"))
    home = Home(settings.home)
    version, made = home.version(home.current_id("zz")), {}
    for number in range(0, len(NAMES), 5):
        names = dict(zip(UNITS, (NAMES + NAMES)[number : number + 5], strict=True))
        files = with_plain(version, f"{LEVEL}/units.json", lambda plain, names=names: _units(plain, names))
        files |= with_plain(version, "bodies.json", lambda plain, names=names: _bodies(plain, names))
        files |= with_plain(version, "functions.json", lambda plain, names=names: _functions(plain, names))
        staged = restaged(home, version, number + 1, files, author=names["10"], note=names["20"])
        made[staged.id] = names
    return create_app(settings).test_client(), made


def _units(plain, names):
    for unit in plain["units"]:
        unit["names"] = dict.fromkeys(unit["names"], names[unit["unit_id"]])


def _bodies(plain, names):
    for number, body in enumerate(plain):
        body.update(dict.fromkeys(("name_kk", "name_ru", "name_en"), names[UNITS[number % 5]]))


def _functions(plain, names):
    for number, function in enumerate(plain.values()):
        function.update(dict.fromkeys(function, names[UNITS[number % 5]]))


@pytest.mark.parametrize("path", SHEETS)
def test_a_name_is_text_on_every_page(versions, path):
    """No element, handler or address is made of it, nothing in it is worked out, and no header repeats it."""
    client, made = versions
    wrong = {}
    for version_id in made:
        answer = client.get(f"/v/{version_id}/en/{path}")
        html = answer.get_data(as_text=True)
        markup = [] if path.endswith(".html") else Markup(html).wrong
        said = [pair for pair in answer.headers if "evil" in pair[1] or "__x" in pair[1]]
        scripts = [text for text in page(answer).blocks["script"] if "<script" in text.lower()]
        if answer.status_code != 200 or markup or said or scripts or "1337" in page(answer).texts["p"]:
            wrong[version_id] = (answer.status_code, markup, said, scripts)

    assert {} == wrong


def test_a_name_is_said_as_it_is(versions):
    """It is a name after all: nothing of it is lost in the table of the page."""
    client, made = versions
    for version_id, names in made.items():
        rows = page(client.get(f"/v/{version_id}/en/{SHEETS[0]}")).tables[0]
        shown = {re.sub(r"\s+", " ", cell).strip() for row in rows for cell in row}

        assert {re.sub(r"\s+", " ", name).strip() for name in names.values()} <= shown


@pytest.mark.parametrize("name", ["data.json", "data.geojson"])
def test_a_name_is_a_value_in_json(versions, name):
    """Nothing is quoted twice, nothing ends the value early."""
    client, made = versions
    for version_id, names in made.items():
        plain = client.get(f"/v/{version_id}/en/{SHEETS[0]}{name}").json
        units = plain.get("units") or [feature["properties"] for feature in plain["features"]]

        assert names == {unit["unit_id"]: unit["name_en"] for unit in units}


def test_a_name_is_a_value_of_a_feature(versions):
    """The same, for those who open features by address."""
    client, made = versions
    for version_id, names in made.items():
        plain = client.get(f"/v/{version_id}/ogc/collections/zz.units.region.2020-01-01/items?f=json").json
        html = client.get(f"/v/{version_id}/ogc/collections/zz.units.region.2020-01-01/items?f=html")

        assert names == {one["properties"]["unit_id"]: one["properties"]["name_en"] for one in plain["features"]}
        assert (200, []) == (html.status_code, Markup(html.get_data(as_text=True)).wrong)


def test_no_name_is_a_formula_in_a_table(versions):
    """A cell that a spreadsheet would run begins with an apostrophe; without it the name is whole."""
    client, made = versions
    for version_id, names in made.items():
        text = client.get(f"/v/{version_id}/en/{SHEETS[0]}data.csv").get_data(as_text=True)
        rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
        cells = {row["unit_id"]: row["name_en"] for row in rows}

        assert [] == [cell for row in rows for cell in row.values() if RUN_BY_SHEETS.search(cell)]
        assert names == {unit: cell[cell.startswith("'") and RUN_BY_SHEETS.search(cell[1:]) is not None :]
                         for unit, cell in cells.items()}  # fmt: skip


def test_no_name_is_a_formula_in_a_workbook(versions):
    """Each is a text, as it is; no cell holds a formula, a link or an error."""
    client, made = versions
    for version_id, names in made.items():
        content = client.get(f"/v/{version_id}/en/{SHEETS[0]}data.xlsx").data
        book = openpyxl.load_workbook(io.BytesIO(content))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
        texts = {str(cell.value) for cell in cells}

        assert {"b", "d", "n", "s"} >= {cell.data_type for cell in cells}
        assert set(names.values()) <= texts | {text.removeprefix("'") for text in texts}


def test_a_name_is_text_in_the_picture(versions):
    """The SVG is well-formed and holds no script, handler or foreign address."""
    client, made = versions
    for version_id, names in made.items():
        answer = client.get(f"/v/{version_id}/en/{SHEETS[0]}map.svg")
        tree = ElementTree.fromstring(answer.data)
        titles = " ".join(element.text or "" for element in tree.iter("{http://www.w3.org/2000/svg}title"))

        assert [] == Markup(answer.get_data(as_text=True)).wrong
        assert [] == [name for name in names.values() if name[:40] not in titles]


@pytest.mark.parametrize("number", range(0, len(LYING), 5))
def test_a_name_that_lies_about_itself_is_refused(tmp_path, number):
    """Signs that nobody sees, that turn what follows, or that are no letters at all: with the unit that has it."""
    with pytest.raises(BadData) as refused:
        publish_zz(tmp_path, names=dict(zip(UNITS, LYING[number : number + 5], strict=True)))

    assert {"E-GEO-17"} == {fault.code for fault in refused.value.faults}
    assert set(UNITS) == {fault.value for fault in refused.value.faults}

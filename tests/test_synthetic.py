"""Laws of the mark: whatever a synthetic country shows bears it, in the reader's language; a real one never does."""

import json
import re
from dataclasses import replace
from datetime import date
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.deadlines import Deadline
from geo.core.text import text_of
from geo.faces.mark import watermark
from geo.faces.report import Report
from geo.faces.report_page import report_page
from geo.faces.status import Expected, matrix, status_page
from geo.versions import Home
from geo.web import create_app
from tests.conftest import made_zz, published
from tests.country_zz import NEW, add_towns
from tests.web.asking import LANGUAGES, page

MARKS = {lang: text_of(lang)("synthetic.mark") for lang in LANGUAGES}
FACES = ("", "embed/", "map.svg", "data.geojson", "data.csv", "data.json", "values.json")
VIEWS = ("region/executed/2024/", "region/change/2024/", "region/executed/2024/per=none/")
OF_TOWNS = ("town/executed/2024/", "town/executed/2024/per=none/", "town/execution/2024-06/")
FILES = [name for name in FACES if "." in name and name != "values.json"]
WATERMARK = re.compile(r'<svg class="mark".*?</svg>', re.DOTALL)
TEXT = re.compile(r"translate\((-?\d+) (-?\d+)\)")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Settings whose home has the synthetic zz with towns published."""
    made = made_zz(tmp_path_factory.mktemp("synthetic"))
    add_towns(made.borders)
    return published(made.settings, "zz")


@pytest.fixture(scope="module")
def zz(settings):
    return create_app(settings).test_client()


@pytest.fixture(scope="module")
def kz(kz_home):
    return create_app(kz_home).test_client()


def seen(client, path):
    """Return what a reader gets, whatever its status, as text."""
    return client.get(path, headers={"Accept": "text/html"}).get_data(as_text=True)


def pages(lang, country, edition, units):
    """Return the addresses of a country that are no faces of views."""
    places = [f"/{lang}/{country}/unit/{edition}/{level}/{unit}/" for level, unit in units]
    wrong = [f"/{lang}/{country}/region/spendings/2024/", f"/{lang}/{country}/unit/", f"/{lang}/{country}/status/x/"]
    return [*places, f"/{lang}/{country}/status/", f"/{lang}/{country}/status/data.json", *wrong]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", [*VIEWS, *OF_TOWNS])
def test_every_face_of_a_synthetic_country_bears_the_mark(zz, lang, view):
    """Page, embed, picture and files, in the language of the face."""
    shown = {face: seen(zz, f"/{lang}/zz/{view}{face}") for face in FACES}

    assert [] == [face for face, text in shown.items() if MARKS[lang] not in text]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_other_page_of_a_synthetic_country_bears_the_mark(zz, lang):
    """Units, places, who has reported, and errors that name the country, pinned or not."""
    paths = pages(lang, "zz", NEW, [("region", "10"), ("town", "20")])

    assert [] == [path for path in paths if MARKS[lang] not in seen(zz, path)]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_of_a_real_country_bears_a_mark(kz, lang):
    """In no language, nor in the name of a file; nothing synthetic on the real map."""
    views = [f"/{lang}/kz/{view}{face}" for view in VIEWS for face in FACES]
    for path in chain(views, pages(lang, "kz", "2022-06-08", [("region", "750000000")])):
        answer = kz.get(path, headers={"Accept": "text/html"})
        text = answer.get_data(as_text=True) + answer.headers.get("Content-Disposition", "")

        assert [] == [word for word in (*MARKS.values(), "-synthetic", 'class="mark"', "mark.") if word in text]
        assert not re.search(r'"?is_synthetic"?[:=]\s*true', text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("view", [VIEWS[0], OF_TOWNS[1]])
@pytest.mark.parametrize("face", ["", "embed/", "map.svg"])
def test_the_mark_lies_across_the_map_itself(zz, lang, view, face):
    """Inside the picture of the map, over its colours and under its numbers: a legend cut off takes nothing along."""
    html = seen(zz, f"/{lang}/zz/{view}{face}")
    inside = html[html.index('<svg class="map"') :]
    found = WATERMARK.search(inside)

    assert found
    assert found[0].count(MARKS[lang]) >= 5
    assert inside.index('class="around"') < found.start()
    assert all(found.end() <= place.start() for place in re.finditer('class="values', inside))


@given(left=st.floats(0, 1), top=st.floats(0, 1), width=st.integers(400, 2000), tall=st.floats(0.5, 1.5))
def test_no_half_of_a_map_is_without_a_mark(left, top, width, tall):
    """Whatever part of half its width and half its height is cut out, the middle of some mark lies in it."""
    height = round(width * tall)
    spots = [(int(x), int(y)) for x, y in TEXT.findall(watermark(MARKS["ru"], width, height))]
    x, y = left * width / 2, top * height / 2

    assert any(x - 1 <= a <= x + width / 2 + 1 and y - 1 <= b <= y + height / 2 + 1 for a, b in spots)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_mark_stands_before_titles_and_descriptions(zz, lang):
    """What a search engine, a browser's tab, a screen reader and a newsroom's system show of it."""
    view, embed = (seen(zz, f"/{lang}/zz/{VIEWS[0]}{face}") for face in ("", "embed/"))
    places = [
        re.search(r"<title>([^<]*)", view)[1],
        re.search(r"<title>([^<]*)", embed)[1],
        re.search(r'<meta name="description" content="([^"]*)', view)[1],
        re.search(r'<svg class="map"[^>]*aria-label="([^"]*)', view)[1],
        re.search(r'<svg class="map"[^>]*aria-label="([^"]*)', embed)[1],
        re.search(r"<title>([^<]*)", seen(zz, f"/{lang}/zz/{VIEWS[0]}map.svg"))[1],
        *(re.search(r'title="([^"]*)', text)[1] for text in page(zz.get(f"/{lang}/zz/{VIEWS[0]}")).texts["textarea"]),
        json.loads(seen(zz, f"/{lang}/zz/{VIEWS[0]}data.json"))["metadata"]["title"],
        json.loads(seen(zz, f"/{lang}/zz/status/data.json"))["metadata"]["title"],
    ]

    assert [MARKS[lang]] * len(places) == [words.split(".")[0] for words in places]


def test_every_row_and_feature_says_that_it_is_synthetic(zz):
    """A line copied out of a table, a feature out of a map, is still known for what it is."""
    geojson = json.loads(seen(zz, f"/en/zz/{VIEWS[0]}data.geojson"))
    head, *rows = seen(zz, f"/en/zz/{VIEWS[0]}data.csv").splitlines()
    column = head.split(",").index("is_synthetic")

    assert (True, 5) == (geojson["is_synthetic"], sum(row["properties"]["is_synthetic"] for row in geojson["features"]))
    assert ["true"] * 5 == [row.split(",")[column] for row in rows]
    assert all(MARKS["en"] in row for row in rows)


@pytest.mark.parametrize("name", [*FILES, "status/data.json"])
def test_a_saved_file_says_so_in_its_name(zz, name):
    """Whoever finds it in a folder next year reads it before opening it."""
    path = f"/en/zz/{name}" if "/" in name else f"/en/zz/{VIEWS[0]}{name}"

    assert re.search(r"-synthetic\.\w+\"$", zz.get(path).headers["Content-Disposition"])


def test_old_addresses_of_a_synthetic_country_bear_the_mark_too(zz, settings):
    """An article that embeds one version shows it for good."""
    version = Home(settings.home).current_id("zz")

    assert all(MARKS["kk"] in seen(zz, f"/v/{version}/kk/zz/{VIEWS[0]}{face}") for face in FACES)
    assert MARKS["kk"] in seen(zz, f"/v/{version}/kk/zz/region/spendings/2024/")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("is_synthetic", [True, False])
def test_pages_for_operators_bear_the_mark_of_their_country(lang, is_synthetic):
    """The report of an import and the matrix of who has reported: title, sentence and map."""
    text = text_of(lang)
    drawing = {"width": 640, "height": 400, "units": [], "labels": [], "neighbours": "", "insets": []}
    status = replace(matrix((), ["2024-12"], {}, Expected(Deadline(), date(2025, 1, 31))), is_synthetic=is_synthetic)
    report = Report("zz", {}, "ƶ", 100, "dry_run", "2025-01-31T08:00:00Z", is_synthetic=is_synthetic)
    shown = [status_page(status, "2024-12", drawing, text), report_page(report, text)]

    assert [is_synthetic] * 2 == [f"<title>{MARKS[lang]}. " in html for html in shown]
    assert [is_synthetic] * 2 == [text("note.synthetic") in html for html in shown]
    assert is_synthetic == (WATERMARK.search(shown[0]) is not None)

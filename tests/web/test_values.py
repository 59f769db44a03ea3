"""Laws about value sheets: the numbers of the other files, in unit order, small enough for one request a view."""

import random
import re
from dataclasses import replace
from decimal import Decimal

import brotli
import pytest

from geo.core.view import parse_view
from geo.faces.reading import read
from geo.faces.values import values_json
from geo.layers import layer, offer_of
from geo.web.frozen.views import default_views
from geo.web.pages.routes import default_view
from tests.web.asking import LANGUAGES, page
from tests.web.test_same_numbers import VIEWS

MOST_20, MOST_224 = 2_000, 15_000  # bytes, compressed as served
GAP = "en/kz/region/execution/2025-03/"


def compressed(content):
    """Return how many bytes travel."""
    return len(brotli.compress(content, quality=5, lgwin=16))


@pytest.mark.parametrize("path", VIEWS)
def test_a_value_sheet_states_what_the_other_files_state(kz, path):
    """Unit by unit: value, class, exact amount, denominator, and why there is none."""
    sheet, plain = kz.get(f"/{path}values.json").json, kz.get(f"/{path}data.json").json
    units, about = plain["units"], plain["metadata"]
    states = {unit["unit_id"]: unit["state"] for unit in units if unit["state"] != "value"}

    assert [unit["unit_id"] for unit in units] == sheet["ids"]
    for column, name in (("values", "value"), ("amounts", "amount"), ("denominators", "denominator")):
        assert [unit[name] for unit in units] == sheet[column]
    assert [unit["class"] or 0 for unit in units] == sheet["classes"]
    assert states == {unit: state for state, ids in sheet["state"].items() for unit in ids}
    assert about["class_upper_bounds"] == sheet["bounds"]
    assert (about["version"], about["edition_of_borders"]) == (sheet["version"], sheet["edition"])
    assert [sheet["classes"].count(k + 1) for k in range(len(sheet["bounds"]))] == sheet["counts"]
    assert len(sheet["bounds"]) == len(sheet["tones"]) == len(sheet["legend"])
    assert [unit["rank"] or 0 for unit in units] == sheet["ranks"]
    assert ("palette=" in path) == (f"palette={sheet['palette']}/" in path)


@pytest.mark.parametrize("path", VIEWS)
def test_the_reconciliation_of_a_value_sheet_adds_up(kz, path):
    """Exactly, in decimal text: published = the sum of the terms."""
    for account in kz.get(f"/{path}values.json").json["reconciliation"]:
        terms = [Decimal(amount) for amount in account["terms"].values() if amount is not None]

        assert account["published"] is None or Decimal(account["published"]) == sum(terms)


@pytest.mark.parametrize("path", VIEWS)
def test_labels_are_the_values_that_the_embed_shows(kz, path):
    """Scripts write no number of their own: a label is what every other face says."""
    sheet = kz.get(f"/{path}values.json").json
    names = {unit["unit_id"]: unit[f"name_{path[:2]}"] for unit in kz.get(f"/{path}data.json").json["units"]}
    shown = {cells[0].strip(): cells[1].strip() for cells in page(kz.get(f"/{path}embed/")).tables[0]}
    labels = dict(zip(sheet["ids"], sheet["labels"], strict=True))

    assert {} == {unit: label for unit, label in labels.items() if label and shown[names[unit]] != label}
    assert [unit for unit, label in labels.items() if not label] == sorted(
        unit for units in sheet["state"].values() for unit in units
    )
    assert 1 == sheet["sentence"].count("{}")


@pytest.mark.parametrize("path", [path for path in VIEWS if "per=none" in path])
def test_radii_are_those_of_the_drawn_circles(kz, path):
    """What a script draws lies on what the page has drawn."""
    sheet = kz.get(f"/{path}values.json").json
    html = kz.get(f"/{path}").get_data(as_text=True)
    drawn = {int(u): float(r) for u, r in re.findall(r'<circle class="sum" data-u="(\d+)"[^>]* r="([\d.]+)"', html)}

    assert drawn == {number: radius for number, radius in enumerate(sheet["radii"]) if radius}
    assert f'viewBox="0 0 {sheet["width"]} ' in html


def test_what_is_not_reported_is_said_by_unit(kz):
    """No value, no class, no amount: not zero."""
    sheet = kz.get(f"/{GAP}values.json").json
    (unit,) = sheet["state"]["not_reported"]
    number = sheet["ids"].index(unit)

    assert (None, 0, None) == tuple(sheet[column][number] for column in ("values", "classes", "amounts"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_value_sheet_of_20_units_is_at_most_2_kilobytes(kz, kz_version, lang):
    """Every measure, period, function and divisor that a plain site holds."""
    offer = offer_of(kz_version)
    views = list(default_views(default_view(kz_version, lang), offer))[::7]
    sizes = {view.path: compressed(kz.get(f"/{view.path}values.json").data) for view in views}

    assert len(sizes) > 5
    assert {} == {path: size for path, size in sizes.items() if size > MOST_20}


def test_a_value_sheet_of_224_units_is_at_most_15_kilobytes(kz_version):
    """Each with a code, an amount and a denominator of its own that no other number helps to compress."""
    made = random.Random(1)
    view = parse_view("kk", ["kz", "region", "execution", "2024"], {"kz": offer_of(kz_version)})
    answer = layer(view, kz_version)
    rows = []
    for _ in range(224):
        row = made.choice(answer.rows)
        amount, below = made.randrange(10**15), float(made.randrange(10**15))
        unit = replace(row.unit, unit_id=str(made.randrange(10**8, 10**9)))
        rows.append(replace(row, unit=unit, amount=amount, denominator=below, value=100 * amount / (below + 1)))
    reading = replace(read(answer, kz_version), layer=replace(answer, rows=tuple(rows)))
    content = values_json(reading, kz_version)

    assert content.count(b'"legend"') == 1
    assert MOST_20 < compressed(content) <= MOST_224


def test_a_value_sheet_is_read_by_scripts_of_other_sites_and_not_saved(kz):
    """It is for a map, not for a folder."""
    headers = kz.get(f"/{GAP}values.json").headers

    assert "Content-Disposition" not in headers
    assert ("*", "application/json") == (headers["Access-Control-Allow-Origin"], headers["Content-Type"])

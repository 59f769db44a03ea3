"""Laws of the page of a unit: it says what the map says, adds up, and leads on."""

import re
from decimal import Decimal
from pathlib import Path
from urllib.parse import urljoin

import pytest

from geo.core.text import text_of
from geo.web import create_app
from tests.conftest import made_zz, published
from tests.country_zz import NEW, OLD, add_towns
from tests.test_files import LABEL, NAMES
from tests.test_freeze import frozen_twice
from tests.web.asking import LANGUAGES, page
from tests.web.zz import publish_zz

UNIT = "kz/unit/2022-06-08/region/190000000/"
DATA = re.compile(r'<data value="(-?[\d.]+)"')


def section(html, name):
    """Return the part of a page that stands under a heading of this id."""
    return re.search(rf'<section aria-labelledby="{name}">.*?</section>', html, re.DOTALL)[0]


def amounts(html):
    return [Decimal(value) for value in DATA.findall(html)]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("period", ["", "period=2024-06/"])
def test_functions_add_up_to_what_was_executed(kz, lang, period):
    """To the last minor unit, in the exact values that the page gives to programs."""
    html = kz.get(f"/{lang}/{UNIT}{period}").get_data(as_text=True)
    overview = section(html, "u-overview")
    executed = re.search(rf"{text_of(lang)('phase.executed')}<svg.*?</tr>", overview, re.DOTALL)[0]

    assert sum(amounts(section(html, "u-functions"))) == amounts(executed)[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_sentence_is_the_map_s_value_and_change(kz, lang):
    """How much for how many people, against the year before, in both kinds of prices."""
    html = kz.get(f"/{lang}/{UNIT}").get_data(as_text=True)
    lead = re.search(r'<p class="lead">(.*?)</p>', html)[1]
    rows = {prices: kz.get(f"/{lang}/kz/region/change/2024/{prices}data.json").json for prices in ("", "prices=2024/")}
    text = text_of(lang)
    changes = [
        text.percent(next(unit["value"] for unit in found["units"] if unit["unit_id"] == "190000000"), is_change=True)
        for found in rows.values()
    ]
    value = next(
        unit["value"] for unit in kz.get(f"/{lang}/kz/region/executed/2024/data.json").json["units"]
        if unit["unit_id"] == "190000000"
    )  # fmt: skip

    assert all(change in lead for change in changes)
    assert text.number(round(value / 1000)) in lead


def test_a_page_has_one_readable_part_for_a_panel(kz):
    """What a panel takes is the whole of what the page says of the unit, with its own heading."""
    html = kz.get(f"/en/{UNIT}").get_data(as_text=True)
    article = re.search(r"<article[^>]* data-panel>.*</article>", html, re.DOTALL)[0]

    assert 1 == article.count("<h1>")
    assert html.count("<section") == article.count("<section")
    assert len(set(re.findall(r' id="([^"]+)"', html))) == len(re.findall(r' id="([^"]+)"', html))


def test_a_unit_is_one_dot_among_all(kz):
    """The drawing has a dot for each unit with a value and says the places in words."""
    html = section(kz.get(f"/en/{UNIT}").get_data(as_text=True), "u-among")

    assert 20 == html.count("<circle") - 3  # three are the key
    assert "Place 20 of 20" in html
    assert "Place 17 of 17 among regions" in html


def test_a_page_leads_to_a_comparison_by_links_and_by_a_form(kz):
    """Those like it one by one and together; any other by the form."""
    response = kz.get(f"/ru/{UNIT}")
    parts = page(response)
    beside = [a for a in parts.addresses if "/compare/" in a]
    form = next(form for form in parts.forms if "unit" in form.options)
    asked = urljoin(f"/ru/{UNIT}", form.action) + "?unit=190000000&unit=750000000"

    assert len(beside) >= 4
    assert 19 == len(form.options["unit"])
    assert "190000000" not in form.options["unit"]
    assert (303, "/ru/kz/compare/2022-06-08/region/190000000,750000000/") == (
        kz.get(asked).status_code, kz.get(asked).headers["Location"],
    )  # fmt: skip


def test_links_of_a_map_lead_to_its_own_period(kz):
    """Who looks at 2023 opens a unit of 2023; the usual period stays out of the address."""
    earlier = page(kz.get("/kk/kz/region/executed/2023/")).addresses
    usual = page(kz.get("/kk/kz/region/executed/2024/")).addresses

    assert any(address.endswith(f"{UNIT}period=2023/") for address in earlier)
    assert any(address.endswith(UNIT) for address in usual)


@pytest.fixture(scope="module")
def towns(tmp_path_factory):
    """The service over zz with towns whose people nobody counted."""
    made = made_zz(Path(tmp_path_factory.mktemp("towns")))
    add_towns(made.borders)
    return create_app(published(made.settings, "zz")).test_client()


def test_units_inside_are_named_with_their_figures(towns):
    """A region names its towns, a town its region; both lead to each other."""
    region = towns.get(f"/en/zz/unit/{NEW}/region/10/")
    inside = section(region.get_data(as_text=True), "u-inside-1")
    towns_of = re.findall(rf'href="[^"]*/unit/{NEW}/town/(\d+)/"', inside)

    assert towns_of
    for town in towns_of:
        above = page(towns.get(f"/en/zz/unit/{NEW}/town/{town}/")).addresses
        assert town == "10" or any(address.endswith(f"/unit/{NEW}/region/10/") for address in above)


def test_where_people_are_not_counted_the_page_says_so(towns):
    """No units like it can be named, and nothing is said per person."""
    html = towns.get(f"/en/zz/unit/{NEW}/town/13/").get_data(as_text=True)

    assert text_of("en")("place.like_none") in html
    assert 'class="lead"' not in html


def test_a_restated_unit_says_what_it_is_made_of(small):
    """In the borders of 2010 one unit is a sum, another an estimate, and every period is restated."""
    html = small.get(f"/en/zz/unit/{OLD}/region/40/").get_data(as_text=True)

    assert text_of("en")("place.trend_restated") in html


def test_hostile_names_stay_words(tmp_path):
    """Whatever names say, a page and a comparison show them and have no element of theirs."""
    client = create_app(publish_zz(tmp_path, names=NAMES, label=LABEL)).test_client()
    for path in (f"unit/{NEW}/region/10/", f"compare/{NEW}/region/10,20,30/"):
        for lang in LANGUAGES:
            html = client.get(f"/{lang}/zz/{path}").get_data(as_text=True)

            assert "<article" in html
            assert not re.search(r"<img (?!src=\"[./]*static/)|<script>|\son\w+=\"", html)


def test_a_plain_site_has_units_but_no_comparisons(once):
    """Pages of units are written without links that lead nowhere; the form is left out."""
    site = once("frozen", frozen_twice) / "site"
    html = (site / f"en/zz/unit/{NEW}/region/10/index.html").read_text(encoding="utf-8")
    linked = re.findall(r'href="([^"#]*)"', html)
    base = site / f"en/zz/unit/{NEW}/region/10"

    assert [] == [address for address in linked if "/compare/" in address]
    assert "<form" not in html
    assert [] == [a for a in linked if not (base / a).resolve().exists()]

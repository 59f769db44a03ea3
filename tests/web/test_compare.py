"""Laws of units side by side: one address, the numbers of their own pages, and honest borders."""

import re
from decimal import Decimal

import pytest

from geo.core.text import text_of
from geo.layers import offer_of
from tests.web.asking import LANGUAGES, page

BASE = "kz/compare/2022-06-08/region/"
PAIR = f"{BASE}190000000,750000000/"
ROW = re.compile(r"<tr><th scope=\"row\">(?:<a [^>]*>)?(.*?)(?:</a>)?</th>(.*?)</tr>", re.DOTALL)
DATA = re.compile(r'<data value="(-?[\d.]+)"')


def rows(html):
    """Return label → amounts of the table, column by column, from a page of a comparison."""
    return {
        label: [Decimal(v) for v in DATA.findall(cells)] for label, cells in ROW.findall(html) if DATA.search(cells)
    }


def own_rows(html, lang):
    """Return label → amount of a unit's own page: phases and functions."""
    found = {}
    for row in re.findall(r"<tr[^>]*><th scope=\"row\">.*?</tr>", html, re.DOTALL):
        label = re.sub(r"<[^>]+>", "", re.split(r"<svg|<small|</th>", row.split('<th scope="row">')[1])[0])
        values = DATA.findall(row)
        if len(values) == 1:
            found.setdefault(label, Decimal(values[0]))
    return found


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("period", ["", "period=2023-09/"])
def test_every_number_is_that_of_the_unit_s_own_page(kz, lang, period):
    """Phases, functions, revenue, changes and people, to the last minor unit."""
    units = ("190000000", "750000000", "100000000")
    html = kz.get(f"/{lang}/{BASE}{','.join(units)}/{period}").get_data(as_text=True)
    found, text = rows(html), text_of(lang)
    own = [kz.get(f"/{lang}/kz/unit/2022-06-08/region/{unit}/{period}").get_data(as_text=True) for unit in units]

    assert len(found) >= 5 + 14
    for label, amounts in found.items():
        assert amounts == [own_rows(page_, lang)[label] for page_ in own if label in own_rows(page_, lang)]
    for unit_page in own:
        lead = re.search(r'<p class="lead">(.*?)</p>', unit_page)[1]
        changes = re.findall(r"[+\u2212]\d[\d.,]*\u00a0?%", lead)
        assert all(change in html for change in changes)
        assert text("place.column_people") in html


def test_the_first_unit_is_the_one_that_others_are_compared_with(kz):
    """Another order is another comparison, at its own address."""
    one, other = (
        kz.get(f"/en/{BASE}{pair}/").get_data(as_text=True) for pair in ("190000000,750000000", "750000000,190000000")
    )

    assert "+11.7% against" in one
    assert "+11.7% against" not in other
    assert sorted(rows(one)) == sorted(rows(other))


@pytest.mark.parametrize(
    ("asked", "status", "leads"),
    [
        (f"/en/{PAIR}period=2024/", 308, f"/en/{PAIR}"),
        (f"/en/{PAIR[:-1]}", 308, f"/en/{PAIR}"),
        (f"/en/{BASE}190000000,,750000000/", 308, f"/en/{PAIR}"),
        (f"/en/{BASE}?unit=190000000&unit=750000000", 303, f"/en/{PAIR}"),
        (f"/en/{BASE}?unit=190000000&unit=750000000&period=2023", 303, f"/en/{PAIR}period=2023/"),
        (f"/en/{BASE}?unit=190000000&unit=&unit=750000000&period=", 303, f"/en/{PAIR}"),
    ],
)
def test_a_comparison_has_one_address(kz, asked, status, leads):
    """Whoever writes it otherwise, or asks by a form, is led there."""
    response = kz.get(asked)

    assert (status, leads) == (response.status_code, response.headers["Location"])


@pytest.mark.parametrize("asked", [BASE, BASE[:-1], f"{BASE}?unit=&period="])
def test_who_names_nobody_sees_the_highest_beside_the_lowest(kz, asked):
    """The address that the form is sent to leads somewhere of its own."""
    response = kz.get(f"/en/{asked}")
    units = kz.get("/en/kz/region/executed/2024/data.json").json["units"]
    ordered = sorted(units, key=lambda unit: -unit["value"])

    assert 303 == response.status_code
    assert f"/en/{BASE}{ordered[0]['unit_id']},{ordered[-1]['unit_id']}/" == response.headers["Location"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        (f"{BASE}190000000/", 400, "E-URL-04"),
        (f"{BASE}190000000,190000000/", 400, "E-URL-03"),
        (f"{BASE}100000000,110000000,150000000,190000000,230000000,270000000,310000000/", 400, "E-URL-03"),
        (f"{BASE}190000000,999999999/", 404, "E-URL-01"),
        (f"{BASE}190000000,..%2f/", 404, "E-URL-01"),
        ("kz/compare/", 404, "E-URL-01"),
        ("kz/compare/2022-06-08/", 404, "E-URL-01"),
        ("kz/compare/1999-01-01/region/190000000,750000000/", 404, "E-URL-01"),
        ("kz/compare/2022-06-08/moon/190000000,750000000/", 404, "E-URL-01"),
        (f"{PAIR}period=1999/", 400, "E-URL-03"),
        (f"{PAIR}per=none/", 400, "E-URL-02"),
        (f"{PAIR}embed/", 404, "E-URL-05"),
        (f"{PAIR}?unit=100000000", 400, "E-URL-02"),
        (f"{BASE}?unit=190000000&colour=red", 400, "E-URL-02"),
        (f"{BASE}?unit=190000000&unit=750000000&period=2024&period=2023", 400, "E-URL-02"),
        (f"{BASE}?unit=190000000,750000000&unit=100000000", 404, "E-URL-01"),
    ],
)
def test_a_wrong_comparison_is_told_what_is_allowed(kz, asked, status, code):
    """One unit alone, one twice, seven, unknown ones, unknown words: the error types that every address has."""
    response = kz.get(f"/en/{asked}", headers={"Accept": "application/json"})

    assert (status, code) == (response.status_code, response.json["code"])
    assert code == "E-URL-05" or response.json["allowed"] or "embed" in asked or "?unit=100" in asked


def test_the_largest_comparison_is_answered(kz, kz_version):
    """Six units, any of them without a figure too."""
    units = sorted(offer_of(kz_version).units["region"]["2022-06-08"])[-6:]
    html = kz.get(f"/kk/{BASE}{','.join(units)}/period=2025-03/").get_data(as_text=True)

    assert 6 == len(re.findall(r'<th scope="col"><a ', html))
    assert text_of("kk")("compare.missing", name="Алматы қ.") in html
    assert "add_label" not in html


def test_a_period_older_than_the_borders_is_restated_and_says_so(kz):
    """Borders of 2018 with figures of 2024: what each was put together from, and the same units in today's borders."""
    path = "/en/kz/compare/2018-06-19/region/630000000,750000000/"
    html = kz.get(path).get_data(as_text=True)
    addresses = page(kz.get(path)).addresses

    assert "Restated in other borders: 2018-06-19" in html
    assert re.search(r"is put together from: Abay Region \+ East Kazakhstan Region\.", html)
    assert any(address.endswith("compare/2022-06-08/region/630000000,750000000/") for address in addresses)


def test_borders_without_one_of_the_units_are_named_and_not_linked(kz):
    """Abai did not exist before the reform of 2022."""
    html = kz.get(f"/en/{BASE}100000000,750000000/").get_data(as_text=True)

    assert re.search(r'<span class="lacking">since 2018-06-19 \(not there: Abay Region\)</span>', html)
    assert "compare/2018-06-19" not in html


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_comparison_has_no_untranslated_word(kz, lang):
    """Every language has every sentence, filled in."""
    html = kz.get(f"/{lang}/{PAIR}").get_data(as_text=True)

    assert lang == page(kz.get(f"/{lang}/{PAIR}")).lang
    assert not re.search(r"\{[a-z]+\}|compare\.\w+|place\.\w+", re.sub(r'(href|src|action)="[^"]*"', "", html))


def test_a_pinned_comparison_stays_in_its_version(kz):
    """Its links stay at the version, and it never changes."""
    version = kz.get("/api/current").json["countries"]["kz"]["id"]
    response = kz.get(f"/v/{version}/en/{PAIR}")

    assert 200 == response.status_code
    assert "immutable" in response.headers["Cache-Control"]
    asked = kz.get(f"/v/{version}/en/{BASE}?unit=190000000&unit=750000000")
    assert f"/v/{version}/en/{PAIR}" == asked.headers["Location"]

"""Laws about figures: every face of a view states the same ones, and they add up."""

import csv
import io
import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from geo.core.view import MEASURES
from tests.web.asking import page

MAP = "kz/region/executed/2024/"
VIEWS = (
    f"kk/{MAP}",
    f"ru/{MAP}",
    f"en/{MAP}",
    f"en/{MAP}per=none/",
    f"kk/{MAP}per=km2/",
    f"ru/{MAP}transfers=included/",
    f"en/{MAP}prices=2023/",
    f"en/{MAP}function=15/",
    f"kk/{MAP}borders=2018-06-19/",
    "ru/kz/region/executed/2025-03/",
    "en/kz/region/execution/2024/",
    "kk/kz/region/execution/2025-03/",
    "ru/kz/region/change/2024/",
    "en/kz/region/change/2025-03/prices=2025/",
    "kk/kz/region/change/2024/transfers=included/prices=2024/",
    "ru/kz/region/executed/2025-03/per=none/prices=2023/",
    "kk/kz/region/share/2024/function=04/",
    "en/kz/region/deviation/2024/",
    "ru/kz/region/deviation/2025-03/per=km2/transfers=included/",
    "kk/kz/region/deviation/2023/function=0402/palette=purple/",
    "kk/kz/region/executed/2024/function=0402/",
    "en/kz/region/execution/2023/function=1201/borders=2018-06-19/",
    f"ru/{MAP}breaks=500000_750000.5/palette=grey/",
    "en/kz/region/change/2024/breaks=-5_5_20/",
    *(f"en/kz/region/{measure}/2023/" for measure in ("approved", "revised", "adjusted")),
)
SVG = "{http://www.w3.org/2000/svg}"


def number(shown):
    """Return a number that people read, as a decimal; None where there is none."""
    text = shown.replace("\u2212", "-").replace("\u00a0", "").replace("\u202f", "").rstrip("%").lstrip("+")
    text = text.replace(",", "") if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", text) else text.replace(",", ".")
    return Decimal(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


def rows_of(kz, path):
    """Return data.csv as a list of rows by column."""
    return list(csv.DictReader(io.StringIO(kz.get(f"/{path}data.csv").get_data(as_text=True), newline="")))


@pytest.mark.parametrize("path", VIEWS)
def test_the_files_of_a_view_state_the_same(kz, path):
    """JSON, GeoJSON and CSV: unit by unit, cell by cell."""
    plain = kz.get(f"/{path}data.json").json
    features = kz.get(f"/{path}data.geojson").json["features"]
    rows = rows_of(kz, path)

    assert plain["units"] == [feature["properties"] for feature in features]
    assert [unit["unit_id"] for unit in plain["units"]] == [feature["id"] for feature in features]
    for unit, row in zip(plain["units"], rows, strict=True):
        for name, value in unit.items():
            if value is None or isinstance(value, (str, bool)):
                expected = {None: "", True: "true", False: "false"}.get(value, value)
                assert expected == row[name]
            else:
                assert value == float(row[name])


@pytest.mark.parametrize("path", VIEWS)
def test_the_page_the_embed_and_the_picture_show_the_same_words(kz, path):
    """A reader who has seen one has seen all."""
    lang = path[:2]
    names = {unit["unit_id"]: unit[f"name_{lang}"] for unit in kz.get(f"/{path}data.json").json["units"]}
    twin, embed = page(kz.get(f"/{path}")).tables[0], page(kz.get(f"/{path}embed/")).tables[0]
    on_page = {cells[0].strip(): cells[1].strip() for cells in twin[1:-1]}
    on_embed = {cells[0].strip(): cells[1].strip() for cells in embed}
    picture = ElementTree.fromstring(kz.get(f"/{path}map.svg").data)
    titles = [title.text for title in picture.iter(f"{SVG}title")][1:]
    on_picture = dict(title.rsplit(": ", 1) for title in titles)

    if "per=none" in path:  # the table of totals has a decimal more, for those who add up
        on_page = {name: _rounded(value, on_embed[name]) for name, value in on_page.items()}

    assert set(names.values()) == set(on_embed)
    assert on_page == on_embed
    assert on_embed == on_picture


def test_a_picture_holds_every_colour_that_it_shows(kz):
    """Programs that draw SVG know neither variables nor schemes."""
    for path in (f"en/{MAP}", f"kk/{MAP}per=none/", "ru/kz/region/change/2024/"):
        text = kz.get(f"/{path}map.svg").get_data(as_text=True)

        assert "fill:#" in text
        assert [] == [word for word in ("var(", "@media", "currentColor", "--s0") if word in text]


def _rounded(value, example):
    """Return `example` where a number shown with a decimal more is the same one, else the value as it is."""
    finer, coarser = number(value), number(example)
    if finer is None or coarser is None:
        return value
    step = Decimal(1).scaleb(coarser.as_tuple().exponent)
    return example if abs(finer - coarser) <= step * Decimal("0.55") else value


@pytest.mark.parametrize("path", VIEWS)
def test_what_is_shown_is_what_is_exported_but_rounded(kz, path):
    """One scale for all units of a picture, and no more than half of the last decimal away."""
    lang, units = path[:2], kz.get(f"/{path}data.json").json["units"]
    shown = {cells[0].strip(): cells[1].strip() for cells in page(kz.get(f"/{path}embed/")).tables[0]}
    pairs = [(Decimal(str(unit["value"])), number(shown[unit[f"name_{lang}"]])) for unit in units if unit["rank"]]
    largest = max(pairs, key=lambda pair: abs(pair[1]))
    scale = 10 ** round((largest[0] / largest[1]).log10())

    assert scale in {10**exponent for exponent in (0, 3, 6, 9, 12)}
    for exact, rounded in pairs:
        half = Decimal(5).scaleb(rounded.as_tuple().exponent - 1)
        assert abs(exact / scale - rounded) <= half * Decimal("1.0001")
    assert [] == [
        u["unit_id"] for u in units if (u["state"] == "value") != (number(shown[u[f"name_{lang}"]]) is not None)
    ]


@pytest.mark.parametrize("path", VIEWS)
def test_a_value_is_its_amount_divided_as_the_file_says(kz, path):
    """Whoever recomputes the figure from the file gets the figure."""
    plain = kz.get(f"/{path}data.json").json
    measure = path.split("/")[3]
    factor = Decimal(str(plain["metadata"]["price_factor"]))

    assert ("prices=" in path) == (factor != 1)
    for unit in plain["units"]:
        if unit["state"] != "value":
            assert (None, None) == (unit["value"], unit["rank"])
            continue
        quotient = factor * Decimal(unit["amount"]) / Decimal(str(unit["denominator"] or 1))
        if not MEASURES[measure].is_money:
            quotient = 100 * quotient - (100 if MEASURES[measure].is_signed else 0)
        assert float(quotient) == pytest.approx(unit["value"], abs=1e-6, rel=1e-9)


@pytest.mark.parametrize("path", VIEWS)
def test_a_value_can_be_made_again_from_a_line_of_the_table(kz, path):
    """value = amount · price_factor ÷ denominator, in the unit that the line names; no other file is needed."""
    measure, rows = path.split("/")[3], rows_of(kz, path)
    made = {}
    for row in rows:
        if row["state"] != "value":
            assert ("", "") == (row["value"], row["rank"])
            continue
        quotient = Decimal(row["amount"]) * Decimal(row["price_factor"]) / Decimal(row["denominator"] or 1)
        if row["unit_of_value"] == "percent":
            quotient = 100 * quotient - (100 if MEASURES[measure].is_signed else 0)
        made[row["unit_id"]] = (float(quotient), float(row["value"]))

    assert made
    assert [pytest.approx(value, abs=1e-6, rel=1e-9) for _, value in made.values()] == [q for q, _ in made.values()]
    assert ("percent" == rows[0]["unit_of_value"]) != MEASURES[measure].is_money
    assert {("prices=" in path)} == {Decimal(row["price_factor"]) != 1 for row in rows}


@pytest.mark.parametrize("path", [path for path in VIEWS if MEASURES[path.split("/")[3]].is_money])
def test_amounts_of_the_page_are_in_the_prices_of_the_view(kz, path):
    """Beside a rate in real prices stands the amount that it was made of, never the nominal one."""
    plain = kz.get(f"/{path}data.json").json
    factor = Decimal(str(plain["metadata"]["price_factor"]))
    html = kz.get(f"/{path}")
    cells = {row[0].strip(): row[1 if "per=none" in path else 2] for row in page(html).tables[0][1:-1]}
    pairs = [
        (Decimal(unit["amount"]) * factor, number(cells[unit[f"name_{path[:2]}"]].strip()))
        for unit in plain["units"]
        if unit["state"] == "value"
    ]
    largest = max(pairs)
    scale = 10 ** round((largest[0] / largest[1]).log10())

    assert pairs
    assert [] == [
        pair
        for pair in pairs
        if abs(pair[0] / scale - pair[1]) > Decimal(5).scaleb(pair[1].as_tuple().exponent - 1) * Decimal("1.0001")
    ]


@pytest.mark.parametrize("path", VIEWS)
def test_amounts_are_exact_and_add_up(kz, path):
    """To the tiyn: published = the signed terms, and what is on the map is the sum of the rows."""
    plain = kz.get(f"/{path}data.json").json
    own, *_ = plain["metadata"]["reconciliation"]
    amounts = [unit["amount"] for unit in plain["units"] if unit["amount"] is not None]

    assert all(re.fullmatch(r"-?\d+(\.\d\d?)?", text) for text in amounts)
    assert Decimal(own["terms"][0]["amount"]) == sum(map(Decimal, amounts))
    for account in plain["metadata"]["reconciliation"]:
        terms = [Decimal(term["amount"]) for term in account["terms"] if term["amount"] is not None]
        assert Decimal(account["published"]) == sum(terms)


@pytest.mark.parametrize("path", VIEWS)
def test_the_reconciliation_of_the_page_is_that_of_the_files(kz, path):
    """Term by term, to the tiyn."""
    accounts = kz.get(f"/{path}data.json").json["metadata"]["reconciliation"]
    tables = page(kz.get(f"/{path}")).tables[1:]

    assert len(accounts) == len(tables)
    for account, rows in zip(accounts, tables, strict=True):
        expected = [account["published"], *(term["amount"] for term in account["terms"]), account["published"]]
        expected += [account["control_total"]] if account["control_total"] else []
        shown = [number(re.sub(r"[₸\s]", "", cells[1])) for cells in rows]
        assert [None if text is None else Decimal(text) for text in expected] == shown


@pytest.mark.parametrize("path", VIEWS)
def test_ranks_and_classes_agree_with_values(kz, path):
    """The largest value is first; a larger value is never in a lower class."""
    plain = kz.get(f"/{path}data.json").json
    known = sorted((u for u in plain["units"] if u["value"] is not None), key=lambda u: -u["value"])
    bounds = plain["metadata"]["class_upper_bounds"]

    assert sorted(u["rank"] for u in known) == [u["rank"] for u in known]
    assert sorted((u["class"] for u in known), reverse=True) == [u["class"] for u in known]
    assert [] == [u["unit_id"] for u in known if u["value"] > bounds[u["class"] - 1] + 1e-6]
    assert [None] * (len(plain["units"]) - len(known)) == [u["class"] for u in plain["units"] if u["value"] is None]


@pytest.mark.parametrize("path", VIEWS)
def test_the_classes_of_the_legend_hold_every_unit_once(kz, path):
    """Counts of the legend and of what has no value add up to the units of the map."""
    html = kz.get(f"/{path}embed/").get_data(as_text=True)
    units = kz.get(f"/{path}data.json").json["units"]
    counts = [int(text) for text in re.findall(r"<small>\((\d+)\)</small>", html)]
    expected = sum(unit["state"] != "value" for unit in units) if "per=none" in path else len(units)

    assert expected == sum(counts)


@pytest.mark.parametrize("path", VIEWS)
def test_a_file_says_what_it_is(kz, path):
    """View, version, borders, scope, sources with licences, reference system: enough without the map."""
    about = kz.get(f"/{path}data.json").json["metadata"]
    version = kz.get("/api/current").json["countries"]["kz"]["id"]

    assert (path, version, "OGC:CRS84") == (about["view"], version, about["crs"])
    assert "KZT" == about["unit_of_amount"]
    assert _status(path) == about["status"]
    assert [] == [name for name in ("title", "scope", "formula", "unit_of_value", "sources") if not about[name]]
    assert {path} == {row["address"] for row in rows_of(kz, path)}
    assert {version} == {row["version"] for row in rows_of(kz, path)}
    for name in ("scope", "unit_of_value"):
        assert {about[name]} == {row[name] for row in rows_of(kz, path)}
    for source in about["sources"]:
        assert all(source["name"] in row["source"] and source["licence"] in row["licence"] for row in rows_of(kz, path))


def _status(path):
    measure, period = path.split("/")[3:5]
    if measure in {"approved", "revised", "adjusted"}:
        return "plan"
    return "year_to_date" if "-" in period else "final"


def test_the_figures_that_are_known_are_shown(kz):
    """Executed 2024 as the portal published it: per person in thousands, and the totals to the tenge."""
    apart, included = (kz.get(f"/en/{MAP}{key}data.json").json for key in ("", "transfers=included/"))
    thousands = [
        {unit["name_en"]: round(unit["value"] / 1000) for unit in plain["units"]} for plain in (apart, included)
    ]
    rows = {term["term"]: term["amount"] for term in apart["metadata"]["reconciliation"][0]["terms"]}

    assert (1088, 1328) == tuple(by_name["Atyrau Region"] for by_name in thousands)
    assert (602, 704) == tuple(by_name["Almaty"] for by_name in thousands)
    assert (539, 543) == tuple(by_name["Almaty Region"] for by_name in thousands)
    assert (721, 747) == tuple(round(plain["metadata"]["overall_value"] / 1000) for plain in (apart, included))
    assert "15049842185826" == apart["metadata"]["reconciliation"][0]["published"]
    assert "15049842185825.9" == apart["metadata"]["reconciliation"][0]["control_total"]
    assert "-73" == rows["difference"]

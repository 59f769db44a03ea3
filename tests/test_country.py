"""Laws of country.toml and budget.toml: every key of the right kind, or its name; never a crash."""

import re
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.atlas import assembled
from geo.core.country import Country
from geo.core.country_file import read_country
from geo.core.errors import BadData
from geo.entries.plan import read_plan
from tests.conftest import made_zz
from tests.country_zz import BUDGET, COUNTRY

VALUES = ("5", "true", '"text"', "[]", "[1]", '["x"]', "{}", "{a = 1}", "1.5", "nan", "2024-12-01", "[{}]", "-1", '""')


def country_faults(made, text):
    """Return (column, code, value) of what a country.toml is refused for."""
    (made.borders / "country.toml").write_text(text, encoding="utf-8")
    try:
        read_country(made.borders)
    except BadData as error:
        return {(fault.column, fault.code, fault.value) for fault in error.faults}
    return set()


def plan_faults(made, text):
    """Return (code, value) of what a budget.toml is refused for."""
    (made.budget / "budget.toml").write_text(text, encoding="utf-8")
    try:
        return {(fault.code, fault.value) for fault in read_plan(made.budget).faults}
    except BadData as error:
        return {(fault.code, fault.value) for fault in error.faults}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return made_zz(tmp_path_factory.mktemp("country"))


def test_a_country_survives_being_stored(made):
    """A version holds the country as it was."""
    (made.borders / "country.toml").write_text(COUNTRY, encoding="utf-8")
    country = read_country(made.borders)

    assert country == Country.from_json(country.to_json())


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('id = "zz"', "id = 5", "id"),
        ("is_synthetic = true", 'is_synthetic = "no"', "is_synthetic"),
        ('languages = ["kk", "ru", "en"]', 'languages = "kk"', "languages"),
        ('languages = ["kk", "ru", "en"]', 'languages = ["kk", 5, "en"]', "languages[2]"),
        ('languages = ["kk", "ru", "en"]', "languages = []", "languages"),
        ('default_language = "kk"', 'default_language = "de"', "default_language"),
        ("minor_units = 100", 'minor_units = "100"', "currency.minor_units"),
        ("minor_units = 100", "minor_units = 0", "currency.minor_units"),
        ("minor_units = 100", "minor_units = 60", "currency.minor_units"),
        ("minor_units = 100\n", "", "currency.minor_units"),
        ("digits = 2", "digits = 0", "functions.digits"),
        ("digits = 2", "digits = true", "functions.digits"),
        ("radius_km = 60", "radius_km = -1", "map.insets"),
        ("radius_km = 60", "radius_km = inf", "map.insets"),
        ("radius_km = 60", 'radius_km = "60"', "map.insets[1].radius_km"),
        ("at = [0.2, 0.8]", "at = [0.2]", "map.insets[1].at"),
        ("at = [0.2, 0.8]", "at = 0.2", "map.insets[1].at"),
        ("at = [0.2, 0.8]", "at = [0.2, 8]", "map.insets"),
        ('kind = "coverage"', 'kind = "polygons"', "levels.kind"),
        ('[[levels]]\nid = "region"', '[[levels]]\nid = "../x"', "levels"),
        ('[[levels]]\nid = "region"', '[[levels]]\nid = "status"', "levels"),
        ('[[levels]]\nid = "region"', '[[levels]]\ncode_digits = -1\nid = "region"', "levels.code_digits"),
        ('first_edition_with_figures = "2020-01-01"', 'first_edition_with_figures = "x"', "first_edition_with_figures"),
        ('file = "population.csv"', 'file = "../population.csv"', "denominators[1].file"),
        ('file = "population.csv"', 'file = "/etc/passwd"', "denominators[1].file"),
        ('file = "prices.csv"', 'file = "a\\u0000b"', "prices.file"),
        ('file = "prices.csv"', 'file = ""', "prices.file"),
        ('neighbours = "neighbours.geojson"', "neighbours = []", "map.neighbours"),
        ('series = "km2"', 'series = "person"', "denominators.series"),
        ('series = "km2"', 'series = "per km"', "denominators.series"),
        ('last_day = "2019-12-31"', 'last_day = "2009-12-31"', "editions.last_day 2010-01-01"),
        ('levels = ["region"]', 'levels = ["city"]', "editions.levels 2010-01-01"),
        ('about = "money"', 'about = "money"\nabuot = "x"', "sources[1].abuot"),
        ("[currency]", "colour = 1\n[currency]", "scope.colour"),
    ],
)
def test_a_key_that_cannot_be_used_is_named(made, old, new, key):
    """A value of another kind, or one that nothing can be done with: E-CTRY-03 says which."""
    assert old in COUNTRY
    assert key in {value for column, code, value in country_faults(made, COUNTRY.replace(old, new)) if code} | {
        column for column, _, _ in country_faults(made, COUNTRY.replace(old, new)) if column
    }


@pytest.mark.parametrize("key", [row for row in COUNTRY.splitlines() if re.match(r"\w+ = ", row)])
def test_no_key_may_be_missing(made, key):
    """Only what a country may lack (neighbours, insets) can be left out."""
    found = country_faults(made, COUNTRY.replace(f"{key}\n", "", 1))

    assert found or key.startswith("neighbours")


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('kk = "Әңү"', 'kk = ""', ("kk", "E-CTRY-04")),
        ('kk = "Әңү"', 'kz = "Әңү"', ("kk", "E-CTRY-04")),
        ('["kk", "ru", "en"]', '["kk", "ru", "de"]', ("languages", "E-CTRY-05")),
        ('id = "zz"', 'id = "yy"', ("id", "E-CTRY-06")),
        ('id = "zz"', 'id = "../zz"', ("id", "E-CTRY-06")),
        ('id = "2010-01-01"', 'id = "2030-01-01"', ("editions", "E-CTRY-07")),
        ('id = "2010-01-01"', 'id = "2020-01-01"', ("editions", "E-CTRY-07")),
        ('id = "2010-01-01"', 'id = "2010"', ("editions", "E-CTRY-07")),
        ('id = "2010-01-01"', 'id = "../../x"', ("editions", "E-CTRY-07")),
    ],
)
def test_a_country_that_cannot_be_shown_is_refused(made, old, new, fault):
    """Texts in every language, an id that is the folder's, editions in order."""
    assert fault in {(column, code) for column, code, _ in country_faults(made, COUNTRY.replace(old, new))}


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda path: path.unlink(), {"E-CTRY-01", "E-CSV-08"}),
        (lambda path: path.write_bytes(b"\xff\xfe"), {"E-CTRY-02"}),
        (lambda path: path.write_bytes(b"a = "), {"E-CTRY-02"}),
        (lambda path: path.write_bytes(b"a = " + b"[" * 5000), {"E-CTRY-02"}),
        (lambda path: path.write_bytes(b""), {"E-CTRY-03"}),
        (lambda path: (path.unlink(), path.mkdir()), {"E-CSV-09"}),
    ],
)
@pytest.mark.parametrize("name", ["country.toml", "budget.toml"])
def test_a_description_that_cannot_be_read_is_refused(zz, name, spoil, code):
    """Missing, not text, no TOML, empty, a folder."""
    spoil((zz.borders if name == "country.toml" else zz.budget) / name)
    with pytest.raises(BadData) as error:
        assembled(zz.settings, "zz", lambda step: None)

    assert {fault.code for fault in error.value.faults} <= code


@settings(max_examples=120, deadline=None)
@given(st.data(), st.sampled_from(VALUES))
def test_a_value_of_any_kind_anywhere_is_no_crash(made, data, value):
    """country.toml and budget.toml either read or are refused, whatever stands behind a key."""
    for text, faults in ((COUNTRY, country_faults), (BUDGET, plan_faults)):
        rows = text.splitlines()
        at = data.draw(st.sampled_from([number for number, row in enumerate(rows) if " = " in row]))
        rows[at] = f"{rows[at].split(' = ')[0]} = {value}"
        changed = "\n".join(rows)

        assert faults(made, changed) or type(tomllib.loads(changed)) is dict


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('periods = ["2023-12"', 'periods = ["2023-13"', ("E-CSV-18", "2023-13")),
        (BUDGET.splitlines()[0], "periods = []", ("E-CTRY-03", "periods")),
        (BUDGET.splitlines()[0], "periods = 5", ("E-CTRY-03", "periods")),
        ('executed = "executed_kzt"', 'spent = "executed_kzt"', ("E-JOIN-04", "spent")),
        ('executed = "revenue_kzt"', 'spent = "revenue_kzt"', ("E-JOIN-04", "spent")),
        ('function = ["group"]', 'function = "group"', ("E-CTRY-03", "expenditure.function")),
        (
            "largest_difference_of_all = 2",
            "largest_difference_of_all = nan",
            ("E-CTRY-03", "published.largest_difference_of_all"),
        ),
        (
            "largest_difference_of_all = 2",
            "largest_difference_of_all = -1",
            ("E-CTRY-03", "published.largest_difference_of_all"),
        ),
        (
            "largest_difference_of_all = 2",
            'largest_difference_of_all = "a lot"',
            ("E-CTRY-03", "published.largest_difference_of_all"),
        ),
        ('largest_difference = "1"\n', "", ("E-CTRY-03", "control.largest_difference")),
        ('file = "bodies.csv"', 'file = "../zz/bodies.csv"', ("E-CTRY-03", "administrators_expenditure.file")),
        ("[revenue.items.revenue]", "[revenue.itmes.revenue]", ("E-CTRY-03", "revenue.itmes")),
        ('unit = "50"\n', "", ("E-CTRY-03", "not_reported[1].unit")),
        ('functions = "functions.csv"\n', "", ("E-CTRY-03", "functions")),
        ('functions = "functions.csv"', "functions = 5", ("E-CTRY-03", "functions")),
    ],
)
def test_a_plan_that_cannot_be_used_names_the_key(made, old, new, fault):
    """budget.toml says what is missing or of another kind."""
    assert old in BUDGET
    assert fault in plan_faults(made, BUDGET.replace(old, new, 1))


def test_phases_that_are_no_table_are_refused(made):
    """The key is named."""
    text = BUDGET.replace("[published.phases]", "[published.phase]").replace(
        'file = "published.csv"', 'file = "published.csv"\nphases = 3'
    )

    assert ("E-CTRY-03", "published.phases") in plan_faults(made, text)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('transfers = "15"', 'transfers = "99"', ("country.toml", "functions", "E-JOIN-02")),
        ("digits = 2", "digits = 4", ("country.toml", "functions", "E-JOIN-02")),
        ('unit_id = "20"', 'unit_id = "99"', ("country.toml", "map.insets", "E-JOIN-01")),
    ],
)
def test_what_the_other_files_do_not_know_is_refused(zz, old, new, fault):
    """A mistyped code of the transfers would put them into the coloured value."""
    (zz.borders / "country.toml").write_text(COUNTRY.replace(old, new), encoding="utf-8")

    with pytest.raises(BadData) as error:
        assembled(zz.settings, "zz", lambda step: None)
    assert fault in {(found.file, found.column, found.code) for found in error.value.faults}

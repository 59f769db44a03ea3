"""Laws of what money is divided by: a positive number for every unit and year, or a fault with its row."""

import pytest

from geo.boundaries import read_units
from geo.core.country_file import read_country
from geo.core.errors import BadData
from geo.denominators import read_denominators, read_prices, restate_denominators
from geo.lineage import read_shares
from tests.country_zz import NEW, OLD, PEOPLE, SHAPES, area_m2, write_rows
from tests.test_entries import cells, put


def read(made):
    country = read_country(made.borders)
    return read_denominators(made.borders, country, read_units(made.borders, country, NEW, "region"))


def faults_of(made, reader):
    with pytest.raises(BadData) as error:
        reader(made)
    return {(fault.file, fault.row, fault.column, fault.code) for fault in error.value.faults}


def prices(made):
    return read_prices(made.borders, read_country(made.borders))


def test_every_unit_has_its_people_and_its_area(zz):
    """People come from the file, square kilometres from the borders."""
    table = read(zz)
    people = table[(table["series"] == "person") & (table["year"] == "2024")]

    assert PEOPLE == dict(zip(people["unit_id"], people["value"], strict=True))
    areas = {unit_id: area_m2(rings) / 1e6 for unit_id, rings in SHAPES[NEW].items()}
    assert areas == dict(table[table["series"] == "km2"][["unit_id", "value"]].to_numpy())


def test_people_are_kept_in_other_borders(zz):
    """A quarter of 30 lives where 10 was; nobody is lost, and areas are those of the other borders."""
    country = read_country(zz.borders)
    shares = read_shares(zz.borders / "lineage.csv", {edition: frozenset(units) for edition, units in SHAPES.items()})
    table = restate_denominators(read(zz), shares, read_units(zz.borders, country, OLD, "region"))
    people = table[(table["series"] == "person") & (table["year"] == "2024")]

    assert {"10": 112.5, "20": 200, "35": 97.5, "40": 40} == dict(zip(people["unit_id"], people["value"], strict=True))
    assert sum(PEOPLE.values()) == people["value"].sum()


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("people", "0", "E-CSV-21"),
        ("people", "-5", "E-CSV-21"),
        ("people", "many", "E-CSV-14"),
        ("people", "", "E-CSV-14"),
        ("people", "1 000", "E-CSV-14"),
        ("people", "1.234", "E-CSV-17"),
        ("people", "9" * 30, "E-CSV-15"),
        ("unit_id", "99", "E-JOIN-01"),
        ("unit_id", "10 ", "E-JOIN-01"),
        ("year", "2024-12", "E-CSV-18"),
        ("year", "٢٠٢٣", "E-CSV-18"),
        ("year", "0000", "E-CSV-18"),
        ("year", "", "E-CSV-18"),
    ],
)
def test_a_number_that_cannot_be_divided_by_is_refused(zz, column, text, code):
    """Nobody is divided by zero people; digits of other scripts are no year."""
    put(zz.borders / "population.csv", 2, column, text)

    assert ("population.csv", 2, column, code) in faults_of(zz, read)


def test_a_unit_without_people_in_a_year_is_refused(zz):
    """The map would have a hole in one year."""
    path = zz.borders / "population.csv"
    write_rows(path, cells(path)[:-1])

    assert {("population.csv", 0, "unit_id", "E-PER-03")} == faults_of(zz, read)


def test_a_unit_that_stands_twice_in_a_year_is_refused(zz):
    """Nobody knows which number is meant."""
    path = zz.borders / "population.csv"
    write_rows(path, [*cells(path), cells(path)[-1]])

    assert {("population.csv", 12, "", "E-CSV-20")} == faults_of(zz, read)


def test_prices_are_chained(zz):
    """110 % and then 105 % make 115.5 %."""
    assert {"2023": pytest.approx(1.1), "2024": pytest.approx(1.155)} == prices(zz)


@pytest.mark.parametrize(
    ("row", "column", "text", "code"),
    [
        (2, "year", "last", "E-CSV-18"),
        (2, "year", "", "E-CSV-18"),
        (3, "year", "last", "E-CSV-18"),
        (3, "year", "٢٠٢٤", "E-CSV-18"),
        (3, "year", "2025", "E-PER-05"),
        (3, "year", "2023", "E-PER-05"),
        (2, "index_december", "high", "E-CSV-14"),
        (2, "index_december", "0", "E-CSV-21"),
        (2, "index_december", "-1", "E-CSV-21"),
        (2, "index_december", "110.123", "E-CSV-17"),
    ],
)
def test_a_wrong_price_is_refused(zz, row, column, text, code):
    """Years follow one another, indices are above zero; one wrong row blames no other."""
    put(zz.borders / "prices.csv", row, column, text)

    assert {("prices.csv", row, column, code)} == faults_of(zz, prices)

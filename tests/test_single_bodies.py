"""Laws of a country's own files of single bodies: they make up the whole budgets exactly, or are refused by row."""

import re

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from geo.core.codes import bin_check_digit
from geo.core.errors import BadData
from geo.core.model import TABLES
from geo.entries import read_ledger
from tests.country_zz import BASE, BUDGET, FUNCTIONS, PHASES, amount, reported

UNITS = frozenset(BASE)
BELOW = {"101": "10", "401": "40"}  # towns, and the unit that each lies in
PLACES = {"10": ("10", "101"), "20": ("20", "20"), "30": ("30", "30"), "40": ("401", "40"), "50": ("50", "50")}


def number_of(unit, which):
    """Return a BIN of the body with this number in a unit."""
    every = (f"999940{unit}{which}{serial:02}" for serial in range(100))
    return next(f"{digits}{check}" for digits in every if (check := bin_check_digit(digits)) < 10)


def bodies():
    """Return two bodies in each unit, the first with a point."""
    rows = [
        {
            "body_id": number_of(unit, which),
            "code": number_of(unit, which),
            "kind": "school",
            "name_kk": f"Мектеп {unit}",
            "name_ru": f"Школа {unit}",
            "name_en": "",
            "unit_code": PLACES[unit][which],
            "exactness": ("point", "region")[which],
            "is_group": False,
            "is_synthetic": True,
            "address": "",
            "lon": (61.0, float("nan"))[which],
            "lat": (41.0, float("nan"))[which],
        }
        for unit in BASE
        for which in (0, 1)
    ]
    return pd.DataFrame(rows)


def entries():
    """Return every figure of the whole budgets in two parts: a third and a tiyn, and the rest."""
    rows = []
    for unit, period in reported():
        for function in FUNCTIONS:
            for phase in PHASES:
                whole = 100 * amount(unit, period, function, phase)
                for which, part in enumerate((whole // 3 + 1, whole - whole // 3 - 1)):
                    row = {"body_id": number_of(unit, which), "period": period, "function": function, "phase": phase}
                    rows.append({**row, "amount_minor": part, "source_file": "expenditure.csv", "source_row": 2})
    return pd.DataFrame(rows)


def write(budget, who, figures, suffix="parquet"):
    """Put both tables into a budget folder, in place of the administrators."""
    text = re.sub(r"\[administrators_expenditure\].*?(?=\[published\])", "", BUDGET, flags=re.DOTALL)
    text = text.replace('administrators = "administrators.csv"\n', "")
    named = "".join(f'[{name}]\nfile = "single_{name}.{suffix}"\n' for name in ("bodies", "entries"))
    (budget / "budget.toml").write_text(text.replace("[published]\n", f"{named}[published]\n", 1), encoding="utf-8")
    for name, table in (("bodies", who), ("entries", figures)):
        path = budget / f"single_{name}.{suffix}"
        if suffix == "csv":
            flags = {
                column: table[column].map({True: "true", False: "false"})
                for column in table
                if table[column].dtype == "bool"
            }
            table.assign(**flags).to_csv(path, index=False)
        else:
            table.to_parquet(path, index=False)


def read(budget):
    return read_ledger(budget, UNITS, 100, BELOW)


def faults_of(budget):
    """Return what a folder is refused for, as (file, row, column, code)."""
    with pytest.raises(BadData) as error:
        read(budget)
    return [(fault.file, fault.row, fault.column, fault.code) for fault in error.value.faults]


def with_cell(table, row, column, value):
    """Return a table with another value in a row, counted from 1."""
    changed = table.copy()
    changed.loc[row - 1, column] = value
    return changed


def test_single_bodies_stand_in_place_of_the_whole_budgets(zz):
    """Every figure is there once, whoever it belongs to; no whole budget is left beside its bodies."""
    write(zz.budget, bodies(), entries())
    ledger = read(zz.budget)
    order = ["period", "body_id", "function", "phase"]

    assert set(bodies()["body_id"]) == set(ledger.bodies["body_id"]) == set(ledger.entries["body_id"])
    assert entries().sort_values(order)["amount_minor"].tolist() == ledger.entries["amount_minor"].tolist()
    assert {"10"} == {ledger.units()[number_of("10", which)] for which in (0, 1)}
    assert list(TABLES["entries"]) == list(ledger.entries.columns)


def test_the_same_tables_are_read_from_csv(zz):
    """A small country needs no tool that writes Parquet."""
    write(zz.budget, bodies(), entries())
    expected = read(zz.budget)
    write(zz.budget, bodies(), entries(), "csv")
    ledger = read(zz.budget)

    pd.testing.assert_frame_equal(expected.entries, ledger.entries)
    pd.testing.assert_frame_equal(expected.bodies, ledger.bodies)


@pytest.mark.parametrize(
    ("row", "column", "value", "code"),
    [
        (1, "body_id", "12345", "E-BODY-01"),
        (1, "body_id", f"{number_of('10', 0)[:-1]}{(int(number_of('10', 0)[-1]) + 1) % 10}", "E-BODY-02"),
        (2, "body_id", number_of("10", 0), "E-BODY-03"),
        (3, "code", "110", "E-JOIN-05"),
        (2, "unit_code", "102", "E-JOIN-01"),
        (2, "exactness", "roughly", "E-BODY-11"),
        (2, "exactness", "point", "E-BODY-06"),
        (1, "lat", 91.0, "E-BODY-06"),
        (1, "lon", float("nan"), "E-BODY-06"),
        (1, "name_ru", "Школа\u202e", "E-BODY-10"),
        (1, "kind", " ", "E-CSV-19"),
        (1, "name_kk", None, "E-CSV-19"),
    ],
)
def test_a_wrong_body_is_refused_by_its_row(zz, row, column, value, code):
    """A number that proves nothing, a place that nobody knows: named where they stand."""
    write(zz.budget, with_cell(bodies(), row, column, value), entries())

    assert (row, code) in {(row, code) for _, row, _, code in faults_of(zz.budget)}


def test_a_body_without_any_name_is_refused(zz):
    """Whoever spends has a name in one language at least."""
    nameless = bodies().assign(name_kk="", name_ru=" ")
    write(zz.budget, nameless, entries())

    assert {"E-BODY-05"} == {code for _, _, _, code in faults_of(zz.budget)}
    assert len(nameless) == len(faults_of(zz.budget))


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("body_id", number_of("60", 1), "E-JOIN-17"),
        ("function", "99", "E-JOIN-02"),
        ("phase", "spent", "E-JOIN-04"),
        ("period", "2024-13", "E-CSV-18"),
        ("period", "2025-01", "E-PER-02"),
        ("amount_minor", 2**62 + 1, "E-CSV-15"),
        ("source_row", 0, "E-CSV-21"),
        ("source_file", "", "E-CSV-19"),
    ],
)
def test_a_wrong_entry_is_refused_by_its_row(zz, column, value, code):
    """Codes that no list knows and amounts beyond any budget: named where they stand."""
    write(zz.budget, bodies(), with_cell(entries(), 7, column, value))

    assert (7, column, code) in {(row, column, code) for _, row, column, code in faults_of(zz.budget)}


def test_an_entry_that_stands_twice_is_refused(zz):
    """The same figure twice would be money twice."""
    write(zz.budget, bodies(), pd.concat([entries(), entries().iloc[4:5]], ignore_index=True))

    assert [("single_entries.parquet", len(entries()) + 1, "", "E-CSV-20")] == faults_of(zz.budget)


def test_bodies_that_miss_the_whole_budget_by_a_tiyn_are_refused(zz):
    """Unit by unit, function, period and phase: one more, one less, or no row at all."""
    every = entries()
    more = with_cell(every, 1, "amount_minor", int(every["amount_minor"].iloc[0]) + 1)

    for wrong in (more, every.iloc[1:], every[every["function"] != "02"]):
        write(zz.budget, bodies(), wrong)
        assert {("single_entries.parquet", 0, "", "E-SUM-22")} == set(faults_of(zz.budget))


def test_a_period_without_entries_is_named(zz):
    """A file that ends too early is seen before any sum is compared."""
    every = entries()
    write(zz.budget, bodies(), every[every["period"] != "2024-06"])

    assert ("single_entries.parquet", 0, "period", "E-PER-01") in faults_of(zz.budget)


@pytest.mark.parametrize("name", ["bodies", "entries"])
def test_a_file_that_cannot_be_used_is_named(zz, name):
    """Missing, damaged, without a column, with decimals for money: one fault of the file."""
    write(zz.budget, bodies(), entries())
    path = zz.budget / f"single_{name}.parquet"
    table = pq.read_table(path)

    found = []
    for spoil in (
        lambda: pq.write_table(table.drop_columns(["body_id"]), path),
        lambda: pq.write_table(table.set_column(0, "body_id", pa.array([1.5] * len(table))), path),
        lambda: pq.write_table(table.slice(0, 0), path),
        lambda: path.write_bytes(b"PAR1"),
        path.unlink,
    ):
        spoil()
        found.append({code for file, _, _, code in faults_of(zz.budget) if file == path.name})
    assert [{"E-CSV-04"}, {"E-UP-07"}, {"E-CSV-02"}, {"E-UP-02"}, {"E-CSV-08"}] == found


def test_bodies_without_entries_or_beside_administrators_are_refused(zz):
    """One source says who spent what; two would count it twice."""
    (zz.budget / "budget.toml").write_text(f'{BUDGET}[entries]\nfile = "single_entries.parquet"\n', encoding="utf-8")

    assert [("budget.toml", 0, "", "E-CTRY-03")] * 2 == faults_of(zz.budget)

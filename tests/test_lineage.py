"""Laws of lineage: every unit hands on exactly a million parts, to units that there are."""

import pytest

from geo.core.errors import BadData
from geo.lineage import read_shares
from tests.country_zz import NEW, OLD, SHARES, write_rows

UNITS = {NEW: frozenset(["10", "20", "30", "40", "50"]), OLD: frozenset(["10", "20", "35", "40"])}
HEAD = ["from_edition", "from_unit", "to_edition", "to_unit", "share_ppm"]


def rows():
    return [[NEW, old, OLD, new, str(share)] for old, new, share in SHARES]


def faults_of(path, table):
    write_rows(path, [HEAD, *table])
    with pytest.raises(BadData) as error:
        read_shares(path, UNITS)
    return {(fault.row, fault.column, fault.code) for fault in error.value.faults}


def test_shares_are_read_in_one_order(tmp_path):
    """The order of the file does not matter."""
    write_rows(tmp_path / "a.csv", [HEAD, *rows()])
    write_rows(tmp_path / "b.csv", [HEAD, *reversed(rows())])
    one, other = (read_shares(tmp_path / name, UNITS) for name in ("a.csv", "b.csv"))

    assert one.equals(other)
    assert {1_000_000} == set(one.groupby("from_unit")["share_ppm"].sum())


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("from_edition", "1999-01-01", "E-LIN-01"),
        ("to_edition", "1999-01-01", "E-LIN-01"),
        ("to_edition", NEW, "E-LIN-01"),
        ("from_unit", "99", "E-JOIN-01"),
        ("to_unit", "30", "E-JOIN-01"),
        ("to_unit", "", "E-JOIN-01"),
        *(
            ("share_ppm", text, "E-LIN-02")
            for text in ("0", "-1", "1000001", "0.5", "1e6", "", "٥", "²", "９", "1 000", "+1")
        ),
    ],
)
def test_a_row_that_says_nothing_true_is_refused(tmp_path, column, text, code):
    """Editions and units are known, shares are whole parts per million; digits of other scripts are none."""
    table = rows()
    table[0][HEAD.index(column)] = text

    assert (2, column, code) in faults_of(tmp_path / "lineage.csv", table)


def test_shares_that_do_not_add_up_are_refused(tmp_path):
    """Money would be lost, or made."""
    table = rows()
    table[2][4] = "249999"

    assert {(0, "share_ppm", "E-LIN-03")} == faults_of(tmp_path / "lineage.csv", table)


def test_a_unit_that_nobody_inherits_is_refused(tmp_path):
    """Its money would be lost."""
    assert {(0, "from_unit", "E-LIN-03")} == faults_of(tmp_path / "lineage.csv", rows()[1:])


def test_a_pair_that_stands_twice_is_refused(tmp_path):
    """The first row is named."""
    assert (8, "", "E-CSV-20") in faults_of(tmp_path / "lineage.csv", [*rows(), rows()[0]])


def test_a_country_with_one_edition_needs_no_lineage(tmp_path):
    """Nothing is inherited where nothing changed; with two editions the file is missed."""
    alone = read_shares(tmp_path / "lineage.csv", {NEW: UNITS[NEW]})
    with pytest.raises(BadData) as error:
        read_shares(tmp_path / "lineage.csv", UNITS)

    assert 0 == len(alone)
    assert ["E-CSV-08"] == [fault.code for fault in error.value.faults]

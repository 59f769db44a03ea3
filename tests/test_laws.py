"""Laws about the laws: each is broken on purpose once and refuses."""

from dataclasses import replace

import pandas as pd
import pytest

from geo.atlas import assembled, check_data, check_version
from geo.core.errors import BrokenLaw
from geo.laws import check_laws
from tests.country_zz import NEW, OLD


@pytest.fixture(scope="module")
def atlas(zz_home):
    return assembled(zz_home, "zz", lambda step: None)


def refusal(atlas, table, change):
    """Return what the laws say when one table is changed."""
    changed = change(atlas.tables[table].copy())
    with pytest.raises(BrokenLaw) as error:
        check_laws({**atlas.tables, table: changed}, atlas.country)
    return error.value.values["laws"]


def with_cell(column, value, where=0):
    """Return a change that writes one cell."""

    def change(table):
        table.iloc[where, table.columns.get_loc(column)] = value
        return table

    return change


def more(column, amount, where=0):
    """Return a change that adds to one row, the first if not told otherwise."""

    def change(table):
        table.iloc[where, table.columns.get_loc(column)] += amount
        return table

    return change


def test_a_clean_country_keeps_all_laws(zz_home, zz_version, atlas):
    """As many laws hold for the tables, for the data and for the finished version."""
    assert 8 == atlas.laws == check_data(zz_home, "zz") == check_version(zz_version)


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("totals", more("amount_minor", 1), f"totals of {NEW} region"),
        ("totals", more("amount_minor", 1, -1), f"totals of {OLD} region"),
        ("totals", lambda table: table.iloc[:-1], f"totals of {OLD} region"),
        ("totals", lambda table: pd.concat([table, table.iloc[:1]]), f"totals of {NEW} region"),
        ("entries", more("amount_minor", -1), "totals of"),
        ("placements", lambda table: table.iloc[1:], "do not name every body once"),
        ("placements", lambda table: pd.concat([table, table.iloc[:1]]), "do not name every body once"),
        ("placements", with_cell("body_id", "stranger"), "do not name every body once"),
        ("shares", more("share_ppm", -1), "add up to 999999"),
        ("units", with_cell("name_kk", ""), "has no name in kk"),
        ("units", with_cell("name_en", "  ", -1), "has no name in en"),
        ("denominators", lambda table: table.iloc[1:], "does not give every unit"),
        ("denominators", with_cell("value", 0.0), "does not give every unit"),
        ("denominators", with_cell("value", float("nan")), "does not give every unit"),
        ("published", more("amount_minor", 10**9, -1), "published total of"),
    ],
)
def test_a_broken_law_refuses_the_version(atlas, table, change, said):
    """A minor unit too many, a body without a place, a name that is missing: the sentence says which."""

    assert said in refusal(atlas, table, change)


def test_a_minor_unit_is_missed_beyond_the_digits_of_a_float(atlas):
    """Sums above 2^53 are compared as whole numbers, also where a row stands on one side alone."""
    big = 2**60
    entries = more("amount_minor", big)(atlas.tables["entries"].copy())
    first = entries.iloc[0]
    key = (first["period"], first["function"][:2], first["phase"])
    totals = atlas.tables["totals"]
    totals = totals[totals["function"] != "15"].reset_index(drop=True)
    own = totals[["period", "function", "phase"]].apply(tuple, axis=1) == key
    for rows in totals[own].groupby("edition").groups.values():
        totals.loc[rows[0], "amount_minor"] += big + 1
    with pytest.raises(BrokenLaw) as error:
        check_laws({**atlas.tables, "entries": entries, "totals": totals}, atlas.country)

    assert f"region {key}: " in error.value.values["laws"]


def test_all_broken_laws_are_told_together(atlas):
    """One run names what is wrong; the count tells what is not shown."""
    tables = {**atlas.tables, "units": with_cell("name_kk", "")(atlas.tables["units"].copy())}
    tables["shares"] = more("share_ppm", 1)(atlas.tables["shares"].copy())
    with pytest.raises(BrokenLaw) as error:
        check_laws(tables, atlas.country)

    assert "2" == error.value.values["count"]


def test_nothing_made_up_stands_on_a_real_map(atlas):
    """An organisation that does not exist may only be shown in a country that says so of itself."""
    bodies = atlas.tables["bodies"].assign(is_synthetic=True)
    real = replace(atlas.country, is_synthetic=False)

    with pytest.raises(BrokenLaw) as error:
        check_laws({**atlas.tables, "bodies": bodies}, real)
    assert "are synthetic" in error.value.values["laws"]
    assert 8 == check_laws({**atlas.tables, "bodies": bodies}, atlas.country)

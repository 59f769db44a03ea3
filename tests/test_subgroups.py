"""Laws of subgroups: exact, made up of the same money as their group, and withheld where the source does not divide."""

import csv

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas import build
from geo.core.errors import BadValue
from geo.core.view import parse_form, parse_view
from geo.layers import layer, offer_of
from geo.sums import restate, restate_parts
from geo.versions.subgroups import NAME
from tests.country_zz import OLD

YEARS = ("2023", "2024")


def view_of(version, *words):
    """Return the view of an English address of the level of regions."""
    country = version.country.id
    return parse_view("en", [country, "region", *words], {country: offer_of(version)})


@pytest.fixture(scope="module", params=["zz", "kz"])
def version(request):
    return request.getfixturevalue(f"{request.param}_version")


def layers(version):
    """Yield (group's layer, its subgroups' layers) of the executed years in all borders."""
    offer = offer_of(version)
    for year in YEARS:
        for borders in offer.borders_of(f"{year}-12", "region"):
            known = offer.subgroups_of("executed", f"{year}-12")
            for group in sorted({offer.group_of(code) for code in known}):
                words = ("executed", year, f"borders={borders}")
                parts = [code for code in known if offer.group_of(code) == group]
                yield (
                    layer(view_of(version, *words, f"function={group}"), version),
                    [layer(view_of(version, *words, f"function={code}"), version) for code in parts],
                )


def test_the_subgroups_of_a_unit_are_its_group(version):
    """In every unit and in all borders, to the minor unit."""
    count = 0
    for group, parts in layers(version):
        for number, row in enumerate(group.rows):
            assert row.amount == sum(part.rows[number].amount for part in parts), group.view.path
            count += 1

    assert count > 20


def test_the_reconciliation_of_a_subgroup_explains_its_group(version):
    """Published are the lines of the group: on the map, in other subgroups, not divided …"""
    for group, parts in layers(version):
        (whole,) = group.accounts
        for part in parts:
            (account,) = part.accounts
            terms = {term.key: term.amount or 0 for term in account.terms}

            assert whole.published == account.published == sum(terms.values()), part.view.path
            assert terms["on_map"] == sum(row.amount for row in part.rows if row.state == "value")


def test_a_subgroup_is_the_sum_of_its_lines_in_the_source(kz_version):
    """0402 of 2024 as the year-end file states it, unit by unit, in whole tenge."""
    frame = pd.read_csv("data/budget/kz/local_expenditure_by_administrator.csv", dtype=str)
    own = frame[(frame["period"] == "2024-12") & (frame["functional_group"] == "04") & (frame["subgroup"] == "02")]
    sums = {unit: sum(map(int, part["executed_kzt"])) for unit, part in own.groupby("region_kato")}
    answer = layer(view_of(kz_version, "executed", "2024", "function=0402"), kz_version)

    assert sums == {row.unit.unit_id: row.amount // 100 for row in answer.rows}


def test_periods_without_subgroups_offer_none(version):
    """A month's figures know groups alone; the form falls back to the group, an address is refused."""
    offer = offer_of(version)
    code = offer.subgroups_of("executed", "2024-12")[0]
    chosen = parse_form(view_of(version, "executed", "2024", f"function={code}"), {"period": "2024-06"}, offer)

    assert () == offer.subgroups_of("executed", "2024-06")
    assert (offer.group_of(code), "2024-06") == (chosen.function, chosen.period)
    with pytest.raises(BadValue):
        view_of(version, "executed", "2024-06", f"function={code}")


def test_a_form_narrows_a_group_to_its_subgroup(version):
    """The second field belongs to the first: another group takes it back."""
    offer = offer_of(version)
    code = offer.subgroups_of("executed", "2024-12")[0]
    group, other = offer.group_of(code), next(name for name in offer.functions if name != offer.group_of(code))
    start = view_of(version, "executed", "2024")

    assert code == parse_form(start, {"function": group, "subgroup": code}, offer).function
    assert other == parse_form(start, {"function": other, "subgroup": code}, offer).function
    assert group == parse_form(start.but(function=code), {"function": group, "subgroup": ""}, offer).function
    assert code == parse_form(start.but(function=code), {"per": "none"}, offer).function


def test_what_the_source_did_not_divide_is_withheld_and_a_term(zz):
    """Unit 30 states group 01 whole: its subgroups are not known, so none is shown for it, least of all as zero."""
    path = zz.budget / "bodies.csv"
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    kept = [row for row in rows if (row[0], row[2]) != ("30", "01")]
    whole = [row for row in rows if (row[0], row[2]) == ("30", "01")]
    sums = [
        [*one[:3], "", one[4], *(f"{float(a) + float(b):.2f}" for a, b in zip(one[5:], two[5:], strict=True))]
        for one, two in zip(whole[::2], whole[1::2], strict=True)
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([head, *kept, *sums])
    made = build(zz.settings, "zz")
    for borders, units in (((), ("30",)), ((f"borders={OLD}",), ("10", "35"))):
        answer = layer(view_of(made, "executed", "2024", "function=0101", *borders), made)
        terms = {term.key: term for term in answer.accounts[0].terms}
        states = {row.unit.unit_id: (row.state, row.amount) for row in answer.rows}

        assert {("not_divided", None)} == {states[unit] for unit in units}
        assert units == terms["not_divided"].units
        assert 430_000 == answer.accounts[0].published == sum(term.amount or 0 for term in terms.values())


def test_a_version_without_subgroups_keeps_working(kz_version):
    """Older versions have no such file: they offer groups alone."""
    old = type(kz_version)(
        **{
            **{name: getattr(kz_version, name) for name in kz_version.__dataclass_fields__ if not name.startswith("_")},
            "manifest": {
                **kz_version.manifest,
                "files": {name: row for name, row in kz_version.manifest["files"].items() if "subgroups" not in name},
            },
        }
    )

    assert NAME in kz_version.manifest["files"]
    assert {} == old.subgroups
    assert () == offer_of(old).subgroups_of("executed", "2024-12")
    assert layer(view_of(old, "executed", "2024", "function=04"), old).rows


AMOUNTS = st.integers(-(10**12), 10**12)


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from(("01", "0101", "0102", "0201")), AMOUNTS), min_size=1))
def test_restated_parts_make_up_their_restated_group(rows):
    """For any amounts and shares that divide them unevenly; and over all units each part is what it was."""
    table = pd.DataFrame(rows, columns=["unit_id", "function", "amount_minor"])
    table = (
        table.groupby(["unit_id", "function"], as_index=False)["amount_minor"]
        .sum()
        .assign(edition="e", level="region", period="2024-12", phase="executed", is_restated=False, entries=1)
    )
    shares = pd.DataFrame(
        [("A", "x", 333_333), ("A", "y", 666_667), ("B", "x", 500_001), ("B", "z", 499_999)],
        columns=["from_unit", "to_unit", "share_ppm"],
    ).assign(from_edition="e", to_edition="f")
    parts = restate_parts(table, shares, 2)
    keys = ["unit_id", "period", "function", "phase"]
    groups = table.assign(function=table["function"].str[:2])
    groups = groups.groupby([*keys, "edition", "level", "is_restated"], as_index=False)[
        ["amount_minor", "entries"]
    ].sum()
    whole = restate(groups, shares).groupby(keys)["amount_minor"].sum()
    made = parts.assign(function=parts["function"].str[:2]).groupby(keys)["amount_minor"].sum()
    together = parts.groupby("function")["amount_minor"].sum()

    assert whole[whole != 0].to_dict() == made[made != 0].to_dict()
    assert table.groupby("function")["amount_minor"].sum().loc[lambda sums: sums != 0].to_dict() == {
        code: amount for code, amount in together.to_dict().items() if amount
    }
    assert np.int64 == parts["amount_minor"].dtype

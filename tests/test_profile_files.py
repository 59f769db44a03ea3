"""Laws of real files: what the portal publishes comes through to the tiyn, and its files agree with one another."""

import os
from pathlib import Path

import pandas as pd
import pytest

from geo.foreign import read_cells
from geo.profiles import Given, deliver, find_profiles, recognise
from tests.test_profiles import ASTANA, KNOWN, PROFILES, ULYTAU

SHARED = Path(os.environ.get("BUDGETMAP_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "data" / "kz"
FILES = {
    "astana": ("kz-portal-region", "raw_region_astana_as_published.csv"),
    "ulytau": ("kz-portal-region", "raw_region_ulytau_as_published.csv"),
    "national": ("kz-portal-national", "raw_national_local_budget_functional.csv"),
    "monthly": ("kz-monthly-groups", "kz_regions_expenditure_by_functional_group_monthly_2023_2025.csv"),
    "administrators": ("kz-administrators", "kz_regions_expenditure_by_group_subgroup_abp_2023_2024.csv"),
}
KEY = ["unit_id", "period", "function", "phase"]
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the shared data (BUDGETMAP_SHARED)")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Each real file delivered once, by its name."""
    profiles, found = find_profiles(PROFILES), {}
    for name, (profile, file) in FILES.items():
        folder = tmp_path_factory.mktemp(name)
        cells = read_cells(SHARED / "budget" / file, profiles[profile].dialect, folder)
        found[name] = deliver(profiles[profile], cells, KNOWN, Given(), folder)
    return found


def sums(delivery):
    """Return the sums as a series over unit, period, group and phase."""
    return delivery.sums.set_index(KEY)["amount_minor"].astype("int64").sort_index()


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_comes_through_without_a_fault(made, name):
    """What the publisher gives is not refused, and every row of it is accounted for."""
    delivery = made[name]

    assert () == delivery.faults
    assert delivery.rows_read == delivery.rows_taken + sum(delivery.rows_left.values())


@pytest.mark.parametrize("name", FILES)
def test_a_real_file_is_recognised_by_its_header(name):
    """By one profile and no other."""
    profile, file = FILES[name]
    header = (SHARED / "budget" / file).read_text(encoding="utf-8").splitlines()[0]
    delimiter = ";" if ";" in header else ","

    assert profile == recognise(header.split(delimiter), find_profiles(PROFILES), file, "csv").name


@pytest.mark.parametrize(("name", "unit"), [("astana", ASTANA), ("ulytau", ULYTAU)])
def test_a_regions_tree_gives_the_groups_of_the_monthly_table(made, name, unit):
    """Every month, group and phase, exactly."""
    tree = sums(made[name])
    table = sums(made["monthly"]).loc[[unit]]

    assert {unit} == set(tree.index.get_level_values("unit_id"))
    assert table.to_dict() == tree.to_dict()


@pytest.mark.parametrize(("name", "unit"), [("astana", ASTANA), ("ulytau", ULYTAU)])
def test_administrators_of_the_tree_are_those_of_the_year_end_table(made, name, unit):
    """Each figure of each administrator at the year-ends, exactly."""
    both = []
    for delivery in (made[name], made["administrators"]):
        frame = pd.read_parquet(delivery.tables["entries"])
        frame = frame[(frame["unit_id"] == unit) & frame["period"].isin(["2023-12", "2024-12"])]
        frame = frame[frame["phase"] != "planned_to_date"]
        both.append(frame.set_index(["body_id", "period", "function", "phase"])["amount_minor"].to_dict())

    assert both[1] == both[0]


def test_the_national_file_is_the_sum_of_the_regions(made):
    """To a few tenge, in the months that all twenty have: nine groups of fifteen; six count loans and shares as well.

    The portal puts budget loans and the purchase of shares into the functional groups of its national table (health,
    social support, housing, agriculture, transport, other), and into blocks of their own in a region's.
    """
    regions, nation = made["monthly"].sums, sums(made["national"])
    reporting = regions.groupby("period")["unit_id"].nunique()
    whole = reporting[reporting == 20].index
    added = regions[regions["period"].isin(whole)].groupby(["period", "function", "phase"])["amount_minor"].sum()
    differences = nation.loc[""].loc[whole] - added.astype("int64").sort_index()
    lend = differences.index.get_level_values("function").isin(["05", "06", "07", "10", "12", "13"])
    is_executed = differences.index.get_level_values("phase") == "executed"

    assert 15 < len(whole)
    assert len(whole) * 15 * 5 == len(differences)
    assert 0 == differences[~lend & ~is_executed].abs().max()
    assert differences[~lend & is_executed].abs().max() <= 30_00
    assert differences[lend].min() >= -30_00


def test_the_national_total_line_is_kept_for_comparison(made):
    """No entries, no bodies: one total of each month and phase, the repayment of loans taken off."""
    delivery = made["national"]
    lines = pd.read_parquet(delivery.tables["published"]).set_index(["period", "phase"])["amount_minor"]
    added = delivery.sums.groupby(["period", "phase"])["amount_minor"].sum().astype("int64")

    assert {"published", "rejects"} == set(delivery.tables)
    assert 27 * 5 == len(lines)
    assert (lines - added).abs().max() <= 100_00
    assert {""} == set(pd.read_parquet(delivery.tables["published"])["unit_id"])


@pytest.mark.parametrize("name", ["astana", "ulytau"])
def test_total_lines_and_revenue_stand_beside_the_entries(made, name):
    """The portal's own line differs from its parts by a few tenge of what was executed, by nothing else."""
    delivery = made[name]
    lines = pd.read_parquet(delivery.tables["published"]).set_index(["period", "phase"])["amount_minor"]
    added = delivery.sums.groupby(["period", "phase"])["amount_minor"].sum().astype("int64")
    revenue = pd.read_parquet(delivery.tables["revenue"])

    assert {phase for (_, phase), n in (lines - added).items() if n} <= {"executed"}
    assert (lines - added).abs().max() <= 20_00
    assert 2 * 2 * lines.index.get_level_values("period").nunique() == len(revenue)
    assert {"portal"} == set(pd.read_parquet(delivery.tables["published"])["source"])


def test_an_unknown_administrator_is_taken_with_its_name_and_told(made):
    """The portal uses codes that no list has yet."""
    told = [(w.value, w.values["name"][:10]) for w in made["ulytau"].warnings if w.code == "W-JOIN-03"]
    bodies = pd.read_parquet(made["ulytau"].tables["bodies"]).set_index("code")

    assert [("773", "Управление")] == told
    assert bodies.at["773", "name_ru"].startswith("Управление по мобилизационной подготовке")


def test_a_month_of_a_file_may_be_taken_alone(tmp_path, made):
    """The other months are counted as left out; the figures are the same."""
    profile = find_profiles(PROFILES)["kz-portal-region"]
    cells = read_cells(SHARED / "budget" / FILES["ulytau"][1], profile.dialect, tmp_path)
    month = deliver(profile, cells, KNOWN, Given(period="2024-06"), tmp_path)
    none = deliver(profile, cells, KNOWN, Given(period="2022"), tmp_path)
    whole = sums(made["ulytau"])

    assert () == month.faults
    assert whole[whole.index.get_level_values("period") == "2024-06"].to_dict() == sums(month).to_dict()
    assert cells.rows == month.rows_taken + sum(month.rows_left.values())
    assert ["E-PER-07"] == [fault.code for fault in none.faults]


def test_gaps_between_months_are_told(made):
    """North Kazakhstan and Turkistan lack April 2024."""
    told = {warning.value for warning in made["monthly"].warnings if warning.code == "W-PER-01"}

    assert {"590000000: 2024-04", "610000000: 2024-04"} <= {text.replace("2023-02, ", "") for text in told}

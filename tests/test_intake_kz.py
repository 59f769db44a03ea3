"""Laws of real files: the portal's own tables of two regions, taken in as they were published."""

import csv
import shutil
from decimal import Decimal

import pandas as pd
import pytest

from geo.atlas.deliveries import sums_alone
from geo.core.settings import Settings
from geo.intake import prepared, published
from geo.intake.order import Order
from geo.versions import Home
from tests.conftest import DATA
from tests.test_foreign_tables import SHARED

BUDGET = SHARED / "kz" / "budget"
MONTHLY = BUDGET / "kz_regions_expenditure_by_functional_group_monthly_2023_2025.csv"
UNITS = {"710000000": "raw_region_astana_as_published.csv", "620000000": "raw_region_ulytau_as_published.csv"}
PHASES = {
    "approved": "approved_kzt_thousand",
    "revised": "refined_kzt_thousand",
    "adjusted": "adjusted_year_plan_kzt_thousand",
    "planned_to_date": "adjusted_period_plan_kzt_thousand",
    "executed": "executed_ytd_kzt_thousand",
}
TIYN = 100_000  # in a thousand tenge

pytestmark = pytest.mark.skipif(not MONTHLY.exists(), reason="needs the shared budget files")


@pytest.fixture(scope="module")
def version(kz_home, once):
    """The version that both regions' files make, all months."""

    def make(folder):
        settings = Settings(home=folder / "home", data=DATA)
        shutil.copytree(kz_home.home, settings.home)
        files = tuple(BUDGET / name for name in UNITS.values())
        with prepared(settings, "kz", Order(files, "2025-04-20T08:00:00Z"), lambda step: None) as made:
            assert () == made.faults
            published(made)

    home = Home(once("kz-regions", make) / "home")
    return home.version(home.current_id("kz"))


def monthly():
    """Return (unit, period, group, phase) → tiyn of the two regions, as the table of all regions has them."""
    found = {}
    with MONTHLY.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            if row["kato"] in UNITS and row["functional_group"] != "0":
                key = (row["kato"], f"{row['year']}-{int(row['month']):02}", row["functional_group"].zfill(2))
                found |= {(*key, phase): int(Decimal(row[column]) * TIYN) for phase, column in PHASES.items()}
    return found


def test_the_regions_own_tables_say_what_the_monthly_table_says(version):
    """Every group, month and phase of both regions, to the tiyn."""
    totals = pd.read_parquet(version.folder / "tables/totals.parquet")
    own = totals[(totals["level"] == "region") & ~totals["is_restated"] & totals["unit_id"].isin(list(UNITS))]
    sums = own.set_index(["unit_id", "period", "function", "phase"])["amount_minor"].to_dict()
    stated = monthly()
    wrong = [key for key, amount in stated.items() if sums.get(key, 0) != amount]

    assert len(stated) > 3000
    assert [] == wrong


def test_administrators_of_a_region_are_its_bodies(version):
    """At region exactness; those that stand for many are marked."""
    bodies = pd.read_parquet(version.folder / "tables/bodies.parquet")
    entries = pd.read_parquet(version.folder / "tables/entries.parquet")
    spending = set(entries.loc[entries["period"] == "2025-02", "body_id"])
    own = bodies[bodies["unit_code"].isin(list(UNITS)) & bodies["body_id"].isin(spending)]

    assert {"administrator"} == set(own["kind"])
    assert {"region"} == set(own["exactness"])
    assert {True, False} == set(own["is_group"])


def test_rejects_are_kept_with_the_version(version):
    """The manifest counts them."""
    rejects = pd.read_parquet(version.folder / "tables/rejects.parquet")

    assert len(rejects) == version.manifest["rows"]["rejected"]


@pytest.mark.parametrize(
    "name",
    [
        "kz_regions_expenditure_by_functional_group_monthly_2023_2025.csv",
        "kz_regions_expenditure_by_group_subgroup_abp_2023_2024.csv",
        "raw_national_local_budget_functional.csv",
        "raw_region_astana_as_published.csv",
        "raw_region_ulytau_as_published.csv",
        "../population/kz_population_avg_by_region_2017_2025.csv",
        "../organisations/kz_state_organisations_sample_from_legal_entity_register.csv",
    ],
)
def test_a_good_file_raises_no_false_alarm(kz_home, name):
    """What a publisher has published right is taken beside the bundled figures without a fault."""
    order = Order((BUDGET / name,), "2025-04-20T08:00:00Z")
    with prepared(kz_home, "kz", order, lambda step: None, sums_alone) as made:
        assert () == made.faults

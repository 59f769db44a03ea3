"""Laws about a country's own files: what cannot be as it stands is refused, unless somebody has looked into it."""

import csv
import shutil

import pytest

from geo.atlas import check_data
from geo.core.errors import BadData
from geo.core.settings import Settings
from tests.conftest import DATA


@pytest.fixture
def kz(tmp_path):
    """The bundled country in a folder of its own."""
    for name in ("boundaries", "budget"):
        shutil.copytree(DATA / name / "kz", tmp_path / name / "kz")
    return Settings(home=tmp_path / "home", data=tmp_path)


def changed(path, change):
    """Rewrite a CSV file row by row; `change` gets the cells by column and gives them back."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        out.writeheader()
        out.writerows(change(row) for row in rows)


def codes(settings):
    with pytest.raises(BadData) as error:
        check_data(settings, "kz")
    return {fault.code for fault in error.value.every}


def a_thousandfold(period):
    """Return a change that takes a period's amounts for thousands, as somebody might by mistake."""

    def change(row):
        if row["period"] != period:
            return row
        return {name: str(int(cell) * 1000) if name.endswith("_kzt") else cell for name, cell in row.items()}

    return change


def test_a_period_in_another_unit_is_refused_although_all_files_agree(kz):
    """Sums and total lines that are all a thousand times those of the year before are a mistake."""
    for name in ("local_expenditure.csv", "published_totals.csv"):
        changed(kz.data / "budget" / "kz" / name, a_thousandfold("2024-06"))
    plan = kz.data / "budget" / "kz" / "budget.toml"
    told = plan.read_text(encoding="utf-8").replace('"20"', '"20000"').replace('"100"', '"100000"')
    plan.write_text(told, encoding="utf-8")  # the rounding differences have grown with the amounts

    assert "E-CSV-16" in codes(kz)


def test_people_in_thousands_are_refused(kz):
    """Nobody lives in a country of twenty thousand people where millions lived a year before."""
    path = kz.data / "boundaries" / "kz" / "population.csv"
    changed(path, lambda row: {**row, "people": str(float(row["people"]) // 1000)} if row["year"] == "2024" else row)

    assert {"E-SUM-14"} == codes(kz)


def test_an_index_that_is_a_rate_is_refused(kz):
    """105.3 means 5.3 per cent more; 5.3 would mean that prices fell to a twentieth."""
    path = kz.data / "boundaries" / "kz" / "prices.csv"
    changed(path, lambda row: {**row, "index_december": "5.3"} if row["year"] == "2018" else row)

    assert {"E-SUM-15"} == codes(kz)


def test_a_doubt_that_was_looked_into_is_named_in_the_plan(kz):
    """The operator's word stands in budget.toml, where everybody can read it."""
    path = kz.data / "boundaries" / "kz" / "prices.csv"
    changed(path, lambda row: {**row, "index_december": "5.3"} if row["year"] == "2018" else row)
    plan = kz.data / "budget" / "kz" / "budget.toml"
    plan.write_text('accepted = ["E-SUM-15"]\n' + plan.read_text(encoding="utf-8"), encoding="utf-8")

    assert 8 == check_data(kz, "kz")

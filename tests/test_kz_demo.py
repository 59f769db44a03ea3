"""Laws of kz-demo: nobody in it exists, and all the money in it does."""

import csv
import hashlib
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.atlas import assembled
from geo.boundaries import read_units
from geo.core.codes import is_bin
from geo.core.country_file import read_country
from geo.core.model import WIDER
from geo.core.settings import Settings
from scripts.kz_demo.bins import bins
from scripts.kz_demo.kinds import counts, read_kinds, read_people
from scripts.kz_demo.splitting import split, weights_of
from scripts.make_kz_demo import BODIES, COPIED, DEMO, EDITION, make

DATA = Path(__file__).resolve().parent.parent / "data"
KINDS = {kind.id: kind for kind in read_kinds(DATA / "budget" / DEMO / "kinds.csv")}
FEW = 600
PLANS = ("adjusted", "planned_to_date")


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    """A data folder with kz-demo of few bodies."""
    folder = tmp_path_factory.mktemp("few")
    make(folder, FEW)
    return folder


@pytest.fixture(scope="module")
def tables(few):
    """The bodies and the entries of few, entries with the region whose money they are."""
    bodies, entries = (pd.read_parquet(few / "budget" / DEMO / f"{name}.parquet") for name in ("bodies", "entries"))
    regions = bodies.set_index("body_id")["unit_code"].str[:2] + "0000000"
    return bodies, entries.assign(unit_id=entries["body_id"].map(regions))


@pytest.fixture(scope="module")
def atlas(few):
    return assembled(Settings(home=few / "home", data=few), DEMO, lambda step: None)


def whole_budgets():
    """Return region, function, period, phase → the real figure, in tiyn, by whole numbers of Python."""
    with (DATA / "budget" / "kz" / "local_expenditure.csv").open(encoding="utf-8", newline="") as file:
        return {
            (row["region_kato"], row["functional_group"], row["period"], column.removesuffix("_kzt")): int(
                Decimal(text) * 100
            )
            for row in csv.DictReader(file)
            for column, text in row.items()
            if column.endswith("_kzt")
        }


def sums_of(entries):
    """Return the same of the bodies' entries."""
    sums = {}
    columns = (entries[name].astype(str) for name in ("unit_id", "function", "period", "phase"))
    for *key, amount in zip(*columns, entries["amount_minor"].tolist(), strict=True):
        sums[tuple(key)] = sums.get(tuple(key), 0) + amount
    return sums


def by_phase(entries):
    """Return a row for each body, function and period, phases side by side."""
    keys = ["body_id", "function", "period"]
    return entries.pivot(index=keys, columns="phase", values="amount_minor").reset_index().sort_values(keys)


def test_the_bodies_spend_what_was_really_spent(tables):
    """Region by region, function, period and phase, to the tiyn, and nothing beside."""
    assert whole_budgets() == sums_of(tables[1])


def test_every_figure_names_the_real_one_that_it_is_a_part_of(tables):
    """The file and the row of the whole budget, which has this region, period and function."""
    lines = (DATA / "budget" / "kz" / "local_expenditure.csv").read_text(encoding="utf-8").splitlines()
    entries = tables[1].drop_duplicates(["unit_id", "period", "function", "source_file", "source_row"])

    assert len(lines) - 1 == len(entries)
    for row in entries.itertuples():
        assert lines[row.source_row - 1].startswith(f"{row.unit_id},{row.period},{row.function},")


def test_nothing_synthetic_is_in_the_real_country():
    """The real country reads no file of bodies, and none of its own says that it is made up."""
    told = (DATA / "budget" / "kz" / "budget.toml").read_text(encoding="utf-8")

    assert not read_country(DATA / "boundaries" / "kz").is_synthetic
    assert not {"[bodies]", "[entries]"} & set(told.split())
    assert [] == [*(DATA / "budget" / "kz").glob("*.parquet")]


def test_every_body_says_that_it_is_made_up(tables):
    """In the table, and in its name in each language."""
    bodies = tables[0]

    assert bodies["is_synthetic"].all()
    assert read_country(DATA / "boundaries" / DEMO).is_synthetic
    for language, mark in (("kk", "(жасанды)"), ("ru", "(вымышленная организация)"), ("en", "(synthetic)")):
        assert bodies[f"name_{language}"].str.endswith(mark).all()


def test_no_two_bodies_have_one_name_in_one_place(tables):
    """Several of a kind in a place are numbered; settlements of one name in a region are two places."""
    bodies = tables[0]
    twice = bodies[bodies.duplicated(["name_kk", "name_en", "unit_code"], keep=False)]

    assert FEW == len(bodies) == bodies["body_id"].nunique()
    assert len(twice) < FEW / 100


@given(st.integers(0, 10**8), st.integers(1, 300))
def test_a_number_cannot_exist_and_proves_itself(start, count):
    """The month is 13 … 99 and the last digit right, wherever the numbers begin; what follows begins elsewhere."""
    found, end = bins(start, count)
    numbers = found.to_pylist()
    after = bins(end, count)[0].to_pylist()

    assert 2 * count == len({*numbers, *after})
    assert all(is_bin(number) and 13 <= int(number[2:4]) for number in numbers)


def test_each_kind_has_only_its_functions(tables):
    """A school teaches and builds no roads; every function of a kind has money."""
    bodies, entries = tables
    kinds = bodies.set_index("body_id")["kind"]
    spent = entries.assign(kind=entries["body_id"].map(kinds))[["kind", "function"]].drop_duplicates()

    assert {(kind.id, code) for kind in KINDS.values() for code in kind.functions} == set(
        spent.astype(str).itertuples(index=False, name=None)
    )
    assert {"14", "15"} == set(KINDS["finance_department"].functions)


def test_a_body_lies_in_its_region(few, tables):
    """Its point is inside the polygon, however near the border its town is; a city's body is near the city."""
    regions = read_units(few / "boundaries" / DEMO, read_country(few / "boundaries" / DEMO), EDITION, "region")
    cities = pd.read_csv(few / "boundaries" / DEMO / "cities.csv", dtype={"kato": str}).set_index("kato")
    bodies = tables[0]
    shapes = bodies["unit_code"].str[:2].map(dict(zip(regions["unit_id"].str[:2], regions.geometry, strict=True)))
    own = bodies[bodies["unit_code"].isin(cities.index)]
    middle = cities["lat"].reindex(own["unit_code"]).to_numpy()

    assert shapely.contains_xy(np.asarray(shapes), bodies["lon"], bodies["lat"]).all()
    assert ((own["lat"] - middle).abs() < 0.2).all()
    assert set(bodies["unit_code"]) <= set(regions["unit_id"]) | set(cities.index)


def test_cities_and_what_lies_outside_make_up_the_regions(few, atlas):
    """41 cities; the rest of each figure is counted as outside of them, and all together are the real figures."""
    totals = atlas.tables["totals"]
    keys = ["period", "function", "phase"]
    of_level = {level: part.groupby(keys)["amount_minor"].sum() for level, part in totals.groupby("level")}
    cities = totals[totals["level"] == "city"]
    inside = cities[cities["unit_id"] != WIDER].assign(unit_id=lambda rows: rows["unit_id"].str[:2] + "0000000")
    regions = totals[totals["level"] == "region"].groupby(["unit_id", *keys])["amount_minor"].sum()
    parts = inside.groupby(["unit_id", *keys])["amount_minor"].sum()

    assert 41 == atlas.tables["units"]["level"].eq("city").sum()
    assert of_level["region"].equals(of_level["city"])
    assert (parts <= regions.reindex(parts.index)).all()
    assert 0 < cities.loc[cities["unit_id"] == WIDER, "amount_minor"].sum() < totals["amount_minor"].sum() / 2
    assert {key[1:]: amount for key, amount in parts.items() if key[0] == "710000000"} == {
        (period, function, phase): amount
        for (unit, function, period, phase), amount in whole_budgets().items()
        if unit == "710000000"
    }


def test_people_of_regions_are_the_real_ones_and_every_city_has_a_number(atlas):
    """0 where nobody knows; cities of republican significance have that of their region."""
    found = atlas.tables["denominators"]
    people = found[(found["series"] == "person") & (found["year"] == "2024")].set_index(["level", "unit_id"])["value"]
    with (DATA / "boundaries/kz/population.csv").open(encoding="utf-8", newline="") as file:
        real = {row["unit_id"]: float(row["people"]) for row in csv.DictReader(file) if row["year"] == "2024"}

    assert real == people["region"].to_dict()
    assert 41 == len(people["city"])
    assert {code: real[code] for code in ("710000000", "750000000", "790000000")}.items() <= people[
        "city"
    ].to_dict().items()


def test_the_real_sums_stay_when_the_country_is_built(atlas):
    """From the figures to the totals of the regions nothing is lost or added."""
    totals = atlas.tables["totals"]
    regions = totals[totals["level"] == "region"]

    assert whole_budgets() == sums_of(regions)
    assert atlas.tables["bodies"]["is_synthetic"].all()


def test_nobody_spends_more_than_planned(tables):
    """The real regions do not, so neither do their parts; and some leave more of their plan than others."""
    phases = by_phase(tables[1])
    part = phases["executed"] / phases["planned_to_date"]

    for plan in PLANS:
        assert (phases["executed"] <= phases[plan]).all()
    assert 0.8 < part.quantile(0.05) < 0.99 < part.quantile(0.95)


def test_what_was_spent_grows_as_the_whole_grows(tables):
    """Within a year no body has spent less than the quarter before, where its whole budget has not, to one tiyn."""
    entries = tables[1][tables[1]["phase"] == "executed"]
    whole = {key[:3]: amount for key, amount in whole_budgets().items() if key[3] == "executed"}
    fell = 0
    for (_, function, unit), rows in entries.groupby(["body_id", "function", "unit_id"], observed=True):
        pairs = list(zip(rows["period"].astype(str), rows["amount_minor"], strict=True))
        for (before, old), (after, new) in zip(sorted(pairs), sorted(pairs)[1:], strict=False):
            falls = whole[unit, function, before] - whole[unit, function, after]
            if before[:4] == after[:4] and falls <= 0:
                fell = max(fell, old - new)

    assert fell <= 1


def test_the_approved_budget_of_a_body_is_a_law(tables):
    """It does not move within a year, for the real one does not."""
    approved = tables[1][tables[1]["phase"] == "approved"]
    year = approved["period"].astype(str).str[:4]

    assert (approved.groupby(["body_id", "function", year], observed=True)["amount_minor"].nunique() == 1).all()


@given(st.integers(-(2**62), 2**62), st.lists(st.floats(0.01, 1e6), min_size=1, max_size=50))
def test_parts_add_up_and_follow_the_weights(amount, sizes):
    """Whole parts, none farther than one from its exact share, of the sign of the whole."""
    weights = weights_of(np.array(sizes))
    parts = split(amount, weights).tolist()
    whole = int(weights.sum())

    assert amount == sum(parts)
    assert all(
        abs(part * whole - amount * weight) < whole for part, weight in zip(parts, weights.tolist(), strict=True)
    )
    assert all(part * amount >= 0 for part in parts)


def test_any_number_of_bodies_has_every_kind_in_every_region():
    """One of each at the least, so that every figure has an owner; fewer are refused."""
    kinds, people = [*KINDS.values()], read_people(DATA / "boundaries" / "kz" / "population.csv")
    least = len(kinds) * len(people)

    for bodies in (least, BODIES, 10_000_000):
        found = counts(bodies, kinds, people, frozenset({"710000000", "750000000", "790000000"}))
        assert (bodies, 1) == (found.sum(), min(1, found.min()))
    with pytest.raises(ValueError, match=f"need {least} bodies or more"):
        counts(least - 1, kinds, people, frozenset())


def test_the_same_bodies_come_out_in_every_process(few, tmp_path):
    """Whatever the seed of hashes and the number of threads: the same bytes."""
    command = [sys.executable, "scripts/make_kz_demo.py", "--bodies", str(FEW), "--out", str(tmp_path)]
    changed = {"PYTHONHASHSEED": "7", "OMP_NUM_THREADS": "1", "ARROW_NUM_THREADS": "1"}
    subprocess.run(command, cwd=DATA.parent, env={**os.environ, **changed}, check=True, capture_output=True)

    names = sorted(path.relative_to(few) for path in few.rglob("*") if path.is_file() and "home" not in path.parts)
    digests = [
        {str(name): hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
        for folder in (few, tmp_path)
    ]
    assert digests[0] == digests[1]
    assert 15 < len(names)


def test_what_is_there_already_is_not_made_again(few):
    """`make map` asks every time; only other inputs or another number make it work."""
    made = few / "budget" / DEMO / "entries.parquet"
    before = made.stat().st_mtime_ns
    again = make(few, FEW)

    assert not again.is_new
    assert before == made.stat().st_mtime_ns


def test_the_whole_country_divides_the_real_figures(tmp_path):
    """17,000 organisations, as many as the map of 2019 held, of all kinds, half of them and more in cities."""
    make(tmp_path)
    bodies, entries = (
        pd.read_parquet(tmp_path / "budget" / DEMO / f"{name}.parquet") for name in ("bodies", "entries")
    )
    regions = bodies.set_index("body_id")["unit_code"].str[:2] + "0000000"
    keys = ["unit_id", "function", "period", "phase"]
    named = entries.assign(unit_id=entries["body_id"].map(regions).astype("category"))
    sums = named.groupby(keys, observed=True)["amount_minor"].sum()

    assert BODIES == len(bodies) == bodies["body_id"].nunique() == 17_000
    assert whole_budgets() == {tuple(map(str, key)): amount for key, amount in sums.items()}
    assert set(KINDS) == set(bodies["kind"])
    assert 0.3 < bodies["unit_code"].str.endswith("0000000").mean() < 0.7


def test_what_is_copied_is_not_in_git():
    """Borders and whole budgets lie in the real country's folders alone."""
    listed = subprocess.run(["git", "ls-files", "data"], cwd=DATA.parent, capture_output=True, check=True, text=True)
    kept = listed.stdout.splitlines()

    assert f"data/budget/{DEMO}/budget.toml" in kept
    for part, names in COPIED.items():
        assert not {f"data/{part}/{DEMO}/{name}" for name in names} & set(kept)
    assert not [name for name in kept if re.search(rf"{DEMO}/.*(parquet|geojson)$", name)]

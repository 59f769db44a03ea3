"""Laws of shares that no file states: bodies divide a unit where they make up most of it, else people do."""

import pandas as pd
import pytest
import shapely

from geo.atlas.shares import Hints, complete_shares
from geo.core.country_file import read_country
from geo.core.model import TABLES

OLD, NEW = "2010-01-01", "2020-01-01"


@pytest.fixture
def country(zz):
    """The country made in code, of which only the editions and levels count here."""
    return read_country(zz.borders)


def units(edition, shapes):
    rows = [(edition, "region", unit, shape, round(shape.area * 1_000_000)) for unit, shape in shapes.items()]
    return pd.DataFrame(rows, columns=["edition", "level", "unit_id", "geometry", "area_m2"])


MAPS = {
    (OLD, "region"): units(OLD, {"90": shapely.box(60, 40, 62, 42)}),
    (NEW, "region"): units(NEW, {"10": shapely.box(60, 40, 61, 42), "20": shapely.box(61, 40, 62, 42)}),
}
NOTHING = pd.DataFrame({name: pd.Series(dtype=column.dtype) for name, column in TABLES["shares"].items()})


def shares(country, spent):
    """Return to_unit → parts per million of the one unit that was divided; `spent` is (kind, lon, executed)."""
    rows = [(f"b{n}", kind, "90" if kind == "budget" else "", lon, 41.0, a) for n, (kind, lon, a) in enumerate(spent)]
    bodies = pd.DataFrame(rows, columns=["body_id", "kind", "unit_code", "lon", "lat", "executed"])
    hints = Hints({}, {"10": 300.0, "20": 100.0}, NEW, bodies)
    found = complete_shares(country, MAPS, NOTHING, {OLD}, hints)
    return dict(zip(found["to_unit"], found["share_ppm"], strict=True))


def test_people_divide_a_unit_of_which_no_bodies_are_known(country):
    """Three quarters of the people, three quarters of the money; to the millionth."""
    assert {"10": 750_000, "20": 250_000} == shares(country, [("budget", 60.5, 1000)])


def test_bodies_divide_a_unit_of_whose_spending_they_make_up_the_most(country):
    """Money is where it is spent, whoever lives there."""
    spent = [("school", 60.5, 100), ("school", 61.5, 300), ("budget", 60.5, 50)]

    assert {"10": 250_000, "20": 750_000} == shares(country, spent)


def test_a_few_bodies_do_not_speak_for_a_whole_budget(country):
    """One school is no picture of a region."""
    spent = [("school", 61.5, 100), ("budget", 60.5, 1000)]

    assert {"10": 750_000, "20": 250_000} == shares(country, spent)


def test_a_share_that_a_file_states_is_kept(country):
    """What is derived fills gaps alone."""
    stated = pd.DataFrame([(OLD, "90", NEW, "10", 600_000), (OLD, "90", NEW, "20", 400_000)], columns=list(NOTHING))
    kept = complete_shares(country, MAPS, stated, {OLD}, Hints({}, {}, NEW, pd.DataFrame()))

    assert [600_000, 400_000] == list(kept["share_ppm"])

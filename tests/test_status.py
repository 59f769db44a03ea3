"""Laws about who has reported: a state for every unit and month, the same on every face."""

import re
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.deadlines import Deadline
from geo.core.text import text_of
from geo.faces.status import (
    SIGNS,
    STATES,
    Expected,
    matrix,
    status_json,
    status_lines,
    status_map,
    status_page,
)
from tests.test_report import DRAWING, HOSTILE, LANGUAGES, read, words

UNITS = (("10", words("Абай")), ("11", words("Ақмола")), ("12", words("Алматы")))
PERIODS = ("2024-11", "2024-12", "2025-01", "2025-02")
TODAY = date(2025, 2, 25)
ARRIVED = {
    ("10", "2024-11"): None,
    ("10", "2024-12"): date(2025, 1, 20),
    ("10", "2025-01"): date(2025, 2, 21),
    ("11", "2025-02"): date(2025, 2, 24),
}


def asked(units=UNITS, known=None):
    """Return the matrix of three units and four months as it stands on 25 February 2025."""
    return matrix(units, PERIODS, ARRIVED, Expected(Deadline(20), TODAY, known))


def states(status):
    """Return the states as plain lists."""
    return [[cell.state for cell in row] for row in status.cells]


@given(st.integers(1, 31), st.integers(2000, 2090), st.integers(1, 12))
def test_figures_are_due_in_the_month_after_theirs(day, year, month):
    """Whatever the rule, the day exists and is in the following month."""
    due = Deadline(day).due(f"{year}-{month:02}")
    following = date(year + month // 12, month % 12 + 1, 1)

    assert (following.year, following.month) == (due.year, due.month)
    assert day == due.day or (due + timedelta(days=1)).day == 1


def test_a_unit_is_late_after_the_day_due_and_missing_when_nothing_came():
    """The day due is still in time; a day nobody knows is not held against anybody."""
    assert [
        ["reported", "reported", "late", "not_expected"],
        ["missing", "missing", "missing", "reported"],
        ["missing", "missing", "missing", "not_expected"],
    ] == states(asked())


def test_nobody_is_expected_before_the_unit_existed():
    """A region that was made in June owes nothing for May."""
    status = asked()
    known = {period: frozenset({"10", "11"}) for period in PERIODS}
    limited = asked(known=known)

    assert ["not_expected"] * 4 == states(limited)[2]
    assert states(status)[:2] == states(limited)[:2]


@given(st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.integers(1, 31), st.dates(date(2024, 1, 1), date(2026, 1, 1)))
def test_every_unit_and_month_has_one_state(today, day, came):
    """Counts of a month add up to the units, whatever the day."""
    status = matrix(UNITS, PERIODS, {("11", "2024-12"): came}, Expected(Deadline(day), today))

    assert [3] * 4 == [sum(status.count(period).values()) for period in PERIODS]
    assert ("late" if came > Deadline(day).due("2024-12") else "reported") == status.cells[1][1].state


@pytest.mark.parametrize("lang", LANGUAGES)
def test_terminal_and_page_show_the_states_of_the_json(lang):
    """The same signs in the same order everywhere; a screen reader is told words."""
    status, text = asked(), text_of(lang)
    plain = [[row["periods"][p]["state"] for p in PERIODS] for row in status_json(status)["units"]]
    lines = status_lines(status, text)
    shown = [[*lines[n].split()[1:], *lines[n + 6].split()[1:]] for n in (1, 2, 3)]
    page = status_page(status, "2025-01", DRAWING, text)
    cells = re.findall(r'<td class="is-(\w+)"><span aria-hidden="true">(.)</span><span class="aside">([^<]+)', page)

    assert states(status) == plain
    assert [[SIGNS[state] for state in row] for row in plain] == shown
    assert [(state, SIGNS[state]) for row in plain for state in row] == [(state, sign) for state, sign, _ in cells]
    assert [] == [told for state, _, told in cells if not told.startswith(text(f"reporting.{state}"))]


def test_the_map_has_a_state_for_each_unit_of_the_month():
    """The map is of one month; the inset of a city wears the state of its unit."""
    drawn = re.findall(r'<path class="u g-(\w+)"', status_map(asked(), "2025-01", DRAWING, text_of("kk")))

    assert ["late", "missing", "missing", "missing", "late"] == drawn


def test_signs_and_marks_of_states_differ():
    """Nothing hangs on colour alone."""
    assert len(STATES) == len({SIGNS[state] for state in STATES})


def test_no_name_acts_on_the_page():
    """Names of units come from files as well."""
    units = tuple((unit_id, words(HOSTILE)) for unit_id, _ in UNITS)
    hostile, innocent = (read(status_page(asked(given), "2025-01", DRAWING, text_of("ru"))) for given in (units, UNITS))

    assert innocent.tags == hostile.tags
    assert innocent.attributes == hostile.attributes


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [360, 1440])
def test_the_matrix_scrolls_in_its_own_box(chromium, tmp_path, width):
    """Two years of months do not push the page sideways."""
    months = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
    status = matrix(UNITS, months, {}, Expected(Deadline(20), TODAY))
    place = tmp_path / "status.html"
    place.write_text(status_page(status, "2025-01", DRAWING, text_of("kk")), encoding="utf-8")
    page = chromium.new_page(viewport={"width": width, "height": 800})
    page.goto(place.as_uri())
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.close()

    assert 0 >= wide

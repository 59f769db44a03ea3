"""Laws about what changed between two versions: it adds up, it leaves nothing out, and a pinned page never changes."""

import csv
import io
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.core.settings import Settings
from geo.core.text import text_of
from geo.faces.changed import MOST_ROWS, Names, read_changes
from geo.layers.changes import _unequal, changes
from geo.web import create_app
from tests.restaged import LEVEL, new_home, npy, restaged, with_plain, with_totals
from tests.web.asking import page

PAGE = "/en/zz/changes/"
MAP = "/en/zz/region/executed/2024/"
EXECUTED, ADJUSTED, LAST = 4, 2, 2  # places of phases and of the period 2024-12


@pytest.fixture
def two(tmp_path, zz_version):
    """A home with one publication, that version, and a way to publish another: (home, version, publish)."""
    home, first = new_home(tmp_path, zz_version)
    return home, first, lambda number, files=None, **given: restaged(home, first, number, files, **given)


@pytest.fixture
def ask(two):
    """Ask a service over the home."""
    return create_app(Settings(home=two[0].folder, country="zz")).test_client().get


def sums(version):
    """Return everything of a version by (period, phase)."""
    level = version.level(*LEVEL.split("/"))
    whole = level.totals.sum(axis=(0, 2)) + level.unplaced.sum(axis=1) + level.wider.sum(axis=1)
    return {(p, f): int(whole[i, k]) for i, p in enumerate(version.periods) for k, f in enumerate(version.phases)}


@pytest.mark.parametrize("seed", range(6))
def test_before_and_all_changes_make_after(two, seed):
    """For every period and phase, to the minor unit; the largest change stands first."""
    _, before, publish = two
    chance = np.random.default_rng(seed)
    level = before.level(*LEVEL.split("/"))
    other = np.where(chance.random(level.totals.shape) < 0.3, chance.integers(-9_999, 9_999), 0)
    unplaced = np.where(chance.random(level.unplaced.shape) < 0.2, 7, 0)
    files = {f"{LEVEL}/totals.npy": npy(level.totals + other), f"{LEVEL}/unplaced.npy": npy(level.unplaced + unplaced)}
    after = publish(2, files)
    found = changes(before, after)
    told = sums(before)
    for figure in found.figures:
        told[figure.period, figure.phase] += figure.change

    assert sums(after) == told
    assert found.change == sum(total.after - total.before for total in found.totals)
    assert int((other != 0).sum() + (unplaced != 0).sum()) == len(found.figures)
    assert sorted(-abs(f.change) for f in found.figures) == [-abs(f.change) for f in found.figures]


def test_without_another_figure_nothing_changed(two):
    """The same figures under another id."""
    _, before, publish = two
    found = changes(before, publish(2))

    assert () == found.figures == found.totals
    assert not any(vars(found.others).values())
    assert 0 == found.bodies == found.change


def test_what_is_no_longer_reported_is_not_a_zero(two):
    """It has no figure after, and its territory is named."""
    _, before, publish = two
    level = before.level(*LEVEL.split("/"))
    reported = np.array(level.reported)
    reported[3, LAST] = 0
    totals = with_totals(before, {(3, LAST): 0})
    found = changes(before, publish(2, totals | {f"{LEVEL}/reported.npy": npy(reported)}))

    assert {None} == {figure.after for figure in found.figures}
    assert (("2024-12", "40"),) == found.lost_reports
    assert () == found.new_reports


def test_money_that_moved_between_bodies_of_a_territory_is_noticed(two):
    """The territory has the same figures, two organisations have not."""
    _, before, publish = two
    spending = np.array(before.spending)
    rows = np.flatnonzero((spending["period"] == LAST) & (spending["phase"] == EXECUTED))[:2]
    spending["amount"][rows] += [500, -500]
    found = changes(before, publish(2, {"spending.npy": npy(spending)}))

    assert () == found.figures
    assert len({int(body) for body in spending["body"][rows]}) == found.bodies


@given(st.dictionaries(st.integers(0, 30), st.integers(-3, 3)), st.dictionaries(st.integers(0, 30), st.integers(-3, 3)))
def test_figures_of_bodies_are_compared_as_tables_are(one, other):
    """What one side lacks is nothing, whatever the order of the rest."""
    sides = [np.array(part, dtype=np.int64) for d in (one, other) for part in (sorted(d), [d[k] for k in sorted(d)])]
    expected = sorted(key for key in {*one, *other} if one.get(key, 0) != other.get(key, 0))

    assert expected == sorted(_unequal(*sides).tolist())


def test_names_people_prices_and_words_are_told(two):
    """All that a reader may notice beside the figures."""
    _, before, publish = two

    def facts(plain):
        plain["prices"][max(plain["prices"])] *= 2
        plain["denominators"][LEVEL]["person"]["2024"][1] += 5
        plain["published"]["portal"].popitem()

    def units(plain):
        plain["units"][0]["names"]["en"] = "Other"
        plain["units"][1]["area_m2"] += 1

    files = with_plain(before, "facts.json", facts) | with_plain(before, f"{LEVEL}/units.json", units)
    files |= with_plain(before, "country.json", lambda plain: plain["scope"].update(en="Another scope"))
    found = changes(before, publish(2, files)).others

    assert [("10", "Other")] == [(row.key, row.after["en"]) for row in found.names]
    assert [(LEVEL, "person", "2024", 1)] == [(s.place, s.series, s.year, s.units) for s in found.series]
    assert 1 == len(found.prices) == found.published
    assert [(LEVEL, True)] == [(row.place, row.is_redrawn) for row in found.borders]
    assert found.is_reworded


def test_a_new_period_is_told(two):
    """Its figures had no value before."""
    home, first, publish = two
    axes = ("axes.json", lambda plain: plain["periods"].__setitem__(0, "2023-11"))
    later = publish(2, with_plain(first, *axes))
    found = changes(later, home.version(first.id))

    assert ("2023-12",) == found.others.new_periods
    assert ("2023-11",) == found.others.lost_periods
    assert {None} == {f.before for f in found.figures if f.period == "2023-12"}


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_list_too_long_is_cut_and_the_rest_is_summed(two, lang):
    """Shown + rest = all, and the files hold every one."""
    _, before, publish = two
    level = before.level(*LEVEL.split("/"))
    after = publish(2, {f"{LEVEL}/totals.npy": npy(level.totals * 2 + 1)})
    found = changes(before, after)
    reading = read_changes(found, Names.of(before, after), text_of(lang))

    assert 5 * 3 * 3 * 5 == len(found.figures)
    assert min(MOST_ROWS, len(found.figures)) == len(reading.rows)
    assert str(len(found.figures) - MOST_ROWS) in reading.rest
    assert reading.all_change != reading.rest_change


def test_the_first_publication_says_so(two, ask):
    """There is nothing to compare with, and the list has one line."""
    response = ask(PAGE)

    assert 200 == response.status_code
    assert text_of("en")("changes.first") in response.get_data(as_text=True)
    assert 1 == len(page(response).tables[-1]) - 1
    assert not ask(f"{PAGE}changes.json").json["metadata"]["is_compared"]
    assert 1 == len(ask(f"{PAGE}changes.csv").get_data(as_text=True).splitlines())


def test_without_another_figure_the_page_says_so(two, ask):
    """In one sentence, without an empty table."""
    two[2](2)

    assert text_of("en")("changes.nothing") in ask(PAGE).get_data(as_text=True)


def test_the_files_hold_every_figure(two, ask):
    """JSON and CSV have the same rows; amounts are exact decimals, and JSON states what they add up to."""
    _, before, publish = two
    publish(2, with_totals(before, {(0, LAST, 0, EXECUTED): 123_456_78, (1, 0, 1, ADJUSTED): 1}), note="why")
    plain = ask(f"{PAGE}changes.json").json
    rows = list(csv.DictReader(io.StringIO(ask(f"{PAGE}changes.csv").get_data(as_text=True))))

    assert ["123456.78", "0.01"] == [row["after"] for row in plain["figures"]]
    assert [row["change"] for row in plain["figures"]] == [row["change"] for row in rows]
    assert {"Region 10", "Region 20"} == {row["name_en"] for row in rows}
    assert plain["metadata"]["version_before"] == before.id == rows[0]["version_before"]
    assert "true" == rows[0]["is_synthetic"]


def test_a_pinned_page_never_changes(two, ask):
    """Whatever is published, rolled back or published again later."""
    home, first, publish = two
    publish(2, with_totals(first, {(0, LAST, 0, EXECUTED): 5}))
    paths = [f"/v/{number:016x}{PAGE}{face}" for number in (1, 2) for face in ("", "changes.json", "changes.csv")]
    before = [(ask(path).data, ask(path).headers["Cache-Control"]) for path in paths]
    home.rollback("zz", author="test", note="back")
    publish(3, with_totals(first, {(0, LAST, 0, EXECUTED): 6}))

    assert before == [(ask(path).data, ask(path).headers["Cache-Control"]) for path in paths]
    assert {True} == {"immutable" in control for _, control in before}


def test_a_rollback_is_compared_with_what_it_took_back(two, ask):
    """The page in force tells of the way back, the pinned one of the first time."""
    home, first, publish = two
    publish(2, with_totals(first, {(0, LAST, 0, EXECUTED): 5}))
    home.rollback("zz")
    about = ask(f"{PAGE}changes.json").json["metadata"]

    assert (first.id, f"{2:016x}") == (about["version"], about["version_before"])
    assert ask(f"/v/{first.id}{PAGE}changes.json").json["metadata"]["version_before"] is None


def test_a_version_that_is_gone_is_not_compared_with(two, ask):
    """The page says so, and is not kept for good: the version may be brought back."""
    home, first, publish = two
    publish(2)
    shutil.rmtree(home.folder / "versions" / first.id)
    response = create_app(Settings(home=home.folder, country="zz")).test_client().get(f"/v/{2:016x}{PAGE}")

    assert 200 == response.status_code
    assert text_of("en")("changes.not_kept", before=first.id) in response.get_data(as_text=True)
    assert "immutable" not in response.headers["Cache-Control"]


def test_a_view_says_whether_its_figures_changed(two, ask):
    """How many territories it shows otherwise; a view that shows the same says nothing."""
    _, before, publish = two
    publish(2, with_totals(before, {(0, LAST, 0, EXECUTED): 5, (1, LAST, 0, EXECUTED): 6}))
    said = text_of("en")("changes.since", count=2)

    assert said in ask(MAP).get_data(as_text=True)
    assert said in ask(f"{MAP}per=none/").get_data(as_text=True)
    assert "Changed since" not in ask("/en/zz/region/executed/2023/").get_data(as_text=True)
    assert "Changed since" not in ask("/en/zz/region/approved/2024/").get_data(as_text=True)


def test_a_view_that_was_not_there_before_says_so(two, ask):
    """Nothing of it can be compared."""
    home, first, publish = two
    publish(2, with_plain(first, "axes.json", lambda plain: plain["periods"].__setitem__(2, "2024-11")))
    home.publish(first.id)

    assert text_of("en")("changes.since_new") in ask(MAP).get_data(as_text=True)


def test_notes_and_authors_are_shown_as_written(two, ask):
    """They are words of people: escaped, in a direction of their own."""
    two[2](2, author="<b>Ә</b>", note="<img src=x onerror=1> \u202eback")
    html = ask(PAGE).get_data(as_text=True)

    assert "&lt;img src=x onerror=1&gt; \u202eback" in html
    assert "&lt;b&gt;Ә&lt;/b&gt;" in html
    assert "<img src=x" not in html


def test_two_versions_are_compared_once(two):
    """The answer is kept with the newer version."""
    _, before, publish = two
    after = publish(2, with_totals(before, {(0, 0, 0, 0): 1}))

    assert changes(before, after) is changes(before, after)

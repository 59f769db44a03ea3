"""Laws of an import: all of it or nothing, told beforehand, the same whenever and however often it comes."""

import errno
import os
import shutil
import signal
import tempfile
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.atlas import build
from geo.atlas.gathered import gathered, ledger_folder
from geo.core.errors import CannotWrite, SomebodyElseImports, SomebodyElsePublishes
from geo.core.files import digest
from geo.core.model import PHASES
from geo.core.settings import Settings
from geo.intake import imported, prepared, published
from geo.intake.scratch import scratch_folder
from geo.ledger import Ledger, Signed
from geo.versions import Home
from tests.conftest import made_zz
from tests.conftest import published as built
from tests.country_zz import BASE, FUNCTIONS, GAP, PERIODS, amount, reported
from tests.forked import exit_code
from tests.intake_zz import AT, done, in_force, month_file, order_of, rows_of, taken, with_profiles
from tests.test_ledger_kills import dying, ends, nth

UNIT, PERIOD = GAP
MINOR = 100

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture(scope="module")
def seed(tmp_path_factory):
    """The folder of zz with profiles and a version in force, to be copied."""
    folder = tmp_path_factory.mktemp("seed")
    built(with_profiles(made_zz(folder)).settings, "zz")
    return folder


@pytest.fixture
def home(seed, tmp_path, monkeypatch):
    """Settings of a copy of the seed; scratch folders go where a test can see them."""
    for name in ("data", "home"):
        shutil.copytree(seed / name, tmp_path / name)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    return Settings(home=tmp_path / "home", data=tmp_path / "data", country="zz")


def tree(folder):
    """Return name → digest of all files of a folder, but for locks."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix != ".lock"]
    return {str(path.relative_to(folder)): digest(path.read_bytes()) for path in found}


def executed(home, unit=UNIT, period=PERIOD):
    """Return function → executed of a unit in the version in force, in whole currency."""
    totals = pd.read_parquet(in_force(home).folder / "tables/totals.parquet")
    is_asked = (totals["unit_id"] == unit) & (totals["period"] == period) & (totals["phase"] == "executed")
    own = totals[is_asked & ~totals["is_restated"]]
    return {row.function: row.amount_minor / MINOR for row in own.itertuples()}


def ledger_of(home):
    return Ledger(ledger_folder(home, "zz"))


def test_a_month_is_published_from_its_file(home, tmp_path):
    """What the unit did not report is there, to the unit of currency; what was there stays; its day is known."""
    before = executed(home, "10")
    made = done(home, order_of(month_file(tmp_path, rows_of()), period=PERIOD))

    assert made.id == in_force(home).id
    assert {code: amount(UNIT, PERIOD, code, "executed") for code in FUNCTIONS} == executed(home)
    assert before == executed(home, "10")
    assert AT[:10] == in_force(home).json("reporting.json")[PERIOD][UNIT]


def test_the_same_file_again_changes_nothing(home, tmp_path):
    """Same version, same publication, and not a byte of the ledger."""
    file = month_file(tmp_path, rows_of())
    first = done(home, order_of(file, period=PERIOD))
    ledger = tree(ledger_of(home).folder)
    again = done(home, order_of(file, period=PERIOD, at="2025-02-01T00:00:00Z"))

    assert first == again
    assert ledger == tree(ledger_of(home).folder)


def test_a_correction_replaces_the_month_whole(home, tmp_path):
    """Another figure counts, and a line that is missing is gone; the file may have another name."""
    done(home, order_of(month_file(tmp_path, rows_of()), period=PERIOD))
    file = month_file(tmp_path, rows_of(f01=301, f02=None), "corrected.csv")
    done(home, order_of(file, period=PERIOD))

    assert {"01": 301, "15": amount(UNIT, PERIOD, "15", "executed")} == executed(home)


def test_what_is_withdrawn_was_never_there(home, tmp_path):
    """The next build makes the version that was in force before the delivery."""
    former = in_force(home).id
    done(home, order_of(month_file(tmp_path, rows_of()), period=PERIOD))
    (record,) = ledger_of(home).records()
    ledger_of(home).withdraw(record.id, Signed(AT))

    assert former != in_force(home).id
    assert former == build(home, "zz").id


def test_what_is_only_prepared_leaves_nothing_behind(home, tmp_path):
    """Whether it is good, is declined or breaks off: home and scratch are as they were."""
    before = tree(home.home)
    good = order_of(month_file(tmp_path / "in", rows_of()), period=PERIOD)
    with prepared(home, "zz", good, lambda step: None) as made:
        is_good = made.is_good
    with pytest.raises(ZeroDivisionError), prepared(home, "zz", good, lambda step: None):
        _ = 1 // 0
    bad = month_file(tmp_path / "in", [["99", PERIOD, "01", 1, 1, 1, 1, 1]], "bad.csv")
    codes = done(home, order_of(bad))

    assert is_good
    assert codes
    assert before == tree(home.home)
    assert [] == list((tmp_path / "scratch").iterdir())


@pytest.mark.parametrize(
    "content", [b"", b"\0\xff\xfe", b"PK\x03\x04", b"a;b\n1;2\n", b"<html></html>", b"unit,period\n"]
)
def test_bytes_that_are_no_month_are_refused_with_their_name(home, tmp_path, content):
    """Whatever they are: a fault that names the file, beside those of the other files, and nothing stored."""
    before = tree(home.home)
    file, pipe = tmp_path / "odd.csv", tmp_path / "pipe.csv"
    file.write_bytes(content)
    os.mkfifo(pipe)
    files = (file, tmp_path, pipe, tmp_path / "absent.csv", month_file(tmp_path, rows_of()))
    with prepared(home, "zz", order_of(*files), lambda step: None) as made:
        named = {fault.file for fault in made.faults}

    assert {"odd.csv", tmp_path.name, "pipe.csv", "absent.csv"} == named
    assert before == tree(home.home)


def test_a_period_that_the_file_does_not_hold_is_refused(home, tmp_path):
    """The operator hears which periods it holds."""
    file = month_file(tmp_path, rows_of())
    with prepared(home, "zz", order_of(file, period="2024-12"), lambda step: None) as made:
        (fault,) = made.faults

    assert ("E-PER-07", "2024-12", PERIOD) == (fault.code, fault.value, fault.values["held"])


def test_figures_of_a_month_that_has_not_begun_are_doubted(home, tmp_path):
    """By the day of the import; a plan may be known beforehand."""
    file = month_file(tmp_path, rows_of())
    plan = month_file(tmp_path, [[*row[:-1], 0] for row in rows_of()], "plan.csv")
    said = {}
    for path, at in ((file, "2024-05-31T00:00:00Z"), (plan, "2024-05-31T00:00:00Z"), (file, AT)):
        with prepared(home, "zz", order_of(path, at=at), lambda step: None) as made:
            said[path.name, at] = {fault.code for fault in (*made.faults, *made.warnings)} & {"E-PER-22"}

    assert [{"E-PER-22"}, set(), set()] == list(said.values())


def test_two_files_may_not_contradict_each_other(home, tmp_path):
    """Nobody can tell which is right, unless the operator says that the last one counts."""
    files = [month_file(tmp_path / f"{n}", rows_of(f01=300 + n), f"{n}.csv") for n in range(2)]
    with prepared(home, "zz", order_of(*files), lambda step: None) as made:
        (fault,) = made.faults

    assert ("1.csv", "E-IN-05", f"{UNIT}/{PERIOD}") == (fault.file, fault.code, fault.value)
    assert "0.csv" == fault.values["other"]
    assert 2 == taken(home, order_of(*files, accepted=order_of().accepted | {"E-IN-05"}))


def test_a_file_that_is_named_twice_is_taken_once(home, tmp_path):
    """And the operator hears of it, under whatever names."""
    file = month_file(tmp_path, rows_of())
    copy = shutil.copyfile(file, tmp_path / "copy.csv")
    with prepared(home, "zz", order_of(file, file, copy), lambda step: None) as made:
        new = imported(made)

    assert 1 == new
    assert ["copy.csv", "month.csv"] == [w.file for w in made.warnings if w.code == "W-IN-05"]


def test_months_that_nobody_asked_for_are_compared(home, tmp_path):
    """One that differs from what is in force is named; one that agrees, or is not in force, is not."""
    rows = [*rows_of(), *rows_of(UNIT, "2024-12", f01=601), *rows_of(UNIT, "2023-12")]
    rows += [[UNIT, "2024-03", *row[2:]] for row in rows_of()]
    with prepared(home, "zz", order_of(month_file(tmp_path, rows), period=PERIOD), lambda step: None) as made:
        told = [(w.code, w.value, w.values["count"]) for w in made.warnings if w.code.startswith("W-IN")]
        is_good = made.is_good

    assert is_good
    assert [("W-IN-06", f"{UNIT}/2024-12", "1")] == told


def test_an_older_revision_does_not_count_and_says_so(home, tmp_path):
    """What is in force stays."""
    taken(home, order_of(month_file(tmp_path, rows_of(f01=302)), revision=5))
    older = month_file(tmp_path, rows_of(f01=301), "older.csv")
    with prepared(home, "zz", order_of(older, revision=4), lambda step: None) as made:
        published(made)

    told = [w for w in made.warnings if w.code == "W-IN-07"]

    assert [("4", "5")] == [(w.values["revision"], w.values["in_force"]) for w in told]
    assert 302 == executed(home)["01"]


def test_a_killed_importer_leaves_no_scratch_for_long(home, tmp_path):
    """The next one removes what has no owner, and nothing else."""

    def dying():
        with scratch_folder() as folder:
            (folder / "big").write_bytes(b"x")
            os.kill(os.getpid(), signal.SIGKILL)

    exit_code(dying)
    left = len(list((tmp_path / "scratch").iterdir()))
    with scratch_folder() as one, scratch_folder() as other:
        both = one.is_dir() and other.is_dir() and not list(one.iterdir())

    assert 1 == left
    assert both
    assert [] == list((tmp_path / "scratch").iterdir())


def elsewhere(made, home):
    """Return the same order, to be carried out in another home."""
    context = made.context
    return replace(made, context=replace(context, settings=replace(context.settings, home=home)))


def completed(other, new):
    """Carry an order out once more, as a second run would: what is in the ledger already is not added again."""
    home = other.context.settings
    if ledger_of(home).records():
        Home(home.home).publish(new)
    else:
        published(other)
    ledger_of(home).remove_leftovers()
    return {name: sha256 for name, sha256 in tree(home.home).items() if name != "publications.jsonl"}


def interrupted(made, name, folder):
    """Return the id of the version that an order makes, the home that it leaves, and homes with the call of os.<name>
    to stop it at: while it begins to write the version, and at every place from the finished version on."""
    home = made.context.settings.home
    calm = elsewhere(made, shutil.copytree(home, folder / "calm"))
    new, early = ends(name, lambda: published(calm).id)
    ready = shutil.copytree(home, folder / "ready")
    for part in ("made", f"versions/{new}"):
        shutil.copytree(calm.context.settings.home / part, ready / part, dirs_exist_ok=True)
    _, late = ends(name, published, elsewhere(made, shutil.copytree(ready, folder / "ended")))
    return new, calm, [*((home, at) for at in early[:2]), *((ready, at) for at in late)]


@pytest.mark.parametrize("name", ["fsync", "replace", "mkdir"])
def test_an_import_may_die_before_any_write(home, tmp_path, name):
    """Ledger and version are as before or as after, and carrying it out again ends as if nothing had been."""
    order = order_of(month_file(tmp_path / "in", rows_of()), period=PERIOD)
    old = in_force(home).id
    with prepared(home, "zz", order, lambda _: None) as made:
        new, calm, moments = interrupted(made, name, tmp_path)
        expected = completed(calm, new)
        for number, (start, at) in enumerate(moments):
            other = elsewhere(made, shutil.copytree(start, tmp_path / f"{name}{number}"))
            code = dying(name, at, published, other)
            own = other.context.settings
            current, records = Home(own.home).current_id("zz"), ledger_of(own).records()

            assert 9 == code
            assert current in {old, new}
            assert len(records) == 1 or current == old
            assert Home(own.home).version(current).id == current
            assert expected == {key: row for key, row in completed(other, new).items() if ".new" not in key}
            shutil.rmtree(own.home)

    assert len(moments) > 5


def refused(made):
    """Return the values of CannotWrite, None where the order was carried out."""
    try:
        published(made)
    except CannotWrite as error:
        return error.values
    return None


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk_is_told_and_nothing_is_half_done(home, tmp_path, monkeypatch, name):
    """CannotWrite at any write; the version in force is the one before or, when all is written, the one after."""
    old = in_force(home).id

    def full():
        raise OSError(errno.ENOSPC, "No space left on device", "somewhere")

    with prepared(home, "zz", order_of(month_file(tmp_path, rows_of())), lambda step: None) as made:
        new, _, moments = interrupted(made, name, tmp_path)
        for number, (start, at) in enumerate(moments):
            other = elsewhere(made, shutil.copytree(start, tmp_path / f"{name}{number}"))
            with monkeypatch.context() as patch:
                patch.setattr(os, name, nth(name, at, full))
                values = refused(other)
            settings_ = other.context.settings

            assert {"path", "reason", "needed", "free"} == set(values)
            assert Home(settings_.home).publications()[-1].id == Home(settings_.home).current_id("zz")
            assert Home(settings_.home).current_id("zz") in {old, new}
            assert [] == list(settings_.home.glob("versions/.staging-*"))
            shutil.rmtree(settings_.home)

    assert len(moments) > 5


def test_a_full_scratch_disk_is_told(home, tmp_path, monkeypatch):
    """No room to read in is a refusal of the machine, not a fault of the program."""
    file = month_file(tmp_path, rows_of())
    (tmp_path / "scratch").rmdir()
    with pytest.raises(CannotWrite), prepared(home, "zz", order_of(file), lambda step: None):
        pass


def test_of_two_importers_the_second_is_told(home, tmp_path):
    """What it rehearsed on has changed: nothing of it is stored, and repeating it does it."""
    orders = [order_of(month_file(tmp_path, rows_of(UNIT, p), f"{p}.csv")) for p in (PERIOD, "2024-12")]
    with prepared(home, "zz", orders[0], lambda step: None) as one:
        with prepared(home, "zz", orders[1], lambda step: None) as other:
            published(other)
        ledger = tree(ledger_of(home).folder)
        with pytest.raises((SomebodyElseImports, SomebodyElsePublishes)):
            published(one)
        with pytest.raises(SomebodyElseImports):
            imported(one)

    assert ledger == tree(ledger_of(home).folder)
    assert 1 == taken(home, orders[0])


def test_a_version_that_came_between_is_not_overwritten(home, tmp_path):
    """The ledger is not touched either."""
    with prepared(home, "zz", order_of(month_file(tmp_path, rows_of())), lambda step: None) as made:
        path = home.data / "boundaries/zz/population.csv"
        path.write_text(path.read_text("utf-8").replace("2024,60", "2024,61"), encoding="utf-8")
        other = build(home, "zz")
        Home(home.home).publish(other.id)
        with pytest.raises(SomebodyElsePublishes):
            published(made)

    assert other.id == in_force(home).id
    assert () == ledger_of(home).records()


def test_a_folder_that_may_not_be_written_is_told(home, tmp_path):
    """Where the ledger should be stands a file: nothing is published, and the place is named."""
    (home.home / "ledger").write_text("in the way", encoding="utf-8")
    former = in_force(home).id
    file = month_file(tmp_path, rows_of())
    with prepared(home, "zz", order_of(file), lambda step: None) as made, pytest.raises(CannotWrite) as error:
        published(made)

    assert str(home.home / "ledger") in error.value.values["path"]
    assert former == in_force(home).id


def test_a_damaged_version_in_force_is_replaced_by_a_month(home, tmp_path):
    """There is nothing to compare with, and the way out is open."""
    (in_force(home).folder / "axes.json").write_text("{}", encoding="utf-8")
    made = done(home, order_of(month_file(tmp_path, rows_of())))

    assert made.id == in_force(home).id


def test_offices_of_a_unit_become_bodies_of_it(home, tmp_path):
    """At region exactness, marked where they stand for many; their sums are the unit's figures."""
    header = ["unit", "period", "group", "office", *(f"{phase}_kzt" for phase in PHASES)]
    nothing = ["0"] * len(PHASES)  # twice the budget would be a doubt
    rows = [[*row[:3], "110", *row[3:]] for row in rows_of()] + [[*row[:3], "120", *nothing] for row in rows_of()]
    done(home, order_of(month_file(tmp_path, rows, header=header), period=PERIOD))
    bodies = pd.read_parquet(in_force(home).folder / "tables/bodies.parquet").set_index("body_id")
    own = bodies[(bodies["unit_code"] == UNIT) & (bodies["kind"] == "administrator")]

    assert {code: amount(UNIT, PERIOD, code, "executed") for code in FUNCTIONS} == executed(home)
    assert {"110": False, "120": True} == dict(zip(own["code"], map(bool, own["is_group"]), strict=True))
    assert {"region"} == set(own["exactness"])


MONTHS = st.lists(
    st.tuples(
        st.sampled_from(sorted(BASE)),
        st.sampled_from(PERIODS),
        st.dictionaries(st.sampled_from(FUNCTIONS), st.integers(1, 10**9), min_size=1),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=3)
@given(months=MONTHS)
def test_money_is_neither_lost_nor_doubled(tmp_path_factory, months):
    """Whatever is delivered: what counts is what came with the country, but for the months delivered, and those."""
    folder = tmp_path_factory.mktemp("zz")
    home = with_profiles(made_zz(folder)).settings
    expected = {
        (unit, period, function, phase): MINOR * amount(unit, period, function, phase)
        for unit, period in reported()
        for function in FUNCTIONS
        for phase in PHASES
    }
    for number, (unit, period, figures) in enumerate(months):
        rows = [[unit, period, function, *[figure] * len(PHASES)] for function, figure in figures.items()]
        codes = taken(home, order_of(month_file(folder, rows, f"{number}.csv"), accepted=EVERY_DOUBT))
        assert codes in (0, 1)
        expected = {key: value for key, value in expected.items() if key[:2] != (unit, period)}
        expected |= {(unit, period, f, phase): MINOR * figure for f, figure in figures.items() for phase in PHASES}
    got = gathered(home, "zz")
    units = got.ledger.bodies.set_index("body_id")["unit_code"]
    entries = got.ledger.entries.assign(unit=got.ledger.entries["body_id"].map(units))
    entries["function"] = entries["function"].str[:2]
    sums = entries.groupby(["unit", "period", "function", "phase"])["amount_minor"].sum().to_dict()

    assert {key: value for key, value in expected.items() if value} == {k: v for k, v in sums.items() if v}


EVERY_DOUBT = frozenset(
    f"{kind}-{family}-{n:02}" for kind in "EW" for family in ("SUM", "CSV", "PER") for n in range(40)
)

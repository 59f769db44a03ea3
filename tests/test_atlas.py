"""Laws of the whole pipeline: it tells its steps, knows its inputs, and a refusal stores nothing."""

import errno
import json
import shutil
from dataclasses import replace

import pytest

from geo.atlas import STEPS, build, check_data
from geo.atlas.inputs import input_digests
from geo.core.errors import BadData, BadSetting, CannotWrite
from geo.versions import Home
from tests.country_zz import BASE, COUNTRY, NEW, OLD, PEOPLE, PERIODS, write_rows


def heard(settings):
    steps = []
    return build(settings, "zz", steps.append), steps


def test_a_build_tells_each_of_its_steps_once(zz):
    """Whoever waits sees what is being done."""
    version, steps = heard(zz.settings)

    assert list(STEPS) == steps
    assert [version.id] == Home(zz.settings.home).version_ids()


def test_a_built_version_is_not_published(zz):
    """Publishing is a decision of its own."""
    build(zz.settings, "zz")

    assert [] == Home(zz.settings.home).countries()


def test_what_is_written_while_tiles_are_made_is_the_same(zz, zz_version, monkeypatch):
    """Files that are called large are written beside; the version holds the same bytes, and nothing is left aside."""
    monkeypatch.setattr("geo.atlas._LARGE", 1)
    made = build(zz.settings, "zz")

    assert zz_version.manifest["files"] == made.manifest["files"]
    assert [made.id] == [path.name for path in (zz.settings.home / "versions").iterdir()]


@pytest.mark.parametrize("at", [1, 5])
def test_a_disk_that_is_full_while_tiles_are_made_is_told_with_what_is_needed(zz, monkeypatch, at):
    """Path, needed and free bytes as numbers; no version, nothing left aside, and doing it again succeeds."""
    calls = []

    def full(step):
        calls.append(step)
        if calls.count("write") == at and step == "write":
            raise OSError(errno.ENOSPC, "No space left on device", "somewhere")

    with monkeypatch.context() as patch:
        patch.setattr("geo.atlas._LARGE", 1)
        patch.setattr("geo.core.files.reach", full)
        with pytest.raises(CannotWrite) as error:
            build(zz.settings, "zz")

    assert int(error.value.values["needed"]) > 10_000
    assert [] == [*(zz.settings.home / "versions").iterdir()]
    assert build(zz.settings, "zz").id


def test_every_data_file_counts_as_an_input(zz):
    """A version knows the digest of every file it was made of; a new one makes another version."""
    before = input_digests(zz.borders, zz.budget, ())
    listed = {path.relative_to(zz.settings.data).as_posix() for path in zz.settings.data.rglob("*.*") if path.is_file()}
    (zz.budget / "notes.csv").write_text("x\n")

    assert listed == set(before["files"])
    assert before != input_digests(zz.borders, zz.budget, ())


def test_a_version_holds_what_the_country_holds(zz_version):
    """Units of both editions, the periods, the groups, all of them in order."""
    assert tuple(PERIODS) == zz_version.periods
    assert ("01", "02", "15") == zz_version.functions
    assert list(BASE) == [unit.unit_id for unit in zz_version.level(NEW, "region").units]
    assert ["10", "20", "35", "40"] == [unit.unit_id for unit in zz_version.level(OLD, "region").units]
    assert zz_version.country.is_synthetic
    assert {"read": 108, "rejected": 0} == {name: zz_version.manifest["rows"][name] for name in ("read", "rejected")}


@pytest.mark.parametrize("country", ["", "..", "../kz", "ZZ", "zz/", "z" * 65])
def test_a_country_that_is_no_name_is_refused(zz, country):
    """What an operator types never becomes a path."""
    with pytest.raises(BadSetting):
        build(zz.settings, country)


def test_a_country_that_is_not_there_is_refused(zz):
    """The missing description is named."""
    with pytest.raises(BadData) as error:
        build(zz.settings, "yy")

    assert ["E-CTRY-01"] == [fault.code for fault in error.value.faults]


def test_a_refusal_stores_nothing_and_leaves_what_is_in_force(zz):
    """A wrong file today, and the map of yesterday stands."""
    home = Home(zz.settings.home)
    home.publish(build(zz.settings, "zz").id)
    before = sorted(str(path) for path in zz.settings.home.rglob("*"))
    (zz.budget / "published.csv").write_text("unit\n")
    with pytest.raises(BadData):
        build(zz.settings, "zz")

    assert before == sorted(str(path) for path in zz.settings.home.rglob("*"))


def test_faults_of_borders_in_two_editions_come_together(zz):
    """One run names the wrong features of every edition."""
    for edition in (NEW, OLD):
        path = zz.borders / edition / "region.geojson"
        plain = json.loads(path.read_text("utf-8"))
        plain["features"][0]["geometry"] = None
        path.write_text(json.dumps(plain), encoding="utf-8")
    with pytest.raises(BadData) as error:
        check_data(zz.settings, "zz")

    assert {f"{edition}/region.geojson" for edition in (NEW, OLD)} == {fault.file for fault in error.value.faults}


def test_a_file_that_cannot_be_read_is_refused(zz):
    """The name of the file and the reason, not a trace; this one answers every read with an error, to root as well."""
    (zz.budget / "published.csv").unlink()
    (zz.budget / "published.csv").symlink_to("/proc/self/mem")
    with pytest.raises(BadData) as error:
        check_data(zz.settings, "zz")

    assert [("published.csv", "E-CSV-09")] == [(fault.file, fault.code) for fault in error.value.faults]


def test_a_year_without_prices_is_refused(zz):
    """Real terms of that year would fail in front of a reader."""
    write_rows(zz.borders / "prices.csv", [["year", "index_december"], ["2023", "110"]])
    with pytest.raises(BadData) as error:
        check_data(zz.settings, "zz")

    assert [("prices.csv", "E-PER-01", "2024")] == [(f.file, f.code, f.value) for f in error.value.faults]


def test_an_old_unit_that_inherits_from_nobody_is_refused(zz):
    """It would stand on the map without people and without money."""
    path = zz.borders / "lineage.csv"
    path.write_text(path.read_text("utf-8").replace(f"{NEW},40,{OLD},40", f"{NEW},40,{OLD},20"), encoding="utf-8")

    with pytest.raises(BadData) as error:
        check_data(zz.settings, "zz")

    assert {"E-LIN-04"} == {fault.code for fault in error.value.faults}


def test_a_country_with_one_edition_needs_no_lineage(zz):
    """The smallest country folder there can be is built like any other."""
    (zz.borders / "lineage.csv").unlink()
    old = COUNTRY.index(f'[[editions]]\nid = "{OLD}"')
    new = COUNTRY.index(f'[[editions]]\nid = "{NEW}"')
    (zz.borders / "country.toml").write_text(COUNTRY[:old] + COUNTRY[new:], encoding="utf-8")
    version = build(replace(zz.settings, home=zz.settings.home / "one"), "zz")

    assert {NEW} == {key.split("/")[0] for key in version.facts["denominators"]}
    assert sum(PEOPLE.values()) == version.denominators(NEW, "region", "person", "2024").sum()


def test_a_linked_folder_is_an_input_like_any_other(zz, tmp_path):
    """What is read is what the version is made of, wherever it lies: other borders give another id."""
    elsewhere = tmp_path / "elsewhere"
    shutil.move(zz.borders / NEW, elsewhere)
    (zz.borders / NEW).symlink_to(elsewhere)
    before = input_digests(zz.borders, zz.budget, ())
    path = elsewhere / "region.geojson"
    path.write_text(path.read_text(encoding="utf-8").replace("Region 10", "Region X"), encoding="utf-8")

    assert f"boundaries/zz/{NEW}/region.geojson" in before["files"]
    assert before != input_digests(zz.borders, zz.budget, ())


def test_people_are_needed_for_every_year_with_money(zz):
    """A year without people would leave the first page without a single value."""
    path = zz.borders / "population.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if ",2024," not in line), encoding="utf-8")
    with pytest.raises(BadData) as error:
        build(zz.settings, "zz")

    assert [("population.csv", "E-PER-01", "2024")] == [(f.file, f.code, f.value) for f in error.value.faults]

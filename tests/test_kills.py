"""Laws of dying: a kill at any moment leaves the version before or the version after, whole."""

import os
import shutil
import signal
import time
from dataclasses import replace

import pytest

from geo.atlas import assembled, build
from geo.core import errors
from geo.versions import Home
from tests.test_ledger_kills import dying, ends
from tests.test_versions import digests

A, B = "aaaa", "bbbb"

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture(scope="module")
def files(zz_home):
    return assembled(zz_home, "zz", lambda step: None).files


def staged_and_published(home, files):
    with home.locked("build"):
        home.remove_leftovers()
        home.stage(B, files, {"country": "zz"})
    home.publish(B)


@pytest.mark.parametrize("name", ["fsync", "replace", "open"])
def test_a_publisher_may_die_before_any_write(tmp_path, files, name):
    """At any fsync, rename and open of a folder: the pointer names a whole version, and a second run ends as if
    nothing had been."""
    before = Home(tmp_path / "before")
    before.stage(A, files, {"country": "zz"})
    before.publish(A)
    calm = Home(shutil.copytree(before.folder, tmp_path / "calm"))
    _, moments = ends(name, staged_and_published, calm, files)
    expected = digests(calm.folder / "versions")
    for at in moments:
        home = Home(shutil.copytree(before.folder, tmp_path / f"{name}{at}"))
        code = dying(name, at, staged_and_published, home, files)
        in_force = home.current_id("zz")

        assert 9 == code
        assert in_force in {A, B}
        assert in_force == home.version(in_force).id
        assert in_force == home.publications()[-1].id
        staged_and_published(home, files)
        assert expected == digests(home.folder / "versions")
        assert [(1, A), (2, B)] == [(row.sequence, row.id) for row in home.publications()]
        shutil.rmtree(home.folder)

    assert len(moments) > 2


@pytest.fixture(scope="module")
def undisturbed(zz_home, tmp_path_factory):
    """Other figures than those of zz_home, built by nobody disturbed: their data and the digests of the version."""
    data = shutil.copytree(zz_home.data, tmp_path_factory.mktemp("calm") / "data")
    people = data / "boundaries/zz/population.csv"
    people.write_text(people.read_text("utf-8").replace("2024,60", "2024,61"), encoding="utf-8")
    return data, digests(build(replace(zz_home, home=data.parent / "home", data=data), "zz").folder)


def building(settings):
    """Return a child that builds and publishes, once it begins to write the version."""
    ready, told = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            version = build(settings, "zz", lambda step: os.write(told, f"{step}\n".encode()))
            Home(settings.home).publish(version.id)
        finally:
            os._exit(0)
    os.close(told)
    with os.fdopen(ready) as steps:
        for step in steps:
            if step == "stage\n":
                break
    return pid


@pytest.mark.parametrize("delay_s", [0.0, 0.002, 0.01, 0.05])
def test_a_killed_build_leaves_what_was_in_force(zz_home, undisturbed, tmp_path, delay_s):
    """SIGKILL while a version is written: the version before or after is whole, and building again gives the same
    bytes as a build that nobody disturbed."""
    data, expected = undisturbed
    settings = replace(zz_home, home=shutil.copytree(zz_home.home, tmp_path / "home"), data=data)
    home = Home(settings.home)
    old = home.current_id("zz")
    child = building(settings)
    time.sleep(delay_s)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    in_force = home.current_id("zz")
    whole = home.version(in_force).id
    new = build(settings, "zz")

    assert in_force == whole
    assert in_force in {old, new.id}
    assert expected == digests(new.folder)
    assert new.id == home.publish(new.id).id
    assert [] == list((home.folder / "versions").glob(".staging-*"))


def test_a_lock_is_free_when_its_holder_is_killed(tmp_path, files):
    """While it is held others are told at once; the kernel opens it when the holder dies."""
    home = Home(tmp_path / "home")
    home.stage(A, files, {"country": "zz"})
    ready, told = os.pipe()
    pid = os.fork()
    if not pid:
        with home.locked("publish"):
            os.write(told, b"x")
            signal.pause()
    os.read(ready, 1)
    with pytest.raises(errors.SomebodyElsePublishes) as error:
        home.publish(A)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(ready)
    os.close(told)

    assert {"lock": "publish"} == error.value.values
    assert A == home.publish(A).id

"""Laws of dying: a kill at any moment leaves the version before or the version after, whole."""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from geo.atlas import assembled, build
from geo.core import errors
from geo.versions import Home
from tests.forked import exit_code
from tests.test_versions import ROOT, digests

A, B = "aaaa", "bbbb"
BUILD = """
import sys
from pathlib import Path
from geo.atlas import build
from geo.core.settings import Settings
from geo.versions import Home
settings = Settings(home=Path(sys.argv[1]), data=Path(sys.argv[2]))
version = build(settings, "zz", lambda step: print(step, flush=True))
Home(settings.home).publish(version.id)
print("published", flush=True)
"""

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture(scope="module")
def files(zz_home):
    return assembled(zz_home, "zz", lambda step: None).files


def staged_and_published(home, files):
    with home.locked("build"):
        home.remove_leftovers()
        home.stage(B, files, {"country": "zz"})
    home.publish(B)


def dying(home, files, name, at):
    """Return the exit code of a publisher that dies before its call number `at` of os.<name>."""

    def act():
        calls, real = [], getattr(os, name)

        def counted(*args):
            calls.append(args)
            if len(calls) == at:
                os._exit(9)
            return real(*args)

        setattr(os, name, counted)
        staged_and_published(home, files)

    return exit_code(act)[0]


@pytest.mark.parametrize("name", ["fsync", "replace", "open"])
def test_a_publisher_may_die_before_any_write(tmp_path, files, name):
    """At every fsync, rename and open of a folder: the pointer names a whole version, and a second run ends as if
    nothing had been."""
    before = Home(tmp_path / "before")
    before.stage(A, files, {"country": "zz"})
    before.publish(A)
    calm = Home(shutil.copytree(before.folder, tmp_path / "calm"))
    staged_and_published(calm, files)
    expected, at, code = digests(calm.folder / "versions"), 0, 9
    while code == 9:
        at += 1
        home = Home(shutil.copytree(before.folder, tmp_path / f"{name}{at}"))
        code = dying(home, files, name, at)
        in_force = home.current_id("zz")

        assert in_force in {A, B}
        assert in_force == home.version(in_force).id
        assert in_force == home.publications()[-1].id
        staged_and_published(home, files)
        assert expected == digests(home.folder / "versions")
        assert [(1, A), (2, B)] == [(row.sequence, row.id) for row in home.publications()]
        shutil.rmtree(home.folder)

    assert 0 == code
    assert at > 2


@pytest.fixture(scope="module")
def undisturbed(zz_home, tmp_path_factory):
    """Other figures than those of zz_home, built by nobody disturbed: their data and the digests of the version."""
    data = shutil.copytree(zz_home.data, tmp_path_factory.mktemp("calm") / "data")
    people = data / "boundaries/zz/population.csv"
    people.write_text(people.read_text("utf-8").replace("2024,60", "2024,61"), encoding="utf-8")
    return data, digests(build(replace(zz_home, home=data.parent / "home", data=data), "zz").folder)


@pytest.mark.parametrize("delay_s", [0.0, 0.002, 0.005, 0.01, 0.02, 0.05])
def test_a_killed_build_leaves_what_was_in_force(zz_home, undisturbed, tmp_path, delay_s):
    """SIGKILL while a version is written: the version before or after is whole, and building again gives the same
    bytes as a build that nobody disturbed."""
    data, expected = undisturbed
    settings = replace(zz_home, home=shutil.copytree(zz_home.home, tmp_path / "home"), data=data)
    home = Home(settings.home)
    old = home.current_id("zz")
    command = [sys.executable, "-c", BUILD, str(settings.home), str(data)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        for line in child.stdout:
            if line == "stage\n":
                break
        time.sleep(delay_s)
        child.send_signal(signal.SIGKILL)
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

"""Laws of publishing: same inputs give same bytes, damage is found, no refusal or rollback loses anything."""

import gc
import json
import os
import resource
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from geo.atlas import assembled, build
from geo.core import errors
from geo.core.arrays import array_of
from geo.core.files import digest
from geo.versions import Home
from tests.conftest import DATA
from tests.forked import exit_code

ROOT = DATA.parent
A, B, C = "aaaa", "bbbb", "cccc"
BUILD = """
import sys
from pathlib import Path
from geo.atlas import build
from geo.core.settings import Settings
for country, data in zip(("zz", "kz"), sys.argv[2:]):
    print(build(Settings(home=Path(sys.argv[1]), data=Path(data)), country).id)
"""

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture(scope="module")
def files(zz_home):
    """The files of a small version."""
    return assembled(zz_home, "zz", lambda step: None).files


@pytest.fixture
def home(tmp_path, files):
    """A home with the versions A and B of which A is published."""
    made = Home(tmp_path / "home")
    for version_id in (A, B):
        made.stage(version_id, files, {"country": "zz"})
    made.publish(A)
    return made


def digests(folder):
    """Return name → digest of every file below a folder."""
    return {str(path.relative_to(folder)): digest(path.read_bytes()) for path in folder.rglob("*") if path.is_file()}


def test_same_inputs_give_the_same_bytes_anywhere(zz_home, zz_version, kz_version, tmp_path):
    """A machine with another clock, language and hashing builds the same versions as this one, byte for byte."""
    other = {"PYTHONHASHSEED": "1", "TZ": "America/New_York", "LC_ALL": "C", "PYTHONUTF8": "0"}
    command = [sys.executable, "-c", BUILD, str(tmp_path), str(zz_home.data), str(DATA)]
    run = subprocess.run(command, cwd=ROOT, env={**os.environ, **other}, capture_output=True, text=True, check=False)

    assert (0, [zz_version.id, kz_version.id]) == (run.returncode, run.stdout.split()), run.stderr
    for version in (zz_version, kz_version):
        assert digests(version.folder) == digests(tmp_path / "versions" / version.id)


def test_another_input_gives_another_id(zz):
    """An id stands for its inputs: a byte more, another version."""
    before = build(zz.settings, "zz").id
    (zz.borders / "population.csv").write_bytes((zz.borders / "population.csv").read_bytes().replace(b"100", b"101"))

    assert before != build(zz.settings, "zz").id
    assert 2 == len(Home(zz.settings.home).version_ids())


def test_a_version_holds_no_trace_of_where_it_was_built(zz, zz_version):
    """Neither a path nor a clock: only what the data say."""
    content = b"".join(path.read_bytes() for path in zz_version.folder.rglob("*") if path.is_file())

    assert str(zz_version.folder.parents[2]).encode() not in content
    assert build(zz.settings, "zz").id == zz_version.id


def test_every_damaged_file_is_found_when_a_version_is_opened(home, files):
    """A byte flipped, a byte cut off, a file gone: the file is named, and nothing is served from it."""
    folder = home.folder / "versions" / A
    for name in [*files, "manifest.json"]:
        whole = (folder / name).read_bytes()
        flips = [whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :] for at in (0, len(whole) // 2, len(whole) - 1)]
        for content in (*flips, whole[:-1], whole + b"\n", b"", whole[: len(whole) // 2]):
            (folder / name).write_bytes(content)

            with pytest.raises(errors.DamagedVersion) as error:
                home.version(A)
            assert name == error.value.values["file"]
        (folder / name).write_bytes(whole)

    assert A == home.version(A).id


def test_every_byte_of_the_manifest_counts(home):
    """The file that vouches for the others vouches for itself."""
    path = home.folder / "versions" / A / "manifest.json"
    whole = path.read_bytes()
    for at in range(0, len(whole), 7):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])

        with pytest.raises(errors.OperatorError):
            home.version(A)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"null", b"[]", b"{}", b'{"id":"aaaa","files":{}}', b'{"format":"1"}', b"\xff", b"NaN"]
)
def test_a_manifest_that_is_none_is_a_damaged_version(home, content):
    """Whatever the disk gives back: a code, not a crash."""
    (home.folder / "versions" / A / "manifest.json").write_bytes(content)

    with pytest.raises(errors.DamagedVersion):
        home.version(A)


def test_a_version_under_another_name_is_refused(home):
    """An id stands for its bytes; a renamed folder would lie."""
    (home.folder / "versions" / A).rename(home.folder / "versions" / C)

    with pytest.raises(errors.DamagedVersion):
        home.version(C)


def test_a_version_of_a_newer_release_is_refused(home):
    """What this release may misread it does not open."""
    path = home.folder / "versions" / A / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99}))

    with pytest.raises(errors.NewerFormat):
        home.version(A)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"id":5,"sequence":1}', b'{"id":"../x","sequence":1}', b'{"id":"aaaa"}']
)
def test_a_damaged_pointer_is_said_and_can_be_replaced(home, content):
    """Nothing is guessed; publishing again mends it and keeps the history."""
    home.publish(B)
    (home.folder / "current" / "zz").write_bytes(content)
    with pytest.raises(errors.DamagedVersion):
        home.current_id("zz")
    with pytest.raises(errors.DamagedVersion):
        home.publish(A, expected=B)
    home.publish(A)

    assert A == home.current_id("zz")
    assert [A, B, A] == [row.id for row in home.publications()]


def test_a_damaged_list_of_publications_is_said(home):
    """History is not made up."""
    (home.folder / "publications.jsonl").write_bytes(b'{"sequence":')

    with pytest.raises(errors.DamagedVersion):
        home.publications()


@pytest.mark.parametrize("version_id", ["", "..", "../versions/aaaa", "aaaa/", "AAAA", "zzzz", "." * 300, "a\0"])
def test_an_id_that_names_no_version_is_refused(home, version_id):
    """User text never becomes a path."""
    with pytest.raises(errors.NotAVersion):
        home.version(version_id)


def test_a_home_without_publications_says_so(tmp_path):
    """An empty folder, or none at all."""
    home = Home(tmp_path / "nothing")

    assert ([], [], []) == (home.version_ids(), home.countries(), home.publications())
    with pytest.raises(errors.NothingPublished):
        home.current_id("zz")
    with pytest.raises(errors.NothingPublished):
        home.rollback("zz")


def test_publishing_moves_the_pointer_and_keeps_the_history(home):
    """Sequence, author and note are kept; publishing what is in force adds nothing."""
    row = home.publish(B, author="Әсел", note="more\nlines")

    assert (2, B, "Әсел", "more\nlines", "publish") == (
        row.sequence,
        home.current_id("zz"),
        row.author,
        row.note,
        row.action,
    )
    assert row == home.publish(B)
    assert [A, B] == [line.id for line in home.publications()]


def test_a_rollback_returns_step_by_step(home, files):
    """Back from C to B, from B to A, and no further."""
    home.stage(C, files, {"country": "zz"})
    home.publish(B)
    home.publish(C)
    steps = [home.rollback("zz").id, home.rollback("zz").id]

    assert [B, A] == steps
    assert A == home.current_id("zz")
    with pytest.raises(errors.NothingToRollBack):
        home.rollback("zz")


def test_an_unpublished_line_of_the_history_is_dropped(home):
    """A publisher that died before the pointer moved was never in force."""
    path = home.folder / "publications.jsonl"
    dead = {**json.loads(path.read_text()), "sequence": 2, "id": C}
    path.write_text(path.read_text() + json.dumps(dead) + "\n")
    seen = [row.id for row in home.publications()]
    home.publish(B)

    assert [A] == seen
    assert [(1, A), (2, B)] == [(row.sequence, row.id) for row in home.publications()]


def test_who_expects_another_version_in_force_is_refused(home):
    """Two editors: the second learns that the first was there."""
    home.publish(B, expected=A)
    with pytest.raises(errors.SomebodyElsePublishes) as error:
        home.publish(A, expected=A)

    assert {"in_force": B} == error.value.values


def test_of_many_publishers_at_once_one_wins(home, files):
    """Compare and swap: each expects A, one finds it."""
    ids = [f"d{n}" for n in range(6)]
    for version_id in ids:
        home.stage(version_id, files, {"country": "zz"})

    def publish(version_id):
        try:
            home.publish(version_id, expected=A)
        except errors.SomebodyElsePublishes:
            return 3
        return 0

    codes = exit_code(*(lambda version_id=version_id: publish(version_id) for version_id in ids))

    assert [0, 3, 3, 3, 3, 3] == sorted(codes)
    assert [A, ids[codes.index(0)]] == [row.id for row in home.publications()]


def refused(act, limit):
    """Return the code of a child that may write files of so many bytes: 4 where the disk's refusal was said."""

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            act()
        except errors.CannotWrite:
            return 4
        return 0

    return exit_code(limited)[0]


@pytest.mark.parametrize("limit", [0, 100, 3000])
def test_a_disk_that_refuses_leaves_the_version_in_force(home, files, limit):
    """Half a version is never staged and nothing is left lying about."""
    before = digests(home.folder)
    code = refused(lambda: home.stage(C, files, {"country": "zz"}), limit)

    assert 4 == code
    assert before == digests(home.folder)
    assert [A, B] == sorted(path.name for path in (home.folder / "versions").iterdir())


@pytest.mark.parametrize("limit", [0, 20, 150])
def test_a_disk_that_refuses_the_pointer_leaves_the_version_in_force(home, limit):
    """The log may not be written, or the pointer: what was in force stays, and publishing again succeeds."""
    code = refused(lambda: home.publish(B), limit)
    left = [path.name for path in home.folder.rglob(".*")]

    assert (4, A, []) == (code, home.current_id("zz"), left)
    assert 2 == home.publish(B).sequence


def test_a_home_that_cannot_be_made_is_said(tmp_path, files):
    """A file where the folder should be."""
    (tmp_path / "home").write_text("x")
    home = Home(tmp_path / "home")

    with pytest.raises(errors.CannotWrite):
        home.stage(A, files, {"country": "zz"})
    with pytest.raises(errors.CannotWrite), home.locked("build"):
        pass


def test_staging_the_same_again_changes_nothing_and_another_content_is_refused(home, files):
    """Same id, same bytes; a folder that lost its manifest is damaged, not overwritten."""
    before = digests(home.folder)
    home.stage(A, files, {"country": "zz"})
    with pytest.raises(errors.DamagedVersion):
        home.stage(A, {**files, "axes.json": b"{}"}, {"country": "zz"})

    assert before == digests(home.folder)
    (home.folder / "versions" / A / "manifest.json").unlink()
    with pytest.raises(errors.DamagedVersion):
        home.stage(A, files, {"country": "zz"})


def test_a_file_given_by_its_path_is_the_file_given_by_its_content(home, files, tmp_path):
    """Large files need not pass through memory; a version cannot tell."""
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    by_path = home.stage(C, {**files, "tiles/a.bin": tmp_path / "large"}, {"country": "zz"})
    (tmp_path / "large").unlink()
    by_content = Home(tmp_path / "other").stage(C, {**files, "tiles/a.bin": b"x" * 3_000_000}, {"country": "zz"})

    assert digests(by_content.folder) == digests(by_path.folder)
    assert digests(by_path.folder) == digests(home.version(C).folder)


def test_a_workshop_is_gone_whatever_happens_in_it(home):
    """Neither success nor a fault leaves half-made files behind."""
    with home.workshop() as folder:
        (folder / "a").write_bytes(b"x")
    with pytest.raises(KeyError), home.workshop() as other:
        raise KeyError

    assert not folder.exists()
    assert not other.exists()
    assert [A, B] == home.version_ids()


def test_leftovers_of_a_killed_builder_are_removed(home):
    """They are never versions and do not pile up."""
    left = home.folder / "versions" / ".staging-dead"
    shutil.copytree(home.folder / "versions" / A, left)
    known = home.version_ids()

    assert [A, B] == known
    assert [".staging-dead"] == home.remove_leftovers()
    assert not Path(left).exists()


@pytest.mark.parametrize("is_path", [True, False], ids=["as files", "as contents"])
def test_files_of_a_version_that_was_checked_are_taken_over_and_not_read_again(home, files, is_path):
    """The same files on the disk, the same bytes as a version of contents; what is not shared is read."""
    before = home.version(A)
    kept = {name: before.folder / name if is_path else files[name] for name in files}
    shared = home.stage(C, kept | {"axes.json": files["axes.json"] + b" "}, {"country": "zz"}, before)
    names = shared.intact.shared(before.intact)

    assert {*files} - {"axes.json"} == names
    assert all((shared.folder / name).samefile(before.folder / name) for name in names)
    assert {name: row["sha256"] for name, row in shared.manifest["files"].items()} == {
        name: digest((shared.folder / name).read_bytes()) for name in files
    }


@pytest.mark.parametrize("name", ["facts.json", "axes.json"])
def test_damage_since_a_shared_file_was_checked_is_found(home, files, name):
    """By a look that differs from the one of then, whichever of its names the file was changed under."""
    before = home.version(A)
    home.stage(C, {name: before.folder / name for name in files}, {"country": "zz"}, before)
    content = bytearray((before.folder / name).read_bytes())
    content[-2] ^= 1
    (home.folder / "versions" / C / name).write_bytes(content)

    with pytest.raises(errors.DamagedVersion):
        home.version(C, [before])
    with pytest.raises(errors.DamagedVersion):
        home.publish(before)


def test_the_number_of_a_publication_is_never_given_twice(home):
    """Even where the log of publications was lost: the pointer knows how far it went."""
    home.publish(B)
    home.publish(A)
    (home.folder / "publications.jsonl").unlink()

    assert 4 == home.publish(B).sequence
    assert 4 == home.publication("zz").sequence


class Collected:
    """Garbage that only the collector finds, and that takes its time to go: another thread runs meanwhile."""

    def __init__(self):
        self.itself = self

    def __del__(self):
        for _ in range(50):  # steps of Python, between which another thread may have its turn
            pass


def test_arrays_are_read_by_many_threads_at_once(tmp_path):
    """Also while garbage is collected: what numpy reads their heads with is not safe then."""
    np.save(tmp_path / "a.npy", np.arange(6).reshape(2, 3))

    def sums(count):
        return [int(array_of(tmp_path / "a.npy", "r").sum()) for _ in range(count) if Collected() and Collected()]

    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(19)
    try:
        with ThreadPoolExecutor(4) as threads:
            found = [*threads.map(sums, [400] * 4)]
    finally:
        sys.setswitchinterval(interval)
        gc.set_threshold(*thresholds)

    assert [[15] * 400] * 4 == found

"""Laws of copies: what could not be brought back is not copied, and a foreign one writes nowhere but in its home."""

import io
import os
import shutil
import tarfile

import pytest

from geo.core.errors import (
    DamagedLedger,
    DamagedVersion,
    HomeTaken,
    NoPlaceForCopy,
    NotABackup,
    NothingPublished,
)
from geo.core.files import digest, to_json
from geo.keeping import all_verified, backup, examined, restore
from geo.keeping.backup import sealed
from geo.versions import Home, intact, manifest
from geo.versions.cleaning import Rule, clean
from tests.faults.conftest import IDS
from tests.faults.test_keeping import LATER, kept

DAMAGED = {
    "a file of an old version": lambda home: (home / "versions" / IDS[0] / "axes.json").write_bytes(b"{}"),
    "a manifest": lambda home: (home / "versions" / IDS[0] / "manifest.json").write_bytes(b"{}"),
    "the version in force is gone": lambda home: shutil.rmtree(home / "versions" / IDS[3]),
    "its manifest is gone": lambda home: (home / "versions" / IDS[3] / "manifest.json").unlink(),
    "a pointer": lambda home: (home / "current/zz").write_bytes(b"x"),
    "the log": lambda home: (home / "publications.jsonl").write_bytes(b"x"),
    "the pins": lambda home: (home / "pins.json").write_bytes(b"x"),
    "a ledger": lambda home: ledger(home).write_bytes(b"x"),
}


def ledger(home):
    (home / "ledger/zz/deliveries").mkdir(parents=True)
    return home / "ledger/zz/ledger.json"


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_home_is_not_copied_and_not_verified(home, tmp_path, what):
    """Else the copy of before would give way to one that cannot be brought back; doctor and verify see it too."""
    earlier = tmp_path / "a.tar"
    earlier.write_bytes(b"earlier")
    DAMAGED[what](home.folder)
    with pytest.raises((DamagedVersion, DamagedLedger)):
        backup(home, earlier)

    assert b"earlier" == earlier.read_bytes()
    assert ["a.tar", "home"] == sorted(path.name for path in tmp_path.iterdir())
    assert any(row.wrong for row in all_verified(home))
    assert any(row.is_trouble for row in examined(home))


@pytest.mark.parametrize("act", [all_verified, lambda home: backup(home, home.folder.parent / "a.tar")])
def test_a_home_that_was_mistyped_is_neither_copied_nor_whole(tmp_path, act):
    """Who asks every night is told, and no folder is made of a wrong name."""
    with pytest.raises(NothingPublished):
        act(Home(tmp_path / "hoem"))

    assert ["nothing"] == [row.what for row in examined(Home(tmp_path / "hoem"))]
    assert [] == [*tmp_path.iterdir()]


def test_a_copy_never_takes_the_place_of_a_device_nor_lies_in_the_home(home, tmp_path):
    """A device would be gone, and a copy inside would be in the next one."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (pipe, home.folder / "a.tar", home.folder / "versions" / "a.tar"):
        with pytest.raises(NoPlaceForCopy):
            backup(home, place)

    assert pipe.is_fifo()
    assert not list(home.folder.rglob("a.tar"))


def test_a_copy_holds_what_is_ours_also_behind_a_link(home, tmp_path):
    """Versions may lie on another disk; what else lies in the home is not in it."""
    plain = backup(home, tmp_path / "a.tar")
    shutil.move(home.folder / "versions", tmp_path / "disk")
    (home.folder / "versions").symlink_to(tmp_path / "disk")
    (home.folder / "notes.txt").write_text("x")
    linked = backup(home, tmp_path / "b.tar")

    assert plain == linked
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()


def test_digests_of_tokens_are_read_by_their_owner_alone(home, tmp_path):
    """In the copy, and where it is brought back."""
    (home.folder / "live").mkdir()
    (home.folder / "live/tokens.json").write_bytes(b'{"tokens":[]}')
    backup(home, tmp_path / "a.tar")
    restore(tmp_path / "a.tar", Home(tmp_path / "other"))
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("a.tar", "other/live", "other/live/tokens.json")]

    assert [0o600, 0o700, 0o600] == modes


def member(name, content=b"x", kind=tarfile.REGTYPE, **facts):
    made = tarfile.TarInfo(name)
    made.size, made.type = len(content), kind
    for fact, value in facts.items():
        setattr(made, fact, value)
    return made, content


LISTED = sealed({"current/zz": {"sha256": digest(b"x"), "bytes": 1}})
FOREIGN = {
    "of another program": [member("hello.txt")],
    "hard link": [member("pins.json", b"", tarfile.LNKTYPE, linkname="/etc/passwd")],
    "device": [member("pins.json", b"", tarfile.CHRTYPE)],
    "pipe": [member("pins.json", b"", tarfile.FIFOTYPE)],
    "folder": [member("versions", b"", tarfile.DIRTYPE)],
    "twice": [member("pins.json"), member("pins.json")],
    "file and folder": [member("versions/a"), member("versions/a/b")],
    "folder and file": [member("versions/a/b"), member("versions/a")],
    "a long name": [member(f"versions/{'a' * 300}")],
    "a deep name": [member("versions/" + "a/" * 3000 + "a")],
    "no letters": [member("versions/\udcff")],
    "a lock": [member("publish.lock")],
    "deep list": [member("backup.json", b'{"files":' + b"[" * 100_000)],
    "nothing listed": [member("backup.json", sealed({}))],
    "a pointer to nothing": [member("current/zz"), member("backup.json", LISTED)],
    "nothing": [],
}


@pytest.mark.parametrize("what", FOREIGN)
def test_a_foreign_archive_writes_nothing(tmp_path, what):
    """Not one file of it stays, inside of the home or outside, and it is told as what it is."""
    with tarfile.open(tmp_path / "a.tar", "w") as tar:
        for made, content in FOREIGN[what]:
            tar.addfile(made, io.BytesIO(content))
    home = Home(tmp_path / "home")
    with pytest.raises(NotABackup):
        restore(tmp_path / "a.tar", home)

    assert [] == [path.name for path in home.folder.rglob("*") if path.suffix != ".lock"]
    assert ["a.tar", "home"] == sorted(path.name for path in tmp_path.iterdir())


NOT_OURS = {
    "a length that is a text": lambda files: files["axes.json"].update(bytes="1"),
    "a length below nothing": lambda files: files["axes.json"].update(bytes=-1),
    "no digest": lambda files: files["axes.json"].pop("sha256"),
    "a row that is a text": lambda files: files.update({"axes.json": "x"}),
    "a file elsewhere": lambda files: files.update({"../x": files["axes.json"]}),
    "a file of the system": lambda files: files.update({"/etc/passwd": files["axes.json"]}),
}


def resealed(folder, change):
    """Change the list of files of a version and seal it anew, as anybody can."""
    told = manifest.listed_manifest(folder)
    change(told["files"])
    (folder / "manifest.json").write_bytes(manifest.sealed(told))


@pytest.mark.parametrize("what", NOT_OURS)
def test_a_seal_that_anybody_can_make_opens_nothing_that_is_not_a_version(home, tmp_path, what):
    """It is told as damage, also by those who look for it, and a copy of it is none."""
    resealed(home.folder / "versions" / IDS[1], NOT_OURS[what])
    with pytest.raises(DamagedVersion):
        home.version(IDS[1])
    copied = tmp_path / "a.tar"
    with tarfile.open(copied, "w") as tar:
        listed = {}
        for path in sorted(path for path in home.folder.rglob("*") if path.is_file() and path.suffix != ".lock"):
            name, content = path.relative_to(home.folder).as_posix(), path.read_bytes()
            made, _ = member(name, content)
            tar.addfile(made, io.BytesIO(content))
            listed[name] = {"sha256": digest(content), "bytes": len(content)}
        made, content = member("backup.json", sealed(listed))
        tar.addfile(made, io.BytesIO(content))

    assert [IDS[1]] == [one.id for one in all_verified(home) if one.id in IDS and one.wrong]
    with pytest.raises(NotABackup, match=f"{IDS[1]}.*E-VER-03"):
        restore(copied, Home(tmp_path / "other"))


@pytest.mark.parametrize(
    ("name", "said"), [("axes.json", []), ("axes.json", {}), ("country.json", {}), ("facts.json", 1)]
)
def test_a_file_as_listed_that_says_nothing_of_a_version_is_damage(home, name, said):
    """Its digest is right; it was never made here."""
    folder, content = home.folder / "versions" / IDS[1], to_json(said)
    (folder / name).write_bytes(content)
    resealed(folder, lambda files: files[name].update(sha256=digest(content), bytes=len(content)))
    with pytest.raises(DamagedVersion):
        home.version(IDS[1])

    assert [(name,)] == [one.wrong for one in all_verified(home) if one.id == IDS[1]]


def test_a_version_opens_where_no_more_threads_are_allowed(home, monkeypatch):
    """Large files are read one after the other then, and damage is found as ever."""

    def refused(*_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(intact, "_LARGE", 0)
    monkeypatch.setattr(intact.ThreadPoolExecutor, "submit", refused)

    assert IDS[1] == home.version(IDS[1]).id
    (home.folder / "versions" / IDS[1] / "spending.npy").write_bytes(b"")
    with pytest.raises(DamagedVersion):
        home.version(IDS[1])


def test_a_sparse_file_does_not_fill_the_disk(tmp_path):
    """A kilobyte that says it is a terabyte is refused before it is written."""
    made, _ = member("versions/x")
    made.pax_headers = {"GNU.sparse.map": f"0,1,{1 << 40},0", "GNU.sparse.size": str(1 << 40)}
    made.size = 1
    with tarfile.open(tmp_path / "a.tar", "w", format=tarfile.PAX_FORMAT) as tar:
        tar.addfile(made, io.BytesIO(b"x"))
    with pytest.raises(NotABackup):
        restore(tmp_path / "a.tar", Home(tmp_path / "home"))

    assert sum(path.stat().st_size for path in (tmp_path / "home").rglob("*")) < 1 << 20


def test_a_lost_log_removes_nothing(home):
    """Where nobody can tell what led to the version in force, cleaning is refused and not guessed."""
    before = kept(home)
    (home.folder / "publications.jsonl").unlink()
    with pytest.raises(DamagedVersion):
        clean(home, Rule(2, 24), LATER, is_dry=False)

    assert {*before} - {"publications.jsonl"} == {*kept(home)}
    with pytest.raises(HomeTaken):
        restore(home.folder / "none.tar", home)

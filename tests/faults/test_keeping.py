"""Laws of keeping: what is removed and what stays, what a doctor finds, copies that are byte-equal."""

import io
import shutil
import tarfile
from datetime import UTC, datetime, timedelta

import pytest

from geo.core.errors import DamagedVersion, HomeTaken, NotABackup, NothingToRollBack, SomebodyElsePublishes
from geo.keeping import backup, examined, mended, restore, verified
from geo.versions import Home, opened
from geo.versions.cleaning import Rule, clean, verdicts
from geo.versions.pins import pin, pins, unpin
from geo.web import create_app
from tests.faults.conftest import IDS
from tests.test_versions import digests

VIEW = "en/zz/region/executed/2024/per=none/"
LATER = datetime.now(UTC) + timedelta(hours=25)


def cleaned(home, versions=2, now=LATER):
    return clean(home, Rule(versions, 24), now, is_dry=False)[0]


def test_what_nobody_needs_goes_and_the_rest_stays(home):
    """In force, pinned, the last two that led to it; each with its reason, and a dry run says the same."""
    pin(home, IDS[0], "an article")
    foreseen = verdicts(home, Rule(2, 24), LATER)
    found = cleaned(home)

    assert foreseen == found
    assert ["pinned", "old", "last", "in_force"] == [row.reason for row in found]
    assert [IDS[0], IDS[2], IDS[3]] == home.version_ids()


def test_what_was_in_force_within_a_day_stays(home):
    """Readers hold its addresses; a clock that went back a year keeps more, never less."""
    today = cleaned(home, now=datetime.now(UTC))
    long_ago = cleaned(home, now=datetime.now(UTC) - timedelta(days=365))

    assert [*IDS] == home.version_ids()
    assert all(row.is_kept for row in today + long_ago)


def test_a_lost_pointer_or_pins_that_cannot_be_read_remove_nothing(home):
    """Nobody can tell then what is in force or wanted."""
    (home.folder / "current" / "zz").unlink()
    found = cleaned(home)
    (home.folder / "pins.json").write_bytes(b"{")
    with pytest.raises(DamagedVersion):
        cleaned(home)

    assert {"damaged"} == {row.reason for row in found}
    assert [*IDS] == home.version_ids()


def test_an_address_of_a_removed_version_is_gone_and_leads_to_the_latest(home, settings):
    """410 as page and as JSON, in a process that had it open too; its frozen embeds are answered from their store."""
    client = create_app(settings).test_client()
    frozen = f"/v/{IDS[0]}/{VIEW}embed/"
    embed, page = client.get(frozen), client.get(f"/v/{IDS[0]}/{VIEW}")
    cleaned(home)
    client.application.extensions["budgetmap"].guard.look_s = 0.0
    gone = client.get(f"/v/{IDS[1]}/{VIEW}", headers={"Accept": "text/html"})
    plain = client.get(f"/v/{IDS[1]}/{VIEW}data.json")

    assert (200, 200) == (embed.status_code, page.status_code)
    assert embed.data == client.get(frozen).data
    assert 410 == gone.status_code
    assert f'{VIEW}"'.encode() in gone.data
    assert (410, "E-URL-16", [f"/{VIEW}"]) == (plain.status_code, plain.json["code"], plain.json["allowed"])
    assert 404 == client.get(f"/v/{'f' * 16}/{VIEW}").status_code
    assert 410 == create_app(settings).test_client().get(f"/v/{IDS[0]}/{VIEW}data.csv").status_code


@pytest.mark.parametrize("is_read", [False, True], ids=["before its files are read", "behind that"])
def test_a_version_that_is_removed_while_it_is_opened_is_gone_and_not_damaged(home, settings, monkeypatch, is_read):
    """410, then and later: of damage a process would go on to speak."""
    client, check = create_app(settings).test_client(), opened.check_digests

    def cleaned_meanwhile(folder, *given):
        if folder.name == IDS[1] and not is_read:
            cleaned(home)
        check(folder, *given)
        if folder.name == IDS[1]:
            cleaned(home)

    monkeypatch.setattr(opened, "check_digests", cleaned_meanwhile)
    asked = [client.get(f"/v/{IDS[1]}/{VIEW}data.json") for _ in range(2)]

    assert [(410, "E-URL-16")] * 2 == [(answer.status_code, answer.json["code"]) for answer in asked]
    assert not client.application.extensions["budgetmap"].guard.is_damaged(IDS[1])


def test_a_rollback_returns_only_to_what_is_kept(home):
    """To the version before; where it was removed by hand there is nothing to return to, and that is said."""
    for version_id in IDS[:3]:
        shutil.rmtree(home.folder / "versions" / version_id)
    with pytest.raises(NothingToRollBack):
        home.rollback("zz")

    assert IDS[3] == home.current_id("zz")


def test_a_pin_can_be_taken_back(home):
    """And pins are listed in order of id."""
    for version_id in (IDS[2], IDS[0]):
        pin(home, version_id)
    first = pins(home)

    assert [IDS[0], IDS[2]] == [*first]
    assert (True, False) == (unpin(home, IDS[0]), unpin(home, IDS[0]))
    assert [IDS[2]] == [*pins(home)]


def test_cleaning_waits_for_builders_and_copies(home):
    """Who comes second is told at once; nothing is removed under a builder's feet."""
    for lock in ("keep", "build", "publish"):
        with home.locked(lock), pytest.raises(SomebodyElsePublishes):
            cleaned(home)

    assert [*IDS] == home.version_ids()


SPOILT = {
    "leftover": lambda home: (home / "versions/.staging-x").mkdir(),
    "restoring": lambda home: (home / ".restoring").mkdir(),
    "no_version": lambda home: (home / "versions/half").mkdir(),
    "damaged": lambda home: (home / "versions" / IDS[0] / "axes.json").write_bytes(b"{}"),
    "log": lambda home: (home / "publications.jsonl").write_bytes(b"[]"),
    "pointer": lambda home: (home / "current/zz").write_bytes(b"{}"),
    "nothing_behind": lambda home: shutil.rmtree(home / "versions" / IDS[3]),
    "no_pointer": lambda home: (home / "current/zz").unlink(),
    "pins": lambda home: (home / "pins.json").write_bytes(b"1"),
    "pin_of_nothing": lambda home: (home / "pins.json").write_bytes(b'{"gone":""}'),
    "stranger": lambda home: (home / "notes.txt").write_text("x"),
    "open_to_all": lambda home: (home / "versions").chmod(0o777),
}


@pytest.mark.parametrize("what", SPOILT)
def test_a_doctor_finds_what_is_wrong_and_changes_nothing(home, what):
    """One harm, one finding of its name; a home that nobody harmed has none."""
    healthy = examined(home)
    SPOILT[what](home.folder)
    before = digests(home.folder)
    found = examined(home)

    assert [] == healthy
    assert what in {row.what for row in found}
    assert before == digests(home.folder)


def test_mending_removes_leftovers_alone(home):
    """Half versions and files that were to replace others; figures, logs and pointers stay byte for byte."""
    expected = kept(home)
    (home.folder / "versions/.staging-x").mkdir()
    (home.folder / "current/.zz.new").write_bytes(b"{")
    removed = mended(home)

    assert [".staging-x", "current/.zz.new"] == removed
    assert expected == kept(home)
    assert [] == examined(home)


def test_verifying_names_every_damaged_file(home):
    """Not only the first."""
    folder = home.folder / "versions" / IDS[1]
    for name in ("axes.json", "spending.npy"):
        (folder / name).write_bytes(b"")
    whole, broken = verified(home, [IDS[0], IDS[1]])

    assert ((), ("axes.json", "spending.npy")) == (whole.wrong, broken.wrong)
    assert whole.laws > 0


def test_a_copy_brought_back_is_byte_equal_and_answers_the_same(home, settings, tmp_path):
    """On another machine: the same files, the same answers, and a copy of it is the same file."""
    pin(home, IDS[1], "why")
    told = backup(home, tmp_path / "a.tar")
    other = Home(tmp_path / "other")
    brought = restore(tmp_path / "a.tar", other)
    backup(other, tmp_path / "b.tar")

    assert told == brought
    assert (tmp_path / "a.tar").read_bytes() == (tmp_path / "b.tar").read_bytes()
    assert kept(home) == kept(other)
    assert [] == examined(other)


def kept(home):
    return {name: value for name, value in digests(home.folder).items() if not name.endswith(".lock")}


def test_nothing_is_brought_back_into_a_home_that_holds_something(home, tmp_path):
    """Not even what it holds already; the home is as it was."""
    backup(home, tmp_path / "a.tar")
    before = kept(home)
    with pytest.raises(HomeTaken):
        restore(tmp_path / "a.tar", home)

    assert before == kept(home)


def _member(name, content=b"x", kind=tarfile.REGTYPE):
    member = tarfile.TarInfo(name)
    member.size, member.type, member.linkname = len(content), kind, "/etc/passwd"
    return member, io.BytesIO(content)


HOSTILE = {
    "above": _member("../canary"),
    "root": _member("/canary"),
    "link": _member("versions/link", b"", tarfile.SYMTYPE),
    "hidden": _member(".restoring/x"),
    "unlisted": _member("versions/x"),
    "list": _member("backup.json", b'{"files":[]}'),
}


@pytest.mark.parametrize("what", [*HOSTILE, "cut", "flipped", "text", "nothing"])
def test_what_is_no_whole_copy_brings_nothing(home, tmp_path, what):
    """A copy that is cut or changed, or was made to write elsewhere: refused, and nothing is answered from it."""
    path = tmp_path / "a.tar"
    backup(home, path)
    content = path.read_bytes()
    if what in HOSTILE:
        member, body = HOSTILE[what]
        with tarfile.open(path, "w") as tar:
            tar.addfile(member, body)
    else:
        half = len(content) // 2
        flipped = content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]
        path.write_bytes({"cut": content[:half], "flipped": flipped, "text": b"hello", "nothing": b""}[what])
    other = Home(tmp_path / "other")
    with pytest.raises(NotABackup):
        restore(path, other)

    assert ([], []) == (other.version_ids(), other.countries())
    assert not (tmp_path / "canary").exists()

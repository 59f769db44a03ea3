"""Laws of an importer's death and of damage: the ledger is as before or as after, or says what is broken."""

import errno
import os
import shutil
import signal
import traceback

import pytest

from geo.core.errors import BadData, CannotWrite, DamagedLedger, NewerLedger, SomebodyElseImports
from geo.core.files import digest, to_json
from geo.ledger import Ledger
from tests.forked import exit_code
from tests.test_ledger import JANUARY, NOON, delivered, flat, said

BEFORE = {("10", JANUARY): {"01": 1}}
AFTER = {("10", JANUARY): {"01": 2, "02": 3}, ("20", JANUARY): {"01": 4}}

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture
def files(tmp_path):
    return [delivered(tmp_path / f"in{n}", reports) for n, reports in enumerate((BEFORE, AFTER))]


@pytest.fixture
def before(tmp_path, files):
    """Return a ledger with one delivery."""
    ledger = Ledger(tmp_path / "before")
    ledger.add(*files[0], NOON, {})
    return ledger


def refused(ledger, file):
    """Return the values of CannotWrite, None where the file was taken."""
    try:
        ledger.add(*file, NOON, {})
    except CannotWrite as error:
        return error.values
    return None


def copy_of(ledger, name):
    return Ledger(shutil.copytree(ledger.folder, ledger.folder.with_name(name)))


def tree(ledger):
    """Return name → digest of all that the ledger holds."""
    found = sorted(path for path in ledger.folder.rglob("*") if path.is_file())
    return {str(path.relative_to(ledger.folder)): digest(path.read_bytes()) for path in found}


def nth(name, at, act):
    """Return os.<name> that acts instead of its call number `at`."""
    calls, real = [], getattr(os, name)

    def counted(*args, **how):
        calls.append(args)
        if len(calls) == at:
            act()
        return real(*args, **how)

    return counted


def ends(name, act, *given):
    """Return what an act returns, and the calls of os.<name> to die at: the first and the last of each place in geo
    that leads to one. What lies between is the same act on another file."""
    places, real = [], getattr(os, name)

    def noted(*args, **how):
        frames = [frame for frame in traceback.extract_stack() if "/geo/" in frame.filename]
        places.append(tuple((frame.filename, frame.lineno) for frame in frames))
        return real(*args, **how)

    setattr(os, name, noted)
    try:
        made = act(*given)
    finally:
        setattr(os, name, real)
    last = {place: number for number, place in enumerate(places, start=1)}
    first = {place: number for number, place in reversed([*enumerate(places, start=1)])}
    return made, sorted({*first.values(), *last.values()})


def dying(name, at, act, *given):
    """Return the exit code of an act that dies before its call number `at` of os.<name>."""

    def child():
        setattr(os, name, nth(name, at, lambda: os._exit(9)))
        act(*given)

    return exit_code(child)[0]


@pytest.mark.parametrize("name", ["fsync", "replace", "open", "mkdir"])
def test_an_importer_may_die_before_any_write(files, before, name):
    """At every fsync, rename, open and new folder: before or after, and a second run ends as if nothing had been."""
    calm = copy_of(before, "calm")
    calm.add(*files[1], NOON, {})
    at, code = 0, 9
    while code == 9:
        at += 1
        ledger = copy_of(before, f"{name}{at}")
        code = dying(name, at, ledger.add, *files[1], NOON, {})
        counted = said(ledger)

        assert counted in (flat(BEFORE), flat(AFTER))
        assert len(ledger.records()) == (1 if counted == flat(BEFORE) else 2)
        assert 5 * len(ledger.records()) == ledger.verify()
        ledger.add(*files[1], NOON, {})
        ledger.remove_leftovers()
        assert tree(calm) == tree(ledger)
        shutil.rmtree(ledger.folder)

    assert 0 == code
    assert at > 1


@pytest.mark.parametrize("name", ["fsync", "replace", "mkdir"])
def test_the_first_importer_may_die_as_well(files, tmp_path, name):
    """A ledger that was never finished is an empty one, not a damaged one."""
    at, code = 0, 9
    while code == 9:
        at += 1
        ledger = Ledger(tmp_path / f"{name}{at}")
        code = dying(name, at, ledger.add, *files[0], NOON, {})

        assert said(ledger) in ({}, flat(BEFORE))
        ledger.add(*files[0], NOON, {})
        assert flat(BEFORE) == said(ledger)

    assert at > 1


def test_a_withdrawal_may_die_as_well(before):
    """It is one rename: done or not."""
    (record,) = before.records()
    codes = [dying(name, 1, before.withdraw, record.id, NOON) for name in ("fsync", "replace")]

    assert [9, 9] == codes
    assert flat(BEFORE) == said(before)
    assert [".ledger.json.new"] == before.remove_leftovers()


@pytest.mark.parametrize("name", ["fsync", "replace"])
def test_a_full_disk_leaves_the_ledger_as_it_was(files, before, monkeypatch, name):
    """At any write: CannotWrite with path, reason and free bytes, and nothing is left lying about."""
    expected, at, is_done = tree(before), 0, False

    def full():
        raise OSError(errno.ENOSPC, "No space left on device", "somewhere")

    while not is_done:
        at += 1
        ledger = copy_of(before, f"{name}{at}")
        with monkeypatch.context() as patch:
            patch.setattr(os, name, nth(name, at, full))
            values = refused(ledger, files[1])
        is_done = values is None

        assert is_done or {"path", "reason", "needed", "free"} == set(values)
        assert said(ledger) in (flat(BEFORE), flat(AFTER))
        assert tree(ledger) == expected or len(ledger.records()) == 2

    assert flat(AFTER) == said(ledger)
    assert at > 1


def test_a_changed_table_is_refused_and_nothing_is_left(files, before, monkeypatch):
    """Somebody writes to our own files while they are copied."""
    expected = tree(before)
    (_, original), made = files[1], files[1][0]
    path = made.tables["entries"]
    real = os.replace

    def replaced(source, target):
        path.write_bytes(path.read_bytes() + b"x")
        return real(source, target)

    monkeypatch.setattr(os, "replace", replaced)
    with pytest.raises(BadData) as error:
        before.add(made, original, NOON, {})

    assert ["E-UP-06"] == [fault.code for fault in error.value.faults]
    assert expected == tree(before)


def test_of_two_importers_at_once_one_is_told(files, before):
    """The second hears it at once; the lock is free when its holder is killed."""
    ready, told = os.pipe()
    pid = os.fork()
    if not pid:
        with before._store.locked():
            os.write(told, b"x")
            signal.pause()
    os.read(ready, 1)
    for act in (lambda: before.add(*files[1], NOON, {}), lambda: before.withdraw("x", NOON), before.remove_leftovers):
        with pytest.raises(SomebodyElseImports):
            act()
    readable = said(before)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(ready)
    os.close(told)

    assert flat(BEFORE) == readable
    assert before.add(*files[1], NOON, {})[1]


def test_importers_side_by_side_lose_nothing(tmp_path):
    """Six processes, each until it is let in: six records, numbered in a row."""
    ledger = Ledger(tmp_path / "ledger")
    files = [delivered(tmp_path / f"in{n}", {(str(n), JANUARY): {"01": n}}) for n in range(6)]

    def importing(made, original):
        def act():
            while True:
                try:
                    return 0 * len(Ledger(ledger.folder).add(made, original, NOON, {}))
                except SomebodyElseImports:
                    os.sched_yield()

        return act

    codes = exit_code(*(importing(*file) for file in files))

    assert [0] * 6 == codes
    assert [1, 2, 3, 4, 5, 6] == [row.sequence for row in ledger.records()]
    assert 30 == ledger.verify()


def test_any_damage_of_the_index_is_told(before):
    """Cut anywhere, changed anywhere, replaced by other JSON, or lost: never read as if it were right."""
    path = before.folder / "ledger.json"
    whole = path.read_bytes()
    wrong = [whole[:length] for length in range(0, len(whole), 97)]
    wrong += [whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :] for at in range(0, len(whole), 7)]
    wrong += [b"null", b"[]", b"{}", b'{"seal":[]}', b"\xff\xfe", b"[" * 99999, to_json({"records": [], "seal": ""})]
    for content in wrong:
        path.write_bytes(content)
        with pytest.raises(DamagedLedger):
            before.records()
    path.unlink()
    with pytest.raises(DamagedLedger) as error:
        before.reports_in_force()

    assert {"folder": str(before.folder), "file": "ledger.json"} == error.value.values


def test_any_damage_of_a_file_is_told(files, before):
    """An original or a table that is cut, changed or gone: `verify` names it, and no figure is read from it."""
    (record,) = before.records()
    names = [f"files/{record.original['sha256']}", *(f"deliveries/{record.id}/{name}" for name in record.files)]
    found = []
    for number, name in enumerate(names):
        for kind in ("cut", "changed", "gone"):
            ledger = copy_of(before, f"{kind}{number}")
            path = ledger.folder / name
            content = path.read_bytes()
            path.write_bytes(content[:-1] if kind == "cut" else content[:-1] + bytes([content[-1] ^ 1]))
            if kind == "gone":
                path.unlink()
            with pytest.raises(DamagedLedger) as error:
                ledger.verify()
            found.append(error.value.values["file"])
            if name.endswith(("entries.parquet", "reports.parquet")):
                with pytest.raises(DamagedLedger):
                    ledger.entries_in_force()

    assert [name for name in names for _ in range(3)] == found
    assert 5 == before.verify()


def test_a_damaged_original_is_healed_by_delivering_it_under_another_revision(files, before):
    """What is stored under a digest is compared before it is relied on."""
    made, original = files[0]
    path = before.folder / "files" / made.sha256
    path.write_bytes(b"rot")
    again = type(made)(**{**vars(made), "revision": 7})
    before.add(again, original, NOON, {})

    assert original.read_bytes() == path.read_bytes()
    assert 10 == before.verify()


def test_a_ledger_of_a_newer_release_is_told(before):
    """An older program does not guess."""
    plain = {"format": 99, "records": [], "withdrawals": []}
    (before.folder / "ledger.json").write_bytes(to_json({**plain, "seal": digest(to_json(plain))}))
    with pytest.raises(NewerLedger) as error:
        before.records()

    assert ("99", "1") == (error.value.values["format"], error.value.values["known"])

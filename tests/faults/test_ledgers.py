"""Laws of a ledger whose writer dies or is refused: nothing is left behind, and what came into it is whole."""

import errno
import os
import shutil

import pytest

from geo.core.errors import CannotWrite
from geo.keeping import examined, mended
from geo.ledger import Ledger
from geo.ledger.rehearsal import adopt, rehearsal
from tests.test_ledger import JANUARY, NOON, delivered, flat, said
from tests.test_ledger_kills import dying, nth, tree

BEFORE = {("10", JANUARY): {"01": 1}}
AFTER = {("10", JANUARY): {"01": 2}}

pytestmark = pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # children of ours only write and end


@pytest.fixture
def files(tmp_path):
    return [delivered(tmp_path / f"in{n}", reports) for n, reports in enumerate((BEFORE, AFTER))]


@pytest.fixture
def ledger(home, files):
    """Return the ledger of the small home, with one delivery."""
    made = Ledger(home.folder / "ledger" / "zz")
    made.add(*files[0], NOON, {})
    return made


def test_an_adoption_that_is_refused_anywhere_is_whole_or_nothing(ledger, files, tmp_path, monkeypatch):
    """Also behind its last rename: what the index names is there."""
    rehearsed = rehearsal(ledger, tmp_path / "scratch")
    rehearsed.add(*files[1], NOON, {})
    before, found, at, is_done = ledger.folder, [], 0, False

    def full():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    while not is_done:
        at += 1
        now = Ledger(shutil.copytree(before, tmp_path / f"{at}"))
        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", nth("fsync", at, full))
            try:
                is_done = adopt(now, rehearsed) == 1
            except CannotWrite:
                now = Ledger(now.folder)
        found.append((now.verify(), said(now)))

    assert {(5, tuple(flat(BEFORE).items())), (10, tuple(flat(AFTER).items()))} == {
        (count, tuple(rows.items())) for count, rows in found
    }


def test_the_next_importer_removes_what_a_killed_one_left(home, ledger, files, tmp_path):
    """A doctor names it, and nobody needs to remove it by hand."""
    calm = Ledger(shutil.copytree(ledger.folder, tmp_path / "calm"))
    calm.add(*files[1], NOON, {})
    code = dying("fsync", 2, ledger.add, *files[1], NOON, {})
    left = [row.place for row in examined(home) if row.what == "leftover"]
    Ledger(ledger.folder).add(*files[1], NOON, {})

    assert 9 == code
    assert 1 == len([place for place in left if place.startswith("ledger/zz/")])
    assert tree(calm) == tree(ledger)


def test_a_doctor_removes_what_a_killed_importer_left(home, ledger, files):
    """When it is told to mend; the ledger is as before."""
    before = tree(ledger)
    dying("fsync", 2, ledger.add, *files[1], NOON, {})
    removed = mended(home)

    assert 1 == len(removed)
    assert before == tree(ledger)

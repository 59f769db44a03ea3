"""Laws of a rehearsal: it begins where its ledger stands, touches nothing, and is adopted whole or not at all."""

import pytest

from geo.core.errors import SomebodyElseImports
from geo.ledger import Ledger
from geo.ledger.rehearsal import adopt, rehearsal
from tests.test_ledger import JANUARY, NOON, delivered, flat, said
from tests.test_ledger_kills import tree

BEFORE = {("10", JANUARY): {"01": 1}}
AFTER = {("10", JANUARY): {"01": 2, "02": 3}, ("20", JANUARY): {"01": 4}}


@pytest.fixture
def files(tmp_path):
    return [delivered(tmp_path / f"in{n}", reports) for n, reports in enumerate((BEFORE, AFTER))]


@pytest.fixture
def ledger(tmp_path, files):
    """Return a ledger with one delivery."""
    made = Ledger(tmp_path / "ledger")
    made.add(*files[0], NOON, {})
    return made


def test_a_rehearsal_leaves_its_ledger_alone(ledger, files, tmp_path):
    """What is added to it is said there only."""
    before = tree(ledger)
    rehearsed = rehearsal(ledger, tmp_path / "scratch")
    begun = said(rehearsed)
    rehearsed.add(*files[1], NOON, {})

    assert flat(BEFORE) == begun
    assert flat(AFTER) == said(rehearsed)
    assert before == tree(ledger)


def test_a_rehearsal_of_no_ledger_makes_none(files, tmp_path):
    """The folder is made when something is adopted, not before."""
    ledger = Ledger(tmp_path / "none")
    rehearsed = rehearsal(ledger, tmp_path / "scratch")
    rehearsed.add(*files[1], NOON, {})
    is_there = ledger.folder.exists()
    adopted = adopt(ledger, rehearsed)

    assert not is_there
    assert 1 == adopted
    assert flat(AFTER) == said(ledger)


def test_what_is_adopted_is_what_would_have_been_added(ledger, files, tmp_path):
    """The same records, files and bytes as without a rehearsal."""
    direct = Ledger(tmp_path / "direct")
    for file in files:
        direct.add(*file, NOON, {})
    rehearsed = rehearsal(ledger, tmp_path / "scratch")
    rehearsed.add(*files[1], NOON, {})
    adopt(ledger, rehearsed)

    assert tree(direct) == tree(ledger)
    assert 10 == ledger.verify()


def test_nothing_new_changes_no_byte(ledger, files, tmp_path):
    """The same file once more: no record, and the index is not even written."""
    before = (tree(ledger), (ledger.folder / "ledger.json").stat().st_mtime_ns)
    rehearsed = rehearsal(ledger, tmp_path / "scratch")
    rehearsed.add(*files[0], NOON, {})

    assert 0 == adopt(ledger, rehearsed)
    assert before == (tree(ledger), (ledger.folder / "ledger.json").stat().st_mtime_ns)


@pytest.mark.parametrize("is_withdrawn", [False, True])
def test_a_ledger_that_has_changed_takes_no_rehearsal(ledger, files, tmp_path, is_withdrawn):
    """By another delivery or a withdrawal: what was shown to the operator would not be what happens."""
    rehearsed = rehearsal(ledger, tmp_path / "scratch")
    rehearsed.add(*files[1], NOON, {})
    if is_withdrawn:
        ledger.withdraw(ledger.records()[0].id, NOON)
    else:
        ledger.add(*delivered(tmp_path / "in", {("30", JANUARY): {"01": 9}}), NOON, {})
    before = tree(ledger)
    with pytest.raises(SomebodyElseImports):
        adopt(ledger, rehearsed)

    assert before == tree(ledger)


def test_what_a_killed_importer_left_is_not_in_the_way(ledger, files, tmp_path):
    """The folder of the very delivery that is rehearsed lies there already, unnamed."""
    probe = rehearsal(ledger, tmp_path / "probe")
    record, _ = probe.add(*files[1], NOON, {})
    (ledger.folder / "deliveries" / record.id).mkdir()
    (ledger.folder / "deliveries" / record.id / "entries.parquet").write_bytes(b"half")
    rehearsed = rehearsal(ledger, tmp_path / "scratch")
    rehearsed.add(*files[1], NOON, {})

    assert 1 == adopt(ledger, rehearsed)
    assert flat(AFTER) == said(ledger)
    assert 10 == ledger.verify()

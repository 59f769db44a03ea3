"""Batches of records: taken whole and once, corrected, withdrawn; readers see what was sent last."""

from unittest.mock import Mock

import pytest

from geo.atlas import build
from geo.core.errors import BadData, CannotWrite
from geo.ledger import Signed
from geo.live.feeds import Feed
from geo.live.refusals import NotCurrent, OtherContent, UnknownBatch
from geo.versions import Home
from tests.live.conftest import AT, batch, executed, record


def test_a_record_changes_the_line_it_names_and_no_other(feed, zz):
    """What a feed says of a line replaces the figure of the country's files; what it does not speak of stays."""
    others = executed(zz, "20"), executed(zz, "10", function="02")

    applied = feed.apply(batch("b1", record(executed="7.00")))

    assert (True, 1, 1) == (applied.is_new, applied.records, applied.lines)
    assert 700 == executed(zz)
    assert others == (executed(zz, "20"), executed(zz, "10", function="02"))


def test_a_published_batch_is_the_same_bytes_as_a_full_build(feed, zz):
    """The short way and the long way lead to one version, to the byte."""
    applied = feed.apply(batch("b1", record(), record("r2", body="20-budget", approved="1", executed="3.50")))

    assert applied.version == build(zz, "zz").id


def test_the_same_batch_again_changes_nothing(feed, zz):
    """A sender that heard no answer sends again; the effect is that of one."""
    first = feed.apply(batch("b1", record()))
    again = feed.apply(batch("b1", record()))

    assert (False, first.version, first.sequence) == (again.is_new, again.version, again.sequence)


def test_other_content_under_a_known_id_is_refused(feed):
    """An id names one content for ever."""
    feed.apply(batch("b1", record()))

    with pytest.raises(OtherContent):
        feed.apply(batch("b1", record(executed="8.00")))


def test_a_batch_for_a_version_that_is_no_longer_in_force_is_refused(feed):
    """Who says what the batch was made for does not overwrite what came in between."""
    before = feed.current()
    feed.apply(batch("b1", record(), base=before))

    with pytest.raises(NotCurrent) as refused:
        feed.apply(batch("b2", record(revision=2), base=before))
    assert feed.current() == refused.value.values["current"]


def test_a_late_revision_loses_and_a_withdrawn_record_gives_way(feed, zz):
    """The highest revision counts, whenever it arrives; without a record the country's own figure counts again."""
    own = executed(zz)
    feed.apply(batch("b2", record(revision=2, executed="9.00")))
    feed.apply(batch("b1", record(revision=1, executed="8.00")))
    late = executed(zz)
    feed.apply(batch("b3", {"id": "r1", "revision": 3, "withdrawn": True}))

    assert (900, own) == (late, executed(zz))


def test_a_withdrawn_batch_counts_no_more_and_again_changes_nothing(feed, zz):
    """A whole batch is taken back by its id; one that never came is unknown."""
    own, signed = executed(zz), Signed(AT, "treasury")
    feed.apply(batch("b1", record()))
    taken_back = feed.withdraw("treasury", "b1", None, signed)
    again = feed.withdraw("treasury", "b1", None, signed)

    assert (own, True, False) == (executed(zz), taken_back.is_new, again.is_new)
    with pytest.raises(UnknownBatch):
        feed.withdraw("treasury", "b9", None, signed)


def test_a_withdrawal_that_was_not_published_is_published_when_it_is_sent_again(feed, zz, monkeypatch):
    """The ledger has taken it; the figures in force say so as soon as there is room."""
    before = executed(zz)
    feed.apply(batch("b1", record()))
    with monkeypatch.context() as patch:
        patch.setenv("BUDGETMAP_FAIL_AT", "publish: locked=full")
        with pytest.raises(CannotWrite):
            feed.withdraw("treasury", "b1", None, Signed(AT, "treasury", ""))
    between = executed(zz)
    feed.withdraw("treasury", "b1", None, Signed(AT, "treasury", ""))

    assert (7_00, before) == (between, executed(zz))


def test_a_file_that_could_not_be_made_fails_one_batch_and_no_later_one(feed, zz, monkeypatch):
    """What is made in another thread may find no memory; the next batch is made from what stood before."""
    feed.settle()
    feed.apply(batch("b1", record()))
    feed.apply(batch("b2", record("r2", body="50-budget", approved="5")))
    with monkeypatch.context() as patch:
        patch.setattr("geo.atlas.amended.replaced", Mock(side_effect=MemoryError))
        with pytest.raises(MemoryError):
            feed.withdraw("treasury", "b2", None, Signed(AT, "treasury", ""))
    feed.apply(batch("b3", record("r3", revision=2, executed="8.00")))

    assert 8_00 == executed(zz)


def test_one_wrong_record_refuses_the_batch_with_every_fault(feed, zz):
    """Nothing is stored of a batch that has faults, and all of them are told at once."""
    wrong = [
        record("r2", body="99-budget"),
        record("r3", function="77", period="2024-13"),
        record("r4", body="20-budget", executed="12O0"),
        record("r5", 0, body="30-budget"),
        {**record("r6", body="40-budget"), "colour": "red"},
    ]
    with pytest.raises(BadData) as refused:
        feed.apply(batch("b1", record(), *wrong[:4]))
    with pytest.raises(BadData) as strange:
        feed.apply(batch("b1", wrong[4]))

    codes = [(fault.row, fault.code) for fault in refused.value.faults]
    assert [(2, "E-JOIN-17"), (3, "E-JOIN-06"), (3, "E-CSV-18"), (4, "E-CSV-14"), (5, "E-LIVE-02")] == codes
    assert ["E-LIVE-05"] == [fault.code for fault in strange.value.faults]
    assert ((), 1) == (feed._ledger.records(), len(Home(zz.home).publications()))


def test_a_revision_says_one_thing_for_ever(feed):
    """Two contents of one revision would make the order of arrival count."""
    feed.apply(batch("b1", record()))

    with pytest.raises(BadData) as refused:
        feed.apply(batch("b2", record(executed="8.00")))
    assert ["E-LIVE-03"] == [fault.code for fault in refused.value.faults]


def test_what_was_taken_and_not_published_is_published_at_the_next_start(feed, zz):
    """A process that dies behind the ledger has taken the batch; the next one brings it into force."""
    first = feed.current()
    applied = feed.apply(batch("b1", record()))
    Home(zz.home).publish(first)

    assert first == Home(zz.home).current_id("zz")
    assert feed.settle()
    assert (applied.version, False) == (feed.current(), feed.settle())


def test_what_an_operator_took_back_stays_taken_back(feed, zz):
    """Neither the next start nor the same batch again undoes a rollback; a new batch does."""
    first = feed.current()
    feed.apply(batch("b1", record()))
    Home(zz.home).rollback("zz")
    again = feed.apply(batch("b1", record()))

    assert (False, False, first) == (again.is_new, feed.settle(), feed.current())
    assert feed.apply(batch("b2", record("r2", body="20-budget"))).version == feed.current()


def test_a_rollback_outlives_an_update_of_the_software(feed, zz, monkeypatch):
    """Other code makes versions with other ids of the same records: they are not news for that."""
    first = feed.current()
    feed.apply(batch("b1", record()))
    Home(zz.home).rollback("zz")
    monkeypatch.setattr("geo.atlas.inputs.code_digest", lambda: "another release")
    started = Feed(zz, "zz")

    assert (False, first) == (started.settle(), started.current())

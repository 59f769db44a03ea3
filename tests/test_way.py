"""Laws about who goes first within a process: long work gives way, for a while and to others alone."""

import threading

import pytest

from geo.core.way import Way

STEPS = 4


@pytest.fixture
def way(monkeypatch):
    """A way on which long work asks before every step; `waits` tells of each whether the way was free in the end."""
    monkeypatch.setattr("geo.core.way._WORKED_S", -1)
    monkeypatch.setattr("geo.core.way._LONGEST_S", 0.01)
    made = Way()
    made.waits, wait = [], made._free.wait
    monkeypatch.setattr(made._free, "wait", lambda seconds: made.waits.append(wait(seconds)))
    return made


@pytest.fixture
def another(way):
    """Somebody else goes first from the beginning to the end of a test."""
    came, may_go = threading.Event(), threading.Event()

    def inside():
        with way.first():
            came.set()
            may_go.wait()

    thread = threading.Thread(target=inside)
    thread.start()
    came.wait()
    yield
    may_go.set()
    thread.join()


def test_long_work_waits_before_each_step_but_never_for_good(way, another):
    """All of it is done at last, in its order."""
    assert [*range(STEPS)] == [*way.given(range(STEPS))]
    assert [False] * STEPS == way.waits


def test_who_goes_first_waits_for_nobody(way, another):
    """Neither for others that do nor for itself; afterwards it is as everybody."""
    with way.first():
        first = [*way.given(range(STEPS))]
    unasked = [*way.waits]

    assert first == [*way.given(range(STEPS))]
    assert ([], [False] * STEPS) == (unasked, way.waits)


def test_nobody_is_waited_for_who_has_left(way):
    """Also by an error."""
    with pytest.raises(KeyError), way.first():
        raise KeyError

    assert [*range(STEPS)] == [*way.given(range(STEPS))]
    assert [True] * STEPS == way.waits

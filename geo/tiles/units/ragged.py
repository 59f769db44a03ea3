"""Rows of different lengths in flat arrays: where they start, and the places of what they hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def ranges(begins: Ints, lengths: Ints) -> Ints:
    """Return begin, begin + 1, … of every range, one behind the other."""
    places = np.cumsum(lengths) - lengths
    return np.arange(int(lengths.sum())) + np.repeat(begins - places, lengths)


def firsts(rows: Ints, count: int) -> Ints:
    """Return where each of `count` rows starts in an array of ascending row numbers, and the end behind the last."""
    return np.searchsorted(rows, np.arange(count + 1))


def heads(*columns: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return which places differ from the one before in any column; the first one does."""
    is_head = np.zeros(len(columns[0]), bool)
    is_head[:1] = True
    for column in columns:
        is_head[1:] |= column[1:] != column[:-1]
    return is_head


def following(starts: Ints, is_closed: bool) -> Ints:
    """Return the vertex behind each one: of a closed row the first behind the last, of another -1."""
    after = np.arange(1, starts[-1] + 1)
    has_any = np.diff(starts) > 0
    after[starts[1:][has_any] - 1] = starts[:-1][has_any] if is_closed else -1
    return after

"""Where the figures of one body in one period stand in entries: few new records touch few of these blocks.

Entries are sorted by period and body, so a block is one stretch of rows, and new entries are put together from
stretches of the old ones and the new blocks between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Pair: TypeAlias = tuple[str, str]  # period, body


@dataclass(frozen=True)
class Stretches:
    """Rows that go, by where each stretch of them starts and stops (ascending), and how many come in its place."""

    starts: Ints
    stops: Ints
    sizes: Ints

    def rows(self) -> Ints:
        """Return the numbers of the rows that go."""
        return np.concatenate([np.arange(a, b) for a, b in self._pairs()] or [np.zeros(0, np.int64)])

    def is_level(self) -> bool:
        """Tell whether as many rows come as go, everywhere."""
        return bool((self.stops - self.starts == self.sizes).all())

    def array(self, old: NDArray[Any], new: NDArray[Any]) -> NDArray[Any]:
        """Return the rows of `old`, those of `new` in the place of those that go."""
        return np.concatenate([part[rows] for part, rows in self._pieces(old, new)])

    def frame(self, old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
        """Return the same of two frames with the same columns of texts and whole numbers."""
        gone = old.iloc[self.rows()]
        made = {}
        for name in old.columns:
            if self.is_level() and gone[name].array.equals(new[name].array):
                made[name] = old[name]
            elif old[name].dtype == "int64":
                made[name] = pd.Series(self.array(old[name].to_numpy(), new[name].to_numpy()))
            else:
                made[name] = self._texts(old[name], new[name])
        return pd.DataFrame(made, copy=False)

    def _texts(self, old: pd.Series, new: pd.Series) -> pd.Series:
        kind: Any = old.dtype
        before, after = (pa.array(part, pa.large_string(), from_pandas=True) for part in (old, new.astype(kind)))
        pieces = [_chunks(part)[rows] for part, rows in self._pieces(before, after)]
        joined = pa.chunked_array([chunk for piece in pieces for chunk in piece.chunks], pa.large_string())
        return pd.Series(kind.__from_arrow__(joined.combine_chunks()))

    def _pairs(self) -> list[tuple[int, int]]:
        return list(zip(self.starts.tolist(), self.stops.tolist(), strict=True))

    def _pieces(self, old: Any, new: Any) -> list[tuple[Any, slice]]:
        """Return what stands one behind another: rows of the old, rows of the new."""
        found: list[tuple[Any, slice]] = []
        at = taken = 0
        for (start, stop), size in zip(self._pairs(), self.sizes.tolist(), strict=True):
            found += [(old, slice(at, start)), (new, slice(taken, taken + size))]
            at, taken = stop, taken + size
        return [*found, (old, slice(at, len(old)))]


@dataclass(frozen=True)
class Blocks:
    """The blocks of entries; periods and bodies are numbered in the order of their texts."""

    periods: Mapping[str, int]
    bodies: Mapping[str, int]
    codes: Ints  # of each row, ascending

    @classmethod
    def of(cls, entries: pd.DataFrame, periods: Sequence[str], bodies: Sequence[str]) -> Blocks:
        """Return the blocks of entries, which name no other periods and bodies than these, both sorted."""
        made = cls(_numbers(periods), _numbers(bodies), np.zeros(0, np.int64))
        return cls(made.periods, made.bodies, made._coded(entries))

    def spliced(self, stretches: Stretches, new: pd.DataFrame) -> Blocks:
        """Return the blocks of entries in which the rows of `new` stand in these stretches."""
        if stretches.is_level():
            return self  # as many rows of the same pairs
        return Blocks(self.periods, self.bodies, stretches.array(self.codes, self._coded(new)))

    def at(self, pairs: Sequence[Pair], new: pd.DataFrame | None = None) -> Stretches:
        """Return where the blocks of these pairs (ascending) stand, and how many rows each has in `new`."""
        wanted = self._keys([pair[0] for pair in pairs], [pair[1] for pair in pairs])
        starts, stops = (np.searchsorted(self.codes, wanted, side) for side in ("left", "right"))
        sizes = np.zeros(len(wanted), np.int64)
        if new is not None:
            codes = self._coded(new)
            sizes = np.searchsorted(codes, wanted, "right") - np.searchsorted(codes, wanted, "left")
        return Stretches(starts, stops, sizes)

    def of_period(self, period: str) -> slice:
        """Return where the rows of a period stand."""
        first = self.periods[period] * len(self.bodies)
        return slice(*np.searchsorted(self.codes, [first, first + len(self.bodies)]).tolist())

    def _keys(self, periods: Sequence[str], bodies: Sequence[str]) -> Ints:
        found = [self.periods[a] * len(self.bodies) + self.bodies[b] for a, b in zip(periods, bodies, strict=True)]
        return np.array(found, np.int64)

    def _coded(self, entries: pd.DataFrame) -> Ints:
        found = np.zeros(len(entries), np.int64)
        for name, known in (("period", self.periods), ("body_id", self.bodies)):
            codes, texts = pd.factorize(entries[name])
            numbers = np.array([known[text] for text in texts], np.int64)
            found = found * len(known) + (numbers[codes] if len(numbers) else 0)
        return found


def _numbers(texts: Sequence[str]) -> dict[str, int]:
    return {text: number for number, text in enumerate(texts)}


def _chunks(texts: pa.Array | pa.ChunkedArray) -> Any:
    return texts if isinstance(texts, pa.ChunkedArray) else pa.chunked_array([texts])

"""Rows of value tiles → their JSON, block by block, in bulk: no step is taken feature by feature in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.tiles.bodies.figures import Amounts
from geo.tiles.bodies.grid import Codes, Ints, firsts
from geo.tiles.bodies.points import joined, merged, split


@dataclass(frozen=True)
class Lists:
    """Rows of one group of features, block by block."""

    blocks: Codes  # code of the block of each row, ascending
    ids: Ints
    contents: Ints

    def worded(self, amounts: Amounts) -> tuple[pa.BinaryArray, Lists]:
        """Return the amounts of its contents as texts, and the rows that name them there."""
        used = np.unique(self.contents)
        return texts(amounts.of(used)), Lists(self.blocks, self.ids, np.searchsorted(used, self.contents))


def texts(found: Amounts) -> pa.BinaryArray:
    """Return the amounts as JSON, each behind a comma, phase by phase."""
    sums, has = (pa.array(np.ascontiguousarray(part.T).ravel()) for part in (found.sums, found.has))
    return joined(b"", pc.if_else(has, joined(b',"', pc.cast(sums, pa.string()).cast(pa.binary()), b'"'), b",null"))


def as_json(lists: Sequence[tuple[str, pa.BinaryArray, Lists]], phases: Sequence[str]) -> tuple[Codes, pa.BinaryArray]:
    """Return the codes of the blocks that have rows in any list, ascending, and their JSON."""
    every = np.unique(np.concatenate([rows.blocks for _, _, rows in lists]))
    if not len(every):
        return every, pa.array([], pa.binary())
    parts: list[Any] = []
    for name, words, rows in lists:
        if len(rows.blocks):
            parts.append(_list(name, words, rows, every, phases))
    return every, joined(b"{", _inside(joined(*parts, b""), np.arange(len(every))), b"}")


def _list(name: str, texts: pa.BinaryArray, rows: Lists, every: Codes, phases: Sequence[str]) -> pa.BinaryArray:
    """Return `,"name":{…}` for each block of `every`, nothing for those without a row."""
    starts = firsts(rows.blocks)
    count = len(starts)
    # Of all phases at once, one behind the other.
    numbered = np.arange(len(phases))[:, None]
    chosen = (numbered * (len(texts) // len(phases)) + rows.contents).ravel()
    columns = _inside(texts.take(pa.array(chosen)), (numbered * len(rows.contents) + starts).ravel())
    numbers = joined(b",", pc.cast(pa.array(rows.ids), pa.string()).cast(pa.binary()))
    parts: list[Any] = [f',"{name}":{{"ids":['.encode(), _inside(numbers, starts)]
    for number, phase in enumerate(phases):
        parts += [f'],"{phase}_minor":['.encode(), columns.slice(number * count, count)]
    found = joined(*parts, b"]}")
    place = np.full(len(every), len(found))
    place[np.searchsorted(every, rows.blocks[starts])] = np.arange(len(found))
    return pa.concat_arrays([found, pa.array([b""], pa.binary())]).take(pa.array(place))


def _inside(values: pa.BinaryArray, starts: Ints) -> pa.BinaryArray:
    """Return the bytes of each stretch of values without the comma before the first of them."""
    rows = merged(values, starts)
    return split(rows, np.ones(len(rows), np.int64))

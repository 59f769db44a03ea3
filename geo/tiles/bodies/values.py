"""Figures of one period and function → an archive of value tiles, which are joined to body tiles by zoom and id.

A value tile is JSON: `{"cells": {"ids": [7, 9], "executed_minor": ["120", null]}, "bodies": {…}}`. Amounts are whole
minor units as text, null where there is no figure; features without any figure are left out. The values of a tile
z/x/y stand in the value tile z/(x >> s)/(y >> s), where s is number z of `value_shifts` in the metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.errors import BrokenLaw
from geo.core.pmtiles import tile_ids
from geo.tiles.archive import Sheet, gzipped, write_archive
from geo.tiles.bodies.about import About
from geo.tiles.bodies.figures import ALL, Amounts, Figures, amounts, exact_sums
from geo.tiles.bodies.grid import CELL_BITS, Codes, Ints, cell_ids, extent, firsts, unmorton
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.points import joined, merged, split
from geo.tiles.bodies.pyramid import pyramid

FOLDER = "values"


@dataclass(frozen=True)
class ValueProof:
    """What one archive holds: the sum of each phase, the same at every zoom, and what is on no tile; minor units."""

    period: str
    function: str
    sums: tuple[int, ...]
    off_map: tuple[int, ...]
    tiles: int
    largest_tile: int  # bytes, compressed


@dataclass(frozen=True)
class _Lists:
    """Rows of one group of features, block by block."""

    blocks: Codes  # code of the block of each row, ascending
    ids: Ints
    contents: Ints


def write_values(figures: Figures, plan: Layout, folder: Path, about: About) -> list[ValueProof]:
    """Write `values/<period>/<function or all>.pmtiles` wherever there is a figure on the map; return what they hold.

    `plan` is the layout of the bodies that the figures name. Raises BrokenLaw where the sums of a zoom are not those of
    the figures.
    """
    found = [write_pair(figures, plan, pair, folder, about) for pair in figures.pairs()]
    return [proof for proof in found if proof is not None]


def write_pair(
    figures: Figures, plan: Layout, pair: tuple[int, int | None], folder: Path, about: About
) -> ValueProof | None:
    """Write the archive of one period and function (None: of all), or none where nobody on the map has a figure."""
    rows, count = figures.of(*pair), len(figures.phases)
    rows, others = plan.on_map(rows)
    if not len(rows):
        return None
    on_map, off_map = exact_sums(rows, count), exact_sums(others, count)
    items, item = _distinct(plan.ranks[rows["body"]], len(plan.grid.order))
    found = amounts(rows, item, len(items), count)
    ids, tiles, zooms = _tiles(plan, items, found, figures.phases)
    words = figures.periods[pair[0]], ALL if pair[1] is None else figures.functions[pair[1]]
    broken = [f"value tiles {words} of zoom {z}: {sums}, figures: {on_map}" for z, sums in zooms if sums != on_map]
    if broken:
        raise BrokenLaw(count=len(broken), laws="; ".join(broken[:10]))
    proof = ValueProof(*words, on_map, off_map, len(ids), max(map(len, tiles)))
    path = folder / value_file(figures, pair)
    path.parent.mkdir(parents=True, exist_ok=True)
    order = np.argsort(ids)
    write_archive(path, ids[order], [tiles[n] for n in order.tolist()], sheet(plan, figures.phases, proof, about))
    return proof


def _distinct(ranks: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the ranks that occur, ascending, and for each rank which of them it is."""
    occurs = np.zeros(count, bool)
    occurs[ranks] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[ranks]


def _tiles(
    plan: Layout, items: Ints, found: Amounts, phases: Sequence[str]
) -> tuple[Ints, list[bytes], list[tuple[int, tuple[int, ...]]]]:
    """Return ids, compressed value tiles, and the sums that each zoom holds; `items` are places in the grid."""
    cells = pyramid(plan.grid.codes_at(plan.zoom)[items], plan.zoom)
    sums = np.stack([cells.sums(found.sums[:, n]) for n in range(len(phases))], axis=1)
    has = np.stack([cells.sums(found.has[:, n]) > 0 for n in range(len(phases))], axis=1)
    texts, own = _texts(Amounts(sums, has)), _texts(found)
    ids, raw, zooms = [], [], []
    for level, shift in zip(cells.levels, plan.shifts(len(phases)), strict=True):
        bits = np.uint64(2 * (CELL_BITS + shift))
        is_cell = ~plan.is_alone[items[level.inner]] if level.zoom == plan.zoom else np.ones(len(level.codes), bool)
        codes, contents = level.codes[is_cell], level.contents[is_cell]
        lists = [("cells", texts, _Lists(codes >> bits, cell_ids(codes, level.zoom), contents))]
        held = sums[contents].sum(axis=0)
        if level.zoom == plan.zoom:
            alone = np.flatnonzero(plan.is_alone[items])
            chosen = items[alone]
            lists.append(
                ("bodies", own, _Lists(plan.grid.codes_at(level.zoom)[chosen] >> bits, plan.grid.order[chosen], alone))
            )
            held = held + found.sums[alone].sum(axis=0)
        blocks, parts = _blocks(lists, phases)
        ids.append(tile_ids(level.zoom, *unmorton(blocks)))
        raw.append(parts)
        zooms.append((level.zoom, tuple(map(int, held))))
    return np.concatenate(ids), gzipped(pa.concat_arrays(raw)), zooms


def _texts(found: Amounts) -> list[pa.BinaryArray]:
    """Return the amounts of each phase as JSON, each behind a comma."""
    return [
        joined(
            b"",
            pc.if_else(
                pa.array(has), joined(b',"', pc.cast(pa.array(sums), pa.string()).cast(pa.binary()), b'"'), b",null"
            ),
        )
        for sums, has in zip(found.sums.T, found.has.T, strict=True)
    ]


def _blocks(
    lists: Sequence[tuple[str, list[pa.BinaryArray], _Lists]], phases: Sequence[str]
) -> tuple[Codes, pa.BinaryArray]:
    """Return the codes of the blocks that have rows in any list, ascending, and their JSON."""
    every = np.unique(np.concatenate([rows.blocks for _, _, rows in lists]))
    parts: list[Any] = []
    for name, texts, rows in lists:
        if len(rows.blocks):
            parts.append(_list(name, texts, rows, every, phases))
    return every, joined(b"{", _inside(joined(*parts, b""), np.arange(len(every))), b"}")


def _list(
    name: str, texts: Sequence[pa.BinaryArray], rows: _Lists, every: Codes, phases: Sequence[str]
) -> pa.BinaryArray:
    """Return `,"name":{…}` for each block of `every`, nothing for those without a row."""
    starts = firsts(rows.blocks)
    chosen = pa.array(rows.contents)
    numbers = joined(b",", pc.cast(pa.array(rows.ids), pa.string()).cast(pa.binary()))
    parts: list[Any] = [f',"{name}":{{"ids":['.encode(), _inside(numbers, starts)]
    for phase, column in zip(phases, texts, strict=True):
        parts += [f'],"{phase}_minor":['.encode(), _inside(column.take(chosen), starts)]
    found = joined(*parts, b"]}")
    place = np.full(len(every), len(found))
    place[np.searchsorted(every, rows.blocks[starts])] = np.arange(len(found))
    return pa.concat_arrays([found, pa.array([b""], pa.binary())]).take(pa.array(place))


def _inside(values: pa.BinaryArray, starts: Ints) -> pa.BinaryArray:
    """Return the bytes of each stretch of values without the comma before the first of them."""
    rows = merged(values, starts)
    return split(rows, np.ones(len(rows), np.int64))


def value_file(figures: Figures, pair: tuple[int, int | None]) -> str:
    """Return the name of an archive within the folder of tiles."""
    return f"{FOLDER}/{figures.periods[pair[0]]}/{ALL if pair[1] is None else figures.functions[pair[1]]}.pmtiles"


def cut(plan: Layout, phases: Sequence[str]) -> dict[str, Any]:
    """Return how the values of a layout are cut into tiles, as metadata."""
    return {"phases": list(phases), "bodies_from_zoom": plan.zoom, "value_shifts": plan.shifts(len(phases))}


def sheet(plan: Layout, phases: Sequence[str], proof: ValueProof, about: About) -> Sheet:
    """Return what the archive says of itself."""
    metadata = {
        **about.described(),
        "period": proof.period,
        "function": proof.function,
        **cut(plan, phases),
        "sums": dict(zip(phases, map(str, proof.sums), strict=True)),
        "off_map": dict(zip(phases, map(str, proof.off_map), strict=True)),
    }
    return Sheet("json", 0, plan.zoom, *extent(plan.grid), metadata)

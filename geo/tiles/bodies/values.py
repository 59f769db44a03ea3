"""Figures of one period and function → an archive of value tiles, which are joined to body tiles by zoom and id.

A value tile is JSON: `{"cells": {"ids": [7, 9], "executed_minor": ["120", null]}, "bodies": {…}}`. Amounts are whole
minor units as text, null where there is no figure; features without any figure are left out. The values of a tile
z/x/y stand in the value tile z/(x >> s)/(y >> s), where s is number z of `value_shifts` in the metadata.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from geo.core.errors import BrokenLaw
from geo.core.pmtiles import Archive
from geo.tiles.archive import Sheet, gzipped, write_archive
from geo.tiles.bodies.about import About
from geo.tiles.bodies.blocks import bits_within, of_zoom, rows_of
from geo.tiles.bodies.figures import ALL, Amounts, Figures, amounts, exact_sums
from geo.tiles.bodies.grid import Codes, Ints, cell_ids, extent
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.pyramid import pyramid
from geo.tiles.bodies.valuelists import Lists, as_json

FOLDER = "values"
Pair: TypeAlias = tuple[int, int | None]  # period, and function or None for all


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
class Shape:
    """What value archives are made of, and the folder that they stand in."""

    figures: Figures
    plan: Layout
    about: About
    folder: Path

    def path(self, pair: Pair) -> Path:
        """Return where the archive of a period and function stands."""
        return self.folder / value_file(self.figures, pair)


def write_values(figures: Figures, plan: Layout, folder: Path, about: About) -> list[ValueProof]:
    """Write `values/<period>/<function or all>.pmtiles` wherever there is a figure on the map; return what they hold.

    `plan` is the layout of the bodies that the figures name. Raises BrokenLaw where the sums of a zoom are not those of
    the figures.
    """
    found = [write_pair(Shape(figures, plan, about, folder), pair) for pair in figures.pairs()]
    return [proof for proof in found if proof is not None]


def write_pair(shape: Shape, pair: Pair, before: tuple[Path, Ints] | None = None) -> ValueProof | None:
    """Write the archive of one period and function (None: of all), or none where nobody on the map has a figure.

    `before` is the archive of other figures with the same plan, and the bodies whose figures changed since: of tiles in
    which none of them stands the bytes are taken over from it.
    """
    old = Archive.open(before[0]) if before and before[0].is_file() else None
    changed = _places(shape.plan, before[1]) if before and old else None
    figures, plan, count = shape.figures, shape.plan, len(shape.figures.phases)
    rows, others = plan.on_map(figures.of(*pair))
    if not len(rows):
        return None
    on_map, off_map = exact_sums(rows, count), exact_sums(others, count)
    items, item = _distinct(plan.ranks[rows["body"]], len(plan.grid.order))
    made, zooms = _tiles(shape, items, amounts(rows, item, len(items), count), changed)
    words = figures.periods[pair[0]], ALL if pair[1] is None else figures.functions[pair[1]]
    broken = [f"value tiles {words} of zoom {z}: {sums}, figures: {on_map}" for z, sums in zooms if sums != on_map]
    if broken:
        raise BrokenLaw(count=len(broken), laws="; ".join(broken[:10]))
    if (whole := made.with_rest(old)) is None:  # another set of tiles than before
        return write_pair(shape, pair)
    ids, tiles = whole
    proof = ValueProof(*words, on_map, off_map, len(tiles), max(map(len, tiles)))
    path = shape.path(pair)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_archive(path, ids, tiles, sheet(plan, figures.phases, proof, shape.about))
    return proof


@dataclass(frozen=True)
class _Made:
    """Ids and bytes of the tiles that were made, and the ids of those that were asked for, None for all."""

    ids: Ints
    tiles: list[bytes]
    asked: Ints | None

    def with_rest(self, old: Archive | None) -> tuple[Ints, list[bytes]] | None:
        """Return ids and bytes of all tiles in the order of the ids, the rest from an archive.

        None where that has a tile that was asked for and is none any more, or the other way round.
        """
        new = dict(sorted(zip(self.ids.tolist(), self.tiles, strict=True)))
        if self.asked is None or old is None:
            return np.fromiter(new, np.int64, len(new)), [*new.values()]
        ids = old.tile_ids()
        if ids[np.isin(ids, self.asked)].tolist() != [*new]:
            return None
        return ids, [new.get(number) or tile for number, tile in zip(ids.tolist(), old.tiles(), strict=True)]


def _places(plan: Layout, bodies: Ints) -> Ints:
    """Return the places of bodies in the grid, of those that are on the map."""
    places = plan.ranks[bodies]
    return places[places >= 0]


def _distinct(ranks: Ints, count: int) -> tuple[Ints, Ints]:
    """Return the ranks that occur, ascending, and for each rank which of them it is."""
    occurs = np.zeros(count, bool)
    occurs[ranks] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[ranks]


def _tiles(
    shape: Shape, items: Ints, found: Amounts, changed: Ints | None
) -> tuple[_Made, list[tuple[int, tuple[int, ...]]]]:
    """Return the compressed value tiles, and the sums that each zoom holds; `items` are places in the grid.

    Only tiles in which one of the places `changed` stands are made, all of them where it is None.
    """
    plan, phases = shape.plan, shape.figures.phases
    cells = pyramid(plan.grid.codes_at(plan.zoom)[items], plan.zoom)
    sums = np.stack([cells.sums(found.sums[:, n]) for n in range(len(phases))], axis=1)
    has = np.stack([cells.sums(found.has[:, n]) > 0 for n in range(len(phases))], axis=1)
    asked = None if changed is None else _blocks_of(plan, len(phases), changed)
    parts, zooms = [], []
    for level, shift in zip(cells.levels, plan.shifts(len(phases)), strict=True):
        is_cell = ~plan.is_alone[items[level.inner]] if level.zoom == plan.zoom else np.ones(len(level.codes), bool)
        codes, contents = level.codes[is_cell], level.contents[is_cell]
        zooms.append((level.zoom, sums[contents].sum(axis=0)))
        blocks = of_zoom(codes >> bits_within(shift), level.zoom)
        chosen = slice(None) if asked is None else rows_of(blocks, asked[level.zoom])
        parts.append((blocks[chosen], codes[chosen], contents[chosen], np.full(len(codes[chosen]), level.zoom)))
    alone = np.flatnonzero(plan.is_alone[items])
    zooms[-1] = (plan.zoom, zooms[-1][1] + found.sums[alone].sum(axis=0))
    own = of_zoom(plan.grid.codes_at(plan.zoom, items[alone]) >> bits_within(shift), plan.zoom)
    chosen = slice(None) if asked is None else rows_of(own, asked[plan.zoom])
    blocks, codes, contents, of = map(np.concatenate, zip(*parts, strict=True))
    lists = [
        Lists(blocks, cell_ids(codes, of), contents),
        Lists(own[chosen], plan.grid.order[items[alone[chosen]]], alone[chosen]),
    ]
    named = zip(("cells", "bodies"), (Amounts(sums, has), found), lists, strict=True)
    written, raw = as_json([(name, *rows.worded(amounts)) for name, amounts, rows in named], phases)
    tiles = plan.blocks(len(phases)).tiles
    made = _Made(tiles(written), gzipped(raw), None if asked is None else tiles(np.concatenate(asked)))
    return made, [(zoom, tuple(map(int, held))) for zoom, held in zooms]


def _blocks_of(plan: Layout, phases: int, places: Ints) -> list[Codes]:
    """Return for each zoom the blocks in which some places stand, ascending."""
    shifts = enumerate(plan.shifts(phases))
    return [np.unique(of_zoom(plan.grid.codes_at(zoom, places) >> bits_within(shift), zoom)) for zoom, shift in shifts]


def value_file(figures: Figures, pair: Pair) -> str:
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

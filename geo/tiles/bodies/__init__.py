"""Bodies and their figures → one archive of vector tiles, in which every zoom holds every tiyn.

Before the last zoom a tile has the layer `cells`; at the last the layer `bodies`, and `cells` where too many bodies
stand at one point. Every feature has an id by which value tiles are joined: that of a cell is its number within its
zoom (row · cells of a row + column), that of a body its place in the version's list of bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from geo.core.errors import BrokenLaw
from geo.tiles.archive import Sheet, write_archive
from geo.tiles.bodies.about import About
from geo.tiles.bodies.figures import Figures, amounts, exact_sums
from geo.tiles.bodies.grid import CELLS, Ints, extent
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.properties import THREADS, body_fields, cell_fields
from geo.tiles.bodies.shown import Part, Shown, Tiles
from geo.tiles.bodies.totals import FILE as TOTALS
from geo.tiles.bodies.totals import is_large, write_totals

FILE = "bodies.pmtiles"
_AT_ONCE = 1 << 15  # cells that one thread encodes before it takes the next


@dataclass(frozen=True)
class Proof:
    """What the tiles hold: for each zoom the sum of each phase, and beside it what is on no tile; minor units."""

    phases: tuple[str, ...]
    zooms: tuple[tuple[int, ...], ...]
    off_map: tuple[int, ...]
    bodies: int  # on the map
    bodies_off_map: int
    bodies_in_crowds: int  # never shown one by one
    tiles: int
    largest_tile: int  # bytes, compressed


def write_bodies(bodies: pa.Table, figures: Figures, plan: Layout, folder: Path, about: About) -> Proof:
    """Write `bodies.pmtiles` into a folder, and what its large cells hold beside it; return what its tiles hold.

    `bodies` has the columns of `properties`, in body_id order; `plan` is the layout of the same bodies. Raises
    BrokenLaw where the sums of a zoom are not those of the figures, and writes nothing then.
    """
    rows = figures.of(figures.period)
    found = amounts(rows, rows["body"].astype(np.int64), bodies.num_rows, len(figures.phases))
    parts: list[Part] = []
    if len(plan.grid.order):
        tiles = list(_every_tile(plan))
        shown = Shown(bodies, plan, found, figures.phases, tiles)
        parts = encoded(shown, tiles)
    every = [tile for part in parts for tile in part.tiles]
    sums = added_up(parts, len(plan.cells.levels) if parts else 0, len(figures.phases))
    proof = proved(plan, figures, sums, np.fromiter(map(len, every), np.int64, len(every)))
    ids = np.concatenate([np.zeros(0, np.int64), *(part.ids for part in parts)])
    order = np.argsort(ids)
    content = [every[place] for place in order.tolist()]
    write_archive(folder / FILE, ids[order], content, sheet(plan, figures, proof, about))
    if parts:
        write_totals(folder / TOTALS, *shown.totals(np.flatnonzero(is_large(plan.cells))))
    return proof


def sheet(plan: Layout, figures: Figures, proof: Proof, about: About) -> Sheet:
    """Return what the archive says of itself."""
    fields = ("cells", 0, cell_fields(figures.phases)), ("bodies", plan.zoom, body_fields(figures.phases))
    layers = [
        {"id": name, "fields": meanings, "minzoom": first, "maxzoom": plan.zoom} for name, first, meanings in fields
    ]
    metadata = {
        **about.described(),
        "format": "pbf",
        "vector_layers": layers if len(plan.grid.order) else [],
        "period": figures.periods[figures.period],
        "function": "all",
        "phases": list(figures.phases),
        "cells": CELLS,
        "bodies_from_zoom": plan.zoom,
        "value_shifts": plan.shifts(len(figures.phases)),
        "sums": [dict(zip(proof.phases, map(str, sums), strict=True)) for sums in proof.zooms],
        "off_map": dict(zip(proof.phases, map(str, proof.off_map), strict=True)),
        "bodies": {"shown": proof.bodies, "off_map": proof.bodies_off_map, "in_crowds": proof.bodies_in_crowds},
    }
    return Sheet("mvt", 0, plan.zoom, *extent(plan.grid), metadata)


def encoded(shown: Shown, tiles: Sequence[Tiles]) -> list[Part]:
    """Return the bytes of tiles; two threads."""
    with ThreadPoolExecutor(THREADS) as threads:
        return list(threads.map(shown.encoded, tiles))


def _every_tile(plan: Layout) -> Iterator[Tiles]:
    """Yield all tiles, some at a time, the deepest zoom first."""
    for level in reversed(plan.cells.levels):
        _, starts = level.blocks()
        bounds = np.append(starts, len(level.codes))
        first = 0
        while first < len(starts):
            last = max(first + 1, int(np.searchsorted(bounds, bounds[first] + _AT_ONCE, side="right")) - 1)
            yield Tiles(level, np.arange(bounds[first], bounds[last]), starts[first:last] - bounds[first])
            first = last


def added_up(parts: Sequence[Part], zooms: int, phases: int) -> list[tuple[int, ...]]:
    """Return for each zoom the sum of each phase over what was written into its tiles."""
    sums = [(0,) * phases for _ in range(zooms)]
    for part in parts:
        sums[part.zoom] = tuple(a + b for a, b in zip(sums[part.zoom], part.sums, strict=True))
    return sums


def proved(plan: Layout, figures: Figures, zooms: Sequence[tuple[int, ...]], sizes: Ints) -> Proof:
    """Return the proof of tiles with these sums at each zoom and these sizes.

    Raises BrokenLaw naming each zoom and phase that does not hold what the figures say.
    """
    on_map, off_map = (exact_sums(rows, len(figures.phases)) for rows in plan.on_map(figures.of(figures.period)))
    broken = [
        f"body tiles of zoom {zoom}, {phase}: {found}, figures: {stated}"
        for zoom, sums in enumerate(zooms)
        for phase, found, stated in zip(figures.phases, sums, on_map, strict=True)
        if found != stated
    ]
    if broken:
        raise BrokenLaw(count=len(broken), laws="; ".join(broken[:10]))
    placed = int(plan.grid.is_placed.sum())
    return Proof(
        phases=tuple(figures.phases),
        zooms=tuple(zooms),
        off_map=off_map,
        bodies=placed,
        bodies_off_map=len(plan.grid.is_placed) - placed,
        bodies_in_crowds=int((~plan.is_alone).sum()),
        tiles=len(sizes),
        largest_tile=int(sizes.max(initial=0)),
    )

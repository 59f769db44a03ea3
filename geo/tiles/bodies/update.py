"""New figures of the same bodies → the tiles that change, spliced into the archives of before.

The result is byte for byte what building everything anew would give. Where bodies changed as well, or the archives of
before are not those of the figures of before, everything is built anew; `Updated.is_whole` says so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.core.pmtiles import Archive
from geo.tiles.bodies.about import About
from geo.tiles.bodies import FILE, Proof, added_up, encoded, proved, sheet, write_bodies
from geo.tiles.bodies.changes import changed_rows, touched
from geo.tiles.bodies.figures import Amounts, Figures, amounts, exact_sums
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.shown import Part, Shown, Tiles
from geo.tiles.bodies.splice import spliced
from geo.tiles.bodies.values import cut, value_file, write_pair


@dataclass(frozen=True)
class Change:
    """Bodies and their layout, and the figures before and after; `bodies_before` are the bodies of the old tiles."""

    bodies: pa.Table
    plan: Layout
    bodies_before: pa.Table
    before: Figures
    after: Figures

    @cached_property
    def rows(self) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the rows of figures that went and those that came."""
        return changed_rows(self.before.rows, self.after.rows)

    @property
    def is_of_figures(self) -> bool:
        """Tell whether nothing but figures changed."""
        old, new = self.before, self.after
        axes = (old.periods, old.functions, old.phases, old.period) == (
            new.periods,
            new.functions,
            new.phases,
            new.period,
        )
        return axes and (self.bodies is self.bodies_before or self.bodies.equals(self.bodies_before))


@dataclass(frozen=True)
class Updated:
    """What an update did: the proof of the new body tiles, tiles and value archives written anew, archives linked."""

    proof: Proof
    tiles: int
    archives: int
    linked: int
    is_whole: bool


def update_tiles(change: Change, previous: Path, folder: Path, about: About) -> Updated:
    """Write body and value tiles into a folder (on the disk of `previous`), taking from `previous` what stays.

    Value archives of periods and functions without a new figure are linked, not copied. Raises BrokenLaw as
    `write_bodies` and `write_values` do.
    """
    done = update_bodies(change, previous, folder, about)
    functions = {(int(row["period"]), int(row["function"])) for rows in change.rows for row in rows}
    changed = functions | {(period, None) for period, _ in functions}
    written = linked = 0
    for pair in change.after.pairs():
        if not done.is_whole and pair not in changed and _is_linked(pair, change, previous, folder, about):
            linked += 1
        elif write_pair(change.after, change.plan, pair, folder, about):
            written += 1
    return replace(done, archives=written, linked=linked)


def update_bodies(change: Change, previous: Path, folder: Path, about: About) -> Updated:
    """Write the body tiles alone; see `update_tiles`."""
    old = _old_archive(change, previous)
    done = _updated(change, old, folder, about) if old is not None else None
    if done is not None:
        return done
    proof = write_bodies(change.bodies, change.after, change.plan, folder, about)
    return Updated(proof, proof.tiles, 0, 0, is_whole=True)


def _old_archive(change: Change, previous: Path) -> Archive | None:
    """Return the old archive of bodies, or None where it cannot be built upon."""
    plan, before, path = change.plan, change.before, previous / FILE
    if not change.is_of_figures or not len(plan.grid.order) or not path.is_file():
        return None
    old = Archive.open(path)
    expected = {**cut(plan, before.phases), "period": before.periods[before.period]}
    return None if any(old.metadata.get(key) != value for key, value in expected.items()) else old


def _updated(change: Change, old: Archive, folder: Path, about: About) -> Updated | None:
    """Write the new archive of bodies; None where the old one with the changes does not hold the new figures."""
    plan, after = change.plan, change.after
    gone, come = (rows[rows["period"] == after.period] for rows in change.rows)
    items = plan.ranks[np.unique(np.concatenate([gone["body"], come["body"]]))]
    tiles = touched(plan, items[items >= 0])
    rows = after.of(after.period)
    found = amounts(rows, rows["body"].astype(np.int64), len(plan.grid.is_placed), len(after.phases))
    shown = Shown(change.bodies, plan, found, after.phases, tiles)
    parts = encoded(shown, tiles)
    # What the tiles held before: the proof needs it, and nobody else reads these sums any more.
    for some, sign in ((come, -1), (gone, 1)):
        np.add.at(found.sums, (some["body"], some["phase"]), sign * some["amount"])
    size = plan.zoom + 1, len(after.phases)
    now, then = added_up(parts, *size), added_up(_held(plan, found, tiles), *size)
    zooms = [
        tuple(int(whole[phase]) - was + held for phase, was, held in zip(after.phases, out, into, strict=True))
        for whole, out, into in zip(old.metadata["sums"], then, now, strict=True)
    ]
    if set(zooms) != {exact_sums(plan.on_map(rows)[0], len(after.phases))}:
        return None
    new = {number: tile for part in parts for number, tile in zip(part.ids.tolist(), part.tiles, strict=True)}
    is_kept = ~np.isin(old.entries.ids, np.fromiter(new, np.int64, len(new)))
    proof = proved(plan, after, zooms, [*old.entries.lengths[is_kept].tolist(), *map(len, new.values())])
    spliced(old, folder / FILE, new, sheet(plan, after, shown.fields, proof, about))
    return Updated(proof, len(new), 0, 0, is_whole=False)


def _held(plan: Layout, found: Amounts, tiles: Sequence[Tiles]) -> list[Part]:
    """Return what the tiles hold with other amounts of the bodies: sums alone."""
    contents = np.concatenate([np.zeros(0, np.int64), *(some.level.contents[some.cells] for some in tiles)])
    held = np.stack([plan.cells.sums(sums[plan.grid.order], contents) for sums in found.sums.T], axis=1)
    stops = np.cumsum([len(some.cells) for some in tiles])
    parts = np.split(held, stops[:-1])
    nothing = np.zeros(0, np.int64)
    return [
        Part(some.level.zoom, nothing, [], tuple(map(int, part.sum(axis=0))))
        for some, part in zip(tiles, parts, strict=bool(tiles))
    ]


def _is_linked(pair: tuple[int, int | None], change: Change, previous: Path, folder: Path, about: About) -> bool:
    """Link the archive of a period and function whose figures stay; tell whether that could be done."""
    name = value_file(change.after, pair)
    if not (previous / name).is_file():
        return False
    metadata = Archive.open(previous / name).metadata
    expected = {**about.described(), **cut(change.plan, change.after.phases)}
    if any(metadata.get(key) != value for key, value in expected.items()):
        return False
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    os.link(previous / name, folder / name)
    return True

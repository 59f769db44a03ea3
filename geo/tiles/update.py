"""New figures of the same bodies → the tiles that change, spliced into the archives of before.

The result is byte for byte what building everything anew would give. Where bodies changed as well, or the archives of
before are not those of the figures of before, everything is built anew; `Updated.is_whole` says so.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.core.pmtiles import Archive
from geo.tiles.about import About
from geo.tiles.bodies import FILE, Proof, added_up, encoded, proved, sheet, write_bodies
from geo.tiles.changes import changed_rows, touched
from geo.tiles.figures import Amounts, Figures, amounts, exact_sums
from geo.tiles.layout import Layout
from geo.tiles.shown import Part, Shown, Tiles
from geo.tiles.splice import spliced
from geo.tiles.values import cut, value_file, write_pair


@dataclass(frozen=True)
class Change:
    """Bodies and their layout, and the figures before and after; `bodies_before` are the bodies of the old tiles."""

    bodies: pa.Table
    plan: Layout
    bodies_before: pa.Table
    before: Figures
    after: Figures

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
    rows = changed_rows(change.before.rows, change.after.rows)
    old = _old_archive(change, previous)
    if old is None:
        proof = write_bodies(change.bodies, change.after, change.plan, folder, about)
        tiles = proof.tiles
    else:
        proof, tiles = _updated_bodies(change, old, rows, folder, about)
    functions = set(zip(rows["period"].tolist(), rows["function"].tolist(), strict=True))
    changed = functions | {(period, None) for period, _ in functions}
    written = linked = 0
    for pair in change.after.pairs():
        if old is not None and pair not in changed and _is_linked(pair, change, previous, folder, about):
            linked += 1
        elif write_pair(change.after, change.plan, pair, folder, about):
            written += 1
    return Updated(proof, tiles, written, linked, old is None)


def _old_archive(change: Change, previous: Path) -> Archive | None:
    """Return the old archive of bodies, or None where it cannot be built upon."""
    plan, before = change.plan, change.before
    path = previous / FILE
    if not change.is_of_figures or not len(plan.grid.order) or not path.is_file():
        return None
    old, rows = Archive.open(path), before.of(before.period)
    sums = exact_sums(rows[plan.ranks[rows["body"]] >= 0], len(before.phases))
    stated = dict(zip(before.phases, map(str, sums), strict=True))
    expected = {
        **cut(plan, before.phases),
        "period": before.periods[before.period],
        "sums": [stated] * (plan.zoom + 1),
    }
    return None if any(old.metadata.get(key) != value for key, value in expected.items()) else old


def _updated_bodies(
    change: Change, old: Archive, changed: NDArray[Any], folder: Path, about: About
) -> tuple[Proof, int]:
    """Write the new archive of bodies; return its proof and how many tiles are new. `changed` are the rows that came or went."""
    plan, after = change.plan, change.after
    items = plan.ranks[np.unique(changed["body"][changed["period"] == after.period])]
    tiles = touched(plan, items[items >= 0])
    shown = Shown(change.bodies, plan, _amounts(plan, after), after.phases, tiles)
    parts, before = encoded(shown, tiles), _held(plan, _amounts(plan, change.before), tiles)
    count = plan.zoom + 1, len(after.phases)
    now, then = added_up(parts, *count), added_up(before, *count)
    zooms = [
        tuple(int(whole[phase]) - was + held for phase, was, held in zip(after.phases, gone, come, strict=True))
        for whole, gone, come in zip(old.metadata["sums"], then, now, strict=True)
    ]
    new = {number: tile for part in parts for number, tile in zip(part.ids.tolist(), part.tiles, strict=True)}
    is_kept = ~np.isin(old.entries.ids, np.fromiter(new, np.int64, len(new)))
    proof = proved(plan, after, zooms, [*old.entries.lengths[is_kept].tolist(), *map(len, new.values())])
    spliced(old, folder / FILE, new, sheet(plan, after, shown.fields, proof, about))
    return proof, len(new)


def _amounts(plan: Layout, figures: Figures) -> Amounts:
    rows = figures.of(figures.period)
    return amounts(rows, rows["body"].astype(np.int64), len(plan.grid.is_placed), len(figures.phases))


def _held(plan: Layout, found: Amounts, tiles: Sequence[Tiles]) -> list[Part]:
    """Return what the tiles held with other figures: sums alone."""
    ordered = [sums[plan.grid.order] for sums in found.sums.T]
    return [
        Part(
            zoom=some.level.zoom,
            ids=np.zeros(0, np.int64),
            tiles=[],
            sums=tuple(int(plan.cells.sums(sums, some.level.contents[some.cells]).sum()) for sums in ordered),
        )
        for some in tiles
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

"""New figures of the same bodies → the tiles that change, spliced into the archives of before.

The result is byte for byte what building everything anew would give. Where bodies changed as well, or the archives of
before are not those of the figures of before, everything is built anew; `Updated.is_whole` says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import repeat
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.core.errors import BrokenLaw
from geo.core.pmtiles import Archive
from geo.tiles.bodies import FILE, Proof, encoded, proved, sheet, write_bodies
from geo.tiles.bodies.about import About
from geo.tiles.bodies.changes import changed_cells, changed_rows, whole_tiles
from geo.tiles.bodies.figures import Figures, amounts, refuse_overflow
from geo.tiles.bodies.grid import Ints
from geo.tiles.bodies.layout import Layout
from geo.tiles.bodies.patches import Edits, edits_of_bodies, edits_of_cells, patched
from geo.tiles.bodies.shown import Part, Shown
from geo.tiles.bodies.splice import Splice
from geo.tiles.bodies.totals import FILE as TOTALS
from geo.tiles.bodies.totals import Totals, put_new, put_small, read_totals, write_totals
from geo.tiles.bodies.values import Pair, Shape, cut, value_file, write_pair


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
    """What an update did: the proof of the new body tiles, how many tiles and value archives were written anew.

    `kept` are the value archives, by their names in the folder of before, that are those of now.
    """

    proof: Proof
    tiles: int
    archives: int
    kept: tuple[str, ...]
    is_whole: bool


def update_tiles(change: Change, previous: Path, folder: Path, about: About) -> Updated:
    """Write body and value tiles into a folder, but for value archives of periods and functions without a new figure.

    Those are named, see `Updated`. Raises BrokenLaw as `write_bodies` and `write_values` do.
    """
    done = update_bodies(change, previous, folder, about)
    functions = {(int(row["period"]), int(row["function"])) for rows in change.rows for row in rows}
    changed = functions | {(period, None) for period, _ in functions}
    kept, anew = [], []
    for pair in change.after.pairs():
        name = value_file(change.after, pair)
        is_kept = not done.is_whole and pair not in changed and (previous / name).is_file()
        kept += [name] if is_kept else []
        anew += [] if is_kept else [pair]
    shape = Shape(change.after, change.plan, about, folder)
    # Where more than figures changed no tile of before can be taken over. One behind the other: threads that share an
    # interpreter take longer for few tiles than one.
    befores = (None if done.is_whole else _since(change, pair, previous) for pair in anew)
    made = map(write_pair, repeat(shape), anew, befores)
    written = sum(proof is not None for proof in made)
    return replace(done, archives=written, kept=tuple(kept))


def _since(change: Change, pair: Pair, previous: Path) -> tuple[Path, Ints]:
    """Return the archive of a period and function before, and the bodies of which figures changed since."""
    rows = np.concatenate([some["body"][_is_of(some, *pair)] for some in change.rows])
    return previous / value_file(change.before, pair), np.unique(rows).astype(np.int64)


def _is_of(rows: NDArray[Any], period: int, function: int | None) -> NDArray[np.bool_]:
    is_of: NDArray[np.bool_] = rows["period"] == period
    return is_of if function is None else is_of & (rows["function"] == function)


def update_bodies(change: Change, previous: Path, folder: Path, about: About) -> Updated:
    """Write the body tiles alone; see `update_tiles`."""
    done = _updated(change, previous, folder, about)
    if done is not None:
        return done
    proof = write_bodies(change.bodies, change.after, change.plan, folder, about)
    return Updated(proof, proof.tiles, 0, (), is_whole=True)


def _updated(change: Change, previous: Path, folder: Path, about: About) -> Updated | None:
    """Write the new archive of bodies; None where that of before cannot be built upon, or is not of its figures."""
    plan, after = change.plan, change.after
    old, totals = _old_archive(change, previous, about), _totals(change, previous)
    if old is None or totals is None:
        return None
    refuse_overflow(np.ascontiguousarray(after.of(after.period)["amount"]))
    edits = _edits(change, totals)
    tiles = patched(old, edits)
    anew = _anew(change, [some.only({number for number, tile in tiles.items() if not tile}) for some in edits])
    sums = _sums(change, old, [some.only({number for number, tile in tiles.items() if tile}) for some in edits], anew)
    tiles.update((number, tile) for part, _ in anew for number, tile in zip(part.ids.tolist(), part.tiles, strict=True))
    splice = Splice.of(old, tiles)
    try:
        proof = proved(plan, after, sums, splice.lengths)
    except BrokenLaw:
        return None
    splice.write(folder / FILE, sheet(plan, after, proof, about))
    chosen = np.flatnonzero(totals[1].is_large)
    write_totals(folder / TOTALS, totals[1].amounts.of(chosen), totals[1].largest[chosen])
    return Updated(proof, len(tiles), 0, (), is_whole=False)


def _old_archive(change: Change, previous: Path, about: About) -> Archive | None:
    """Return the old archive of bodies, or None where it cannot be built upon."""
    plan, before, path = change.plan, change.before, previous / FILE
    if not change.is_of_figures or not len(plan.grid.order) or not path.is_file():
        return None
    old = Archive.open(path)
    expected = {**about.described(), **cut(plan, before.phases), "period": before.periods[before.period]}
    return None if any(old.metadata.get(key) != value for key, value in expected.items()) else old


def _totals(change: Change, previous: Path) -> tuple[Totals, Totals] | None:
    """Return totals of before and after: of large cells, to which those are put that changed; None without the file."""
    path, count = previous / TOTALS, len(change.before.phases)
    before, after = (read_totals(path, change.plan.cells, count) for _ in range(2))
    return None if before is None or after is None else (before, after)


def _edits(change: Change, totals: tuple[Totals, Totals]) -> list[Edits]:
    """Return the edits of all features whose figures changed, and put into the totals what their cells hold."""
    plan, after = change.plan, change.after
    bodies = np.concatenate([rows["body"][rows["period"] == after.period] for rows in change.rows])
    items = plan.ranks[np.unique(bodies)]
    items = items[items >= 0]
    if not len(items):
        return []
    changed = changed_cells(plan, items)
    contents = np.unique(np.concatenate([some.level.contents[some.cells] for some in changed]))
    put_small(totals[0], plan, change.before, contents[~totals[0].is_large[contents]])
    put_new(totals[1], plan, after, changed)
    of_cells = edits_of_cells(change.bodies, plan, after.phases, changed, totals)
    return [*of_cells, edits_of_bodies(change.bodies, plan, (change.before, after), items)]


def _anew(change: Change, edits: Sequence[Edits]) -> list[tuple[Part, tuple[int, ...]]]:
    """Return the tiles of these edits encoded anew, and the sums that they held before."""
    plan, after = change.plan, change.after
    tiles = [whole_tiles(plan.cells.levels[some.zoom], np.unique(some.tiles)) for some in edits if len(some.tiles)]
    if not tiles:
        return []
    rows, count = after.of(after.period), len(plan.grid.is_placed)
    found = amounts(rows, rows["body"].astype(np.int64), count, len(after.phases))
    parts = encoded(Shown(change.bodies, plan, found, after.phases, tiles), tiles)
    for rows, sign in zip(change.rows, (1, -1), strict=True):
        some = rows[rows["period"] == after.period]
        np.add.at(found.sums, (some["body"], some["phase"]), sign * some["amount"])
    sums = found.sums[plan.grid.order]
    held = [[plan.cells.sums(part, some.level.contents[some.cells]).sum() for part in sums.T] for some in tiles]
    return [(part, tuple(map(int, then))) for part, then in zip(parts, held, strict=True)]


def _sums(
    change: Change, old: Archive, edits: Sequence[Edits], anew: Sequence[tuple[Part, tuple[int, ...]]]
) -> list[tuple[int, ...]]:
    """Return the sums of all zooms: those of before, without what the old tiles held, with what the new ones hold."""
    zooms = [[int(sums[phase]) for phase in change.after.phases] for sums in old.metadata["sums"]]
    steps = [(some.zoom, some.sums[1].sum(axis=0).tolist(), some.sums[0].sum(axis=0).tolist()) for some in edits]
    for zoom, now, then in [*steps, *((part.zoom, part.sums, then) for part, then in anew)]:
        zooms[zoom] = [a + b - c for a, b, c in zip(zooms[zoom], now, then, strict=True)]
    return list(map(tuple, zooms))

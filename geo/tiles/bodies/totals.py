"""What cells hold: their sums and their largest bodies, those of large cells kept in a file beside the tiles.

An update asks for few cells. What a small one holds is added up from its bodies, what a large one holds from the cells
below it, and what no figure changed is read from the file: so nobody adds up the whole country for a hundred bodies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from geo.tiles.bodies.changes import Cells
from geo.tiles.bodies.figures import Amounts, Figures, amounts, leading
from geo.tiles.bodies.grid import Ints, stretches
from geo.tiles.bodies.layout import CROWD, Flags, Layout
from geo.tiles.bodies.pyramid import Pyramid

FILE = "bodies-totals.npy"
LEAST = 2 * CROWD  # bodies of a cell whose totals are kept: more than are ever told one by one


@dataclass(frozen=True)
class Totals:
    """What contents hold, by their numbers: amounts and the largest body; zeros for contents nobody put in."""

    amounts: Amounts
    largest: Ints
    is_large: Flags  # whether the totals of a content are kept

    def put(self, contents: Ints, found: Amounts, largest: Ints) -> None:
        """Say what some contents hold."""
        self.amounts.sums[contents], self.amounts.has[contents], self.largest[contents] = found.sums, found.has, largest


@dataclass(frozen=True)
class _Own:
    """What some bodies have, by their numbers, which ascend; `phase` is the one by which they are the largest."""

    bodies: Ints
    amounts: Amounts
    phase: int

    def of(self, bodies: Ints) -> Amounts:
        return self.amounts.of(np.searchsorted(self.bodies, bodies))


def is_large(cells: Pyramid) -> Flags:
    """Tell of each content whether its totals are kept."""
    return cells.stops - cells.starts >= LEAST


def write_totals(path: Path, found: Amounts, largest: Ints) -> None:
    """Write what the large contents hold, in their order."""
    phases = (found.sums.shape[1],)
    rows = np.zeros(len(largest), [("sums", "<i8", phases), ("has", "?", phases), ("largest", "<i4")])
    rows["sums"], rows["has"], rows["largest"] = found.sums, found.has, largest
    np.save(path, rows, allow_pickle=False)


def read_totals(path: Path, cells: Pyramid, phases: int) -> Totals | None:
    """Return what `write_totals` wrote of the large contents of a pyramid; None where it is not there, or of others."""
    large = is_large(cells)
    chosen = np.flatnonzero(large)
    rows = np.load(path, allow_pickle=False) if path.is_file() else None
    if rows is None or rows.shape != chosen.shape or rows["sums"].shape[1] != phases:
        return None
    size = len(cells.starts)
    nothing = Amounts(np.zeros((size, phases), np.int64), np.zeros((size, phases), bool))
    totals = Totals(nothing, np.zeros(size, np.int64), large)
    totals.put(chosen, Amounts(rows["sums"], rows["has"]), rows["largest"])
    return totals


def put_small(totals: Totals, plan: Layout, figures: Figures, contents: Ints) -> None:
    """Put in contents (ascending) of few bodies, added up from these."""
    _put_direct(totals, plan, contents, _own(plan, figures, contents, np.zeros(0, np.int64)))


def put_new(totals: Totals, plan: Layout, figures: Figures, changed: Sequence[Cells]) -> None:
    """Put in what the changed cells of all zooms hold; `totals` say of the large contents what they held before."""
    contents = np.unique(np.concatenate([some.level.contents[some.cells] for some in changed]))
    is_told = totals.is_large.copy()
    divided = list(_divided(changed, is_told))
    is_told[contents] = False
    asked = np.unique(np.concatenate([contents, *(members for _, members, _ in divided)]))
    direct = np.setdiff1d(asked[~is_told[asked]], np.concatenate([asked[:0], *(whole for whole, _, _ in divided)]))
    own = _own(plan, figures, direct, totals.largest[asked[is_told[asked]]])
    _put_direct(totals, plan, direct, own)
    for whole, members, starts in divided:
        _put_whole(totals, whole, starts, (totals.amounts.of(members), totals.largest[members]), own)


def _divided(changed: Sequence[Cells], is_told: Flags) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Yield large contents, the contents of the cells below that make them, and where those of each begin.

    The deepest zoom comes first; a content that several zooms share comes at the only one that divides it.
    """
    for some, below in zip(changed[-2::-1], changed[:0:-1], strict=True):
        level = some.level
        stops = np.append(level.inner, len(below.level.codes))[some.cells + 1]
        starts, contents = level.inner[some.cells], level.contents[some.cells]
        chosen = is_told[contents] & (stops - starts > 1)
        members, bounds = stretches(starts[chosen], (stops - starts)[chosen])
        yield contents[chosen], below.level.contents[members], bounds


def _own(plan: Layout, figures: Figures, contents: Ints, more: Ints) -> _Own:
    """Return what the bodies of contents have, and more bodies."""
    cells = plan.cells
    items, _ = stretches(cells.starts[contents], cells.stops[contents] - cells.starts[contents])
    bodies = np.unique(np.concatenate([plan.grid.order[items], more]))
    rows, count = figures.of_bodies(bodies), len(figures.phases)
    found = amounts(rows, np.searchsorted(bodies, rows["body"]), len(bodies), count)
    return _Own(bodies, found, leading(figures.phases))


def _put_direct(totals: Totals, plan: Layout, contents: Ints, own: _Own) -> None:
    cells = plan.cells
    items, starts = stretches(cells.starts[contents], cells.stops[contents] - cells.starts[contents])
    bodies = plan.grid.order[items]
    _put_whole(totals, contents, starts, (own.of(bodies), bodies), own)


def _put_whole(totals: Totals, contents: Ints, starts: Ints, members: tuple[Amounts, Ints], own: _Own) -> None:
    """Put in contents whose members, amounts and largest bodies, stand one behind the other from `starts` on."""
    if not len(contents):
        return
    (found, largest), rivals = members, own.of(members[1])
    group = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(largest))))
    order = np.lexsort((largest, ~rivals.sums[:, own.phase], ~rivals.has[:, own.phase], group))
    whole = Amounts(np.add.reduceat(found.sums, starts), np.logical_or.reduceat(found.has, starts))
    totals.put(contents, whole, largest[order[starts]])

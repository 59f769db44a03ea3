"""New figures of a hundred bodies of a million: an update of the tiles beside a full build.

Peer: our own full build of the same tiles, for lack of another builder that updates.
Limits: the update at least 30 times cheaper than the full build, by the clock and by the processors; the same bytes.

Inside both clocks: body tiles of zooms 0 to 12 from figures and bodies in memory, to a finished archive on the disk.
The layout of the bodies on their grid is computed once, before either: it depends on no figure. The update gets the
figures of before and after, finds out itself what changed, and takes the rest from the archive of before. Once the
hundred stand anywhere in the country, once near one another, as when one unit reports.

    python benchmarks/update.py [--quick]
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import numpy as np

from benchmarks.shared import IS_QUICK, at_least, at_most, paired, seconds, table, verdict
from benchmarks.shared.bodies import ABOUT, made_bodies, made_figures
from geo.tiles.bodies import FILE, write_bodies
from geo.tiles.bodies.figures import Figures
from geo.tiles.bodies.grid import Ints
from geo.tiles.bodies.layout import Layout, layout
from geo.tiles.bodies.update import Change, update_bodies

BODIES = 20_000 if IS_QUICK else 1_000_000
RUNS = 1 if IS_QUICK else 3
CHANGED, LEAST_RATIO = 100, 30


def main() -> int:
    """Print both clocks and their ratio; return 1 where a limit is missed."""
    bodies, before = made_bodies(BODIES), made_figures(BODIES)
    plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy())
    plan.cells, plan.ranks  # noqa: B018 - computed once and kept
    rows, differ, ratios = [], 0, {}
    with TemporaryDirectory() as name:
        old, new, full = (Path(name) / part for part in ("old", "new", "full"))
        for folder in (old, new, full):
            folder.mkdir()
        write_bodies(bodies, before, plan, old, ABOUT)
        for where, chosen in (("anywhere", anywhere()), ("in one region", in_one_region(plan))):
            ours, peer, ours_cpu, peer_cpu = [], [], [], []
            for run in range(RUNS):
                for folder in (new, full):
                    (folder / FILE).unlink(missing_ok=True)  # a version has a folder of its own
                change = Change(bodies, plan, bodies, before, edited(before, chosen, run))
                done, took, cpu = timed(update_bodies, change, old, new, ABOUT)
                ours.append(took)
                ours_cpu.append(cpu)
                _, took, cpu = timed(write_bodies, bodies, change.after, plan, full, ABOUT)
                peer.append(took)
                peer_cpu.append(cpu)
                differ += (new / FILE).read_bytes() != (full / FILE).read_bytes()
            for clock, some, others in (("s", ours, peer), ("s of processors", ours_cpu, peer_cpu)):
                ratio = ratios[f"{where}, {clock}"] = paired(some, others)
                found = f"{median(some):.2f}", f"{max(some):.2f}", f"{median(others):.2f}", f"{ratio:.1f}"
                rows.append((f"{CHANGED} bodies {where}, {clock}", *found, f"{done.tiles:,}"))
    table((f"of {BODIES:,}", "update", "slowest", "full build", "× cheaper", "tiles written"), *rows)
    return verdict(
        *(
            []
            if IS_QUICK
            else [at_least(f"cheaper, bodies {where}", ratio, LEAST_RATIO) for where, ratio in ratios.items()]
        ),
        at_most("archives of other bytes than a full build", differ, 0, "archives"),
    )


def timed(act: Callable[..., Any], *given: Any) -> tuple[Any, float, float]:
    """Return what a call gave, how long it took, and how many seconds of processors."""
    found: list[Any] = []
    started = time.process_time()
    took = seconds(lambda: found.append(act(*given)))
    return found[0], took, time.process_time() - started


def anywhere() -> Ints:
    """Return some bodies, whatever their place."""
    return np.random.default_rng(1).choice(BODIES, CHANGED, replace=False)


def in_one_region(plan: Layout) -> Ints:
    """Return bodies that stand near one another on the grid: a stretch of one in a hundred bodies around a town."""
    start, stretch = BODIES // 2, BODIES // 100
    return plan.grid.order[np.random.default_rng(2).choice(np.arange(start, start + stretch), CHANGED, replace=False)]


def edited(figures: Figures, bodies: Ints, run: int) -> Figures:
    """Return figures in which these bodies have other amounts in every phase."""
    rows = figures.rows.copy()
    chosen = np.isin(rows["body"], bodies)
    rows["amount"][chosen] += np.random.default_rng(run).integers(1, 10**9, int(chosen.sum()))
    return replace(figures, rows=rows)


if __name__ == "__main__":
    sys.exit(main())

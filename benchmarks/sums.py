"""A hundred million entries to totals: amounts and entries by unit of two levels, function, phase and period.

Peer: pandas as people use it: read_parquet of the columns, merge with the placements, groupby with sum and size,
for one level after the other. What it had taken after the first level, which is half of the work, stands beside.
Limits: at least 5.5 times faster than the peer, at most 512 MB, every sum equal to whole numbers of Python's own, which
were added up while the files were made, outside the clock. Ours is the median of three runs, the peer runs once.

    python benchmarks/sums.py            # 100 million entries in ten files, a million bodies; 1 GB of disk
    python benchmarks/sums.py --quick    # 2 million entries: the same checks, the limits of the full size left out

Each run is a fresh process; the clock holds from the files and the placements in memory to the table of totals.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.shared import IS_QUICK, at_least, at_most, table, verdict

ROWS, BODIES = (200_000, 20_000) if IS_QUICK else (10_000_000, 1_000_000)  # rows of each period
PERIODS = [f"{year}-12" for year in range(2015, 2025)]
EDITION = "2022-06-08"
LEAST, MOST_MB, MEMORY_MB = 5.5, 512, 128
TURNS = {"ours": 3, "pandas": 1}
KEYS = ["unit_id", "period", "function", "phase"]
COLUMNS = ["body_id", "period", "function", "phase", "amount_minor"]


def main() -> int:
    """Print seconds and memory; return 1 where a limit is missed or a sum is not the truth."""
    from benchmarks.shared.entries import write_entries
    from benchmarks.shared.processes import ran

    with TemporaryDirectory() as name:
        folder = Path(name)
        truth = write_entries(folder, PERIODS, ROWS, BODIES)
        (folder / "truth.pickle").write_bytes(pickle.dumps(truth))
        print(f"{ROWS * len(PERIODS):,} entries, {BODIES:,} bodies\n")
        runs = {
            who: [ran([sys.executable, __file__, who, name, str(BODIES)]) for _ in range(turns)]
            for who, turns in TURNS.items()
        }
    said: dict[str, list[dict[str, Any]]] = {who: [json.loads(run.printed) for run in rs] for who, rs in runs.items()}
    took = sorted(one["s"] for one in said["ours"])
    peer, middle, largest = said["pandas"][0], median(took), max(run.largest_mb for run in runs["ours"])
    table(
        ("entries to totals", "runs", "s", "slowest s", "× ours", "MB"),
        ("geo.sums.totals: two levels", str(len(took)), f"{middle:.1f}", f"{took[-1]:.1f}", "1.0", f"{largest:,.0f}"),
        _row("pandas: the same", peer["s"], middle, runs["pandas"][0].largest_mb),
        _row("pandas: its first level alone", peer["first_s"], middle, runs["pandas"][0].largest_mb),
    )
    if not all(one["is_true"] and one["seen"] == peer["seen"] for one in said["ours"]):
        print(f"The sums differ: {said}")
        return 1
    print("Every sum equals the whole numbers; the numbers of entries equal those of pandas.\n")
    if IS_QUICK:
        return 0
    return verdict(
        at_least("faster than pandas", peer["s"] / middle, LEAST),
        at_most("peak of memory", largest, MOST_MB, "MB"),
    )


def _row(name: str, took: float, ours_took: float, memory_mb: float) -> tuple[str, ...]:
    return (name, "1", f"{took:.1f}", f"{took:.1f}", f"{took / ours_took:.1f}", f"{memory_mb:,.0f}")


def ours(folder: Path, bodies: int) -> dict[str, Any]:
    """Add up with the engine, compare with the truth, and tell."""
    from benchmarks.shared.entries import FUNCTIONS, PHASES, placements
    from geo.core.engine import connect
    from geo.sums import Adder, totals

    placed, in_force = placements(bodies), dict.fromkeys(PERIODS, EDITION)
    files = tuple(folder / f"{period}.parquet" for period in PERIODS)
    adder = Adder(connect("duckdb://", memory_mb=MEMORY_MB, spill=folder / "spill", reads=files))
    started = time.perf_counter()
    found = totals(files, placed, in_force, 2, adder)
    took = time.perf_counter() - started
    truth = pickle.loads((folder / "truth.pickle").read_bytes())
    is_true = True
    for level, sums in truth.items():
        part = found[found["level"] == level]
        at = part["unit_id"].astype(int) * len(FUNCTIONS) + part["function"].astype(int) - 1
        cell = at * len(PHASES) + part["phase"].map({name: n for n, name in enumerate(PHASES)})
        row = part["period"].map({name: n for n, name in enumerate(PERIODS)})
        is_true &= (sums[row, cell] == part["amount_minor"].astype(object)).all()
        is_true &= sum(map(int, part["amount_minor"])) == sum(sums.reshape(-1).tolist())
    seen = {
        level: [int(part[name].sum()) for name in ("amount_minor", "entries")] for level, part in found.groupby("level")
    }
    return {"s": took, "is_true": bool(is_true), "seen": seen}


def pandas_once(folder: Path, bodies: int) -> dict[str, Any]:
    """Read, merge and group as one usually does; texts come as categories."""
    import pandas as pd

    from benchmarks.shared.entries import placements

    placed = placements(bodies)
    started = time.perf_counter()
    rows = pd.read_parquet([folder / f"{period}.parquet" for period in PERIODS], columns=COLUMNS)
    seen, took = {}, []
    for level, places in placed.groupby("level"):
        joined = rows.merge(places[["body_id", "unit_id"]].astype({"unit_id": "category"}), on="body_id")
        sums = joined.groupby(KEYS, observed=True)["amount_minor"].agg(["sum", "size"])
        seen[level] = [int(sums["sum"].sum()), int(sums["size"].sum())]
        took.append(time.perf_counter() - started)
    return {"s": took[-1], "first_s": took[0], "seen": seen}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ours", folder, bodies]:
            print(json.dumps(ours(Path(folder), int(bodies))))
        case ["pandas", folder, bodies]:
            print(json.dumps(pandas_once(Path(folder), int(bodies))))
        case _:
            sys.exit(main())

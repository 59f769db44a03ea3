"""A hundred million entries to totals: amounts, entries and bodies by unit of two levels, function, phase, period.

Peer: pandas merge and groupby with sum, size and nunique, for one level after the other; amounts alone stand beside.
Limits: at least 5.5 times faster than the peer, at most 512 MB, every sum equal to whole numbers of Python's own.

    python benchmarks/sums.py            # 100 million entries in ten files, a million bodies; 1.5 GB of disk
    python benchmarks/sums.py --quick    # 2 million entries: the same checks, the limits of the full size left out

Each run is a fresh process; the clock holds from the files and the placements in memory to the table of totals.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.shared import IS_QUICK, at_least, at_most, table, verdict

ROWS, BODIES = (200_000, 20_000) if IS_QUICK else (10_000_000, 1_000_000)  # rows of each period
PERIODS = [f"{year}-12" for year in range(2015, 2025)]
EDITION = "2022-06-08"
LEAST, MOST_MB, MEMORY_MB = 5.5, 512, 200
KEYS = ["unit_id", "period", "function", "phase"]


def main() -> int:
    """Print seconds and memory; return 1 where a limit is missed or a sum is not the truth."""
    from benchmarks.shared.entries import write_entries
    from benchmarks.shared.processes import ran

    with TemporaryDirectory() as name:
        folder = Path(name)
        truth = write_entries(folder, PERIODS, ROWS, BODIES)
        (folder / "truth.pickle").write_bytes(pickle.dumps(truth))
        print(f"{ROWS * len(PERIODS):,} entries, {BODIES:,} bodies\n")
        runs = {who: ran([sys.executable, __file__, who, name, str(BODIES)]) for who in ("ours", "pandas", "amounts")}
    said: dict[str, Any] = {who: json.loads(run.printed) for who, run in runs.items()}
    took = said["ours"]["s"]
    names = {
        "ours": "geo.sums.totals: amounts, entries, bodies, two levels",
        "pandas": "pandas: the same",
        "amounts": "pandas: amounts alone, one level",
    }
    rows = [
        (names[who], f"{said[who]['s']:.1f}", f"{said[who]['s'] / took:.2f}", f"{runs[who].largest_mb:,.0f}")
        for who in names
    ]
    table(("entries to totals", "s", "× ours", "MB"), *rows)
    if not said["ours"]["is_true"] or said["ours"]["seen"] != said["pandas"]["seen"]:
        print(f"The sums differ: {said}")
        return 1
    print("Every sum equals the whole numbers; entries and bodies equal those of pandas.\n")
    if IS_QUICK:
        return 0
    return verdict(
        at_least("faster than pandas, the same table", said["pandas"]["s"] / took, LEAST),
        at_least("faster than pandas, amounts of one level alone", said["amounts"]["s"] / took, LEAST),
        at_most("peak of memory", runs["ours"].largest_mb, MOST_MB, "MB"),
    )


def ours(folder: Path, bodies: int) -> dict[str, Any]:
    """Add up with the engine, compare with the truth, and tell."""
    import pyarrow.dataset as ds

    from benchmarks.shared.entries import FUNCTIONS, PHASES, placements
    from geo.core.engine import connect
    from geo.sums import Adder, totals

    placed, in_force = placements(bodies), dict.fromkeys(PERIODS, EDITION)
    adder = Adder(connect("duckdb://", memory_mb=MEMORY_MB, spill=folder / "spill"))
    started = time.perf_counter()
    files = ds.dataset([folder / f"{period}.parquet" for period in PERIODS])
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
        level: [int(part[name].sum()) for name in ("amount_minor", "entries", "bodies")]
        for level, part in found.groupby("level")
    }
    return {"s": took, "is_true": bool(is_true), "seen": seen}


def pandas_once(folder: Path, bodies: int, *, is_whole: bool) -> dict[str, Any]:
    """Read, merge and group as one usually does; texts come as categories."""
    import pandas as pd

    from benchmarks.shared.entries import placements

    placed = placements(bodies)
    started = time.perf_counter()
    rows = pd.read_parquet([folder / f"{period}.parquet" for period in PERIODS])
    seen = {}
    for level, places in placed.groupby("level"):
        joined = rows.merge(places[["body_id", "unit_id"]].astype({"unit_id": "category"}), on="body_id")
        groups = joined.groupby(KEYS, observed=True)
        sums = groups["amount_minor"].agg(["sum", "size"] if is_whole else ["sum"])
        counted = [groups["body_id"].nunique()] if is_whole else []
        seen[level] = [int(column.sum()) for column in (*(sums[name] for name in sums), *counted)]
        if not is_whole:
            break
    return {"s": time.perf_counter() - started, "seen": seen}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ours", folder, bodies]:
            print(json.dumps(ours(Path(folder), int(bodies))))
        case ["pandas" | "amounts" as who, folder, bodies]:
            print(json.dumps(pandas_once(Path(folder), int(bodies), is_whole=who == "pandas")))
        case _:
            sys.exit(main())

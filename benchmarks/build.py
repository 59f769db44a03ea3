"""Figures to published version in a fresh process: ours beside the same sums by pandas and geopandas.

Peer: geopandas reads the borders, pandas the figures; groupby, merge, one GeoJSON file for each period. It validates
nothing (no fault in a file would be found), reconciles nothing, draws no outlines and publishes nothing: it is a point
of reference for the sums alone, and there is no limit on the ratio. That both have the same sums is checked.
Limits: at most 5 seconds without the tiles and the surface, and 500 MB with them, for ours, imports and the start of
Python included. What the tiles and the surface take stands beside.

Then everything that `make map` builds, with all tiles and the surface: the 17,000 organisations of kz-demo are made
anew, both countries are built and published in one process. That kz-demo has the sums of kz is checked. Limits: 60
seconds, 1,500 MB. There is no peer that does it. With --quick: once each, 600 organisations, no limits.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.shared import DATA, IS_QUICK, ROOT, at_most, paired, table, verdict
from geo.core.settings import Settings

MOST_S, MOST_MB = 5, 500
MOST_WHOLE_S, MOST_WHOLE_MB = 60, 1500
PAIRS, WHOLE_RUNS = (1, 1) if IS_QUICK else (5, 3)
BODIES = 600 if IS_QUICK else 17_000
COUNTRY, DEMO, EDITION = "kz", "kz-demo", "2022-06-08"


Said = tuple[dict[str, int], float]  # sums by period in minor units, seconds of tiles and surface


class Run(NamedTuple):
    """One process: seconds from start to end, its peak memory, the sums it printed, what tiles and surface took."""

    wall_s: float
    peak_mb: float
    sums: dict[str, int]
    tiles_s: float


def main() -> int:
    """Print both clocks and memories; return 1 where a limit is missed or the sums differ."""
    ours, peer = [], []
    for _ in range(PAIRS):
        ours.append(fresh("ours"))
        peer.append(fresh("peer"))
    whole = [fresh("whole") for _ in range(WHOLE_RUNS)]
    wall, peak = median(run.wall_s - run.tiles_s for run in ours), max(run.peak_mb for run in ours)
    ratio = paired([run.wall_s for run in peer], [run.wall_s for run in ours])
    table(
        ("a fresh process", "s, median", "slowest s", "peak MB", "× the peer's time"),
        ("ours: checked, drawn, published", *figures(ours), f"{ratio:.2f}"),
        (
            "the same without tiles and surface",
            f"{wall:.2f}",
            f"{max(run.wall_s - run.tiles_s for run in ours):.2f}",
            "",
            "",
        ),
        ("pandas and geopandas: the sums alone", *figures(peer), "1"),
        (f"kz and kz-demo with {BODIES:,} bodies, made, built, published", *figures(whole), ""),
    )
    if not ours[0].sums == peer[0].sums == whole[0].sums:
        print(f"The sums differ.\nours: {ours[0].sums}\npeer: {peer[0].sums}\nkz-demo: {whole[0].sums}")
        return 1
    print(f"All executed the same in each of {len(ours[0].sums)} periods, to the tiyn.\n")
    limits = [
        at_most("figures to published version without tiles, median", wall, MOST_S, "s"),
        at_most("peak memory, largest", peak, MOST_MB, "MB"),
        at_most("kz and kz-demo, median", median(run.wall_s for run in whole), MOST_WHOLE_S, "s"),
        at_most("kz and kz-demo, peak memory", max(run.peak_mb for run in whole), MOST_WHOLE_MB, "MB"),
    ]
    return 0 if IS_QUICK else verdict(*limits)


def fresh(side: str) -> Run:
    """Return what one side took in a process of its own, on an empty folder."""
    with TemporaryDirectory() as folder:
        started = time.perf_counter()
        command = [sys.executable, __file__, side, folder, *(["--quick"] if IS_QUICK else [])]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
            printed = child.stdout.read() if child.stdout else b""
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        wall_s = time.perf_counter() - started
    if child.returncode:
        raise SystemExit(f"benchmarks/build.py {side}: exit {child.returncode}")
    said = json.loads(printed)
    return Run(wall_s, used.ru_maxrss / 1024, said["sums"], said["tiles_s"])  # Linux states it in KiB


def figures(runs: list[Run]) -> tuple[str, str, str]:
    """Return the median and slowest seconds and the largest memory."""
    times = [run.wall_s for run in runs]
    return f"{median(times):.2f}", f"{max(times):.2f}", f"{max(run.peak_mb for run in runs):.0f}"


def ours_once(folder: Path) -> Said:
    """Build and publish; return what the published version executed, by period, in minor units."""
    return published_sums(Settings(home=folder, data=DATA), COUNTRY)


def whole_once(folder: Path) -> Said:
    """Make kz-demo, build and publish both countries; return the same of kz-demo."""
    from scripts.make_kz_demo import make

    make(folder / "data", BODIES)
    published_sums(Settings(home=folder, data=DATA), COUNTRY)
    return published_sums(Settings(home=folder, data=folder / "data"), DEMO)


def published_sums(settings: Settings, country: str) -> Said:
    """Build and publish a country; return what its published version executed, by period, in minor units."""
    from geo.atlas import build
    from geo.versions import Home

    home, began = Home(settings.home), dict[str, float]()
    home.publish(build(settings, country, lambda step: began.update({step: time.perf_counter()})).id)
    version = home.version(home.current_id(country))
    level, executed = version.level(EDITION, "region"), version.phases.index("executed")
    sums = level.totals[..., executed].sum(axis=(0, 2)) + level.unplaced[..., executed].sum(axis=1)
    return dict(zip(version.periods, sums.tolist(), strict=True)), began["stage"] - began["tiles"]


def peer_once(folder: Path) -> Said:
    """Add up and write as one usually does; return what was executed, by period, in minor units."""
    import geopandas as gpd
    import pandas as pd

    borders = gpd.read_file(DATA / "boundaries" / COUNTRY / EDITION / "region.geojson")
    read_in = DATA / "budget" / COUNTRY / "local_expenditure.csv"
    lines = pd.read_csv(read_in, dtype={"region_kato": str, "functional_group": str})
    phases = [name for name in lines.columns if name.endswith("_kzt")]
    for period, part in lines.groupby("period"):
        whole = part.groupby("region_kato")[phases].sum()
        groups = part.pivot_table(index="region_kato", columns="functional_group", values=phases, aggfunc="sum")
        groups.columns = ["_".join(names) for names in groups.columns]
        merged = borders.merge(whole.join(groups), left_on="unit_id", right_index=True, how="left")
        merged.to_file(folder / f"{period}.geojson", driver="GeoJSON")
    executed = lines.groupby("period")["executed_kzt"].sum()
    return {str(period): round(amount * 100) for period, amount in executed.items()}, 0.0


if __name__ == "__main__":
    given = [word for word in sys.argv[1:] if word != "--quick"]
    if not given:
        sys.exit(main())
    once = {"ours": ours_once, "peer": peer_once, "whole": whole_once}[given[0]]
    sums, tiles_s = once(Path(given[1]))
    print(json.dumps({"sums": sums, "tiles_s": tiles_s}))

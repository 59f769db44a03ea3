"""Ten million points to the unit that owns each, borders included: `geo.join.owners`, as every build calls it.

Peer: geopandas.sjoin(predicate="intersects") and the smallest unit of each point.
Limits: at least 20 times faster than the peer with an identical result; at most 1000 MB.

    python benchmarks/join.py            # 10 million points, three runs of ours, one of the peer between them
    python benchmarks/join.py --quick    # 300,000 points: the same checks, the limits of the full size left out

Each run is a fresh process that reads points and units from files. The clock holds from coordinates in memory and units
in memory to the owner of each point; reading and imports, which both have, stand apart. Points: 70 % around 400 towns,
30 % anywhere. Units: the bundled regions of Kazakhstan split into 220.
"""

from __future__ import annotations

import json
import sys
import time
import zlib
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.shared import IS_QUICK, at_least, at_most, table, verdict

POINTS, QUICK_POINTS, RUNS = 10_000_000, 300_000, 3
LEAST, MOST_MB = 20, 1000


def main() -> int:
    """Print seconds and memory of both; return 1 where a limit is missed or an owner differs."""
    from benchmarks.shared.points import UNITS, write_points, write_units
    from benchmarks.shared.processes import ran

    count = QUICK_POINTS if IS_QUICK else POINTS
    with TemporaryDirectory() as name:
        units, points = Path(name) / "units.parquet", Path(name) / "points.parquet"
        write_units(units)
        write_points(points, units, count)
        print(f"{count:,} points, {UNITS} units\n")
        order = ["ours", "peer", "ours", "ours"][: RUNS + 1]
        runs = [(who, ran([sys.executable, __file__, who, str(units), str(points)])) for who in order]
    said = [(who, json.loads(run.printed), run.largest_mb) for who, run in runs]
    ours = [row for who, row, _ in said if who == "ours"]
    peer = next(row for who, row, _ in said if who == "peer")
    took = median(row["s"] for row in ours)
    ratio, whole = peer["s"] / took, peer["whole_s"] / median(row["whole_s"] for row in ours)
    memory = {who: max(mb for one, _, mb in said if one == who) for who in ("ours", "peer")}
    table(
        ("points to owners", "join s", "slowest s", "million points/s", "× ours", "with reading s", "MB"),
        _row("geo.join.owners, 2 threads", ours, count, 1, memory["ours"]),
        _row("geopandas.sjoin", [peer], count, ratio, memory["peer"]),
    )
    if len({(row["owners"], row["ties"], row["placed"]) for row in [*ours, peer]}) != 1:
        print("The owners differ.")
        return 1
    print(f"Identical owners and ties; {ours[0]['placed']:,} points lie in a unit. With reading: {whole:.1f} ×.\n")
    if IS_QUICK:
        return 0
    return verdict(
        at_least("faster than geopandas.sjoin", ratio, LEAST), at_most("peak of memory", memory["ours"], MOST_MB, "MB")
    )


def _row(who: str, runs: list[dict[str, float]], count: int, ratio: float, memory: float) -> tuple[str, ...]:
    took, whole = (sorted(row[name] for row in runs) for name in ("s", "whole_s"))
    speed = count / median(took) / 1e6
    figures = (median(took), took[-1], speed, ratio, median(whole))
    return (who, *(f"{figure:.2f}" for figure in figures), f"{memory:,.0f}")


def joined(who: str, units: Path, points: Path) -> dict[str, float]:
    """Read, join and tell how long it took and what came out."""
    begun = time.perf_counter()
    import geopandas as gpd
    import numpy as np
    import pyarrow.parquet as pq

    from geo.join import owners

    frame = gpd.read_parquet(units)
    read = pq.read_table(points)
    lon, lat = (read[name].to_numpy() for name in ("lon", "lat"))
    started = time.perf_counter()
    if who == "ours":
        number, ties = owners(lon, lat, frame)
    else:
        located = gpd.GeoDataFrame(geometry=gpd.points_from_xy(lon, lat), crs=4326)
        pairs = gpd.sjoin(located, frame, predicate="intersects")["index_right"]
        # Pairs come in the order of the points; unit numbers ascend with unit_id.
        point, unit = pairs.index.to_numpy(), pairs.to_numpy()
        number, touched = np.full(len(lon), len(frame), dtype="int32"), np.bincount(point, minlength=len(lon))
        np.minimum.at(number, point, unit.astype("int32"))
        number[touched == 0] = -1
        ties = touched > 1
    ended = time.perf_counter()
    return {
        "s": ended - started,
        "whole_s": ended - begun,
        "owners": zlib.crc32(number.tobytes()),
        "ties": zlib.crc32(ties.tobytes()),
        "placed": int((number >= 0).sum()),
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["ours" | "peer" as who, units, points]:
            print(json.dumps(joined(who, Path(units), Path(points))))
        case _:
            sys.exit(main())

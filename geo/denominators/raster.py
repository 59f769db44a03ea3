"""A series given as rasters – people by cell, one GeoTIFF for each year – → one number for each unit and year."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from geo.core.country import Denominator
from geo.core.errors import BadData, Fault
from geo.foreign.raster import zonal_sums

YEAR_HERE = "*"  # in the name of the file, where the year stands
_ENDINGS = (".tif", ".tiff")
_DECIMALS = 2  # as denominators are given in tables


def is_raster(described: Denominator) -> bool:
    """Tell whether a series is counted from rasters, by the ending of its file."""
    return described.file.lower().endswith(_ENDINGS)


def raster_records(
    folder: Path, described: Denominator, units: pd.DataFrame
) -> tuple[list[tuple[str, str, float]], list[Fault]]:
    """Return (unit_id, year, value) by unit and year, and every fault; no records of places, which have no area.

    `file` of the series names one raster for each year: `people-*.tif`. A cell cut by a border gives each unit the
    share of it that lies there. A unit in which a raster counts nothing is a fault: nothing can be divided by zero.
    """
    before, star, after = described.file.partition(YEAR_HERE)
    if not star or not described.by_year:
        return [], [Fault("country.toml", 0, "denominators.file", "E-TIF-05", described.file)]
    pattern = re.compile(re.escape(before) + r"([0-9]{4})" + re.escape(after))
    names = {path.relative_to(folder).as_posix(): path for path in folder.glob(f"{before}????{after}")}
    years = {match[1]: names[name] for name in sorted(names) if (match := pattern.fullmatch(name))}
    if not years:
        return [], [Fault(described.file, 0, "", "E-CSV-08", described.file)]
    shapes = dict(zip(units["unit_id"], units.geometry, strict=True))
    if not all(shape.area for shape in shapes.values()):
        return [], []
    records: list[tuple[str, str, float]] = []
    faults: list[Fault] = []
    for year, path in sorted(years.items()):
        try:
            counted = zonal_sums(path, shapes).sums
        except BadData as bad:
            faults += bad.every
            continue
        for unit_id, value in sorted(counted.items()):
            if round(value, _DECIMALS) > 0:
                records.append((unit_id, year, round(value, _DECIMALS)))
            else:
                faults.append(Fault(path.name, 0, unit_id, "E-CSV-21", f"{value:g}"))
    return records, faults

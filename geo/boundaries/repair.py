"""Foreign features → units: in degrees, with codes and names, valid, side by side; and an account of every change.

What is small is repaired and said; what is not small is refused: then somebody has to look at the source.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundaries.attributes import Attributes, attributes
from geo.boundaries.coverage import (
    area_m2,
    areas_m2,
    as_coverage,
    gaps_m2,
    label_points,
    made_valid,
    overlaps_m2,
    rounded,
    seams,
    tangle,
)
from geo.boundaries.crs import in_degrees
from geo.boundaries.described import Described
from geo.boundaries.report import Pair, Repaired, Report
from geo.core.country import Country
from geo.core.errors import BadData, Fault
from geo.core.model import conformed
from geo.foreign.borders import Borders
from geo.foreign.features import Feature

MOST_REPAIRED = 0.001  # of a unit's area: a crossed line is repaired, a bow-tie is another shape
MOST_CHANGED = 0.01  # of a unit's area, by closing overlaps and gaps: the error of generalised borders
MOST_OVERLAP = 0.01  # of the whole: more is two editions in one file, or a level drawn over another
MOST_UNITS = 20_000  # no level of a country has as many


@dataclass(frozen=True)
class Place:
    """What a file is to become: a level of an edition of a country's borders."""

    country: Country
    edition: str
    level: str

    @property
    def is_coverage(self) -> bool:
        """Tell whether the units of the level lie side by side; a level that is not declared yet is taken to."""
        return all(level.kind == "coverage" for level in self.country.levels if level.id == self.level)

    @property
    def lenders(self) -> tuple[str, ...]:
        """Return the country's languages in the order in which a missing name is borrowed."""
        first = self.country.default_language
        return (first, *(language for language in self.country.languages if language != first))


def repaired(borders: Borders, described: Described, place: Place) -> tuple[gpd.GeoDataFrame, Report]:
    """Return units with the columns of `units` in unit_id order (parent_id empty), and what was done to the file.

    `area_m2` is measured after overlaps and gaps were closed and before coordinates were rounded. Raises BadData with
    every fault: those found while reading, of codes and names, of coordinates, of changes that are not small.
    """
    features = list(borders.features())
    if borders.faults:
        raise BadData(borders.faults)
    if not features:
        raise BadData([Fault(borders.file, 0, "", "E-GEO-01")])
    if len(features) > MOST_UNITS:
        raise BadData([Fault(borders.file, 0, "", "E-LIM-06", str(MOST_UNITS))])
    known = attributes(features, described, borders.file, place.lenders, place.level)
    if not known.rows:
        raise BadData(known.faults)
    report = Report(
        borders.file,
        borders.sha256,
        borders.crs,
        units=len(features),
        fell_back=known.fell_back,
        warnings=borders.warnings,
    )
    try:
        shapes, report = _valid(features, known, report)
        return _united(shapes, features, known, report, place)
    except shapely.errors.GEOSException as error:
        raise BadData([Fault(borders.file, 0, "geometry", "E-GEO-08", "–", {"reason": str(error)})]) from None


def _valid(features: Sequence[Feature], known: Attributes, report: Report) -> tuple[Any, Report]:
    """Return valid polygons in degrees; raises BadData with the faults of codes and names as well."""
    numbers = [feature.number for feature in features]
    raw = shapely.from_wkb(np.array([feature.geometry for feature in features], dtype=object))
    faults = list(known.faults)
    try:
        shapes, warnings = in_degrees(raw, report.crs, report.file, numbers)
    except BadData as bad:
        raise BadData([*faults, *bad.every]) from None
    if tangled := tangle(shapes):
        raise BadData([*faults, Fault(report.file, 0, "geometry", "E-GEO-08", "–", {"reason": tangled})])
    invalid = []
    for number in np.flatnonzero(~shapely.is_valid(shapes)):
        before, unit_id = shapes[number], known.rows[number]["unit_id"]
        shapes[number] = made_valid(before)
        reason = shapely.is_valid_reason(before)
        was, now = area_m2(before), area_m2(shapes[number])
        invalid.append(Repaired(unit_id, reason, now - was))
        column, row = "geometry", numbers[number]
        if abs(now - was) > MOST_REPAIRED * was:
            faults.append(Fault(report.file, row, column, "E-GEO-08", unit_id, {"reason": reason}))
        else:
            mended = {"reason": reason, "change": f"{now - was:.0f}"}
            warnings.append(Fault(report.file, row, column, "W-GEO-03", unit_id, mended))
    if faults:
        raise BadData(faults)
    rows = {row["unit_id"]: number for row, number in zip(known.rows, numbers, strict=True)}
    every = (*report.warnings, *known.warnings, *warnings)
    return shapes, replace(report, invalid=tuple(invalid), rows=rows, warnings=every)


def _united(
    shapes: Any, features: Sequence[Feature], known: Attributes, report: Report, place: Place
) -> tuple[gpd.GeoDataFrame, Report]:
    codes = [row["unit_id"] for row in known.rows]
    whole = areas_m2(shapes)
    if place.is_coverage:
        cleaned, made, report = _cleaned(shapes, codes, whole, report)
    else:
        cleaned, made = shapes, np.array([made_valid(shape) for shape in rounded(shapes)], dtype=object)
    areas = areas_m2(cleaned)
    with np.errstate(divide="ignore", invalid="ignore"):
        changes = dict(zip(codes, np.nan_to_num(areas / whole - 1, nan=-1.0).tolist(), strict=True))
    if faults := [
        Fault(
            report.file,
            report.rows[code],
            "geometry",
            "E-GEO-24",
            code,
            {"change": f"{change:+.2%}", "most": f"{MOST_CHANGED:.0%}"},
        )
        for code, change in changes.items()
        if abs(change) > MOST_CHANGED
    ]:
        raise BadData(faults)
    table = _table(known, made, areas, place)
    worst = max(changes, key=lambda code: abs(changes[code]))
    points = int(shapely.get_num_coordinates(made).sum())
    return table, replace(report, changes=changes, worst=worst, points=points, area_km2=float(areas.sum()) / 1e6)


def _cleaned(shapes: Any, codes: Sequence[str], whole: np.ndarray, report: Report) -> tuple[Any, Any, Report]:
    """Return the coverage, unrounded and rounded, and the report with what was closed; raises BadData."""
    limit = MOST_OVERLAP * float(whole.sum())
    overlaps = _pairs(overlaps_m2(shapes, codes, limit))
    lost = sum(pair.km2 for pair in overlaps)
    if lost * 1e6 > limit:
        pair = ", ".join(overlaps[0].unit_ids)
        twice = {"pair": pair, "most": f"{limit / 1e6:,.1f}"}
        raise BadData([Fault(report.file, 0, "geometry", "E-GEO-38", f"{lost:,.1f}", twice)])
    coverage = as_coverage(shapes)
    cleaned, made = coverage.cleaned, coverage.rounded
    if torn := [*_torn(made, codes, report)]:
        raise BadData(torn)
    gaps = _pairs(gaps_m2(shapes, cleaned, coverage.open_gaps, codes))
    if not overlaps and not gaps:
        return cleaned, made, report
    pair = ", ".join((overlaps or gaps)[0].unit_ids)
    closed = {"gaps": f"{sum(gap.km2 for gap in gaps):.3f}", "pair": pair}
    warning = Fault(report.file, 0, "geometry", "W-GEO-05", f"{lost:.3f}", closed)
    return cleaned, made, replace(report, overlaps=overlaps, gaps=gaps, warnings=(*report.warnings, warning))


def _pairs(found: Mapping[tuple[str, ...], float]) -> tuple[Pair, ...]:
    pairs = [Pair(codes, area / 1e6) for codes, area in found.items()]
    return tuple(sorted(pairs, key=lambda pair: (-pair.km2, pair.unit_ids)))


def _torn(made: Any, codes: Sequence[str], report: Report) -> Iterator[Fault]:
    """Yield where units still do not share a line: polygons that rounding breaks, gaps that are open to one side."""
    for number in map(int, np.flatnonzero(~shapely.is_valid(made))):
        reason = {"reason": shapely.is_valid_reason(made[number])}
        yield Fault(report.file, report.rows[codes[number]], "geometry", "E-GEO-08", codes[number], reason)
    for number, lon, lat in seams(made):
        at = {"lon": f"{lon:.5f}", "lat": f"{lat:.5f}"}
        yield Fault(report.file, report.rows[codes[number]], "geometry", "E-GEO-09", codes[number], at)


def _table(known: Attributes, made: Any, areas: np.ndarray, place: Place) -> gpd.GeoDataFrame:
    labels = label_points(made)
    frame = pd.DataFrame(list(known.rows)).assign(
        edition=place.edition,
        level=place.level,
        parent_id="",
        area_m2=np.round(areas).astype("int64"),
        label_lon=[lon for lon, _ in labels],
        label_lat=[lat for _, lat in labels],
        geometry=pd.Series(list(made), dtype=object),
    )
    table = conformed(frame, "units").sort_values("unit_id", ignore_index=True)
    return gpd.GeoDataFrame(table, geometry=gpd.GeoSeries(list(table["geometry"]), crs="EPSG:4326"))

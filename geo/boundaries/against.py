"""New units beside the borders that are known → what cannot be, and what somebody should look at.

A file can be a clean coverage and still be another file than was meant: cut, moved, of another level, with exchanged
codes. That shows only beside what stands there already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import shapely

from geo.boundaries.add import Parents
from geo.boundaries.coverage import area_m2, polygons_of
from geo.boundaries.nesting import Origin
from geo.core.errors import Fault

FAR = 0.1  # of the smaller side of the country: no part of a unit lies as far from all that is known of it
AREA_TOLD, AREA_REFUSED = 1.2, 3.0  # times as large or small as the same code was
MOST_UNCOVERED = 0.01  # of the unit above
_SLIVER_DEG = 0.02  # lines drawn twice leave strips of some two kilometres, a missing unit leaves more
_MOSTLY, _HARDLY = 0.5, 0.1  # shares of a unit that lies where another one was
_LISTED = 16

Fold = Callable[[str], str]


@dataclass(frozen=True)
class Known:
    """What new units are compared with; what is not known is not compared."""

    ground: gpd.GeoDataFrame  # the top level, the country's whole land
    before: gpd.GeoDataFrame | None = None  # the same level: what is replaced, or that of the edition next to it
    is_replaced: bool = False  # `before` is of the same edition, so that no reform explains a difference
    parents: Parents | None = None
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)  # code → its names, folded
    fold: Fold = str.casefold
    is_partial: bool = False  # somebody said that units are missing on purpose


def judged(units: gpd.GeoDataFrame, known: Known, origin: Origin) -> tuple[tuple[Fault, ...], tuple[Fault, ...]]:
    """Return faults and warnings of units beside what is known; rows are those of the features."""
    if faults := [*_exchanged_axes(units, known, origin)]:
        return tuple(faults), ()  # everything else follows from it
    faults = [*_far(units, known, origin)]
    warnings = [*_renamed(units, known, origin)]
    if known.before is not None:
        for fault in _areas(units, known, known.before, origin):
            (faults if fault.code.startswith("E-") else warnings).append(fault)
        warnings += _gone(units, known.before, origin)
        for fault in _moved(units, known.before, origin):
            (faults if fault.code.startswith("E-") else warnings).append(fault)
    if not known.is_partial:
        faults += _uncovered(units, known, origin)
    return tuple(faults), tuple(warnings)


def listed(codes: list[str]) -> str:
    """Return codes as a sentence holds them."""
    return ", ".join(codes[:_LISTED]) + (", …" if len(codes) > _LISTED else "")


def _exchanged_axes(units: gpd.GeoDataFrame, known: Known, origin: Origin) -> Iterator[Fault]:
    """Yield one fault that lists the units which lie in the country only where latitude comes before longitude."""
    tree = shapely.STRtree(known.ground.geometry.to_numpy())
    points = shapely.point_on_surface(units.geometry.to_numpy())
    turned = shapely.transform(points, lambda pairs: pairs[:, ::-1])
    stand, would = (np.unique(tree.query(some, predicate="within")[0]) for some in (points, turned))
    if wrong := sorted(set(would.tolist()) - set(stand.tolist())):
        codes = [str(units["unit_id"].iloc[number]) for number in wrong]
        row = origin.rows.get(codes[0], 0) if len(codes) == 1 else 0
        yield Fault(origin.file, row, "geometry", "E-GEO-49", listed(codes), {"count": str(len(codes))})


def _far(units: gpd.GeoDataFrame, known: Known, origin: Origin) -> Iterator[Fault]:
    """Yield the units with a part that lies far from everything known, and where."""
    ground = known.ground.geometry.to_numpy()
    west, south, east, north = shapely.total_bounds(ground)
    most = FAR * min(east - west, north - south)
    tree = shapely.STRtree(ground)
    parts, owner = shapely.get_parts(units.geometry.to_numpy(), return_index=True)
    (asked, _), apart = tree.query_nearest(parts, return_distance=True, all_matches=False)
    codes = units["unit_id"].to_numpy()
    for number in asked[apart > most]:
        code, point = str(codes[owner[number]]), parts[number].representative_point()
        at = {"lon": f"{point.x:.5f}", "lat": f"{point.y:.5f}"}
        yield Fault(origin.file, origin.rows.get(code, 0), "geometry", "E-GEO-40", code, at)


def _areas(units: gpd.GeoDataFrame, known: Known, before: gpd.GeoDataFrame, origin: Origin) -> Iterator[Fault]:
    """Yield the units that are much larger or smaller than the same code was."""
    was = dict(zip(before["unit_id"], before["area_m2"], strict=True))
    edition = str(before["edition"].iloc[0])
    for code, area in zip(units["unit_id"], units["area_m2"], strict=True):
        if code not in was:
            continue
        ratio = max(area, was[code]) / max(1, min(area, was[code]))
        areas = {"was": f"{was[code] / 1e6:,.1f}", "area": f"{area / 1e6:,.1f}", "edition": edition}
        row = origin.rows.get(code, 0)
        if ratio > AREA_REFUSED and known.is_replaced:
            yield Fault(origin.file, row, "geometry", "E-GEO-44", code, areas)
        elif ratio > AREA_TOLD:
            yield Fault(origin.file, row, "geometry", "W-GEO-07", code, areas)


def _gone(units: gpd.GeoDataFrame, before: gpd.GeoDataFrame, origin: Origin) -> Iterator[Fault]:
    """Yield one warning that lists the codes that were there and are not any more."""
    if gone := sorted(set(before["unit_id"]) - set(units["unit_id"])):
        edition = str(before["edition"].iloc[0])
        lost = {"edition": edition, "units": listed(gone)}
        yield Fault(origin.file, 0, "unit_id", "W-GEO-08", str(len(gone)), lost)


def _uncovered(units: gpd.GeoDataFrame, known: Known, origin: Origin) -> Iterator[Fault]:
    """Yield the units above – for the top level: those known – whose land lies in no new unit."""
    above = known.parents.units if known.parents else known.ground
    whole = shapely.union_all(units.geometry.to_numpy())
    shapely.prepare(whole)
    for code, shape in zip(above["unit_id"], above.geometry, strict=True):
        if whole.covers(shape):
            continue
        # Strips are narrower than what is taken off on both sides, so only whole pieces of land are left.
        rest = shapely.buffer(shapely.difference(shape, whole), -_SLIVER_DEG, join_style="mitre")
        left = area_m2(polygons_of(shapely.buffer(rest, _SLIVER_DEG, join_style="mitre"))) if not rest.is_empty else 0.0
        share = min(1.0, left / max(1.0, area_m2(shape)))
        if share > MOST_UNCOVERED:
            said = {"share": f"{100 * share:.1f}", "area": f"{left / 1e6:,.0f}"}
            yield Fault(origin.file, 0, "geometry", "E-GEO-41", code, said)


def _renamed(units: gpd.GeoDataFrame, known: Known, origin: Origin) -> Iterator[Fault]:
    """Yield the units that bear a name which is another code's and none of their own."""
    own = known.names
    columns = [name for name in units.columns if name.startswith("name_")]
    by_name: dict[str, set[str]] = {}
    for code, names in own.items():
        for name in names:
            by_name.setdefault(name, set()).add(code)
    for row in units[["unit_id", *columns]].to_dict("records"):
        code = row["unit_id"]
        called = {known.fold(row[column]) for column in columns if row[column]}
        others = sorted({other for name in called for other in by_name.get(name, ())})
        if code in own and others and not called & own[code]:
            shown = {"name": next(row[column] for column in columns if row[column]), "other": others[0]}
            yield Fault(origin.file, origin.rows.get(code, 0), "unit_id", "W-GEO-09", code, shown)


def _moved(units: gpd.GeoDataFrame, before: gpd.GeoDataFrame, origin: Origin) -> Iterator[Fault]:
    """Yield the units that lie where another was and hardly where they were; an error where two exchanged places."""
    shapes, codes = before.geometry.to_numpy(), list(before["unit_id"])
    number_of = {code: number for number, code in enumerate(codes)}
    tree, moved = shapely.STRtree(shapes), dict[str, str]()
    for code, shape in zip(units["unit_id"], units.geometry, strict=True):
        if code not in number_of:
            continue
        own = shapely.area(shapely.intersection(shape, shapes[number_of[code]])) / shape.area
        if own >= _HARDLY:
            continue
        around = tree.query(shape, predicate="intersects")
        shares = shapely.area(shapely.intersection(shape, shapes[around])) / shape.area
        if len(around) and shares.max() > _MOSTLY:
            moved[code] = codes[around[int(np.argmax(shares))]]
    for code, other in moved.items():
        found = "E-GEO-51" if moved.get(other) == code else "W-GEO-10"
        yield Fault(origin.file, origin.rows.get(code, 0), "geometry", found, code, {"other": other})

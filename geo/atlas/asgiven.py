"""What a version holds of borders in every detail: the shapes a line each, what their file says, what was repaired.

`<edition>/<level>/source.jsonl` holds the shapes in unit_id order; `source.json` where each begins, the `metadata` of
the file that they came in, and `repairs`, the account of what was done to make a clean coverage of it, or null where
nobody left one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.atlas.deliveries import UNITS, Deliveries
from geo.atlas.gathered import Gathered
from geo.core.errors import BadData, Fault
from geo.core.files import to_json
from geo.core.rows import read_rows
from geo.outlines import detailed

REPAIRS = "repairs.csv"  # of a country's folder, for the borders in it
_NUMBERS = ("outlines", "overlaps_m2", "gaps_m2", "worst_change_ppm")
_REPORT = "report.json"  # of a delivery of borders


def source_files(got: Gathered, key: tuple[str, str], units: Any) -> dict[str, bytes]:
    """Return the two files of a level of an edition; raises BadData for an account of repairs that cannot be read."""
    shapes, places = detailed(units)
    path = _path(got, key)
    known = json.loads(path.read_bytes()).get("metadata", {}) if path.is_file() else {}
    about = {**places, "metadata": known, "repairs": _repairs(got, key)}
    name = "/".join(key)
    return {f"{name}/source.jsonl": shapes, f"{name}/source.json": to_json(about)}


def _path(got: Gathered, key: tuple[str, str]) -> Path:
    record = got.deliveries.borders().get(key)
    if record is not None:
        return got.deliveries.ledger.path(record, UNITS)
    return got.borders / key[0] / f"{key[1]}.geojson"


def _repairs(got: Gathered, key: tuple[str, str]) -> Mapping[str, int] | None:
    if key in got.deliveries.borders():
        return _delivered(got.deliveries, key)
    return bundled(got.borders).get(key)


def _delivered(deliveries: Deliveries, key: tuple[str, str]) -> Mapping[str, int] | None:
    record = deliveries.borders()[key]
    if _REPORT not in record.files:
        return None
    report = json.loads(deliveries.ledger.path(record, _REPORT).read_bytes())
    changes = [abs(change) for change in report["changes"].values()]
    return {
        "outlines": len(report["invalid"]),
        "overlaps_m2": round(report["overlap_km2"] * 1e6),
        "gaps_m2": round(report["gap_km2"] * 1e6),
        "worst_change_ppm": round(max(changes, default=0) * 1e6),
    }


def bundled(folder: Path) -> dict[tuple[str, str], dict[str, int]]:
    """Return (edition, level) → what was repaired, of a country's folder; nothing where it has no such file."""
    if not (folder / REPAIRS).is_file():
        return {}
    rows = read_rows(folder / REPAIRS, ("edition", "level", *_NUMBERS))
    faults = list(rows.faults)
    faults += [
        Fault(rows.file, number, column, "E-CSV-14", cells[column])
        for number, cells in rows
        for column in _NUMBERS
        if not (cells[column].isascii() and cells[column].isdigit())
    ]
    if faults:
        raise BadData(faults)
    return {(cells["edition"], cells["level"]): {name: int(cells[name]) for name in _NUMBERS} for _, cells in rows}

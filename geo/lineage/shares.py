"""A lineage file → its shares, or everything that is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pandas as pd

from geo.core.errors import BadData, Fault
from geo.core.model import conformed
from geo.core.rows import read_rows

MILLION = 1_000_000
_SHARE = re.compile(r"[0-9]{1,7}", re.ASCII)
_COLUMNS = ("from_edition", "from_unit", "to_edition", "to_unit", "share_ppm")


def read_shares(path: Path, units: Mapping[str, frozenset[str]]) -> pd.DataFrame:
    """Return the shares of a lineage file, sorted; `units` are the unit_ids of each edition.

    Raises BadData for an unknown edition or unit, a share that is no whole number of parts per million, a
    pair that stands twice, and a unit whose shares do not add up to a million. One edition alone needs no file.
    """
    if len(units) == 1 and not path.exists():
        return conformed(pd.DataFrame(columns=list(_COLUMNS)), "shares")
    rows = read_rows(path, _COLUMNS)
    faults, records = list(rows.faults), []
    sums: dict[tuple[str, str, str], int] = {}
    seen: dict[tuple[str, ...], int] = {}
    for row, cells in rows:
        faults += _side_faults(rows.file, row, cells, units)
        share = int(cells["share_ppm"]) if _SHARE.fullmatch(cells["share_ppm"]) else 0
        if not 0 < share <= MILLION:
            faults.append(Fault(rows.file, row, "share_ppm", "E-LIN-02", cells["share_ppm"]))
        pair = tuple(cells[name] for name in _COLUMNS[:4])
        if pair in seen:
            faults.append(Fault(rows.file, row, "", "E-CSV-20", " ".join(pair), {"first": str(seen[pair])}))
        seen.setdefault(pair, row)
        whole = (cells["from_edition"], cells["to_edition"], cells["from_unit"])
        sums[whole] = sums.get(whole, 0) + share
        records.append((*pair, share))
    for (_, _, unit), total in sums.items():
        if total != MILLION:
            faults.append(Fault(rows.file, 0, "share_ppm", "E-LIN-03", unit, {"shares": str(total)}))
    faults += _without_heir(rows.file, sums, units)
    if faults:
        raise BadData(faults)
    frame = pd.DataFrame(records, columns=list(_COLUMNS)).sort_values(list(_COLUMNS), ignore_index=True)
    return conformed(frame, "shares")


def _side_faults(file: str, row: int, cells: Mapping[str, str], units: Mapping[str, frozenset[str]]) -> Iterator[Fault]:
    """Yield the editions and units of a row that are not known; an edition inherits nothing from itself."""
    for side in ("from", "to"):
        edition, unit = cells[f"{side}_edition"], cells[f"{side}_unit"]
        if edition not in units:
            yield Fault(file, row, f"{side}_edition", "E-LIN-01", edition)
        elif unit not in units[edition]:
            yield Fault(file, row, f"{side}_unit", "E-JOIN-01", unit, {"near": "–"})
    if cells["from_edition"] == cells["to_edition"]:
        yield Fault(file, row, "to_edition", "E-LIN-01", cells["to_edition"])


def _without_heir(
    file: str, sums: Mapping[tuple[str, str, str], int], units: Mapping[str, frozenset[str]]
) -> list[Fault]:
    """Return the units of a described edition that no row hands on: their money would be lost in other borders."""
    described = {(from_edition, to_edition) for from_edition, to_edition, _ in sums}
    return [
        Fault(file, 0, "from_unit", "E-LIN-03", unit, {"shares": "0"})
        for from_edition, to_edition in sorted(described)
        for unit in sorted(units.get(from_edition, frozenset()))
        if (from_edition, to_edition, unit) not in sums
    ]

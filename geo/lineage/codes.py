"""Codes and names that were given up → what they are today."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from geo.core.errors import BadData, Fault
from geo.core.rows import CODE, Rows, read_rows

RELATIONS = ("same", "within", "named", "region")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


@dataclass(frozen=True)
class FormerCode:
    """A code that a unit bore until the day `since`, and the code of its successor.

    relation: same (one unit, one area), within (lies whole in a larger one), named (its name lives on, its borders were
    redrawn), region (divided; only the upper unit is known). `is_reused`: the code is another unit's today.
    """

    former_code: str
    code: str
    since: str
    relation: str
    is_reused: bool


def read_former_codes(path: Path) -> tuple[FormerCode, ...]:
    """Return the rows of a file of former codes; none where there is no file; raises BadData with every fault."""
    if not path.exists():
        return ()
    rows = read_rows(path, ("former_code", "code", "since", "relation", "is_reused"))
    faults, found = list(rows.faults), []
    seen: dict[str, int] = {}
    for row, cells in rows:
        former, code = cells["former_code"], cells["code"]
        wrong = [column for column in ("former_code", "code") if not CODE.fullmatch(cells[column])]
        faults += [Fault(rows.file, row, column, "E-JOIN-05", cells[column]) for column in wrong]
        if former == code or cells["relation"] not in RELATIONS or cells["is_reused"] not in ("", "yes"):
            column = "code" if former == code else "relation"
            faults.append(Fault(rows.file, row, column, "E-LIN-06", cells[column], {"allowed": ", ".join(RELATIONS)}))
        if former in seen:
            faults.append(Fault(rows.file, row, "former_code", "E-CSV-20", former, {"first": str(seen[former])}))
        seen.setdefault(former, row)
        if not _is_day(cells["since"]):
            faults.append(Fault(rows.file, row, "since", "E-LIN-07", cells["since"]))
        found.append(FormerCode(former, code, cells["since"], cells["relation"], bool(cells["is_reused"])))
    if faults:
        raise BadData(faults)
    return tuple(found)


def translations(codes: Iterable[FormerCode]) -> dict[str, str]:
    """Return former code → code since, without those that are another unit's today: they tell nothing by themselves."""
    return {row.former_code: row.code for row in codes if not row.is_reused}


def read_former_names(path: Path) -> dict[str, str]:
    """Return name that was given up, in any language → code; none where there is no file; raises BadData."""
    if not path.exists():
        return {}
    rows: Rows = read_rows(path, ("name_kk", "name_ru", "code"))
    faults = list(rows.faults)
    faults += [
        Fault(rows.file, row, "code", "E-JOIN-05", cells["code"])
        for row, cells in rows
        if not CODE.fullmatch(cells["code"])
    ]
    if faults:
        raise BadData(faults)
    names = ("name_kk", "name_ru", "name_en")
    return {cells[name]: cells["code"] for _, cells in rows for name in names if cells.get(name)}


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False

"""budget.toml → the plan by which a folder is read: its files, their columns, code lists and declared gaps."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from geo.core.errors import BadData, Fault
from geo.core.rows import Rows, read_rows


@dataclass(frozen=True)
class Plan:
    """How the files of one budget folder become entries."""

    folder: Path
    tables: dict[str, dict[str, Any]]
    periods: tuple[str, ...]
    functions: dict[str, dict[str, str]]  # code (group, or group and subgroup) → name_kk … short_en
    administrators: dict[str, tuple[str, bool]]  # code → (name as published, stands for many bodies)
    not_reported: tuple[tuple[str, str], ...]  # (unit, period)
    faults: tuple[Fault, ...]

    def table(self, name: str) -> dict[str, Any]:
        """Return the description of one file."""
        return self.tables[name]

    def limit(self, table: str, name: str, minor_units: int) -> int:
        """Return a stated largest difference in minor units."""
        return int(Decimal(str(self.tables[table][name])) * minor_units)


def read_plan(folder: Path) -> Plan:
    """Return the plan of a folder; raises BadData where budget.toml itself cannot be used."""
    path = folder / "budget.toml"
    try:
        plain = tomllib.loads(path.read_text(encoding="utf-8"))
        tables = {name: plain[name] for name in _NEEDED}
        for name, keys in _NEEDED.items():
            for key in keys:
                tables[name][key]
        for name, key in _LIMITS:
            Decimal(str(tables[name][key]))
        gaps = tuple((row["unit"], row["period"]) for row in plain.get("not_reported", []))
        periods, lists = tuple(plain["periods"]), [plain[name] for name in _LISTS]
    except FileNotFoundError:
        raise BadData([Fault("budget.toml", 0, "", "E-CSV-08", "budget.toml")]) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadData([Fault("budget.toml", 0, "", "E-CTRY-02", str(error))]) from None
    except (KeyError, TypeError, InvalidOperation) as error:
        raise BadData([Fault("budget.toml", 0, "", "E-CTRY-03", str(error))]) from None
    functions, subfunctions, administrators = (
        read_rows(folder / file, columns) for file, columns in zip(lists, _LISTS.values(), strict=True)
    )
    faults = [fault for rows in (functions, subfunctions, administrators) for fault in _list_faults(rows)]
    names = {row["code"]: {name: text for name, text in row.items() if name != "code"} for _, row in functions}
    names |= {row["code"]: {"name_ru": row["name_ru"]} for _, row in subfunctions}
    known = {row["code"]: (row["name_ru"], row["covers"] == "many") for _, row in administrators}
    return Plan(folder, tables, periods, names, known, gaps, tuple(faults))


_NEEDED = {
    "expenditure": ("file", "unit", "function", "phases"),
    "administrators_expenditure": ("file", "unit", "function", "administrator", "phases"),
    "published": ("file", "unit", "phases"),
    "control": ("file",),
    "revenue": ("file", "unit", "items"),
}
_LIMITS = (
    ("published", "largest_difference_of_a_unit"),
    ("published", "largest_difference_of_all"),
    ("control", "largest_difference"),
)
_LISTS = {
    "functions": ("code", "name_kk", "name_ru", "name_en", "short_kk", "short_ru", "short_en"),
    "subfunctions": ("code", "name_ru"),
    "administrators": ("code", "name_ru", "covers"),
}


def _list_faults(rows: Rows) -> list[Fault]:
    """Return the faults of a code list: those of the file, empty names and codes that stand twice."""
    faults, seen = list(rows.faults), {}
    for row, cells in rows:
        code = cells["code"]
        if code in seen:
            faults.append(Fault(rows.file, row, "code", "E-CSV-20", code, {"first": str(seen[code])}))
        seen[code] = row
        faults += [Fault(rows.file, row, column, "E-CSV-19") for column, text in cells.items() if not text]
    return faults

"""budget.toml → the plan by which a folder is read: its files, their columns, code lists and declared gaps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from geo.core.errors import Fault
from geo.core.model import PHASES
from geo.core.rows import AMOUNT, CODE, PERIOD, Rows, read_rows
from geo.core.toml import is_inside, read_toml
from geo.entries.kinds import read_kinds


@dataclass(frozen=True)
class Plan:
    """How the files of one budget folder become entries."""

    folder: Path
    tables: dict[str, dict[str, Any]]
    periods: tuple[str, ...]
    functions: dict[str, dict[str, str]]  # code (group, or group and subgroup) → name_kk … short_en
    groups: tuple[str, ...]  # the codes of functional groups alone
    administrators: dict[str, tuple[str, bool]]  # code → (name as published, stands for many bodies)
    not_reported: tuple[tuple[str, str], ...]  # (unit, period)
    faults: tuple[Fault, ...]
    accepted: frozenset[str] = frozenset()  # codes of doubts that somebody has looked into
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # kind of body → name_kk, name_ru, name_en

    def table(self, name: str) -> dict[str, Any]:
        """Return the description of one file."""
        return self.tables[name]

    def periods_of(self, name: str) -> tuple[str, ...]:
        """Return the periods that a file must hold; control totals are there for those that it names."""
        return tuple(self.tables[name].get("periods", () if name == "control" else self.periods))

    def limit(self, table: str, name: str, minor_units: int) -> int:
        """Return a stated largest difference in minor units."""
        return int(Decimal(str(self.tables[table][name])) * minor_units)


def read_plan(folder: Path) -> Plan:
    """Return the plan of a folder; raises BadData where budget.toml itself cannot be used."""
    plain = read_toml(folder / "budget.toml", "budget.toml", _KINDS, "E-CSV-08")
    lists = {name: read_rows(folder / plain[name], columns) for name, columns in _LISTS.items() if name in plain}
    functions, subfunctions = lists["functions"], lists["subfunctions"]
    faults = [fault for rows in lists.values() for fault in _list_faults(rows)]
    names = {row["code"]: {name: text for name, text in row.items() if name != "code"} for _, row in functions}
    groups = tuple(names)
    for row, cells in subfunctions if functions.rows else ():
        if not cells["code"].startswith(groups) or cells["code"] in groups:
            faults.append(Fault(subfunctions.file, row, "code", "E-JOIN-02", cells["code"]))
    names |= {row["code"]: {"name_ru": row["name_ru"]} for _, row in subfunctions}
    if not subfunctions.rows:
        names = {}  # nothing can be checked against a list that cannot be read; its own fault is told
    administrators = lists.get("administrators", ())
    known = {row["code"]: (row["name_ru"], row["covers"] == "many") for _, row in administrators}
    faults += [Fault("budget.toml", 0, "", "E-CTRY-03", key) for key in _not_together(plain)]
    for table in ("expenditure", "administrators_expenditure", "published"):
        faults += unknown_phases(plain[table]["phases"] if table in plain else ())
    for phases in plain["revenue"]["items"].values():
        faults += unknown_phases(phases)
    faults += [Fault("budget.toml", 0, "periods", "E-CSV-18", p) for p in plain["periods"] if not PERIOD.fullmatch(p)]
    gaps = tuple((row["unit"], row["period"]) for row in plain.get("not_reported", []))
    tables = {name: plain[name] for name in map(_key, _TABLES) if name in plain}
    accepted = frozenset(plain.get("accepted", []))
    kinds, wrong = read_kinds(folder / plain["kinds"]) if "kinds" in plain else ({}, [])
    every = (*faults, *wrong)
    return Plan(folder, tables, tuple(plain["periods"]), names, groups, known, gaps, every, accepted, kinds)


def _not_together(plain: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that stand without the one they need, or beside one that says the same money once more."""
    for one, other in (("bodies", "entries"), ("administrators", "administrators_expenditure")):
        yield from (name for name in {one, other} & set(plain) if not {one, other} <= set(plain))
    if {"entries", "administrators_expenditure"} <= set(plain):
        yield "entries"


def _key(name: str) -> str:
    """Return a key of _TABLES or _LISTS as it stands in the file, without the mark of what may be left out."""
    return name.removesuffix("?")


def unknown_phases(phases: Iterable[str]) -> Iterator[Fault]:
    """Yield the phases named in budget.toml that there are not."""
    for phase in phases:
        if phase not in PHASES:
            yield Fault("budget.toml", 0, "phases", "E-JOIN-04", phase, {"allowed": ", ".join(PHASES)})


def _is_limit(value: Any) -> bool:
    """Tell whether a value is a difference in whole currency, with decimals or without: "20", 20 or 0.5."""
    text = "" if isinstance(value, bool) else str(value)
    return len(text) <= 20 and bool(AMOUNT.fullmatch(text)) and not text.startswith("-")


_PHASES = {"*": str}
_FIGURES = {"file": is_inside, "unit": str, "phases": _PHASES, "periods?": [str]}
_TABLES: Mapping[str, Any] = {
    "expenditure": {**_FIGURES, "function": [str]},
    "administrators_expenditure?": {**_FIGURES, "function": [str], "administrator": str},
    "bodies?": {"file": is_inside},
    "entries?": {"file": is_inside, "periods?": [str]},
    "published": {
        **_FIGURES,
        "largest_difference_of_a_unit": _is_limit,
        "largest_difference_of_all": _is_limit,
    },
    "control": {"file": is_inside, "periods?": [str], "largest_difference": _is_limit},
    "revenue": {"file": is_inside, "unit": str, "periods?": [str], "items": {"*": _PHASES}},
}
_LISTS = {
    "functions": ("code", "name_kk", "name_ru", "name_en", "short_kk", "short_ru", "short_en"),
    "subfunctions": ("code", "name_ru"),
    "administrators": ("code", "name_ru", "covers"),
}
_KINDS: Mapping[str, Any] = {
    "periods": lambda found: isinstance(found, list) and bool(found) and all(isinstance(p, str) for p in found),
    **{f"{name}?" if name == "administrators" else name: is_inside for name in _LISTS},
    **_TABLES,
    "kinds?": is_inside,
    "accepted?": [str],
    "not_reported?": [{"unit": str, "period": str}],
}


def _is_text(text: str) -> bool:
    """Tell whether people can read it: something, and no control or direction mark."""
    return bool(text.strip()) and text.isprintable()


def _list_faults(rows: Rows) -> list[Fault]:
    """Return the faults of a code list: those of the file, empty cells, codes of strange letters or twice."""
    faults, seen = list(rows.faults), dict[str, int]()
    for row, cells in rows:
        code = cells["code"]
        if code in seen:
            faults.append(Fault(rows.file, row, "code", "E-CSV-20", code, {"first": str(seen[code])}))
        seen.setdefault(code, row)
        if code and not CODE.fullmatch(code):
            faults.append(Fault(rows.file, row, "code", "E-JOIN-05", code))
        faults += [Fault(rows.file, row, column, "E-CSV-19") for column, text in cells.items() if not _is_text(text)]
    return faults

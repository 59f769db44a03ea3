"""A table of the kinds of bodies → what each kind is called in every language."""

from __future__ import annotations

from pathlib import Path

from geo.core.errors import Fault
from geo.core.model import LANGUAGES
from geo.core.rows import read_rows

_NAMES = tuple(f"name_{language}" for language in LANGUAGES)


def read_kinds(path: Path) -> tuple[dict[str, dict[str, str]], list[Fault]]:
    """Return kind → name_kk, name_ru, name_en, and what is wrong: cells nobody can read, kinds that stand twice."""
    rows = read_rows(path, ["kind", *_NAMES])
    kinds, faults, first = dict[str, dict[str, str]](), list(rows.faults), dict[str, int]()
    for row, cells in rows:
        kind = cells["kind"]
        empty = [name for name in ("kind", *_NAMES) if not cells[name].strip() or not cells[name].isprintable()]
        faults += [Fault(rows.file, row, name, "E-CSV-19") for name in empty]
        if kind in first:
            faults.append(Fault(rows.file, row, "kind", "E-CSV-20", kind, {"first": str(first[kind])}))
        first.setdefault(kind, row)
        kinds[kind] = {name: cells[name] for name in _NAMES}
    return kinds, faults

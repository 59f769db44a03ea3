"""A fault in the words of one language, in its parts: the place, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from geo.core.errors import Fault
from geo.core.text import Text


def place(fault: Fault, text: Text) -> str:
    """Return where in its file a fault stands; empty for the file as a whole. The file's name is left to the caller."""
    parts = [text("place.sheet", sheet=fault.sheet)] if fault.sheet else []
    parts += [text("place.row", row=fault.row)] if fault.row else []
    parts += [text("place.column", column=fault.column)] if fault.column else []
    return ", ".join(parts)


def what(fault: Fault, text: Text) -> str:
    """Return what is wrong."""
    return _said(fault, "what", text)


def remedy(fault: Fault, text: Text) -> str:
    """Return what to do."""
    return _said(fault, "do", text)


def folded(faults: Iterable[Fault]) -> list[tuple[Fault, list[int]]]:
    """Return the faults with the other rows that have the same: one wrong code may stand in a thousand rows."""
    groups: dict[tuple[object, ...], list[Fault]] = {}
    for number, fault in enumerate(faults):
        # What names no row or no value stands for itself.
        own = fault.value if fault.row and fault.value else number
        said = (fault.file, fault.sheet, fault.column, fault.code, own, *sorted(fault.values.items()))
        groups.setdefault(said, []).append(fault)
    return [(group[0], [fault.row for fault in group[1:]]) for group in groups.values()]


def _said(fault: Fault, part: str, text: Text) -> str:
    own = {"file": fault.file, "row": str(fault.row), "column": fault.column, "value": fault.value}
    values: Mapping[str, str] = {**fault.values, **own, "sheet": fault.sheet}
    if fault.code.startswith("E-SUM"):
        values = {name: _major(value, text) for name, value in values.items()}
    return text(f"{fault.code}.{part}", **values).replace("₸−", "−₸")


def _major(value: str, text: Text) -> str:
    """Return minor units in the currency's unit; what is no whole number stays."""
    digits = value.removeprefix("-")
    if not digits.isdecimal():
        return value
    amount = Decimal(digits) / 100
    shown = text.number(int(amount)) if amount == int(amount) else f"{amount:f}"
    return f"−{shown}" if value.startswith("-") else shown

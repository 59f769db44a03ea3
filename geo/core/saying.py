"""A fault in the words of one language, in its parts: the place, what is wrong, what to do.

A fault carries codes and plain numbers, the same for every reader. Here amounts get their currency, phases their
words, and numbers the marks of the language; everything else is shown as it stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from geo.core.country import Country
from geo.core.errors import Fault
from geo.core.model import PHASES
from geo.core.text import Text

MONEY = ("sum", "stated", "difference", "tolerance")  # values of a fault that are amounts in minor units
_MINOR_UNITS, _SYMBOL = "100", "₸"  # where a fault does not say in which currency it is
# Of these the program itself has written the values; of others they are what stands in somebody's file.
_COMPUTED = ("E-SUM-", "W-SUM-", "E-PER-", "W-PER-", "E-CSV-16")
_WHOLE = re.compile(r"-?[0-9]+", re.ASCII)
_PHASE = re.compile(rf"(?<!\S)({'|'.join(PHASES)})(?=[,;]?(?:\s|$))")
_MIDDLE = re.compile(r"\b([0-9]+) × unit_id\b")
_RATIO = re.compile(r"^([×÷]?)([0-9]+(?:\.([0-9]+))?)( %)?(?!\S)")


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


def in_currency(faults: Iterable[Fault], country: Country) -> tuple[Fault, ...]:
    """Return the faults, those with amounts telling that these are in the currency of a country."""
    said = {"minor_units": str(country.minor_units), "currency": country.symbol}
    return tuple(replace(f, values={**f.values, **said}) if set(MONEY) & set(f.values) else f for f in faults)


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
    values = {**fault.values, "value": fault.value}
    if fault.code.startswith(_COMPUTED):
        values = {name: _worded(value, text) for name, value in values.items()}
        ratio = "value" if fault.code == "E-CSV-16" else "ratio"
        values[ratio] = _RATIO.sub(lambda found: _ratio(found, text), values.get(ratio, ""))
    elif fault.code == "E-SYS-05" and text.has(f"fault.{fault.value}"):
        values["value"] = text(f"fault.{fault.value}")
    currency = (int(values.get("minor_units") or _MINOR_UNITS), values.get("currency") or _SYMBOL)
    values |= {name: _money(fault.values[name], text, *currency) for name in MONEY if name in fault.values}
    if not values.get("near", "–"):
        values["near"] = "–"
    own = {"file": fault.file, "row": str(fault.row), "column": fault.column, "sheet": fault.sheet}
    return text(f"{fault.code}.{part}", **(values | own))


def _money(value: str, text: Text, minor_units: int, symbol: str) -> str:
    """Return minor units as money; what is no whole number stays."""
    return text.money(int(value), minor_units, symbol) if _WHOLE.fullmatch(value) else value


def _worded(value: str, text: Text) -> str:
    """Return what the program has found out in the words of the language."""
    said = _PHASE.sub(lambda found: _lower(text(f"phase.{found[1]}")), value)
    return _MIDDLE.sub(lambda found: text("fault.middle", count=found[1]), said)


def _ratio(found: re.Match[str], text: Text) -> str:
    """Return ×1234.5 or 12.5 % as the language writes numbers."""
    decimals = len(found[3] or "")
    if not found[1] and not found[4]:
        return found[0]
    if found[4]:
        return text.percent(float(found[2]), decimals=decimals)
    # Without decimals it may have more digits than a float holds.
    return found[1] + (text.number(float(found[2]), decimals) if decimals else text.number(int(found[2])))


def _lower(word: str) -> str:
    return word[:1].lower() + word[1:]

"""Where a delivery is doubted, and the faults that are made of it: one for each unit and kind of doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from geo.core.errors import Fault

NOTHING = -9.0  # log10 of the ratio where there is nothing, or less, in place of money
_UNIT_MISTAKES = (3, 6)  # powers of ten between a unit, thousands and millions
_NEARLY = float(np.log10(5))  # how far from a power of ten still looks like a mistake of the unit
_MOST_NAMED = 6


class Doubt:
    """The codes of all doubts; those that begin with W only warn."""

    UNIT_MISTAKE = "E-CSV-16"
    JUMP = "E-SUM-04"
    PHASES_APART = "E-SUM-10"
    OF_ANOTHER_UNIT = "E-SUM-11"
    OF_ANOTHER_PERIOD = "E-SUM-12"
    NATION_JUMP = "E-SUM-13"
    SERIES_JUMP = "E-SUM-14"
    PUBLISHED_JUMP = "E-SUM-16"
    NEGATIVE = "E-SUM-19"
    GROUP_OVERSPENT = "E-SUM-21"
    FALL = "E-PER-20"
    GROUP_FALL = "E-PER-21"
    NOT_BEGUN = "E-PER-22"
    SMALL_GROUP_FALL = "W-PER-10"
    SMALL_GROUP_MISTAKE = "W-SUM-10"
    GROUP_MISSED = "W-SUM-11"
    OVERSPENT = "W-SUM-12"
    NATION_STRANGE = "W-SUM-13"
    STRANGE = "W-SUM-14"
    PHASE_LACKING = "W-SUM-15"
    SMALL_GROUP_OVERSPENT = "W-SUM-16"


@dataclass(frozen=True)
class Case:
    """One cell of a delivery beside what it was compared with; an empty unit is the whole country."""

    code: str
    unit_id: str
    period: str
    phase: str
    power: float  # log10 of found ÷ expected
    compared: str  # period, phase or unit
    function: str = ""
    found: int = 0
    expected: int = 0


def is_unit_mistake(power: float, nearly: float = _NEARLY) -> bool:
    """Tell whether a ratio is nearly a thousand, a million, or one of those parts."""
    return any(abs(abs(power) - mistake) <= nearly for mistake in _UNIT_MISTAKES)


def faults_of(cases: Iterable[Case], names: Mapping[str, str], file: str) -> list[Fault]:
    """Return one fault for each code, unit and size of doubt, naming all its periods and phases."""
    groups: dict[tuple[str, str, int], list[Case]] = {}
    for case in cases:
        size = round(case.power / 3) if is_unit_mistake(case.power) else int(np.sign(case.power))
        groups.setdefault((case.code, case.unit_id, size), []).append(case)
    return [_fault(groups[key], names, file) for key in sorted(groups)]


def _fault(cases: list[Case], names: Mapping[str, str], file: str) -> Fault:
    worst = max(cases, key=lambda case: (abs(case.power), abs(case.found), case.period, case.phase))
    unit = f"{names.get(worst.unit_id, '')} {worst.unit_id}".strip()
    values = {
        "unit": unit or "–",
        "periods": _several({case.period for case in cases}),
        "phases": _several({case.phase for case in cases}),
        "groups": _several({case.function for case in cases}),
        "ratio": _percent(worst) if "-PER-" in worst.code else _times(worst.power),
        "compared": _several({case.compared for case in cases}),
        "sum": str(worst.found),
        "stated": str(worst.expected),
    }
    place = " ".join(part for part in (unit, values["periods"], values["phases"]) if part)
    if worst.code == Doubt.UNIT_MISTAKE:  # its sentence is shared with profiles that do not say the unit
        place = f"{values['ratio']} {place}"
    return Fault(file, 0, "", worst.code, place, values)


def _several(words: set[str]) -> str:
    """Return the words, or the first and the last of many with their number; a dash for none."""
    listed = sorted(word for word in words if word)
    if len(listed) > _MOST_NAMED:
        return f"{listed[0]} … {listed[-1]} ({len(listed)})"
    return ", ".join(listed) or "–"


def _times(power: float) -> str:
    if power <= NOTHING:
        return "×0"
    size = 10 ** abs(power)
    shown = f"{size:.0f}" if size >= 100 else f"{size:.1f}"
    return f"×{shown}" if power >= 0 else f"÷{shown}"


def _percent(case: Case) -> str:
    """Return by how much the figure is less, in percent of what it is compared with."""
    return f"{100 * (1 - 10**case.power):.1f} %"

"""Sums many times too much or too little: beside a unit's own periods, its other phases, other units, the country."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from geo.core.model import PHASES
from geo.plausible.beside import CUMULATIVE, UNIT, Beside, months, powers, totals
from geo.plausible.cases import NOTHING, Case, Doubt, is_unit_mistake

JUMP = float(np.log10(20))  # a unit's money does not change twentyfold
_STRANGE = float(np.log10(8))
_AGAINST_UNITS = 2.0  # units differ more from one another than a unit from itself
_FEWEST_UNITS = 4  # a median of fewer tells nothing
_BIG_GROUP = 0.05  # share of a unit's money above which a mistake in a group is an error
_OVERSPENT = 1.5  # times the plan of the year
_LEAST_SPENT = float(np.log10(50))  # how much less than its months' share of the plan was ever spent
_NEARLY = float(np.log10(3))  # groups differ more than their units, so the mistake has to be nearer a thousand
_PLANS = ("adjusted", "revised", "approved")
_ABOVE_PLAN = 3  # times the plan of the year that a group may spend before its plan explains nothing
_MIDYEAR = 6  # before it a group may have spent a thousandth of what it spends on average
_NATION = float(np.log10(2.5))

Cell = tuple[str, str, str]


def own_jumps(beside: Beside) -> list[Case]:
    """Return the units' totals that are a thousandfold, or twentyfold, their own other periods; eightfold warns."""
    found = powers(beside, UNIT)
    return [case for row in _records(found[found["power"].abs() > _STRANGE]) if (case := _own(beside, row)) is not None]


def unknown_jumps(beside: Beside) -> Iterator[Case]:
    """Yield the totals of units without a history that are far from the unit in the middle."""
    new, old = totals(beside.sums, UNIT), totals(beside.history, UNIT)
    is_known = new.index.isin(old.index) if len(old) else np.zeros(len(new), dtype=bool)
    for phase in sorted(set(new.index.get_level_values("phase"))):
        is_phase = new.index.get_level_values("phase") == phase
        others = old[old.index.get_level_values("phase") == phase] if is_known.any() else new[is_phase]
        alone = new[is_phase & ~is_known].droplevel("phase")
        for period in alone.columns:
            middle, compared = _middle(others, period, phase)
            found = alone[period].dropna()
            for unit_id, amount in found[found != 0].items() if middle else ():
                power = float(np.log10(amount / middle)) if amount > 0 else NOTHING
                if is_unit_mistake(power) or abs(power) > _AGAINST_UNITS:
                    code = Doubt.UNIT_MISTAKE if is_unit_mistake(power) else Doubt.JUMP
                    yield Case(code, unit_id, period, phase, power, compared, "", int(amount), int(middle))


def group_jumps(beside: Beside, doubted: set[Cell]) -> Iterator[Case]:
    """Yield the groups that look like a unit's mistake; an error where much of the unit's money is concerned."""
    found = powers(beside, [*UNIT, "function"])
    found = found[found["power"].abs().gt(2) & found["found"].gt(0)]
    if not len(found):
        return
    of_group = beside.sums.set_index(["unit_id", "period", "phase", "function"])["amount_minor"].to_dict()
    of_unit = beside.merged.groupby(["unit_id", "period", "phase"])["amount_minor"].sum()
    for row in _records(found):
        cell = (row["unit_id"], row["period"], row["phase"])
        if cell in doubted or not is_unit_mistake(row["power"], _NEARLY) or _is_explained(row, of_group):
            continue
        share = max(row["found"], row["expected"]) / max(float(of_unit[cell]), 1.0)
        code = Doubt.UNIT_MISTAKE if share >= _BIG_GROUP else Doubt.SMALL_GROUP_MISTAKE
        yield Case(code, *cell, row["power"], row["compared"], row["function"], int(row["found"]), int(row["expected"]))


def phase_jumps(beside: Beside, doubted: set[Cell]) -> Iterator[Case]:
    """Yield the totals that no plan of the same unit and period explains."""
    wide = beside.sums.groupby(["unit_id", "period", "phase"])["amount_minor"].sum().unstack("phase")
    plan = next((phase for phase in _PLANS if phase in wide), "")
    for phase in [phase for phase in wide if plan and phase != plan]:
        both = wide[[phase, plan]].dropna()
        for (unit_id, period), row in both[(both > 0).all(axis=1)].iterrows():
            if doubted & {(unit_id, period, phase), (unit_id, period, plan)}:
                continue
            expected = row[plan] * (int(period[5:7]) / 12 if phase in CUMULATIVE else 1)
            power = float(np.log10(row[phase] / expected))
            is_above = row[phase] > _OVERSPENT * row[plan] if phase in CUMULATIVE else power > 1
            if not is_above and abs(power) <= (_LEAST_SPENT if phase in CUMULATIVE else 1):
                continue
            code = Doubt.UNIT_MISTAKE if is_unit_mistake(power) else Doubt.PHASES_APART
            yield Case(code, unit_id, period, phase, power, plan, "", int(row[phase]), int(expected))


def nation_jumps(beside: Beside) -> Iterator[Case]:
    """Yield the periods in which the units together differ from what is replaced, or from a year before."""
    wide, old = totals(beside.merged, UNIT), totals(beside.history, UNIT)
    new = beside.sums.groupby(["period", "phase"])["unit_id"].nunique()
    for period, phase in new[new >= _FEWEST_UNITS].index:
        before = f"{int(period[:4]) - 1}{period[4:]}"
        for frame, other in ((old, period), (wide, before)):
            if other not in frame:
                continue
            pair = {"found": wide[period], "expected": frame[other]}
            both = pd.DataFrame(pair).xs(phase, level="phase").dropna().sum()
            if both.min() > 0 and abs(power := float(np.log10(both["found"] / both["expected"]))) > _NATION:
                code = Doubt.NATION_JUMP if abs(power) > JUMP else Doubt.NATION_STRANGE
                yield Case(code, "", period, phase, power, other, "", int(both["found"]), int(both["expected"]))


def _is_explained(row: dict[str, Any], of_group: dict[tuple[str, str, str, str], int]) -> bool:
    """Tell whether the plan of the same group explains what was spent: groups sleep for months, then build a bridge."""
    if row["phase"] not in CUMULATIVE:
        return False
    said = {phase: of_group.get((row["unit_id"], row["period"], phase, row["function"])) for phase in PHASES}
    if row["power"] > 0:
        plan = next((said[phase] for phase in _PLANS if said[phase] is not None), None)
        return plan is not None and row["found"] <= _ABOVE_PLAN * plan
    other = said[next(phase for phase in CUMULATIVE if phase != row["phase"])]
    if other is None:
        return int(row["period"][5:7]) < _MIDYEAR
    return other <= 0 or not is_unit_mistake(float(np.log10(row["found"] / other)))


def _own(beside: Beside, row: dict[str, Any]) -> Case | None:
    unit_id, period, power = row["unit_id"], row["period"], row["power"]
    if power < 0 and beside.is_partial(unit_id, period):
        return None
    code = Doubt.UNIT_MISTAKE if is_unit_mistake(power) else Doubt.JUMP if abs(power) > JUMP else Doubt.STRANGE
    sums = (int(row["found"]), int(row["expected"]))
    return Case(code, unit_id, period, row["phase"], power, row["compared"], "", *sums)


def _middle(others: pd.DataFrame, period: str, phase: str) -> tuple[float, str]:
    """Return the median of the units in the period nearest to one, for its months, and what it was made of."""
    positive = others.where(others > 0)
    counts = positive.notna().sum()
    usable = [name for name in positive if counts[name] >= _FEWEST_UNITS]
    if not usable:
        return 0.0, ""
    nearest = min(usable, key=lambda name: (abs(months(name) - months(period)), name))
    scale = int(period[5:7]) / int(nearest[5:7]) if phase in CUMULATIVE else 1.0
    return float(positive[nearest].median()) * scale, f"{nearest}, {counts[nearest]} × unit_id"


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return frame.to_dict("records")

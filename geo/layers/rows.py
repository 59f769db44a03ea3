"""The rows of a layer: one unit each, with its value or the reason for having none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.measures import Measure
from geo.layers.ground import UNDIVIDED, Ground
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Unit

_STATES = {NOT_REPORTED: "not_reported", PARTLY: "partly_reported", REPORTED: "value", UNDIVIDED: "not_divided"}


@dataclass(frozen=True)
class Row:
    """One unit of a layer. `value` is None where there is none; `state` tells why (`value` or one of WITHOUT_VALUE)."""

    unit: Unit
    state: str
    value: float | None  # minor units per denominator, or per cent
    amount: int | None  # nominal minor units, what the value is made of
    denominator: float | None  # people, km² …, or minor units: the plan, the year before, all functions, the peers
    class_no: int  # 0 … or -1
    rank: int | None  # 1 = largest value


def rows_of(ground: Ground, denominators: NDArray[np.float64] | None, factor: float) -> list[Row]:
    """Return the rows of the whole level in unit_id order, without class and rank; `factor` is that of the prices."""
    view, measure = ground.view, ground.view.shown
    top = ground.money(view.function, measure.phases(view.month)[0])
    lacking = "not_comparable" if measure.over == "year_before" else "no_denominator"
    rows = []
    for i, (unit, amount) in enumerate(zip(ground.level.units, top.amounts.tolist(), strict=True)):
        state = _STATES[int(top.reported[i])]
        below = None if denominators is None else float(denominators[i])
        if state == "value" and below is not None and not below > 0:
            state = lacking
        value = value_of(measure, amount, 1.0 if below is None else below, factor) if state == "value" else None
        known = amount if top.reported[i] == REPORTED else None
        rows.append(Row(unit, state, value, known, None if below is None or np.isnan(below) else below, -1, None))
    return rows


def value_of(measure: Measure, amount: int, denominator: float, factor: float) -> float:
    """Return money in minor units per denominator, or a ratio in per cent."""
    if measure.is_money:
        return amount * factor / denominator
    ratio = amount / denominator
    if measure.over == "peers":
        return round(100 * (ratio - 1), 9)  # who is the median is at zero, not at what division leaves of it
    return 100 * (ratio * factor - 1) if measure.is_signed else 100 * ratio

"""view + version → layer: one value per unit, classes, notes and the reconciliation; numpy alone.

Every face of a view shows the numbers of this one layer. Sums are integers in minor units; only the value that is
coloured (a rate or a ratio) is a float, derived from them last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.bounds import numbers
from geo.core.classes import breaks, classify
from geo.core.measures import Measure
from geo.core.offer import edition_of
from geo.core.view import View
from geo.layers.accounts import Account, Term, account
from geo.layers.dividing import divisor
from geo.layers.ground import UNDIVIDED, Ground
from geo.layers.notes import WITHOUT_VALUE, Note, notes
from geo.layers.offer import offer_of, price_factor
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Unit, Version

__all__ = ["WITHOUT_VALUE", "Account", "Layer", "Note", "Row", "Term", "layer", "offer_of"]

MOST_CLASSES = 5
Floats = NDArray[np.float64]
_STATES = {NOT_REPORTED: "not_reported", PARTLY: "partly_reported", REPORTED: "value", UNDIVIDED: "not_divided"}


@dataclass(frozen=True)
class Row:
    """One unit of a layer. `value` is None where there is none; `state` tells why (`value` or one of WITHOUT_VALUE)."""

    unit: Unit
    state: str
    value: float | None  # minor units per denominator, or per cent
    amount: int | None  # nominal minor units, what the value is made of
    denominator: (
        float | None
    )  # people, km² …, or minor units: the plan, the year before, all functions, the peers
    class_no: int  # 0 … or -1
    rank: int | None  # 1 = largest value


@dataclass(frozen=True)
class Layer:
    """A view's answer. In every row with a value: money = amount · price_factor ÷ denominator."""

    view: View
    version: str
    edition: str
    rows: tuple[Row, ...]  # in unit_id order
    bounds: tuple[float, ...]  # upper bounds of the classes
    counts: tuple[int, ...]
    overall: float | None  # the same measure for all units with a value together
    price_factor: float
    denominator_year: str  # empty where the series does not change with the year
    accounts: tuple[Account, ...]
    notes: tuple[Note, ...]
    minor_units: int

    @property
    def measure(self) -> Measure:
        """Return the row of the table of measures."""
        return self.view.shown

    @property
    def shows_circles(self) -> bool:
        """Tell whether values are totals, drawn as circles; rates are colours."""
        return self.measure.is_money and self.view.per == "none"


def layer(view: View, version: Version) -> Layer:
    """Return the layer of a settled view; `view` must have been parsed against this version's offer."""
    edition = view.borders or edition_of(offer_of(version), view.month)
    ground, measure, factor = Ground(version, edition, view), view.shown, price_factor(version, view)
    divided = divisor(ground)
    rows = _rows(ground, divided.values, factor)
    drawn = np.array([row.state == "value" for row in rows]) & ground.inside
    rows = [row for row, is_inside in zip(rows, ground.inside, strict=True) if is_inside]
    values = [row.value for row in rows]
    bounds = _bounds(view, [value for value in values if value is not None], version.country.minor_units)
    classes = classify([np.nan if value is None else value for value in values], bounds)
    accounts = tuple(account(ground, pair, drawn) for pair in measure.phases(view.month))
    return Layer(
        view=view,
        version=version.id,
        edition=edition,
        rows=tuple(
            Row(**{**row.__dict__, "class_no": class_no, "rank": rank})
            for row, class_no, rank in zip(rows, classes, _ranks(values), strict=True)
        ),
        bounds=tuple(bounds),
        counts=tuple(classes.count(k) for k in range(len(bounds))),
        overall=_overall(measure, rows, factor),
        price_factor=factor,
        denominator_year=divided.year,
        accounts=accounts,
        notes=notes(ground, rows, accounts, divided),
        minor_units=version.country.minor_units,
    )


def _rows(ground: Ground, denominators: Floats | None, factor: float) -> list[Row]:
    """Return the rows of the whole level without class and rank."""
    view, measure = ground.view, ground.view.shown
    top = ground.money(view.function, measure.phases(view.month)[0])
    lacking = "not_comparable" if measure.over == "year_before" else "no_denominator"
    rows = []
    for i, (unit, amount) in enumerate(zip(ground.level.units, top.amounts.tolist(), strict=True)):
        state = _STATES[int(top.reported[i])]
        below = None if denominators is None else float(denominators[i])
        if state == "value" and below is not None and not below > 0:
            state = lacking
        value = _value(measure, amount, 1.0 if below is None else below, factor) if state == "value" else None
        known = amount if top.reported[i] == REPORTED else None
        rows.append(Row(unit, state, value, known, None if below is None or np.isnan(below) else below, -1, None))
    return rows


def _value(measure: Measure, amount: int, denominator: float, factor: float) -> float:
    """Return money in minor units per denominator, or a ratio in per cent."""
    if measure.is_money:
        return amount * factor / denominator
    ratio = amount / denominator
    if measure.over == "peers":
        return round(100 * (ratio - 1), 9)  # who is the median is at zero, not at what division leaves of it
    return 100 * (ratio * factor - 1) if measure.is_signed else 100 * ratio


def _bounds(view: View, known: Sequence[float], minor_units: int) -> list[float]:
    """Return the upper bounds of the classes; differences have one at zero: more and less never share a colour."""
    measure = view.shown
    unit = minor_units if measure.is_money else 1
    chosen = [bound * unit for bound in numbers(view.breaks)] or measure.fixed
    bounds = breaks(known, "fixed" if view.breaks else view.method, MOST_CLASSES, chosen)
    if not measure.is_signed or not bounds or min(known) >= 0 or bounds[-1] <= 0:
        return bounds
    inner = [b for b in bounds[:-1] if b != 0]
    if len(inner) >= MOST_CLASSES - 1 and not view.breaks:
        inner.remove(min(inner, key=abs))
    return sorted({*inner, 0.0, bounds[-1]})


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """Return each value's place, 1 the largest; equal values share a place."""
    known = sorted(value for value in values if value is not None)
    return [None if value is None else 1 + len(known) - bisect_right(known, value) for value in values]


def _overall(measure: Measure, rows: Sequence[Row], factor: float) -> float | None:
    shown = [row for row in rows if row.state == "value"]
    if not shown:
        return None
    amount = sum(row.amount or 0 for row in shown)
    denominator = 1.0 if shown[0].denominator is None else sum(row.denominator or 0.0 for row in shown)
    return _value(measure, amount, denominator, factor)

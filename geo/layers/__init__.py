"""view + version → layer: one value per unit, classes, notes and the reconciliation; numpy alone.

Every face of a view shows the numbers of this one layer. Sums are integers in minor units; only the value that is
coloured (a rate or a ratio) is a float, derived from them last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.classes import breaks, classify
from geo.core.view import MEASURES, Measure, View, edition_of, year_before
from geo.layers.accounts import Account, Slice, Term, account, account_keys, slice_of
from geo.layers.offer import offer_of, price_factor
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Level, Unit, Version

__all__ = ["Account", "Layer", "Row", "Term", "layer", "offer_of"]

MOST_CLASSES = 5
Note = tuple[str, dict[str, Any]]  # a message key and its values
_WITHOUT_VALUE = ("not_reported", "withheld", "no_denominator")
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Row:
    """One unit of a layer. `value` is None where there is none; `state` tells why."""

    unit: Unit
    state: str  # value, not_reported, withheld, no_denominator
    value: float | None
    amount: int | None  # minor units, what the value is made of
    divisor: float | None  # people, km², or the minor units of the plan or of the year before
    klass: int  # 0 … or -1
    rank: int | None  # 1 = largest value


@dataclass(frozen=True)
class Layer:
    """A view's answer."""

    view: View
    version: str
    edition: str
    rows: tuple[Row, ...]  # in unit_id order
    bounds: tuple[float, ...]  # upper bounds of the classes
    counts: tuple[int, ...]
    overall: float | None  # the same measure for all units with a value together
    overall_amount: int
    divisor_year: str
    accounts: tuple[Account, ...]
    notes: tuple[Note, ...]

    @property
    def measure(self) -> Measure:
        """Return the row of the table of measures."""
        return MEASURES[self.view.measure]

    @property
    def shows_circles(self) -> bool:
        """Tell whether values are totals, drawn as circles; rates are colours."""
        return self.measure.is_money and self.view.per == "none"


def layer(view: View, version: Version) -> Layer:
    """Return the layer of a settled view; `view` must have been parsed against this version's offer."""
    edition = view.borders or edition_of(offer_of(version), view.month)
    level = version.level(edition, view.level)
    measure = MEASURES[view.measure]
    top = slice_of(version, level, view, measure.of, view.month)
    bottom, year = _bottom(version, level, view, measure, edition)
    scale = price_factor(version, view, view.month)
    states, values = _values(measure, top, bottom, scale, _change_factor(version, view))
    known = [value for value in values if value is not None]
    bounds = breaks(known, view.classes or measure.classes[0], MOST_CLASSES, measure.fixed)
    bounds = _parted_at_zero(bounds, known) if measure.over == "year_before" else bounds
    classes = classify([np.nan if value is None else value for value in values], bounds)
    ranks = _ranks(values)
    rows = tuple(
        Row(
            unit=unit,
            state=states[i],
            value=values[i],
            amount=int(top.amounts[i]) if top.reported[i] == REPORTED else None,
            divisor=None if bottom is None or np.isnan(bottom[i]) else float(bottom[i]),
            klass=classes[i],
            rank=ranks[i],
        )
        for i, unit in enumerate(level.units)
    )
    accounts = tuple(account(version, level, view, phase, period) for phase, period in account_keys(view))
    return Layer(
        view=view,
        version=version.id,
        edition=edition,
        rows=rows,
        bounds=tuple(bounds),
        counts=tuple(classes.count(k) for k in range(len(bounds))),
        overall=_overall(measure, rows, scale, _change_factor(version, view)),
        overall_amount=sum(row.amount or 0 for row in rows),
        divisor_year=year,
        accounts=accounts,
        notes=_notes(version, view, edition, rows, year),
    )


def _bottom(version: Version, level: Level, view: View, measure: Measure, edition: str) -> tuple[Floats | None, str]:
    """Return what amounts are divided by (nan = nothing reported) and the year it is of."""
    if measure.is_money:
        if view.per == "none":
            return None, ""
        year = view.month[:4]
        found = version.denominators(edition, view.level, view.per, year)
        return (np.full(len(level.units), np.nan), "") if found is None else (found, year)
    if measure.over == "unit_total":
        whole = slice_of(version, level, view.but(function=""), measure.of, view.month)
    else:
        whole = slice_of(version, level, view, *account_keys(view)[1])
    return np.where(whole.reported == REPORTED, whole.amounts, np.nan).astype("float64"), ""


def _values(
    measure: Measure, top: Slice, bottom: Floats | None, scale: float, change: float
) -> tuple[list[str], list[float | None]]:
    states, values = [], []
    for i, amount in enumerate(top.amounts.tolist()):
        state = {NOT_REPORTED: "not_reported", PARTLY: "withheld", REPORTED: "value"}[int(top.reported[i])]
        divisor = 1.0 if bottom is None else float(bottom[i])
        if state == "value" and not divisor > 0:
            state = "no_denominator"
        states.append(state)
        values.append(_value(measure, amount, divisor, scale, change) if state == "value" else None)
    return states, values


def _value(measure: Measure, amount: int, divisor: float, scale: float, change: float) -> float:
    """Return money in minor units per divisor, or a ratio in per cent."""
    if measure.is_money:
        return amount * scale / divisor
    ratio = amount / divisor
    return 100 * (ratio * change - 1) if measure.over == "year_before" else 100 * ratio


def _change_factor(version: Version, view: View) -> float:
    """Return the real growth that one nominal tenge of growth stands for: 1 in nominal prices."""
    if view.prices == "nominal" or MEASURES[view.measure].over != "year_before":
        return 1.0
    return price_factor(version, view, view.month) / price_factor(version, view, year_before(view.month))


def _parted_at_zero(bounds: list[float], known: Sequence[float]) -> list[float]:
    """Return the bounds with one at zero, so that growth and decline never share a colour."""
    if not bounds or min(known) >= 0 or bounds[-1] <= 0:
        return bounds
    inner = [b for b in bounds[:-1] if b != 0]
    if len(inner) >= MOST_CLASSES - 1:
        inner.remove(min(inner, key=abs))
    return sorted({*inner, 0.0, bounds[-1]})


def _ranks(values: Sequence[float | None]) -> list[int | None]:
    """Return each value's place, 1 the largest; equal values share a place."""
    known = sorted(value for value in values if value is not None)
    return [None if value is None else 1 + len(known) - bisect_right(known, value) for value in values]


def _overall(measure: Measure, rows: Sequence[Row], scale: float, change: float) -> float | None:
    shown = [row for row in rows if row.state == "value"]
    if not shown:
        return None
    amount = sum(row.amount or 0 for row in shown)
    divisor = 1.0 if shown[0].divisor is None else sum(row.divisor or 0.0 for row in shown)
    return _value(measure, amount, divisor, scale, change)


def _notes(version: Version, view: View, edition: str, rows: Sequence[Row], year: str) -> tuple[Note, ...]:
    """Return what a reader must know beside the numbers: message keys with their values, most important first."""
    over = MEASURES[view.measure].over
    states = {state: [row.unit.unit_id for row in rows if row.state == state] for state in _WITHOUT_VALUE}
    is_partial = not view.month.endswith("-12")
    phases = {phase for phase, _ in account_keys(view)}
    candidates: list[tuple[bool, str, dict[str, Any]]] = [
        (version.country.is_synthetic, "synthetic", {}),
        *((bool(units), state, {"units": units}) for state, units in states.items()),
        (bool(view.function), "function", {"code": view.function}),
        (is_partial, "partial_year", {"period": view.month}),
        (is_partial and over == "plan", "plan_to_date", {}),
        (edition != edition_of(offer_of(version), view.month), "restated", {"edition": edition}),
        (not view.function and view.transfers == "apart", "transfers_apart", {}),
        (view.prices != "nominal", "real_prices", {"year": view.prices}),
        (not view.function and "executed" in phases, "difference", {}),
        (view.per == "person" and bool(year), "population", {"year": year}),
        (True, "generalised", {}),
    ]
    return tuple((key, values) for applies, key, values in candidates if applies)

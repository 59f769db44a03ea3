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
from geo.core.measures import Measure, is_year_end
from geo.core.offer import edition_of
from geo.core.view import View
from geo.layers.accounts import Account, Term, account, slice_of
from geo.layers.offer import offer_of, price_factor
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Level, Unit, Version

__all__ = ["Account", "Layer", "Row", "Term", "layer", "offer_of"]

MOST_CLASSES = 5
WITHOUT_VALUE = ("not_reported", "partly_reported", "no_denominator", "not_comparable")
Floats = NDArray[np.float64]
Note = tuple[str, dict[str, Any]]  # a message key and its values


@dataclass(frozen=True)
class Row:
    """One unit of a layer. `value` is None where there is none; `state` tells why (`value` or one of WITHOUT_VALUE)."""

    unit: Unit
    state: str
    value: float | None  # minor units per denominator, or per cent
    amount: int | None  # nominal minor units, what the value is made of
    denominator: float | None  # people, km² …, or the minor units of the plan, the year before or all functions
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
    level, measure, factor = version.level(edition, view.level), view.shown, price_factor(version, view)
    denominators, year = _denominators(version, level, view, edition)
    rows = _rows(version, level, view, denominators, factor)
    values = [row.value for row in rows]
    bounds = _bounds(view, [value for value in values if value is not None])
    classes = classify([np.nan if value is None else value for value in values], bounds)
    drawn = np.array([row.state == "value" for row in rows])
    accounts = tuple(account(version, level, view, pair, drawn) for pair in measure.phases(view.month))
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
        denominator_year=year,
        accounts=accounts,
        notes=_notes(version, view, edition, rows, accounts),
    )


def _denominators(version: Version, level: Level, view: View, edition: str) -> tuple[Floats | None, str]:
    """Return what amounts are divided by (nan = there is none) and the year it is of; None for totals."""
    measure = view.shown
    if measure.is_money and view.per == "none":
        return None, ""
    if measure.is_money:
        by_year = {row.series: row.by_year for row in version.country.denominators}[view.per]
        year = view.month[:4] if by_year else ""
        found = version.denominators(edition, view.level, view.per, year)
        # Of places nobody may have counted the people: 0 is unknown.
        known = np.full(len(level.units), np.nan) if found is None else np.where(found > 0, found, np.nan)
        return known, year
    if measure.over == "unit_total":
        whole = slice_of(version, level, view.but(function="", transfers="included"), (measure.of, view.month))
    else:
        whole = slice_of(version, level, view, measure.phases(view.month)[1])
    return np.where(whole.reported == REPORTED, whole.amounts, np.nan).astype("float64"), ""


def _rows(version: Version, level: Level, view: View, denominators: Floats | None, factor: float) -> list[Row]:
    """Return the rows without class and rank."""
    measure = view.shown
    top = slice_of(version, level, view, measure.phases(view.month)[0])
    lacking = "not_comparable" if measure.over == "year_before" else "no_denominator"
    rows = []
    for i, (unit, amount) in enumerate(zip(level.units, top.amounts.tolist(), strict=True)):
        state = {NOT_REPORTED: "not_reported", PARTLY: "partly_reported", REPORTED: "value"}[int(top.reported[i])]
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
    return 100 * (ratio * factor - 1) if measure.over == "year_before" else 100 * ratio


def _bounds(view: View, known: Sequence[float]) -> list[float]:
    """Return the upper bounds of the classes; change has one at zero: growth and decline never share a colour."""
    measure = view.shown
    bounds = breaks(known, view.classes or measure.classes[0], MOST_CLASSES, measure.fixed)
    if measure.over != "year_before" or not bounds or min(known) >= 0 or bounds[-1] <= 0:
        return bounds
    inner = [b for b in bounds[:-1] if b != 0]
    if len(inner) >= MOST_CLASSES - 1:
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


def _notes(
    version: Version, view: View, edition: str, rows: Sequence[Row], accounts: Sequence[Account]
) -> tuple[Note, ...]:
    """Return what a reader must know beside the numbers: message keys with their values, most important first."""
    measure = view.shown
    states = {state: [row.unit.unit_id for row in rows if row.state == state] for state in WITHOUT_VALUE}
    is_partial = not is_year_end(view.month) and not measure.is_plan
    differs = any(term.key == "difference" and term.amount for one in accounts for term in one.terms)
    has_apart = not view.function and not view.includes_transfers
    candidates: list[tuple[bool, str, dict[str, Any]]] = [
        (version.country.is_synthetic, "synthetic", {}),
        *((bool(units), state, {"units": units}) for state, units in states.items()),
        (bool(view.function), "function", {"code": view.function}),
        (measure.is_plan and not view.is_whole_year, "plan_of_the_year", {}),
        (is_partial, "partial_year", {}),
        (is_partial and measure.over == "plan", "plan_to_date", {}),
        (edition != edition_of(offer_of(version), view.month), "restated", {"edition": edition}),
        (has_apart, "transfers_apart", {"code": version.country.transfers}),
        (measure.over == "unit_total", "share_of_all", {}),
        (view.prices != "nominal", "real_prices", {"year": view.prices}),
        (differs, "difference", {}),
        (measure.is_money and view.per != "none", "denominator", {"series": view.per, "year": view.month[:4]}),
        (version.country.level(view.level).is_places, "places", {}),
        (True, "generalised", {}),
    ]
    return tuple((key, values) for applies, key, values in candidates if applies)

"""view + version → layer: one value per unit, classes, notes and the reconciliation; numpy alone.

Every face of a view shows the numbers of this one layer. Sums are integers in minor units; only the value that is
coloured (a rate or a ratio) is a float, derived from them last.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from geo.core.classes import classify
from geo.core.measures import Measure
from geo.core.offer import edition_of
from geo.core.view import View
from geo.layers.accounts import Account, Term, account
from geo.layers.classes import Classes, classes_of
from geo.layers.dividing import divisor
from geo.layers.ground import Ground
from geo.layers.notes import WITHOUT_VALUE, Note, notes
from geo.layers.offer import offer_of, price_factor
from geo.layers.rows import Row, rows_of, value_of
from geo.versions.opened import Version

__all__ = ["WITHOUT_VALUE", "Account", "Layer", "Note", "Row", "Term", "layer", "offer_of"]


@dataclass(frozen=True)
class Layer:
    """A view's answer. In every row with a value: money = amount · price_factor ÷ denominator."""

    view: View
    version: str
    edition: str
    rows: tuple[Row, ...]  # in unit_id order
    classes: Classes
    counts: tuple[int, ...]  # units in each class; none in one that only other months of the year fill
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
    def bounds(self) -> tuple[float, ...]:
        """Return the upper bounds of the classes."""
        return self.classes.bounds

    @property
    def shows_circles(self) -> bool:
        """Tell whether values are totals, drawn as circles; rates are colours."""
        return self.measure.is_money and self.view.per == "none"


def layer(view: View, version: Version) -> Layer:
    """Return the layer of a settled view; `view` must have been parsed against this version's offer."""
    edition = view.borders or edition_of(offer_of(version), view.month)
    ground, measure, factor = Ground(version, edition, view), view.shown, price_factor(version, view)
    divided = divisor(ground)
    rows = rows_of(ground, divided.values, factor)
    drawn = np.array([row.state == "value" for row in rows]) & ground.inside
    rows = [row for row, is_inside in zip(rows, ground.inside, strict=True) if is_inside]
    values = [row.value for row in rows]
    classes = classes_of(view, [value for value in values if value is not None], version)
    numbers = classify([np.nan if value is None else value for value in values], classes.bounds)
    accounts = tuple(account(ground, pair, drawn) for pair in measure.phases(view.month))
    return Layer(
        view=view,
        version=version.id,
        edition=edition,
        rows=tuple(
            Row(**{**row.__dict__, "class_no": class_no, "rank": rank})
            for row, class_no, rank in zip(rows, numbers, _ranks(values), strict=True)
        ),
        classes=classes,
        counts=tuple(numbers.count(k) for k in range(len(classes.bounds))),
        overall=_overall(measure, rows, factor),
        price_factor=factor,
        denominator_year=divided.year,
        accounts=accounts,
        notes=notes(ground, rows, accounts, divided, classes.periods),
        minor_units=version.country.minor_units,
    )


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
    return value_of(measure, amount, denominator, factor)

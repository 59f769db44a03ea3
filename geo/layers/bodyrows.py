"""The organisations of a view, each with its own amount of what the view shows; a block at a time, never all at once.

An organisation is not divided by people, land or peers: of money its value is its amount. Ratios are its own.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.errors import NotForBodies
from geo.core.model import METHODS
from geo.core.offer import edition_of
from geo.layers import Layer
from geo.layers.ground import EVERY
from geo.layers.holdings import owners
from geo.layers.offer import offer_of
from geo.layers.rows import value_of
from geo.versions.opened import Unit, Version

_BLOCK = 256  # bodies that are read at once: no other thread computes meanwhile
_RATIOS = {"plan", "year_before", "unit_total"}


@dataclass(frozen=True)
class BodyRow:
    """One organisation of a view; amounts in minor units, None where the source says nothing of the period."""

    about: Mapping[str, Any]  # its row of bodies.json
    unit: Unit | None  # of the view's level
    method: str  # how the unit was found: one of METHODS
    point: tuple[float, float] | None  # its own
    state: str  # `value`, `not_reported`, `no_denominator` or `not_comparable`
    value: float | None  # minor units in the prices of the view, or per cent
    amount: int | None
    denominator: int | None  # of a ratio


@dataclass(frozen=True)
class _Place:
    """Where the bodies of a version stand at a level of an edition: arrays in the order of the bodies."""

    units: tuple[Unit, ...]
    owners: NDArray[np.int32]
    inside: NDArray[np.bool_]  # unit → is it in the view; the last: bodies without one
    methods: NDArray[np.uint8] | None
    points: NDArray[np.float64] | None


def is_ratio(layer: Layer) -> bool:
    """Tell whether an organisation's value is a ratio of its own; else it is its amount."""
    return layer.measure.over in _RATIOS


def body_rows(layer: Layer, version: Version) -> Iterator[BodyRow]:
    """Yield the organisations that units of the view own, and those that none does where the view is not within one.

    In body_id order. Raises NotForBodies for what is not known of single organisations: subgroups of functions, and
    borders that were not in force in the period.
    """
    place, spending = _place(layer, version), version.spending
    start = at = 0
    bodies = version.each("bodies.json")
    while block := list(islice(bodies, _BLOCK)):
        end = start + len(block)
        # Found by halves: a search in a field of records would copy all of it.
        until = bisect_left(spending, end, lo=at, key=lambda row: row["body"])
        figures = _Figures(layer, version, spending[at:until], start, len(block))
        yield from _block(block, start, place, figures)
        start, at = end, until


def bounds_of(layer: Layer, version: Version) -> list[float] | None:
    """Return west, south, east, north of the points of the same organisations; None where none has a point."""
    place = _place(layer, version)
    if place.points is None:
        return None
    lows, highs = [], []
    for start in range(0, len(place.owners), _BLOCK):
        some = slice(start, start + _BLOCK)
        shown = place.points[some][place.inside[place.owners[some]]]
        shown = shown[~np.isnan(shown).any(axis=1)]
        if len(shown):
            lows.append(shown.min(axis=0))
            highs.append(shown.max(axis=0))
    return [*np.min(lows, axis=0).tolist(), *np.max(highs, axis=0).tolist()] if lows else None


def _place(layer: Layer, version: Version) -> _Place:
    view, edition = layer.view, layer.edition
    if view.function and view.function not in version.functions:
        raise NotForBodies(problem="subgroup")
    offer = offer_of(version)
    if edition != edition_of(offer, view.month):
        raise NotForBodies(problem="borders")
    units = version.level(edition, view.level).units
    inside = [view.within in {"", unit.parent_id} for unit in units]
    files, key = version.manifest["files"], f"{edition}/{view.level}"
    return _Place(
        units=units,
        owners=owners(version, edition, view.level),
        inside=np.array([*inside, not view.within]),
        methods=version.array(f"{key}/methods.npy") if f"{key}/methods.npy" in files else None,
        points=version.array("places.npy") if "places.npy" in files else None,
    )


def _block(block: list[Mapping[str, Any]], start: int, place: _Place, figures: _Figures) -> Iterator[BodyRow]:
    some = slice(start, start + len(block))
    owned = place.owners[some]
    shown = place.inside[owned].tolist()
    methods = [0] * len(block) if place.methods is None else place.methods[some].tolist()
    points = [None] * len(block) if place.points is None else place.points[some].tolist()
    for number, (about, owner, point) in enumerate(zip(block, owned.tolist(), points, strict=True)):
        if shown[number]:
            yield BodyRow(
                about=about,
                unit=place.units[owner] if owner >= 0 else None,
                method=METHODS[methods[number]] if place.methods is not None else "",
                point=(point[0], point[1]) if point is not None and point[0] == point[0] else None,  # NaN: none
                **figures.of(number),
            )


class _Figures:
    """What the bodies of a block spent of what a layer shows."""

    def __init__(self, layer: Layer, version: Version, rows: NDArray[Any], start: int, count: int) -> None:
        view, measure = layer.view, layer.measure
        self.layer, self.version, self.rows, self.start, self.count = layer, version, rows, start, count
        pairs = measure.phases(view.month)
        self.amounts, self.known = self._sums(view.function, pairs[0])
        self.below: list[int] | None = None
        if measure.over in _RATIOS:
            is_share = measure.over == "unit_total"
            self.below, self.below_known = self._sums(EVERY if is_share else view.function, pairs[not is_share])

    def of(self, number: int) -> dict[str, Any]:
        """Return state, value, amount and denominator of one body of the block."""
        if not self.known[number]:
            return {"state": "not_reported", "value": None, "amount": None, "denominator": None}
        amount, measure, factor = self.amounts[number], self.layer.measure, self.layer.price_factor
        if self.below is None:
            return {"state": "value", "value": amount * factor, "amount": amount, "denominator": None}
        below = self.below[number] if self.below_known[number] else None
        if below is None or below <= 0:
            lacking = "not_comparable" if measure.over == "year_before" else "no_denominator"
            return {"state": lacking, "value": None, "amount": amount, "denominator": below}
        value = value_of(measure, amount, below, factor)
        return {"state": "value", "value": value, "amount": amount, "denominator": below}

    def _sums(self, code: str, pair: tuple[str, str]) -> tuple[list[int], list[bool]]:
        """Return each body's amount of a code in a (phase, period), and whether it reported anything there."""
        phase, period = pair
        chosen = self.rows[
            (self.rows["period"] == self.version.periods.index(period))
            & (self.rows["phase"] == self.version.phases.index(phase))
        ]
        known, amounts = np.zeros(self.count, bool), np.zeros(self.count, np.int64)
        known[chosen["body"] - self.start] = True
        numbers = [number for number, name in enumerate(self.version.functions) if self._has(code, name)]
        chosen = chosen[np.isin(chosen["function"], numbers)]
        np.add.at(amounts, chosen["body"] - self.start, chosen["amount"])
        return amounts.tolist(), known.tolist()

    def _has(self, code: str, name: str) -> bool:
        """Tell whether what is asked for holds a functional group, as for units."""
        if code:
            return code in {EVERY, name}
        return self.layer.view.includes_transfers or name != self.version.country.transfers

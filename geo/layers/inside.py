"""The units that lie in a unit: those of lower levels that name it as the one above them."""

from __future__ import annotations

from dataclasses import dataclass

from geo.core.view import View
from geo.layers import Layer, Row, layer
from geo.layers.offer import offer_of, periods_of_units, with_denominator
from geo.versions.opened import Version


@dataclass(frozen=True)
class Inside:
    """The units of one level inside a unit, the largest amount first; those without a figure stand last."""

    level: str
    layer: Layer | None  # what the figures are from; None where the level has none of the period
    rows: tuple[Row, ...]


def units_inside(view: View, edition: str, unit_id: str, version: Version) -> tuple[Inside, ...]:
    """Return, level by level below the view's, the units inside one and their executed spending of the period."""
    offer = offer_of(version)
    below = offer.levels[offer.levels.index(view.level) + 1 :]
    found = [
        _inside(view.but(level=level), edition, unit_id, version) for level in below if edition in offer.units[level]
    ]
    return tuple(one for one in found if one.rows)


def _inside(view: View, edition: str, unit_id: str, version: Version) -> Inside:
    offer, units = offer_of(version), version.level(edition, view.level).units
    is_offered = view.period in offer.periods_of("executed", view.level)
    answer = None
    if is_offered and view.period in periods_of_units(offer, edition, view.level):
        answer = layer(with_denominator(view.but(measure="executed"), version), version)
    rows = answer.rows if answer else [Row(unit, "not_reported", None, None, None, -1, None) for unit in units]
    chosen = [row for row in rows if row.unit.parent_id == unit_id]
    chosen.sort(key=lambda row: (row.amount is None, -(row.amount or 0), row.unit.unit_id))
    return Inside(view.level, answer, tuple(chosen))

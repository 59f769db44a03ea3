"""What a reader must know beside the numbers of a layer: message keys with their values, most important first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from geo.core.measures import is_year_end
from geo.core.offer import edition_of
from geo.layers.accounts import Account
from geo.layers.dividing import Divisor
from geo.layers.ground import Ground
from geo.layers.offer import offer_of
from geo.layers.rows import Row

WITHOUT_VALUE = ("not_reported", "partly_reported", "not_divided", "no_denominator", "not_comparable")
Note = tuple[str, dict[str, Any]]  # a message key and its values


def notes(
    ground: Ground, rows: Sequence[Row], accounts: Sequence[Account], divided: Divisor, periods: Sequence[str]
) -> tuple[Note, ...]:
    """Return the notes of a layer that is made of these rows and reconciliations; `periods` share its classes."""
    version, view, measure = ground.version, ground.view, ground.view.shown
    states = {state: [row.unit.unit_id for row in rows if row.state == state] for state in WITHOUT_VALUE}
    is_partial = not is_year_end(view.month) and not measure.is_plan
    differs = any(term.key == "difference" and term.amount for one in accounts for term in one.terms)
    has_apart = not view.function and not view.includes_transfers
    is_divided = measure.has_denominator and view.per != "none"
    candidates: list[tuple[bool, str, dict[str, Any]]] = [
        (version.country.is_synthetic, "synthetic", {}),
        *((bool(units), state, {"units": units}) for state, units in states.items()),
        (bool(view.within), "within", {"unit": view.within}),
        (bool(divided.peers), "peers", {"peers": divided.peers}),
        (bool(view.function) and not ground.is_subgroup, "function", {"code": view.function}),
        (ground.is_subgroup, "subgroup", {"code": view.function, "group": ground.group}),
        (measure.is_plan and not view.is_whole_year, "plan_of_the_year", {}),
        (is_partial, "partial_year", {}),
        (is_partial and measure.over == "plan", "plan_to_date", {}),
        (len(periods) > 1, "shared_scale", {"year": view.month[:4]}),
        (ground.edition != edition_of(offer_of(version), view.month), "restated", {"edition": ground.edition}),
        (has_apart, "transfers_apart", {"code": version.country.transfers}),
        (measure.over == "unit_total", "share_of_all", {}),
        (view.prices != "nominal", "real_prices", {"year": view.prices}),
        (differs, "difference", {}),
        (is_divided, "denominator", {"series": view.per, "year": view.month[:4]}),
        (version.country.level(view.level).is_places, "places", {}),
        (True, "generalised", {}),
    ]
    return tuple((key, values) for applies, key, values in candidates if applies)

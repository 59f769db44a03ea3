"""What each key of a view may say, and which keys change nothing in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from geo.core.bounds import examples
from geo.core.offer import Offer
from geo.core.palettes import palettes

if TYPE_CHECKING:
    from geo.core.view import View

OWN = "own"  # the method of classes whose bounds a reader chose
SORTS = ("value", "value-up", "name", "name-down", "amount", "amount-up")


def without_effect(view: View) -> frozenset[str]:
    """Return the keys that change nothing in this view: transfers of one function, prices of a ratio of one year."""
    keys = {"transfers"} if view.function else set()
    return frozenset(keys | ({"prices"} if view.shown.over in {"plan", "unit_total", "peers"} else set()))


def allowed_values(view: View, key: str, given: Mapping[str, str], offer: Offer) -> tuple[str, ...]:
    """Return the values that a key may have in this view, the default first where it has a word; none: not offered.

    Of `breaks` they are examples: any bounds that `bounds.canonical` takes are allowed.
    """
    measure = view.shown
    editions = offer.borders_of(view.month, view.level)
    edition = given.get("borders") or view.borders or editions[0]
    # Growth in constant prices is the same whichever year's prices are taken: one address is enough.
    years = (view.month[:4],) if measure.over == "year_before" else offer.price_years
    series = offer.series_of(view.level) if measure.has_denominator else ()
    has_own = bool(given.get("breaks") or view.breaks)
    is_made = given.get("classes", "") not in {"", OWN}  # another method was asked for
    inside = offer.inside[view.level].get(edition, {})
    within = given.get("within") or view.within
    table: dict[str, tuple[str, ...]] = {
        "function": (*offer.functions, *offer.subgroups_of(measure.id, view.month)),
        "per": (*series, "none") if measure.is_money else series,
        "transfers": (measure.transfers, *({"apart", "included"} - {measure.transfers})),
        "borders": editions,
        "prices": ("nominal", *(year for year in years if year in offer.price_years)),
        "within": tuple(sorted(inside)),
        "classes": (OWN,) if has_own and not is_made else measure.classes,
        "breaks": () if is_made else examples(is_signed=measure.is_signed),
        "palette": palettes(is_signed=measure.is_signed),
        "highlight": tuple(sorted(inside.get(within, offer.units[view.level].get(edition, ())))),
        "sort": SORTS,
    }
    return table[key]

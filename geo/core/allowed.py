"""What each key of a view may say, and which keys change nothing in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    measure, editions = view.shown, offer.borders_of(view.month, view.level)
    edition = given.get("borders") or view.borders or editions[0]
    is_made = given.get("classes", "") not in {"", OWN}  # another method was asked for
    inside = offer.inside[view.level].get(edition, {})
    # One key is asked for at a time, sixty times a page: the others are not made.
    table: dict[str, Callable[[], tuple[str, ...]]] = {
        "function": lambda: (*offer.functions, *offer.subgroups_of(measure.id, view.month)),
        "per": lambda: _series(view, offer),
        "transfers": lambda: (measure.transfers, "included" if measure.transfers == "apart" else "apart"),
        "borders": lambda: editions,
        "prices": lambda: ("nominal", *_years(view, offer)),
        "within": lambda: tuple(sorted(inside)),
        "classes": lambda: (OWN,) if (given.get("breaks") or view.breaks) and not is_made else measure.classes,
        "breaks": lambda: () if is_made else examples(is_signed=measure.is_signed),
        "palette": lambda: palettes(is_signed=measure.is_signed),
        "highlight": lambda: tuple(
            sorted(inside.get(given.get("within") or view.within, offer.units[view.level].get(edition, ())))
        ),
        "sort": lambda: SORTS,
    }
    return table[key]()


def _series(view: View, offer: Offer) -> tuple[str, ...]:
    series = offer.series_of(view.level) if view.shown.has_denominator else ()
    return (*series, "none") if view.shown.is_money else series


def _years(view: View, offer: Offer) -> tuple[str, ...]:
    """Return the years whose prices a view may be in.

    Growth in constant prices is the same whichever year's prices are taken: one address is enough.
    """
    years = (view.month[:4],) if view.shown.over == "year_before" else offer.price_years
    return tuple(year for year in years if year in offer.price_years)

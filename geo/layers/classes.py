"""The classes of a view: the months of a year share theirs, so that colours compare while time goes by.

A month shows the year to date. Its classes are made of the values of all months of the year for which the same view is
offered, each in the borders that it is shown in. The whole year is not among them: it is compared with other years,
execution is then measured against another plan, and a class that it alone fills would be empty in every month.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from geo.core.allowed import allowed_values
from geo.core.bounds import numbers
from geo.core.classes import breaks, classify
from geo.core.offer import edition_of
from geo.core.palettes import STANDARD
from geo.core.view import View
from geo.layers.dividing import divisor
from geo.layers.ground import Ground
from geo.layers.offer import offer_of, price_factor
from geo.layers.rows import rows_of
from geo.versions.opened import Version

MOST_CLASSES = 5
MOST_COUNTED = 480  # natural breaks take the square of it in memory
MOST_KEPT = 512  # years whose classes a version remembers: readers may ask for any number of them


@dataclass(frozen=True)
class Classes:
    """Bounds in the unit of the values, none where no value is known; what each class holds in any of the periods."""

    bounds: tuple[float, ...]  # upper ones, ascending; the last is the largest value
    extents: tuple[tuple[float, float], ...]  # the least and the largest value of each; its bound twice where empty
    periods: tuple[
        str, ...
    ]  # whose values they are, as addresses say them; the view's own alone, or months of its year


def classes_of(view: View, known: Sequence[float], version: Version) -> Classes:
    """Return the classes of a view whose own known values are given: those of its year for a month, else its own."""
    if not view.is_whole_year:
        made: Callable[[View], Classes] = version.once(
            "classes of years", lambda: lru_cache(MOST_KEPT)(lambda year: _shared(year, version))
        )
        shared = made(view.but(lang="", period=view.period[:4], palette=STANDARD, highlight="", sort="value"))
        if view.period in shared.periods:
            return shared
    return _classes(view, np.sort(np.array(known, dtype="float64")), version, (view.period,))


def _shared(year: View, version: Version) -> Classes:
    """Return the classes of the months of a year; `year` is any of their views with the year as its period."""
    offer = offer_of(version)
    words = [word for word in offer.periods_of(year.measure, year.level) if word.startswith(f"{year.period}-")]
    views = [view for view in (year.but(period=word) for word in words) if _is_offered(view, version)]
    values = np.sort(np.array([value for view in views for value in _values(view, version)], dtype="float64"))
    return _classes(year, values, version, tuple(view.period for view in views))


def _is_offered(view: View, version: Version) -> bool:
    """Tell whether the period has what the other words of a view name: a subgroup, borders, the unit around it."""
    named = {key: getattr(view, key) for key in ("function", "borders", "within") if getattr(view, key)}
    offer = offer_of(version)
    return all(value in allowed_values(view, key, named, offer) for key, value in named.items())


def _values(view: View, version: Version) -> list[float]:
    ground = Ground(version, view.borders or edition_of(offer_of(version), view.month), view)
    rows = rows_of(ground, divisor(ground).values, price_factor(version, view))
    shown = zip(rows, ground.inside, strict=True)
    return [row.value for row, is_inside in shown if is_inside and row.value is not None]


def _classes(view: View, known: NDArray[np.float64], version: Version, periods: tuple[str, ...]) -> Classes:
    """Return the classes of sorted values."""
    bounds = _bounds(view, _thinned(known), version.country.minor_units)
    numbered = np.array(classify(known, bounds))
    held = [known[numbered == k] for k in range(len(bounds))]
    extents = [(float(h[0]), float(h[-1])) if h.size else (bound, bound) for h, bound in zip(held, bounds, strict=True)]
    return Classes(tuple(bounds), tuple(extents), periods)


def _thinned(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return at most MOST_COUNTED of sorted values at even steps of rank, the least and the largest among them."""
    if known.size <= MOST_COUNTED:
        return known
    return known[np.linspace(0, known.size - 1, MOST_COUNTED).round().astype("int64")]


def _bounds(view: View, known: NDArray[np.float64], minor_units: int) -> list[float]:
    """Return the upper bounds of the classes; differences have one at zero: more and less never share a colour."""
    measure = view.shown
    unit = minor_units if measure.is_money else 1
    chosen = [bound * unit for bound in numbers(view.breaks)] or measure.fixed
    bounds = breaks(known, "fixed" if view.breaks else view.method, MOST_CLASSES, chosen)
    if not measure.is_signed or not bounds or known[0] >= 0 or bounds[-1] <= 0:
        return bounds
    inner = [b for b in bounds[:-1] if b != 0]
    if len(inner) >= MOST_CLASSES - 1 and not view.breaks:
        inner.remove(min(inner, key=abs))
    return sorted({*inner, 0.0, bounds[-1]})

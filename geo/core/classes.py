"""Class breaks with numpy alone: natural (Fisher–Jenks), quantile and fixed.

A class holds the values above the break below it, up to and including its own upper break, so that every value has
one class. Method of the natural breaks: W. D. Fisher, "On grouping for maximum homogeneity", JASA 53 (1958).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def breaks(values: Sequence[float] | Floats, method: str, most: int, fixed: Sequence[float] = ()) -> list[float]:
    """Return the upper bounds of at most `most` classes, ascending; the last is the largest value.

    Values that are not finite are left out; fewer distinct values than classes give one class for each value.
    `method` is natural, quantile or fixed (then `fixed` are the inner bounds). Raises KeyError for another.
    """
    known = np.sort(np.asarray([v for v in values if np.isfinite(v)], dtype="float64"))
    if known.size == 0:
        return []
    distinct = np.unique(known)
    if method == "fixed":
        return _fixed(known, fixed)
    if distinct.size <= most:
        return [float(v) for v in distinct]
    return {"natural": natural, "quantile": quantile}[method](known, most)


def natural(known: Floats, most: int) -> list[float]:
    """Return the bounds that make the sum of squared deviations inside the classes least; sorted input.

    O(k n²) time and n² numbers of memory: meant for hundreds of units, not for bodies.
    """
    n = known.size
    # Shifted to the mean: squares of large rates would lose the digits that tell the classes apart.
    shifted = known - known.mean()
    sums, squares = np.r_[0, np.cumsum(shifted)], np.r_[0, np.cumsum(shifted**2)]
    first, last = np.arange(n)[:, None], np.arange(n)
    many = last + 1 - first
    # within[i, j]: the squared deviations of known[i : j + 1]; infinite where that holds nothing.
    deviations = squares[last + 1] - squares[first] - (sums[last + 1] - sums[first]) ** 2 / np.maximum(many, 1)
    within = np.where(many > 0, deviations, np.inf)
    best, starts = within[0], np.zeros((most, n), dtype=int)
    for k in range(1, most):
        # cost[i, j]: the classes up to known[i - 1] at their best, known[i : j + 1] as the next; the first i of equals.
        cost = np.concatenate(([np.inf], best[:-1]))[:, None] + within
        cost[:k] = np.inf
        starts[k] = cost.argmin(axis=0)
        best = cost[starts[k], last]
    bounds, j = [], n - 1
    for k in range(most - 1, -1, -1):
        bounds.append(float(known[j]))
        j = starts[k, j] - 1
    return sorted(set(bounds))


def quantile(known: Floats, most: int) -> list[float]:
    """Return bounds with equally many values in each class, as near as ties allow; sorted input."""
    cuts = np.quantile(known, np.arange(1, most + 1) / most)
    cuts[-1] = known[-1]  # interpolation may round it away from the largest value
    return sorted({float(cut) for cut in cuts})


def classify(values: Sequence[float] | Floats, bounds: Sequence[float]) -> list[int]:
    """Return each value's class from 0, or -1 where it is not finite."""
    array = np.asarray(values, dtype="float64")
    found = np.searchsorted(np.asarray(bounds, dtype="float64"), array, side="left")
    return [int(k) if np.isfinite(v) else -1 for k, v in zip(found, array, strict=True)]


def _fixed(known: Floats, fixed: Sequence[float]) -> list[float]:
    # Empty outer classes would only fill the legend; the inner ones stay, so that years compare.
    inner = [float(b) for b in fixed if known[0] <= b < known[-1]]
    return [*inner, float(known[-1])]

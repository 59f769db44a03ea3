"""A surface → its classes of colour, and everything there is to tell of it: surface.json and the tags of the raster."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from math import floor, log10
from typing import Any

import numpy as np

from geo.surface.density import TERMS, Surface
from geo.surface.kernel import KERNEL, RADIUS

# The sequential colours of the map (s0 … s4), in as many steps.
COLOURS = ("#cbe6e0", "#acd5cf", "#88c2c2", "#5fabb0", "#3a8899", "#1f6781", "#0d4a6b")
NOTHING = "#f0f3ef"  # land on which nothing is spent
_STEPS = (1, 3)  # bounds in each power of ten


def bounds(surface: Surface) -> list[float]:
    """Return the inner bounds of at most as many classes as there are COLOURS, ascending; no class is empty below.

    They are 1 or 3 times a power of ten and end below the largest density: money is skewed, and classes of equal width
    would put a whole country into the first. A density above a bound and up to the next belongs to the class between.
    """
    positive = surface.density[surface.density > 0].astype(np.float64)
    if not positive.size:
        return []
    power = floor(log10(positive.max()))
    ladder = [step * 10.0**exponent for exponent in range(power - len(COLOURS), power + 1) for step in _STEPS]
    fitting = [bound for bound in ladder if positive.min() < bound < positive.max()]
    return fitting[-(len(COLOURS) - 1) :]


def colours(count: int) -> list[str]:
    """Return that many of COLOURS, from the lightest to the darkest."""
    steps = np.linspace(0, len(COLOURS) - 1, count) if count != 1 else [len(COLOURS) // 2]
    return [COLOURS[round(step)] for step in steps]


def facts(surface: Surface) -> dict[str, Any]:
    """Return what surface.json holds: classes and colours, method, scope, amounts as exact decimal text, errors."""
    grid, country = surface.grid, surface.country
    inner = bounds(surface)
    largest = float(np.nanmax(surface.density))
    edges = list(pairwise([0.0, *inner, largest])) if largest > 0 else []
    painted = zip(edges, colours(len(edges)), strict=True)
    return {
        "unit": f"{country.currency}/km2",
        "classes": [{"above": low, "up_to": high, "colour": colour} for (low, high), colour in painted],
        "nothing": {"up_to": 0, "colour": NOTHING},
        "smallest": float(np.nanmin(surface.density)),
        "largest": largest,
        **method(surface),
        "amount": {name: exact(surface.terms_minor[name], country.minor_units) for name in TERMS},
        "on_surface": exact(surface.on_surface_minor, country.minor_units),
        "whole": exact(sum(surface.terms_minor.values()), country.minor_units),
        "error": surface.error,
        "largest_unit_error": surface.largest_unit_error,
        "largest_area_error": surface.largest_area_error,
        "bounds": list(surface.bounds),
        "size": [grid.width, grid.height],
    }


def method(surface: Surface) -> dict[str, Any]:
    """Return how a surface was made, and of what."""
    return {
        "period": surface.scope.period,
        "phase": surface.scope.phase,
        "is_synthetic": surface.country.is_synthetic,
        "kernel": KERNEL,
        "bandwidth_m": RADIUS * surface.grid.cell_m,
        "cell_m": surface.grid.cell_m,
        "projection": surface.country.projection,
    }


def exact(minor: int, minor_units: int) -> str:
    """Return an amount in units of the currency as decimal text, to the last minor unit."""
    return f"{Decimal(minor).scaleb(1 - len(str(minor_units))):f}"

"""What the money of a view is divided by: people, land, the plan, the year before, all functions, or peers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.layers.ground import EVERY, Ground
from geo.layers.peers import ALL, peer_median, peers, peers_of
from geo.versions.opened import REPORTED

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Peers:
    """A group of units that are compared: its kind (empty: all), the median of its rates in minor units, its size."""

    kind: str
    median: float
    count: int  # of those with a rate


@dataclass(frozen=True)
class Divisor:
    """One number a unit, nan where there is none; `year` is empty where the series does not change with it."""

    values: Floats | None  # None: totals
    year: str = ""
    peers: tuple[Peers, ...] = ()


def divisor(ground: Ground) -> Divisor:
    """Return what the amounts of a view are divided by, in unit order."""
    view, measure = ground.view, ground.view.shown
    if measure.is_money:
        return Divisor(None) if view.per == "none" else Divisor(*_series(ground))
    if measure.over == "peers":
        return _against_peers(ground)
    pair = (measure.of, view.month) if measure.over == "unit_total" else measure.phases(view.month)[1]
    whole = ground.money(EVERY if measure.over == "unit_total" else view.function, pair)
    return Divisor(np.where(whole.reported == REPORTED, whole.amounts, np.nan).astype("float64"))


def _series(ground: Ground) -> tuple[Floats, str]:
    """Return the series that a view names and the year that it is of."""
    version, view = ground.version, ground.view
    by_year = {row.series: row.by_year for row in version.country.denominators}[view.per]
    year = view.month[:4] if by_year else ""
    found = version.denominators(ground.edition, view.level, view.per, year)
    # Of places nobody may have counted the people: 0 is unknown.
    return (np.full(len(ground.level.units), np.nan) if found is None else np.where(found > 0, found, np.nan)), year


def _against_peers(ground: Ground) -> Divisor:
    """Return what each unit would have spent at the median rate of its peers, of all units of the level."""
    # A view within a unit compares with the same peers as the view of the whole level.
    whole = Ground(ground.version, ground.edition, ground.view.but(within=""))
    (pair,) = ground.view.shown.phases(ground.view.month)
    money = whole.money(ground.view.function, pair)
    series, year = _series(ground)
    rates = np.where(money.reported == REPORTED, money.amounts, np.nan) / series
    groups = peers_of(whole.level.units)
    medians = peer_median(rates, groups)
    told: dict[str, Peers] = {}
    for number, (unit, median) in enumerate(zip(whole.level.units, medians.tolist(), strict=True)):
        mask = peers(number, rates, groups)
        is_own = groups[number] != ALL and bool((groups[mask] == groups[number]).all())
        if mask.any() and ground.inside[number]:
            kind = unit.kind if is_own else ""
            told.setdefault(kind, Peers(kind, median, int(mask.sum())))
    return Divisor(series * medians, year, tuple(told[kind] for kind in sorted(told)))

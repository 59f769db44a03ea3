"""The money of a view: slices of the totals, and the reconciliation in which published = Σ terms, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.view import MEASURES, View, year_before
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Level, Version

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Term:
    """One signed part of a reconciliation: `amount` in minor units, None where the source gives none."""

    key: str
    amount: int | None
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """A reconciliation of one phase and period: `published` = the sum of the terms; control totals stand beside."""

    phase: str
    period: str
    published: int
    is_total_line: bool  # the source's own total line; else the sum of its lines for the function
    terms: tuple[Term, ...]
    control: int | None


@dataclass(frozen=True)
class Slice:
    """The amounts of one phase and period: by unit, and whether each reported."""

    amounts: Ints
    reported: NDArray[np.uint8]


def account(version: Version, level: Level, view: View, phase: str, period: str) -> Account:
    """Return the reconciliation of a phase and period: published = Σ terms, exactly."""
    p, f = version.periods.index(period), version.phases.index(phase)
    shown = slice_of(version, level, view, phase, period)
    every = level.totals[:, p, :, f].sum() + level.unplaced[p, :, f].sum()
    on_map = int(shown.amounts[shown.reported == REPORTED].sum())
    withheld = int(shown.amounts[shown.reported == PARTLY].sum())
    unplaced = int(level.unplaced[p, coloured_functions(version, view), f].sum())
    control = version.facts["published"].get("control", {})
    stated_total = None if view.function else _portal_totals(version).get((period, phase))
    missing = tuple(
        unit.unit_id for unit, seen in zip(level.units, shown.reported, strict=True) if seen == NOT_REPORTED
    )
    terms = [Term("on_map", on_map)]
    if view.function:
        published, apart = on_map + withheld + unplaced, 0
    else:
        published = int(every) if stated_total is None else stated_total
        apart = int(every) - on_map - withheld - unplaced
    if view.transfers == "apart" and not view.function:
        terms.append(Term("transfers_apart", apart))
    terms += [Term("withheld", withheld, _units(level, shown, PARTLY))] if withheld else []
    terms += [Term("not_placed", unplaced)] if unplaced else []
    terms += [Term("not_reported", None, missing)] if missing else []
    difference = published - sum(term.amount or 0 for term in terms)
    terms += [Term("difference", difference)] if not view.function else []
    stated = None if view.function else control.get(f"/{period}/{phase}")
    return Account(phase, period, published, stated_total is not None, tuple(terms), stated)


def _portal_totals(version: Version) -> dict[tuple[str, str], int]:
    """Return the sum of the units' published total lines by period and phase, added up once a version."""
    if "portal_totals" not in version._cache:
        sums: dict[tuple[str, str], int] = {}
        for key, amount in version.facts["published"].get("portal", {}).items():
            _, period, phase = key.split("/")
            sums[period, phase] = sums.get((period, phase), 0) + amount
        version._cache["portal_totals"] = sums
    found: dict[tuple[str, str], int] = version._cache["portal_totals"]
    return found


def _units(level: Level, shown: Slice, state: int) -> tuple[str, ...]:
    return tuple(unit.unit_id for unit, seen in zip(level.units, shown.reported, strict=True) if seen == state)


def account_keys(view: View) -> list[tuple[str, str]]:
    """Return the (phase, period) pairs whose money a view shows, each to be reconciled."""
    measure = MEASURES[view.measure]
    own = (measure.of, view.month)
    if measure.over == "plan":
        return [own, (plan_phase(view), view.month)]
    if measure.over == "year_before":
        return [own, (measure.of, year_before(view.month))]
    return [own]


def plan_phase(view: View) -> str:
    """Return what execution is measured against: the year's adjusted plan, or the plan to date in a partial year."""
    return "adjusted" if view.month.endswith("-12") else "planned_to_date"


def coloured_functions(version: Version, view: View) -> list[int]:
    """Return the numbers of the functional groups that a view's value holds."""
    if view.function:
        return [version.functions.index(view.function)]
    apart = view.transfers == "apart"
    return [i for i, code in enumerate(version.functions) if not (apart and code == version.country.transfers)]


def slice_of(version: Version, level: Level, view: View, phase: str, period: str) -> Slice:
    """Return what the view's functions add up to in a phase and period, by unit."""
    p, f = version.periods.index(period), version.phases.index(phase)
    amounts = level.totals[:, p, coloured_functions(version, view), f].sum(axis=1)
    return Slice(amounts, level.reported[:, p, f])

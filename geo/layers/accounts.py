"""The money of a view: slices of the totals, and the reconciliation in which published = Σ terms, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.view import View
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED, Level, Version

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Term:
    """One signed part of a reconciliation: `amount` in minor units, None where the source gives none."""

    key: str
    amount: int | None
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Account:
    """A reconciliation of one phase and period: `published` = the sum of the terms; control totals stand beside.

    Amounts in minor units. `published` is None where no unit reported the phase: nothing is known, not zero.
    """

    phase: str
    period: str
    published: int | None
    is_total_line: bool  # the source's own total line; else the sum of its lines for the function
    terms: tuple[Term, ...]
    control: int | None


@dataclass(frozen=True)
class Slice:
    """The amounts of one phase and period: by unit, and whether each reported."""

    amounts: Ints
    reported: NDArray[np.uint8]


def account(version: Version, level: Level, view: View, pair: tuple[str, str], drawn: Flags) -> Account:
    """Return the reconciliation of a (phase, period); `drawn` tells which units have a value on the map."""
    phase, period = pair
    p, f = version.periods.index(period), version.phases.index(phase)
    shown = slice_of(version, level, view, pair)
    stated = None if view.function else _stated(version, pair)
    control = None if view.function else version.published_totals.get(("control", phase, period))
    missing = shown.reported == NOT_REPORTED
    if missing.all() and stated is None:
        return Account(phase, period, None, False, (Term("not_reported", None, _units(level, missing)),), control)
    every = int(level.totals[:, p, :, f].sum() + level.unplaced[p, :, f].sum() + level.wider[p, :, f].sum())
    functions = coloured_functions(version, view)
    unplaced, wider = (int(array[p, functions, f].sum()) for array in (level.unplaced, level.wider))
    coloured = int(shown.amounts.sum()) + unplaced + wider
    terms = [Term("on_map", int(shown.amounts[drawn].sum()))]
    if not view.function and not view.includes_transfers:
        terms.append(Term("transfers_apart", every - coloured))
    for key, mask in (
        ("partly_reported", shown.reported == PARTLY),
        ("not_drawn", (shown.reported == REPORTED) & ~drawn),
    ):
        if mask.any():
            terms.append(Term(key, int(shown.amounts[mask].sum()), _units(level, mask)))
    terms += [Term(_residue(version, view), wider)] if wider else []
    terms += [Term("not_placed", unplaced)] if unplaced else []
    terms += [Term("not_reported", None, _units(level, missing))] if missing.any() else []
    if view.function or stated is None:
        published = coloured if view.function else every
        return Account(phase, period, published, False, tuple(terms), control)
    difference = stated - sum(term.amount or 0 for term in terms)
    return Account(phase, period, stated, True, (*terms, Term("difference", difference)), control)


def _residue(version: Version, view: View) -> str:
    """Return what the money is called that lies in a unit above, in none of the level."""
    return "outside_places" if version.country.level(view.level).is_places else "wider"


def _stated(version: Version, pair: tuple[str, str]) -> int | None:
    """Return the published total lines of all units together, or None where not every unit that reported has one."""
    phase, period = pair
    if ("portal", phase, period) not in version.published_totals:
        return None
    edition, top = version.country.edition_in_force(period).id, version.country.top_level.id
    level = version.level(edition, top)
    seen = level.reported[:, version.periods.index(period), version.phases.index(phase)]
    reporting = {unit.unit_id for unit, is_there in zip(level.units, seen, strict=True) if is_there}
    lines = version.once(f"published/{phase}/{period}", lambda: _units_with_line(version, pair))
    return version.published_totals["portal", phase, period] if reporting <= lines else None


def _units_with_line(version: Version, pair: tuple[str, str]) -> frozenset[str]:
    phase, period = pair
    keys = (key.split("/") for key in version.facts["published"].get("portal", {}))
    return frozenset(unit for unit, of, stated in keys if (of, stated) == (period, phase))


def coloured_functions(version: Version, view: View) -> list[int]:
    """Return the numbers of the functional groups that a view's value holds."""
    if view.function:
        return [version.functions.index(view.function)]
    apart = "" if view.includes_transfers else version.country.transfers
    return [number for number, code in enumerate(version.functions) if code != apart]


def slice_of(version: Version, level: Level, view: View, pair: tuple[str, str]) -> Slice:
    """Return what the view's functions add up to in a (phase, period), by unit."""
    phase, period = pair
    p, f = version.periods.index(period), version.phases.index(phase)
    amounts = level.totals[:, p, coloured_functions(version, view), f].sum(axis=1)
    return Slice(amounts, level.reported[:, p, f])


def _units(level: Level, mask: Flags) -> tuple[str, ...]:
    return tuple(unit.unit_id for unit, is_one in zip(level.units, mask, strict=True) if is_one)

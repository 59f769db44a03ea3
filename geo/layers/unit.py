"""One unit's budget in numbers: through the phases, by function, and the largest bodies that spend it.

Amounts are nominal minor units. Like layers it reads a version with numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.core.measures import MEASURES
from geo.core.offer import edition_of
from geo.core.view import View
from geo.layers.largest import BodyPart, FunctionBodies, largest_bodies
from geo.layers.offer import offer_of
from geo.versions.opened import REPORTED, Level, Unit, Version

__all__ = [
    "BodyPart",
    "FunctionBodies",
    "FunctionPart",
    "Published",
    "Standing",
    "UnitBudget",
    "unit_budget",
    "whole_parts",
]

WHOLE = 1_000_000  # parts per million


@dataclass(frozen=True)
class Standing:
    """An amount of the unit, per person, and its place among the units with a value; None where there is none."""

    amount: int | None
    per_person: float | None
    rank: int | None
    count: int


@dataclass(frozen=True)
class FunctionPart:
    """What a functional group took of the unit's executed spending; `share` in per cent of all functions."""

    code: str
    standing: Standing
    share: float


@dataclass(frozen=True)
class Published:
    """The unit's total line as its source published it: what its functions add up to, and the difference."""

    amount: int
    together: int

    @property
    def difference(self) -> int:
        """Return what the source's own line has more than its functions."""
        return self.amount - self.together


@dataclass(frozen=True)
class UnitBudget:
    """Everything that the page of a unit states about one period."""

    unit: Unit
    parts: tuple[str, ...]  # units of the figures' edition that it was put together from; empty: it was divided
    phases: dict[str, Standing]  # all functions, transfers included, in the order of the plan
    as_on_map: Standing  # executed, without transfers to other budgets
    transfers: int | None  # executed transfers to other budgets
    revenue: dict[str, int]  # revenue and transfers received; empty where the source has none
    functions: tuple[FunctionPart, ...]  # the largest first
    bodies: tuple[FunctionBodies, ...]  # the largest first; empty where the source names none
    people: float | None = None  # of the period's year
    has_people: bool = True  # else nobody has counted them at this level, and ranks are by amount
    published: Published | None = None  # executed; None where the source has no line of its own

    @property
    def is_reported(self) -> bool:
        """Tell whether any phase was reported."""
        return any(standing.amount is not None for standing in self.phases.values())


@dataclass(frozen=True)
class _Sheet:
    """The amounts of a level in one period: [unit, function, phase], who reported, and the people (None: uncounted)."""

    totals: NDArray[np.int64]
    reported: NDArray[np.bool_]
    people: NDArray[np.float64] | None
    number: int

    def standing(self, functions: slice | NDArray[np.int64], phase: int) -> Standing:
        """Return the unit's amount of some functions in a phase and its place among all units."""
        amounts, known = self.totals[:, functions, phase].sum(axis=1), self.reported[:, phase]
        values = amounts.astype("float64") if self.people is None else amounts / self.people
        has_value = known & ~np.isnan(values)
        own = float(values[self.number]) if has_value[self.number] else None
        return Standing(
            amount=int(amounts[self.number]) if known[self.number] else None,
            per_person=None if self.people is None else own,
            rank=None if own is None else 1 + int((values[has_value] > own).sum()),
            count=int(has_value.sum()),
        )

    def amount(self, phase: int) -> int | None:
        """Return what all functions of the unit add up to; None where it did not report."""
        return int(self.totals[self.number, :, phase].sum()) if self.reported[self.number, phase] else None


def unit_budget(view: View, unit_id: str, version: Version) -> UnitBudget:
    """Return the budget of a unit in the view's period and borders; raises KeyError for an unknown unit."""
    edition = view.borders or edition_of(offer_of(version), view.month)
    level = version.level(edition, view.level)
    number, period = level.numbers[unit_id], version.periods.index(view.month)
    counted = version.denominators(edition, view.level, "person", view.month[:4])
    people = None if counted is None else np.where(counted > 0, counted, np.nan)
    sheet = _Sheet(level.totals[:, period], level.reported[:, period] == REPORTED, people, number)
    parts = whole_parts(level, unit_id, edition_of(offer_of(version), view.month))
    executed, every = version.phases.index("executed"), slice(None)
    phases = {
        phase: sheet.standing(every, f) if phase in MEASURES else Standing(sheet.amount(f), None, None, 0)
        for f, phase in enumerate(version.phases)
    }
    kept = [k for k, code in enumerate(version.functions) if code != version.country.transfers]
    apart, whole = sheet.standing(np.array(kept), executed), phases["executed"].amount
    return UnitBudget(
        unit=level.units[number],
        parts=parts,
        phases=phases,
        as_on_map=apart,
        transfers=None if whole is None or apart.amount is None else whole - apart.amount,
        revenue=_revenue(version, parts, view.month),
        functions=_functions(sheet, executed, version, whole),
        bodies=largest_bodies(version, view.level, view.month, parts),
        people=None if people is None or np.isnan(people[number]) else float(people[number]),
        has_people=people is not None,
        published=_published(version, parts, view.month, whole),
    )


def whole_parts(level: Level, unit_id: str, edition: str) -> tuple[str, ...]:
    """Return the units of an edition whose figures the unit holds whole; none where it holds a share of one."""
    parts = level.parts[edition].get(unit_id, ()) if edition in level.parts else ((unit_id, WHOLE),)
    return tuple(part for part, _ in parts) if all(share == WHOLE for _, share in parts) else ()


def _revenue(version: Version, parts: tuple[str, ...], month: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in ("revenue", "transfers") if parts else ():
        amounts = [version.facts["revenue"].get(f"{part}/{month}/{item}/executed") for part in parts]
        if None not in amounts:
            found[item] = sum(amounts)
    return found


def _published(version: Version, parts: tuple[str, ...], month: str, whole: int | None) -> Published | None:
    lines = version.facts["published"].get("portal", {})
    amounts = [lines.get(f"{part}/{month}/executed") for part in parts]
    return None if whole is None or not amounts or None in amounts else Published(sum(amounts), whole)


def _functions(sheet: _Sheet, phase: int, version: Version, whole: int | None) -> tuple[FunctionPart, ...]:
    if not whole:
        return ()
    standings = [(code, sheet.standing(np.array([k]), phase)) for k, code in enumerate(version.functions)]
    parts = [FunctionPart(code, s, 100 * (s.amount or 0) / whole) for code, s in standings if s.amount]
    return tuple(sorted(parts, key=lambda part: (-(part.standing.amount or 0), part.code)))

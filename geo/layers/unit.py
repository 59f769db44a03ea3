"""One unit's budget in numbers: through the phases, by function, and the largest bodies that spend it.

Amounts are nominal minor units. Like layers it reads a version with numpy alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.measures import MEASURES
from geo.core.offer import edition_of
from geo.core.view import View
from geo.layers import layer
from geo.layers.offer import offer_of
from geo.versions.opened import REPORTED, Level, Unit, Version

MOST_BODIES = 5  # of a function; the original map showed as many
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
class BodyPart:
    """One body's executed spending for a function; `share` in per cent of the function in the unit."""

    body: dict[str, Any]
    amount: int
    share: float


@dataclass(frozen=True)
class FunctionBodies:
    """The largest bodies of a function, the largest first, and what the others spent together."""

    code: str
    total: int
    largest: tuple[BodyPart, ...]
    others: int
    others_amount: int


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
    has_people: bool = True  # else nobody has counted them at this level, and ranks are by amount

    @property
    def is_reported(self) -> bool:
        """Tell whether any phase was reported."""
        return any(standing.amount is not None for standing in self.phases.values())


def unit_budget(view: View, unit_id: str, version: Version) -> UnitBudget:
    """Return the budget of a unit in the view's period and borders; raises KeyError for an unknown unit."""
    edition = view.borders or edition_of(offer_of(version), view.month)
    has_people = version.denominators(edition, view.level, "person", view.month[:4]) is not None
    per = "person" if has_people else "none"
    included = view.but(measure="executed", function="", per=per, transfers="included")
    level = version.level(edition, view.level)
    number = level.numbers[unit_id]
    parts = _parts(level, unit_id, edition_of(offer_of(version), included.month))
    phases = {
        phase: _standing(included.but(measure=phase), number, version)
        if phase in MEASURES
        else Standing(_amount(version, level, number, phase, view.month), None, None, 0)
        for phase in version.phases
    }
    apart = _standing(included.but(transfers=""), number, version)
    whole = phases["executed"].amount
    return UnitBudget(
        unit=level.units[number],
        parts=parts,
        phases=phases,
        as_on_map=apart,
        transfers=None if whole is None or apart.amount is None else whole - apart.amount,
        revenue=_revenue(version, parts, view.month),
        functions=_functions(included, number, version, whole),
        bodies=_bodies(version, view, parts),
        has_people=has_people,
    )


def _parts(level: Level, unit_id: str, edition: str) -> tuple[str, ...]:
    """Return the units of an edition whose figures the unit holds whole; none where it holds a share of one."""
    parts = level.parts[edition].get(unit_id, ()) if edition in level.parts else ((unit_id, WHOLE),)
    return tuple(part for part, _ in parts) if all(share == WHOLE for _, share in parts) else ()


def _standing(view: View, number: int, version: Version) -> Standing:
    answer = layer(view, version)
    row = answer.rows[number]
    per_person = None if view.per == "none" else row.value
    return Standing(row.amount, per_person, row.rank, sum(other.rank is not None for other in answer.rows))


def _amount(version: Version, level: Level, number: int, phase: str, month: str) -> int | None:
    p, f = version.periods.index(month), version.phases.index(phase)
    return int(level.totals[number, p, :, f].sum()) if level.reported[number, p, f] == REPORTED else None


def _revenue(version: Version, parts: tuple[str, ...], month: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for item in ("revenue", "transfers") if parts else ():
        amounts = [version.facts["revenue"].get(f"{part}/{month}/{item}/executed") for part in parts]
        if None not in amounts:
            found[item] = sum(amounts)
    return found


def _functions(view: View, number: int, version: Version, whole: int | None) -> tuple[FunctionPart, ...]:
    if not whole:
        return ()
    standings = [
        (code, _standing(view.but(function=code, transfers=""), number, version)) for code in version.functions
    ]
    parts = [FunctionPart(code, s, 100 * (s.amount or 0) / whole) for code, s in standings if s.amount]
    return tuple(sorted(parts, key=lambda part: (-(part.standing.amount or 0), part.code)))


def _bodies(version: Version, view: View, parts: tuple[str, ...]) -> tuple[FunctionBodies, ...]:
    """Return the bodies by function; a whole local budget is not a body that anybody could name."""
    bodies = version.json("bodies.json")
    edition = edition_of(offer_of(version), view.month)
    owners = version.owners(edition, view.level)
    if owners is None:
        is_there = np.array([body["unit_code"] in parts for body in bodies], dtype=bool)
    else:
        numbers = version.level(edition, view.level).numbers
        is_there = np.isin(owners, [numbers[part] for part in parts])
    is_named = np.array([body["kind"] != "budget" for body in bodies], dtype=bool)
    rows = version.spending
    p, f = version.periods.index(view.month), version.phases.index("executed")
    seen = rows[(rows["period"] == p) & (rows["phase"] == f) & is_there[rows["body"]] & (rows["amount"] != 0)]
    groups = [_largest(seen[seen["function"] == k], is_named, code, bodies) for k, code in enumerate(version.functions)]
    return tuple(sorted((group for group in groups if group.largest), key=lambda group: (-group.total, group.code)))


def _largest(
    rows: NDArray[Any], is_named: NDArray[np.bool_], code: str, bodies: list[dict[str, Any]]
) -> FunctionBodies:
    # What no body names is the rest of a whole budget: one of the others, whatever its size.
    ordered = rows[np.lexsort((rows["body"], -rows["amount"], ~is_named[rows["body"]]))]
    named = int(is_named[ordered["body"]].sum())
    total = int(ordered["amount"].sum())
    top = tuple(
        BodyPart(bodies[row["body"]], int(row["amount"]), 100 * int(row["amount"]) / total if total else 0.0)
        for row in ordered[: min(named, MOST_BODIES)]
    )
    rest = ordered[len(top) :]
    return FunctionBodies(code, total, top, len(rest), int(rest["amount"].sum()))

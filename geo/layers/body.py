"""One body's money in numbers: by phase, function and period, its share of its unit, its place among its peers.

Amounts are nominal minor units, exact; None where the source says nothing. Like layers it reads a version with numpy
alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.measures import year_before
from geo.core.offer import edition_of, word_of
from geo.layers.holdings import figures_of, holdings, places_of, spent
from geo.layers.offer import offer_of
from geo.versions.opened import Unit, Version

FEWEST = 5  # peers: the middle of fewer says little, and each of them is nearly named
EVERY = ""  # in place of a function: all of them together
Amounts = Mapping[str, int | None]  # phase → amount


@dataclass(frozen=True)
class Spread:
    """How the executed amounts of peers lie, the body's own among them; quartiles in proportion between two, down."""

    count: int
    rank: int
    least: int
    lower: int
    median: int
    upper: int
    most: int
    amount: int

    @property
    def is_small(self) -> bool:
        """Tell whether there are too few to measure a deviation by."""
        return self.count < FEWEST

    @property
    def deviation(self) -> float | None:
        """Return how far the body is from the median in per cent of it; None where there are too few, or it is 0."""
        return None if self.is_small or self.median <= 0 else 100 * (self.amount - self.median) / self.median


@dataclass(frozen=True)
class FunctionFigures:
    """A function of a body in one period; shares of executed amounts in per cent, None where there is nothing."""

    code: str
    phases: Amounts
    past: Amounts  # a year before; empty where the source has no such period
    of_body: float | None
    of_unit: float | None  # of what the unit executed for this function
    peers: Spread | None


@dataclass(frozen=True)
class PeriodFigures:
    """A period of a body: all functions together, and each."""

    month: str
    word: str
    phases: Amounts
    functions: Mapping[str, Amounts]


@dataclass(frozen=True)
class Body:
    """Everything that the page of a body states about one period."""

    number: int
    about: Mapping[str, Any]  # its row of bodies.json
    month: str
    places: tuple[tuple[str, Unit], ...]  # the units that own it, the top level first
    whole: FunctionFigures
    functions: tuple[FunctionFigures, ...]  # the largest first
    course: tuple[PeriodFigures, ...]  # every period with figures

    @property
    def unit(self) -> Unit | None:
        """Return the unit of the top level, whose budget the body is a part of."""
        return self.places[0][1] if self.places else None


def months_of(version: Version, number: int) -> tuple[str, ...]:
    """Return the months for which a body has figures."""
    return tuple(version.periods[p] for p in np.unique(figures_of(version, number)["period"]).tolist())


def body(version: Version, number: int, month: str) -> Body:
    """Return the figures of a body in a period; of one that is only registered there are none in any."""
    course = _course(version, number)
    periods = {period.month: period for period in course}
    own, places = periods.get(month) or _period(version, month, {}), tuple(places_of(version, number, month))
    before = periods.get(year_before(month))
    unit = _unit_spent(version, places, month)

    def figures(code: str, phases: Amounts, past: Amounts) -> FunctionFigures:
        executed, whole = phases.get("executed"), own.phases.get("executed")
        return FunctionFigures(
            code=code,
            phases=phases,
            past=past,
            of_body=_share(executed, whole),
            of_unit=_share(executed, unit.get(code)),
            peers=None if executed is None else _peers(version, number, month, code, executed),
        )

    past = before.functions if before else {}
    functions = [figures(code, phases, past.get(code, {})) for code, phases in own.functions.items()]
    return Body(
        number=number,
        about=holdings(version).bodies[number],
        month=month,
        places=places,
        whole=figures(EVERY, own.phases, before.phases if before else {}),
        functions=tuple(sorted(functions, key=lambda one: (-_size(one), one.code))),
        course=course,
    )


def quartile(ordered: NDArray[np.int64], quarters: int) -> int:
    """Return the amount below which so many quarters of some amounts in order lie, rounded down to a minor unit."""
    at, rest = divmod((len(ordered) - 1) * quarters, 4)
    low = int(ordered[at])
    return low if not rest else (low * (4 - rest) + int(ordered[at + 1]) * rest) // 4


def _course(version: Version, number: int) -> tuple[PeriodFigures, ...]:
    found: dict[int, dict[int, dict[int, int]]] = {}
    for _, p, k, f, amount in figures_of(version, number).tolist():
        found.setdefault(p, {}).setdefault(k, {})[f] = amount
    return tuple(_period(version, version.periods[p], found[p]) for p in sorted(found))


def _period(version: Version, month: str, found: Mapping[int, Mapping[int, int]]) -> PeriodFigures:
    def amounts(parts: list[Mapping[int, int]]) -> Amounts:
        known = {f: [part[f] for part in parts if f in part] for f in range(len(version.phases))}
        return {phase: sum(known[f]) if known[f] else None for f, phase in enumerate(version.phases)}

    return PeriodFigures(
        month=month,
        word=word_of(month),
        phases=amounts([*found.values()]),
        functions={version.functions[k]: amounts([found[k]]) for k in sorted(found)},
    )


def _unit_spent(version: Version, places: tuple[tuple[str, Unit], ...], month: str) -> dict[str, int]:
    """Return what the unit of the top level executed by function; nothing where the body has no unit."""
    if not places:
        return {}
    level_id, unit = places[0]
    level = version.level(edition_of(offer_of(version), month), level_id)
    p, f = version.periods.index(month), version.phases.index("executed")
    amounts = level.totals[level.numbers[unit.unit_id], p, :, f].tolist()
    return {EVERY: sum(amounts), **dict(zip(version.functions, amounts, strict=True))}


def _peers(version: Version, number: int, month: str, code: str, amount: int) -> Spread:
    groups, seen = holdings(version).groups, spent(version, month)
    is_peer = groups == groups[number]
    if code == EVERY:
        amounts = seen.totals[is_peer & seen.is_known]
    else:
        rows = seen.rows[seen.rows["function"] == version.functions.index(code)]
        amounts = rows["amount"][is_peer[rows["body"]]]
    ordered = np.sort(amounts)
    lower, median, upper = (quartile(ordered, quarters) for quarters in (1, 2, 3))
    rank = 1 + int((ordered > amount).sum())
    return Spread(len(ordered), rank, int(ordered[0]), lower, median, upper, int(ordered[-1]), amount)


def _share(part: int | None, whole: int | None) -> float | None:
    return None if part is None or whole is None or whole <= 0 else 100 * part / whole


def _size(one: FunctionFigures) -> int:
    return max((abs(amount) for amount in one.phases.values() if amount is not None), default=0)

"""The tables of money: what each body spent, sums by unit and who reported them, published totals, revenue, sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.model import PHASES, WIDER
from geo.faces.bulk.places import levels
from geo.faces.bulk.table import Column, Row, Table, decimals, of_model, texts
from geo.versions import Version

_AT_ONCE = 2048  # figures that are turned into text together: some milliseconds, then pages may go first
_STATES = ("not_reported", "reported", "partly_reported")


def _spending(version: Version) -> Iterator[Row]:
    bodies = texts(body["body_id"] for body in version.json("bodies.json"))
    for start in range(0, len(version.spending), _AT_ONCE):
        part = version.spending[start : start + _AT_ONCE]
        periods = [version.periods[number] for number in part["period"].tolist()]
        yield from zip(
            [bodies[number] for number in part["body"].tolist()],
            [period[:4] for period in periods],
            periods,
            [version.functions[number] for number in part["function"].tolist()],
            [version.phases[number] for number in part["phase"].tolist()],
            decimals(part["amount"], version.country.minor_units),
            strict=True,
        )


def _totals(version: Version) -> Iterator[Row]:
    for edition, level in levels(version):
        held = version.level(edition, level)
        cube = np.concatenate([held.totals, held.unplaced[None], held.wider[None]])
        names = [*(unit.unit_id for unit in held.units), "", WIDER]
        yield from _sums(cube, (names, version.periods, version.functions, version.phases), (edition, level), version)


def _subgroups(version: Version) -> Iterator[Row]:
    for edition, level in levels(version):
        held = version.level(edition, level)
        if held.subgroups is None:
            continue
        plain = version.json("subgroups.json")
        names = [*(unit.unit_id for unit in held.units), "", WIDER]
        cube = np.asarray(held.subgroups)
        yield from _sums(cube, (names, plain["periods"], plain["codes"], version.phases), (edition, level), version)


def _sums(
    cube: NDArray[np.int64], axes: Sequence[Sequence[str]], place: tuple[str, str], version: Version
) -> Iterator[Row]:
    """Yield a row for each sum [unit, period, function, phase] that is not zero, in the order of the axes."""
    found = np.nonzero(cube)
    in_force = {period: version.country.edition_in_force(period).id for period in axes[1]}
    for start in range(0, len(found[0]), _AT_ONCE):
        at = tuple(numbers[start : start + _AT_ONCE] for numbers in found)
        amounts = decimals(cube[at], version.country.minor_units)
        named = ([axis[number] for number in numbers.tolist()] for axis, numbers in zip(axes, at, strict=True))
        for unit, period, function, phase, amount in zip(*named, amounts, strict=True):
            is_restated = str(in_force[period] != place[0]).lower()
            yield [*place, unit, is_restated, period[:4], period, function, phase, amount]


def _reported(version: Version) -> Iterator[Row]:
    for edition, level in levels(version):
        held = version.level(edition, level)
        for (unit, period, phase), state in np.ndenumerate(held.reported):
            told = version.periods[period], version.phases[phase], _STATES[state]
            yield [edition, level, held.units[unit].unit_id, *told]


def _published(version: Version) -> Iterator[Row]:
    for source, lines in sorted(version.facts["published"].items()):
        for key, amount in sorted(lines.items()):
            yield [*key.split("/"), *_money(amount, version), source]


def _revenue(version: Version) -> Iterator[Row]:
    for key, amount in sorted(version.facts["revenue"].items()):
        yield [*key.split("/"), *_money(amount, version)]


def _money(amount: int, version: Version) -> list[str]:
    return decimals(np.array([amount], "int64"), version.country.minor_units)


def _sources(version: Version) -> Iterator[Row]:
    bodies = texts(body["body_id"] for body in version.json("bodies.json"))
    files = texts(file["name"] for file in version.json("sources.json"))
    phases = _told(version.phases)
    rows = version.array("sources.npy")
    for start in range(0, len(rows), _AT_ONCE):
        for body, period, function, said, file, row in rows[start : start + _AT_ONCE].tolist():
            yield (bodies[body], version.periods[period], version.functions[function], phases[said], files[file], row)


def _told(phases: Sequence[str]) -> list[str]:
    """Return the phases of every set of them, by its number."""
    return [" ".join(phase for f, phase in enumerate(phases) if said >> f & 1) for said in range(1 << len(phases))]


_YEAR = Column("year", "integer", "calendar year of the period", "date:fiscal-year")
_PERIOD = Column("period", "yearmonth", "year to date at the end of this month: never add months of one year up")
_PHASE = Column("phase", "string", f"stage of the budget: {', '.join(PHASES)}", "phase:id")
_AMOUNT = Column("amount", "number", "exact decimal in the currency's unit, signed, cumulative since January", "value")
_FUNCTION: dict[str, Any] = {"concept": "functional-classification:generic:level1:code", "to": "functions"}
_UNIT = (
    of_model("totals", "edition"),
    of_model("totals", "level"),
    of_model("totals", "unit_id", concept="geo:generic:code"),
)
_SUM = (*_UNIT, of_model("totals", "is_restated"), _YEAR, _PERIOD)

SPENDING = Table(
    "spending",
    (
        of_model("entries", "body_id", concept="administrator:generic:id", to="bodies"),
        *(_YEAR, _PERIOD),
        Column("function", "string", "code of the functional group", **_FUNCTION),
        *(_PHASE, _AMOUNT),
    ),
    _spending,
)
TOTALS = Table(
    "totals", (*_SUM, Column("function", "string", "functional group", **_FUNCTION), _PHASE, _AMOUNT), _totals
)
SUBGROUPS = Table(
    "subgroups",
    (
        *_SUM,
        Column("function", "string", "subgroup; a group holds what is not divided", to="functions"),
        *(_PHASE, _AMOUNT),
    ),
    _subgroups,
    is_in=lambda version: bool(version.subgroups),
)
REPORTED = Table(
    "reported",
    (*_UNIT, _PERIOD, _PHASE, Column("state", "string", f"one of {', '.join(_STATES)}; zero is a figure")),
    _reported,
)
PUBLISHED = Table(
    "published",
    (of_model("published", "unit_id"), _PERIOD, _PHASE, _AMOUNT, of_model("published", "source")),
    _published,
)
REVENUE = Table(
    "revenue",
    (of_model("revenue", "unit_id"), _PERIOD, of_model("revenue", "item"), of_model("revenue", "phase"), _AMOUNT),
    _revenue,
)
SOURCES = Table(
    "sources",
    (
        of_model("entries", "body_id", to="bodies"),
        _PERIOD,
        Column("function", "string", "functional group", to="functions"),
        Column("phases", "string", "phases that stand in this row, spaces between"),
        *(of_model("entries", "source_file"), of_model("entries", "source_row")),
    ),
    _sources,
    is_in=lambda version: "sources.npy" in version.manifest["files"],
)

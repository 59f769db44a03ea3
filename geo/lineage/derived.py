"""Two editions of borders and what is known beside them → shares, each with the reason it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

import pandas as pd

from geo.core.errors import BadData, Fault
from geo.lineage.areas import BORDERS_MOVED, FILE, UNBELIEVABLE, overlaps
from geo.lineage.shares import MILLION

COLUMNS = ("from_edition", "from_unit", "to_edition", "to_unit", "share_ppm", "method")
_WHOLE = 1 - BORDERS_MOVED
_STILL_ITSELF = 1 - UNBELIEVABLE

Weights = Mapping[str, float]  # to_unit → what counts


@dataclass(frozen=True)
class Evidence:
    """What divides a unit better than its land: money or number of bodies placed in both editions, then people.

    `bodies` are by (from_unit, to_unit); `people` live in a to_unit, in one year, evenly where only a part counts.
    """

    bodies: Mapping[tuple[str, str], float] = field(default_factory=dict)
    people: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class _Heirs:
    """The units that took over land of one, by how much of either's area; and the one its code names, or nothing."""

    of_from: Weights
    of_to: Weights
    by_code: str


def derived(
    from_units: pd.DataFrame, to_units: pd.DataFrame, former_codes: Mapping[str, str], evidence: Evidence
) -> pd.DataFrame:
    """Return the shares of an edition in another, with COLUMNS, sorted; each from_unit sums to a million.

    Reads edition and unit_id of both, and geometry where there is one; `former_codes` lead from the older code to the
    newer, whichever edition comes first. The method tells what a unit was divided by: `code`
    (whole; the land agrees within 1 %, or 20 % where no bodies are known), `land` (whole by its land alone), `bodies`,
    `people`, and `area` last, which says little about money. Raises BadData with E-LIN-05 for units without heir.
    """
    heirs = _heirs(from_units, to_units, former_codes)
    editions = from_units["edition"].iloc[0], to_units["edition"].iloc[0]
    faults, rows = [], []
    for unit in sorted(from_units["unit_id"]):
        if not heirs[unit].of_from:
            faults.append(Fault(FILE, 0, "from_unit", "E-LIN-05", unit, {"edition": editions[1]}))
            continue
        method, weights = _division(unit, heirs[unit], evidence)
        shares = zip(weights, apportioned(list(weights.values())), strict=True)
        rows += [(editions[0], unit, editions[1], to, share, method) for to, share in shares if share]
    if faults:
        raise BadData(faults)
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(list(COLUMNS[:4]), ignore_index=True)
    return frame.astype({name: "int64" if name == "share_ppm" else "str" for name in COLUMNS})


def bodies_in_both(
    before: Mapping[str, str], after: Mapping[str, str], weights: Mapping[str, int]
) -> dict[tuple[str, str], float]:
    """Return what bodies weigh by (from_unit, to_unit): their spending, or 1 each; a refund counts as nothing.

    `before` and `after` lead from a body to its unit in either edition, empty where it was not placed.
    """
    found: dict[tuple[str, str], float] = {}
    for body, unit in before.items():
        if unit and after.get(body):
            pair = unit, after[body]
            found[pair] = found.get(pair, 0) + max(0, weights.get(body, 0))
    return found


def apportioned(weights: Sequence[float]) -> list[int]:
    """Return parts per million in proportion to weights, none negative; they add up to a million by largest remainder.

    Equal remainders go to the earlier one. At least one weight is above nothing.
    """
    whole = sum(map(Fraction, weights))
    exact = [Fraction(weight) / whole * MILLION for weight in weights]
    parts = [int(part) for part in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: MILLION - sum(parts)]:
        parts[i] += 1
    return parts


def _heirs(from_units: pd.DataFrame, to_units: pd.DataFrame, former_codes: Mapping[str, str]) -> dict[str, _Heirs]:
    """Return the heirs of each unit: by land where both editions are drawn, else by code alone."""
    known = set(to_units["unit_id"])
    older = {code: former for former, code in former_codes.items() if former in known}
    named = {unit: _by_code(unit, known, former_codes, older) for unit in from_units["unit_id"]}
    if not all("geometry" in units and units["geometry"].notna().all() for units in (from_units, to_units)):
        return {unit: _Heirs({to: 1.0} if to else {}, {}, to) for unit, to in named.items()}
    pairs = overlaps(from_units, to_units)
    found: dict[str, tuple[dict[str, float], dict[str, float]]] = {unit: ({}, {}) for unit in named}
    for row in pairs.itertuples(index=False):
        found[row.from_unit][0][row.to_unit] = row.of_from
        found[row.from_unit][1][row.to_unit] = row.of_to
    return {unit: _Heirs(of_from, of_to, named[unit]) for unit, (of_from, of_to) in found.items()}


def _by_code(unit: str, known: set[str], former_codes: Mapping[str, str], older: Mapping[str, str]) -> str:
    """Return the unit that a code leads to: its successor, its predecessor, or the one of the same code; or nothing.

    A unit that has none is looked for by its parts: where all that lies in it came from one unit, so did it.
    """
    for code in (former_codes.get(unit, ""), older.get(unit, ""), unit):
        if code in known:
            return code
    stem = unit[: max(len(code.rstrip("0")) for code in (unit, *known))]  # 10 of 100000000, as wide as 63
    origins = {former for former, code in former_codes.items() if code.startswith(stem)}
    upper = {former[: len(stem)].ljust(len(unit), "0") for former in origins} & known
    return upper.pop() if len(upper) == 1 else ""


def _division(unit: str, heirs: _Heirs, evidence: Evidence) -> tuple[str, Weights]:
    """Return what a unit is divided by, and the weight of each heir."""
    most = max(heirs.of_from, key=lambda to: (heirs.of_from[to], to))
    if heirs.of_from[most] >= _WHOLE:
        return ("code" if most == heirs.by_code else "land"), {most: 1.0}
    bodies = {to: float(evidence.bodies.get((unit, to), 0)) for to in heirs.of_from}
    if sum(bodies.values()) > 0:
        return "bodies", bodies
    if heirs.of_from.get(heirs.by_code, 0) >= _STILL_ITSELF:
        return "code", {heirs.by_code: 1.0}
    if set(heirs.of_from) <= set(evidence.people):
        people = {to: evidence.people[to] * min(heirs.of_to[to], 1.0) for to in heirs.of_from}
        if sum(people.values()) > 0:
            return "people", people
    return "area", heirs.of_from

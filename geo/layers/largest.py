"""The bodies that spend most in a unit, function by function, and what the others spend together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.offer import edition_of
from geo.layers.offer import offer_of
from geo.versions.opened import Version

MOST_BODIES = 5  # of a function; the original map showed as many
Rows = NDArray[Any]


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


def largest_bodies(version: Version, level_id: str, month: str, parts: tuple[str, ...]) -> tuple[FunctionBodies, ...]:
    """Return the bodies of some units by function, the largest function first; a whole local budget is no body.

    `parts` are units of the edition in force in the month: a body lies in the borders of its time.
    """
    edition = edition_of(offer_of(version), month)
    numbers = version.level(edition, level_id).numbers
    spent, starts = version.once(
        f"spent/{edition}/{level_id}/{month}", lambda: _spent_by_unit(version, edition, level_id, month)
    )
    places = [numbers[part] for part in parts if part in numbers]
    held = [spent[starts[place] : starts[place + 1]] for place in places]
    seen = np.concatenate(held) if held else spent[:0]
    is_named = version.once("named bodies", lambda: _named(version))
    bodies = version.json("bodies.json")
    groups = [_largest(seen[seen["function"] == k], is_named, code, bodies) for k, code in enumerate(version.functions)]
    return tuple(sorted((group for group in groups if group.largest), key=lambda group: (-group.total, group.code)))


def _spent_by_unit(version: Version, edition: str, level_id: str, month: str) -> tuple[Rows, NDArray[np.int64]]:
    """Return what bodies executed in a month in the order of the units that own them, and where each unit begins.

    A page asks for one unit: without this order each would look through every figure of the country.
    """
    rows = version.spending
    p, f = version.periods.index(month), version.phases.index("executed")
    seen = rows[(rows["period"] == p) & (rows["phase"] == f) & (rows["amount"] != 0)]
    owners = _owners(version, edition, level_id)[seen["body"]]
    order = np.argsort(owners, kind="stable")
    count = len(version.level(edition, level_id).units)
    return seen[order], np.searchsorted(owners[order], np.arange(count + 1))


def _owners(version: Version, edition: str, level_id: str) -> NDArray[np.int32]:
    owners = version.owners(edition, level_id)
    if owners is not None:
        return owners
    numbers = version.level(edition, level_id).numbers
    return np.array([numbers.get(body["unit_code"], -1) for body in version.json("bodies.json")], dtype=np.int32)


def _named(version: Version) -> NDArray[np.bool_]:
    return np.array([body["kind"] != "budget" for body in version.json("bodies.json")], dtype=bool)


def _largest(rows: Rows, is_named: NDArray[np.bool_], code: str, bodies: list[dict[str, Any]]) -> FunctionBodies:
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

"""What a version knows of its bodies, put in order once: who they are, where their figures and rows begin, their peers.

Peers are bodies that do the same: of one kind; administrators, which are all of one kind, of one code.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.arrays import array_of
from geo.core.offer import edition_of
from geo.layers.offer import offer_of
from geo.versions.opened import Unit, Version

Rows = NDArray[Any]
SHARED_CODE = "administrator"  # a kind whose code says what a body does: other kinds have a number of their own
BUDGET = "budget"  # a whole local budget, where the source names nobody


@dataclass(frozen=True)
class Holdings:
    """All bodies of a version in its order; `starts` is where each one's figures begin, `groups` who its peers are."""

    bodies: Sequence[Mapping[str, Any]]
    numbers: Mapping[str, int]
    starts: NDArray[np.int64]
    groups: NDArray[np.int64]


@dataclass(frozen=True)
class Spent:
    """What bodies executed in one period: a row for each body and function, in body order, and each body's sum."""

    rows: Rows
    totals: NDArray[np.int64]
    is_known: NDArray[np.bool_]


def holdings(version: Version) -> Holdings:
    """Return the bodies of a version; made once."""
    return version.once("holdings", lambda: _holdings(version))


def figures_of(version: Version, number: int) -> Rows:
    """Return the figures of one body, sorted by period, phase, function."""
    starts = holdings(version).starts
    return version.spending[starts[number] : starts[number + 1]]


def spent(version: Version, month: str) -> Spent:
    """Return what every body executed in a period; made once a period."""
    return version.once(f"spent by bodies/{month}", lambda: _spent(version, month))


def owners(version: Version, edition: str, level: str) -> NDArray[np.int32]:
    """Return the number of the unit of a level that owns each body, -1 where none does."""
    found = version.owners(edition, level)
    if found is not None:
        return found
    return version.once(f"owners/{edition}/{level}", lambda: _owners(version, edition, level))


def places_of(version: Version, number: int, month: str) -> list[tuple[str, Unit]]:
    """Return (level, unit) of the units that own a body in the borders of a month, the top level first."""
    offer = offer_of(version)
    edition, found = edition_of(offer, month), []
    for level in offer.levels:
        if edition in offer.units[level]:
            owner = int(owners(version, edition, level)[number])
            if owner >= 0:
                found.append((level, version.level(edition, level).units[owner]))
    return found


def points(version: Version) -> NDArray[np.float64] | None:
    """Return the point [lon, lat] of each body, nan where it has none; None in a version that does not say."""
    return _array(version, "places.npy")


def kind_name(version: Version, kind: str, lang: str) -> str:
    """Return what a kind is called in a language; empty where the country's table does not name it."""
    known = version.json("kinds.json") if "kinds.json" in version.manifest["files"] else {}
    return str(known.get(kind, {}).get(f"name_{lang}", ""))


def _holdings(version: Version) -> Holdings:
    bodies = version.json("bodies.json")
    # The field of a record array is scattered: a copy in one piece is searched many times faster.
    order = np.ascontiguousarray(version.spending["body"])
    keys = [(body["kind"], body["code"] if body["kind"] == SHARED_CODE else "") for body in bodies]
    numbers = {key: number for number, key in enumerate(sorted(set(keys)))}
    return Holdings(
        bodies=bodies,
        numbers={body["body_id"]: number for number, body in enumerate(bodies)},
        starts=np.searchsorted(order, np.arange(len(bodies) + 1)),
        groups=np.array([numbers[key] for key in keys], dtype=np.int64),
    )


def _owners(version: Version, edition: str, level: str) -> NDArray[np.int32]:
    """Return the same of a version that does not say: its bodies are of one level, by their code."""
    numbers = version.level(edition, level).numbers
    return np.array([numbers.get(body["unit_code"], -1) for body in holdings(version).bodies], dtype=np.int32)


def _spent(version: Version, month: str) -> Spent:
    rows, count = version.spending, len(holdings(version).bodies)
    seen = rows[(rows["period"] == version.periods.index(month)) & (rows["phase"] == version.phases.index("executed"))]
    totals, is_known = np.zeros(count, np.int64), np.zeros(count, bool)
    np.add.at(totals, seen["body"], seen["amount"])
    is_known[seen["body"]] = True
    return Spent(seen, totals, is_known)


def _array(version: Version, name: str) -> NDArray[Any] | None:
    if name not in version.manifest["files"]:
        return None
    return version.once(name, lambda: array_of(version.folder / name))


def method_of(version: Version, edition: str, level: str, number: int) -> int | None:
    """Return how a body's unit was found, a number of METHODS; None in a version that does not say."""
    found = _array(version, f"{edition}/{level}/methods.npy")
    return None if found is None else int(found[number])


def spot_of(version: Version, edition: str, number: int) -> tuple[float, float] | None:
    """Return where a body's own point lies on the small drawing of the top level; None where it is not known."""
    found = _array(version, f"{edition}/{version.country.top_level.id}/spots.npy")
    if found is None or np.isnan(found[number]).any():
        return None
    x, y = found[number].tolist()
    return x, y

"""What kinds of organisations there are, how many of each in each region, and on what they spend."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from scripts.kz_demo.chance import Numbers
from scripts.kz_demo.splitting import split, weights_of

_YEAR = "2024"
_VILLAGES_OF_A_CITY = 0.15  # a city of republican significance has districts where a region has villages


@dataclass(frozen=True)
class Kind:
    """A kind of organisation: `number` of them among some 17,000, `size` beside the others of a function.

    `functions` are all that it may spend on, with the part of its size that goes there. `where`: in the towns
    (centre), where people live (people), or in villages as in towns (land).
    """

    id: str
    names: Mapping[str, str]  # language → name
    functions: Mapping[str, float]
    number: int
    size: float
    where: str


def read_kinds(path: Path) -> tuple[Kind, ...]:
    """Return the kinds of a table, in its order."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(
            Kind(
                row["kind"],
                {language: row[f"name_{language}"] for language in ("kk", "ru", "en")},
                {code: float(part) for code, _, part in (pair.partition(":") for pair in row["functions"].split())},
                int(row["number"]),
                float(row["size"]),
                row["where"],
            )
            for row in csv.DictReader(file)
        )


def read_people(path: Path) -> dict[str, float]:
    """Return region → average population of 2024."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["unit_id"]: float(row["people"]) for row in csv.DictReader(file) if row["year"] == _YEAR}


def counts(bodies: int, kinds: Sequence[Kind], people: Mapping[str, float], cities: frozenset[str]) -> Numbers:
    """Return how many bodies each region (row, by code) has of each kind (column): `bodies` in all, one at least.

    One of each kind in each region, so that every functional group has somebody who spends; the rest by people.
    Raises ValueError for fewer bodies than that.
    """
    regions = sorted(people)
    rest = bodies - len(regions) * len(kinds)
    if rest < 0:
        raise ValueError(f"{len(regions)} regions × {len(kinds)} kinds need {len(regions) * len(kinds)} bodies or more")
    likely = np.array([[_number(kind, region in cities) * people[region] for kind in kinds] for region in regions])
    return 1 + split(rest, weights_of(likely.ravel())).reshape(likely.shape)


def _number(kind: Kind, is_city: bool) -> float:
    return kind.number * (_VILLAGES_OF_A_CITY if is_city and kind.where == "land" else 1.0)

"""Which unit inherited what from which: as the country's file says, else derived from codes, land and people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.atlas.tables import Maps
from geo.core.country import Country
from geo.core.errors import BadData
from geo.core.model import TABLES
from geo.lineage import Evidence, check_areas, derived, read_former_codes


@dataclass(frozen=True)
class Hints:
    """What helps to derive shares: codes that were given up → code since, and who lives where, in which edition."""

    former_codes: Mapping[str, str]
    people: Mapping[str, float]
    edition: str


def complete_shares(country: Country, maps: Maps, shares: pd.DataFrame, needed: set[str], hints: Hints) -> pd.DataFrame:
    """Return the shares that lead from each of the `needed` editions to every other, of the top level.

    What the country's file lacks is derived: by code where units are the same, were split or merged whole, by
    people where one was divided, by area last.
    Raises BadData where a unit has no heir, or where the file's shares do not agree with the areas (E-LIN-04).
    """
    top = country.top_level.id
    units = {edition: table for (edition, level), table in maps.items() if level == top}
    if faults := [fault for fault in check_areas(shares, units) if fault.code.startswith("E-")]:
        raise BadData(faults)
    told = set(zip(shares["from_edition"], shares["to_edition"], strict=True))
    wanted = [(one, other) for one in sorted(needed & set(units)) for other in sorted(units) if one != other]
    parts = [shares]
    for pair in wanted:
        if pair not in told:
            people = hints.people if pair[1] == hints.edition else {}
            parts.append(derived(units[pair[0]], units[pair[1]], hints.former_codes, Evidence(people=people)))
    return pd.concat(parts, ignore_index=True)[list(TABLES["shares"])]


def hints_of(folder: Path, divisors: pd.DataFrame, edition: str) -> Hints:
    """Return the hints of a country's folder: its former codes, and the people of the first year that is known."""
    rows = read_former_codes(folder / "former_codes.csv")
    # A divided region is followed by several, so its code says nothing; a code of another unit today says the wrong.
    codes = {row.former_code: row.code for row in rows if row.relation != "region" and not row.is_reused}
    people = divisors[divisors["series"] == "person"]
    first = people[people["year"] == people["year"].min()]
    return Hints(codes, dict(zip(first["unit_id"], first["value"], strict=True)), edition)

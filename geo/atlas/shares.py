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
from geo.entries import Ledger
from geo.join import place
from geo.lineage import Evidence, bodies_in_both, check_areas, derived, read_former_codes


@dataclass(frozen=True)
class Hints:
    """What helps to derive shares: codes that were given up → code since, and who lives where, in which edition."""

    former_codes: Mapping[str, str]
    people: Mapping[str, float]
    edition: str
    bodies: pd.DataFrame  # columns of `bodies`, and executed: what each has spent in all periods, minor units


def complete_shares(country: Country, maps: Maps, shares: pd.DataFrame, needed: set[str], hints: Hints) -> pd.DataFrame:
    """Return the shares that lead from each of the `needed` editions to every other, of the top level.

    What the country's file lacks is derived: by code where units are the same, were split or merged whole; where one
    was divided by the bodies that are placed in both editions, if these make up most of its spending, else by people,
    by area last. Raises BadData where a unit has no heir, or the file's shares do not agree with the areas (E-LIN-04).
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
            evidence = Evidence(_placed_in_both(country, hints.bodies, units[pair[0]], units[pair[1]]), people)
            parts.append(derived(units[pair[0]], units[pair[1]], hints.former_codes, evidence))
    return pd.concat(parts, ignore_index=True)[list(TABLES["shares"])]


def hints_of(folder: Path, divisors: pd.DataFrame, edition: str, ledger: Ledger) -> Hints:
    """Return the hints of a country: former codes, the people of the first year that is known, and its bodies."""
    rows = read_former_codes(folder / "former_codes.csv")
    # A divided region is followed by several, so its code says nothing; a code of another unit today says the wrong.
    codes = {row.former_code: row.code for row in rows if row.relation != "region" and not row.is_reused}
    people = divisors[divisors["series"] == "person"]
    first = people[people["year"] == people["year"].min()]
    spent = (
        ledger.entries[ledger.entries["phase"] == "executed"].groupby("body_id", observed=True)["amount_minor"].sum()
    )
    bodies = ledger.bodies.assign(executed=ledger.bodies["body_id"].map(spent).fillna(0).astype("int64"))
    return Hints(codes, dict(zip(first["unit_id"], first["value"], strict=True)), edition, bodies)


def _placed_in_both(
    country: Country, bodies: pd.DataFrame, before: pd.DataFrame, after: pd.DataFrame
) -> dict[tuple[str, str], float]:
    """Return what bodies spend by (unit before, unit after), for units of whose spending they make up the most.

    A whole budget lies in its unit and says nothing about its parts.
    """
    single = bodies[~bodies["kind"].isin(["budget", "administrator"])]
    if single.empty:
        return {}
    old, new = (place(bodies, units, country.levels, frozenset()) for units in (before, after))
    where, there = (dict(zip(table["body_id"], table["unit_id"], strict=True)) for table in (old, new))
    executed = dict(zip(bodies["body_id"], bodies["executed"].map(int), strict=True))
    whole = bodies["executed"].groupby(bodies["body_id"].map(where)).sum()
    found = bodies_in_both({body: where[body] for body in single["body_id"]}, there, executed)
    covered: dict[str, float] = {}
    for (unit, _), weight in found.items():
        covered[unit] = covered.get(unit, 0) + weight
    return {pair: weight for pair, weight in found.items() if 2 * covered[pair[0]] > whole[pair[0]]}

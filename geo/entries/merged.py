"""Bundled figures and delivered ones → one ledger, in which every amount of money stands once.

Two sources may speak of the same unit, period and phase. The later one counts; where it says the same by functional
group, the one that names more bodies does. Figures of single bodies are a part of their unit's budget: the rest of
it stays with the budget as a whole, so that the unit's sum does not change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from geo.core.errors import BadData, Fault
from geo.core.model import TABLES, conformed
from geo.entries import Ledger

_UNIT = ["unit_id", "period", "phase"]
_CELL = ["unit_id", "period", "group", "phase"]


@dataclass(frozen=True)
class Delivered:
    """What the ledger of deliveries holds in force.

    `entries` have unit_id, report, source and sequence beside the columns of `entries`; an empty unit_id is a
    figure of a body that reports for itself.
    """

    entries: pd.DataFrame
    bodies: pd.DataFrame
    published: pd.DataFrame
    revenue: pd.DataFrame
    rows: int


def merged(base: Ledger, delivered: Delivered, owners: Mapping[str, str], digits: int, minor_units: int) -> Ledger:
    """Return the ledger of both; `owners` are the top-level units of the bodies that report for themselves.

    Raises BadData where the bodies of a unit spend more than the unit's whole budget (E-SUM-20).
    """
    units = base.bodies.set_index("body_id")["unit_code"]
    own = base.entries.assign(unit_id=base.entries["body_id"].map(units), source="", sequence=0)
    is_own = delivered.entries["report"] == delivered.entries["unit_id"] + "/" + delivered.entries["period"]
    pool = _with_group(pd.concat([own, delivered.entries[is_own]], ignore_index=True), digits)
    chosen = _chosen(pool)
    single = _with_group(delivered.entries[~is_own], digits)
    single = single.assign(
        unit_id=pd.Series([owners.get(body, "") for body in single["body_id"]], single.index, dtype="str")
    )
    entries = pd.concat([_rest(chosen, single), single], ignore_index=True)
    bodies = _bodies(base, delivered, entries)
    order = ["period", "body_id", "function", "phase"]
    return Ledger(
        entries=conformed(entries.sort_values(order, ignore_index=True), "entries"),
        bodies=bodies,
        published=_published(base.published, delivered.published, entries, minor_units),
        revenue=_replaced(base.revenue, delivered.revenue, ["unit_id", "period", "item", "phase"], "revenue"),
        functions=base.functions,
        administrators=base.administrators,
        rows_read=base.rows_read + delivered.rows,
    )


def _with_group(entries: pd.DataFrame, digits: int) -> pd.DataFrame:
    return entries.assign(group=entries["function"].str[:digits])


def _chosen(pool: pd.DataFrame) -> pd.DataFrame:
    """Return the entries of one source for each unit, period and phase."""
    keys = [*_UNIT, "source"]
    claims = pool.groupby(keys, as_index=False).agg(sequence=("sequence", "max"), bodies=("body_id", "nunique"))
    contested = claims[claims.duplicated(_UNIT, keep=False)]
    if contested.empty:
        return pool
    sums = pool.merge(contested[keys], on=keys).groupby([*keys, "group"])["amount_minor"].sum()
    said: dict[tuple[str, ...], dict[str, int]] = {}
    for (*key, group), amount in sums[sums != 0].items():
        said.setdefault(tuple(key), {})[group] = amount
    lost = set[tuple[str, ...]]()
    for _, rivals in contested.groupby(_UNIT):
        rows = rivals.sort_values("sequence", ascending=False).to_dict("records")
        latest = said.get(tuple(rows[0][name] for name in keys))
        alike = [row for row in rows if said.get(tuple(row[name] for name in keys)) == latest]
        winner = max(alike, key=lambda row: (row["bodies"], row["sequence"]))
        lost |= {tuple(row[name] for name in keys) for row in rows if row is not winner}
    marks = pd.MultiIndex.from_frame(pool[keys])
    return pool[~marks.isin(list(lost))]


def _rest(chosen: pd.DataFrame, single: pd.DataFrame) -> pd.DataFrame:
    """Return the units' entries; cells of which single bodies report a part become the rest of the whole budget."""
    parts = single[single["unit_id"] != ""].groupby(_CELL)["amount_minor"].sum()
    marks = pd.MultiIndex.from_frame(chosen[_CELL])
    is_divided = marks.isin(parts.index)
    if not is_divided.any():
        return chosen
    whole = (
        chosen[is_divided]
        .groupby(_CELL)
        .agg(
            amount_minor=("amount_minor", "sum"),
            source_file=("source_file", "first"),
            source_row=("source_row", "first"),
        )
    )
    rest = whole.assign(amount_minor=whole["amount_minor"] - parts.reindex(whole.index)).reset_index()
    if faults := [*_overspent(whole, parts)]:
        raise BadData(faults)
    rest = rest.assign(body_id=rest["unit_id"] + "-budget", function=rest["group"])
    return pd.concat([chosen[~is_divided], rest[rest["amount_minor"] != 0]], ignore_index=True)


def _overspent(whole: pd.DataFrame, parts: pd.Series) -> Iterator[Fault]:
    for key, row in whole.iterrows():
        stated, summed = int(row["amount_minor"]), int(parts[key])
        if (stated >= 0 and summed > stated) or (stated < 0 and summed < stated):
            values = {"sum": str(summed), "stated": str(stated), "difference": str(summed - stated)}
            yield Fault(str(row["source_file"]), int(row["source_row"]), "", "E-SUM-20", " ".join(key), values)


def _bodies(base: Ledger, delivered: Delivered, entries: pd.DataFrame) -> pd.DataFrame:
    """Return every body, as the latest source describes it; a budget that only a rest made is described here."""
    known = pd.concat([base.bodies, delivered.bodies], ignore_index=True).drop_duplicates("body_id", keep="last")
    used = set(entries["body_id"])
    registered = set(delivered.bodies["body_id"])
    missing = sorted(used - set(known["body_id"]))
    plain: dict[str, object] = {"code": "", "kind": "budget", "name_kk": "", "name_ru": "", "name_en": ""}
    plain["exactness"] = "region"
    plain |= {"is_group": True, "is_synthetic": False, "address": "", "lon": float("nan"), "lat": float("nan")}
    made = pd.DataFrame(
        [{**plain, "body_id": body, "unit_code": body.removesuffix("-budget")} for body in missing],
        columns=list(TABLES["bodies"]),
    )
    kept = known[known["body_id"].isin(used | registered)]
    return conformed(pd.concat([kept, made]).sort_values("body_id", ignore_index=True), "bodies")


def _published(old: pd.DataFrame, new: pd.DataFrame, entries: pd.DataFrame, minor_units: int) -> pd.DataFrame:
    """Return the total lines that agree with the chosen figures within a unit of currency for each functional group."""
    lines = _replaced(old, new, [*_UNIT, "source"], "published")
    sums = entries.groupby(_UNIT)["amount_minor"].agg(["sum"]).reset_index()
    limit = entries["group"].nunique() * minor_units
    both = lines.merge(sums, on=_UNIT, how="left")
    is_unit = both["unit_id"] != ""
    agrees = (both["amount_minor"] - both["sum"]).abs() <= limit
    return conformed(lines[(~is_unit | agrees).to_numpy()], "published")


def _replaced(old: pd.DataFrame, new: pd.DataFrame, keys: list[str], table: str) -> pd.DataFrame:
    every = pd.concat([old, new], ignore_index=True).drop_duplicates(keys, keep="last")
    order = ["source", *keys] if "source" in every and "source" not in keys else keys
    return conformed(every.sort_values(order, ignore_index=True), table)

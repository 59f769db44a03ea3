"""Bundled figures and delivered ones → one ledger, in which every amount of money stands once.

Two sources may speak of the same unit, period and phase. The later one counts; where it says the same by functional
group, the one that names more bodies does. Figures of single bodies are a part of their unit's budget: the rest of
it stays with the budget as a whole, so that the unit's sum does not change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.errors import BadData, Fault
from geo.core.model import TABLES, conformed
from geo.entries import Ledger
from geo.entries.coded import Numbers, coded, distinct, numbers, plain

_UNIT = ["unit_id", "period", "phase"]
_CELL = ["unit_id", "period", "group", "phase"]
_TEXTS = ("body_id", "period", "function", "phase", "source_file", "unit_id", "report", "source")


@dataclass(frozen=True)
class Delivered:
    """What the ledger of deliveries holds in force.

    `entries` have unit_id, report, source and sequence beside the columns of `entries`, texts plain or as categories;
    an empty unit_id is a figure of a body that reports for itself.
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
    own = base.entries.assign(unit_id=base.entries["body_id"].map(base.units()), source="", sequence=0)
    own, brought = coded([own, delivered.entries], _words_to_come(base, delivered, owners, digits), _TEXTS)
    is_own = _are_of_their_unit(brought)
    chosen = _chosen(_with_group(pd.concat([own, brought[is_own]], ignore_index=True), digits))
    single = _with_group(_with_owners(brought[~is_own], owners), digits)
    entries = pd.concat([_rest(chosen, single), single], ignore_index=True)
    entries = entries.take(np.argsort(numbers(entries, ["period", "body_id", "function", "phase"]), kind="stable"))
    return Ledger(
        entries=conformed(plain(entries[list(TABLES["entries"])].reset_index(drop=True)), "entries"),
        bodies=_bodies(base, delivered, entries),
        published=_published(base.published, delivered.published, entries, minor_units),
        revenue=_replaced(base.revenue, delivered.revenue, ["unit_id", "period", "item", "phase"], "revenue"),
        functions=base.functions,
        administrators=base.administrators,
        rows_read=base.rows_read + delivered.rows,
        owners=base.owners,
        kinds=base.kinds,
        deliveries=entries["sequence"].to_numpy("int64"),
    )


def _words_to_come(
    base: Ledger, delivered: Delivered, owners: Mapping[str, str], digits: int
) -> Mapping[str, Iterable[str]]:
    """Return the words that no entry has yet: owners, groups, and the budgets that a rest is given to."""
    units = {*owners.values(), *base.units().values(), *distinct(delivered.entries["unit_id"]), ""}
    functions = {*distinct(base.entries["function"]), *distinct(delivered.entries["function"])}
    return {
        "unit_id": units,
        "body_id": [f"{unit}-budget" for unit in units],
        "function": {code[:digits] for code in functions},
    }


def _are_of_their_unit(entries: pd.DataFrame) -> NDArray[np.bool_]:
    """Tell which entries stand in a report of their unit, and not of a single body."""
    reports, units, periods = (entries[name].cat for name in ("report", "unit_id", "period"))
    said = [report.rpartition("/") for report in reports.categories]
    unit = np.array([*units.categories.get_indexer([who for who, _, _ in said]), -1])
    period = np.array([*periods.categories.get_indexer([month for _, _, month in said]), -1])
    code = reports.codes.to_numpy()
    return np.asarray((unit[code] == units.codes.to_numpy()) & (period[code] == periods.codes.to_numpy()))


def _with_owners(entries: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    return entries.assign(unit_id=_renamed(entries["body_id"], lambda body: owners.get(body, ""), entries["unit_id"]))


def _with_group(entries: pd.DataFrame, digits: int) -> pd.DataFrame:
    return entries.assign(group=_renamed(entries["function"], lambda code: code[:digits], entries["function"]))


def _renamed(column: pd.Series, name: Callable[[str], str], like: pd.Series) -> pd.Series:
    """Return each text of a column renamed, among the categories of another."""
    codes = like.cat.categories.get_indexer([name(text) for text in column.cat.categories])
    renamed = np.array([*codes, -1])[column.cat.codes.to_numpy()]
    return pd.Series(pd.Categorical.from_codes(renamed, dtype=like.dtype), column.index)


def _chosen(pool: pd.DataFrame) -> pd.DataFrame:
    """Return the entries of one source for each unit, period and phase."""
    claim = numbers(pool, [*_UNIT, "source"])
    claims = pool[_UNIT].assign(claim=claim).drop_duplicates("claim")
    contested = claims[claims.duplicated(_UNIT, keep=False)]
    if contested.empty:
        return pool
    is_contested = pd.Series(claim).isin(contested["claim"]).to_numpy()
    rivals, claim_of = pool[is_contested], claim[is_contested]
    sequences = rivals["sequence"].groupby(claim_of).max().to_dict()
    pairs = pd.DataFrame({"claim": claim_of, "body": rivals["body_id"].cat.codes.to_numpy()}).drop_duplicates()
    bodies = pairs["claim"].value_counts().to_dict()
    said = _said(rivals, claim_of)
    lost = set[int]()
    for _, of_cell in contested.sort_values("claim").groupby(_UNIT, observed=True)["claim"]:
        rows = sorted(of_cell, key=lambda row: sequences[row], reverse=True)
        alike = [row for row in rows if said.get(row) == said.get(rows[0])]
        winner = max(alike, key=lambda row: (bodies[row], sequences[row]))
        lost |= {row for row in rows if row != winner}
    return pool[~pd.Series(claim).isin(lost).to_numpy()]


def _said(rivals: pd.DataFrame, claims: Numbers) -> dict[int, dict[int, int]]:
    """Return what each claim comes to by functional group; a group without money is not said."""
    keys = [claims, rivals["group"].cat.codes.to_numpy()]
    sums = rivals["amount_minor"].groupby(keys).sum()
    said: dict[int, dict[int, int]] = {}
    for (claim, group), amount in sums[sums != 0].items():
        said.setdefault(claim, {})[group] = amount
    return said


def _rest(chosen: pd.DataFrame, single: pd.DataFrame) -> pd.DataFrame:
    """Return the units' entries; cells of which single bodies report a part become the rest of the whole budget."""
    parts = single[single["unit_id"] != ""]
    is_divided = pd.Series(numbers(chosen, _CELL)).isin(set(numbers(parts, _CELL))).to_numpy()
    if not is_divided.any():
        return chosen
    first = {name: (name, "first") for name in ("source_file", "source_row", "sequence")}
    grouped = chosen[is_divided].groupby(_CELL, observed=True)
    whole = grouped.agg(amount_minor=("amount_minor", "sum"), **first).reset_index()
    keys = pd.Series(numbers(whole, _CELL))
    of_bodies = parts["amount_minor"].groupby(numbers(parts, _CELL)).sum().reindex(keys).to_numpy()
    if faults := [*_overspent(whole, of_bodies)]:
        raise BadData(faults)
    budgets = _renamed(whole["unit_id"], lambda unit: f"{unit}-budget", chosen["body_id"])
    rest = whole.assign(amount_minor=whole["amount_minor"] - of_bodies, body_id=budgets, function=whole["group"])
    return pd.concat([chosen[~is_divided], rest[rest["amount_minor"] != 0]], ignore_index=True)


def _overspent(whole: pd.DataFrame, of_bodies: Numbers) -> Iterator[Fault]:
    for row, amount in zip(whole.to_dict("records"), of_bodies.tolist(), strict=True):
        stated, summed = int(row["amount_minor"]), int(amount)
        if (stated >= 0 and summed > stated) or (stated < 0 and summed < stated):
            values = {"sum": str(summed), "stated": str(stated), "difference": str(summed - stated)}
            cell = " ".join(row[name] for name in _CELL)
            yield Fault(str(row["source_file"]), int(row["source_row"]), "", "E-SUM-20", cell, values)


def _bodies(base: Ledger, delivered: Delivered, entries: pd.DataFrame) -> pd.DataFrame:
    """Return every body, as the latest source describes it; a budget that only a rest made is described here."""
    known = pd.concat([base.bodies, delivered.bodies], ignore_index=True).drop_duplicates("body_id", keep="last")
    used = set(distinct(entries["body_id"]))
    registered = set(delivered.bodies["body_id"])
    missing = sorted(used - set(known["body_id"]))
    told: dict[str, object] = {"code": "", "kind": "budget", "name_kk": "", "name_ru": "", "name_en": ""}
    told["exactness"] = "region"
    told |= {"is_group": True, "is_synthetic": False, "address": "", "lon": float("nan"), "lat": float("nan")}
    made = pd.DataFrame(
        [{**told, "body_id": body, "unit_code": body.removesuffix("-budget")} for body in missing],
        columns=list(TABLES["bodies"]),
    )
    kept = known[known["body_id"].isin(used | registered)]
    return conformed(pd.concat([kept, made]).sort_values("body_id", ignore_index=True), "bodies")


def _published(old: pd.DataFrame, new: pd.DataFrame, entries: pd.DataFrame, minor_units: int) -> pd.DataFrame:
    """Return the total lines that agree with the chosen figures within two units of currency for each group.

    What a source's own line differs by is a difference within the source, and that much at the most. A line that
    differs by more was said of a report that another one has replaced.
    """
    lines = _replaced(old, new, [*_UNIT, "source"], "published")
    sums = entries.groupby(_UNIT, observed=True)["amount_minor"].agg(["sum"]).reset_index()
    limit = 2 * entries["group"].nunique() * minor_units
    both = lines.merge(plain(sums), on=_UNIT, how="left")
    is_unit = both["unit_id"] != ""
    agrees = (both["amount_minor"] - both["sum"]).abs() <= limit
    return conformed(lines[(~is_unit | agrees).to_numpy()], "published")


def _replaced(old: pd.DataFrame, new: pd.DataFrame, keys: list[str], table: str) -> pd.DataFrame:
    every = pd.concat([old, new], ignore_index=True).drop_duplicates(keys, keep="last")
    order = ["source", *keys] if "source" in every and "source" not in keys else keys
    return conformed(every.sort_values(order, ignore_index=True), table)

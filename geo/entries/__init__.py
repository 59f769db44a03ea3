"""Stage 2. Raw budget files → entries, bodies, published totals, revenue; or every fault of every file.

Nothing is repaired and nothing is left out in silence: a folder with one fault gives no ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.errors import BadData
from geo.core.model import conformed
from geo.entries.checks import all_checks
from geo.entries.coded import plain
from geo.entries.figures import Figures, declared_gaps, read_control, read_figures, read_revenue
from geo.entries.plan import Plan, read_plan
from geo.entries.single import Singles, read_singles

__all__ = ["Ledger", "read_ledger"]
_FIGURES = ("expenditure", "administrators_expenditure", "published")


@dataclass(frozen=True)
class Ledger:
    """What the files of a country say, as tables of `core.model`, each in a fixed order."""

    entries: pd.DataFrame
    bodies: pd.DataFrame
    published: pd.DataFrame
    revenue: pd.DataFrame
    functions: dict[str, dict[str, str]]
    administrators: dict[str, tuple[str, bool]]  # code → (name as published, stands for many bodies)
    rows_read: int
    accepted: frozenset[str] = frozenset()  # codes of doubts that somebody has looked into
    owners: Mapping[str, str] = field(default_factory=dict)  # body below the top level → the top-level unit around it
    kinds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # kind of body → name_kk, name_ru, name_en
    deliveries: NDArray[np.int64] | None = None  # which delivery brought each entry, 0: the folder; None: all of them

    def units(self) -> Mapping[str, str]:
        """Return body → the unit of the top level whose money it spends."""
        return self._units

    @cached_property
    def brought(self) -> NDArray[np.int64]:
        """Return which delivery brought each entry, 0 for the country's folder."""
        return np.zeros(len(self.entries), np.int64) if self.deliveries is None else self.deliveries

    @cached_property
    def body_ids(self) -> frozenset[str]:
        """Return the ids of all bodies."""
        return frozenset(self.bodies["body_id"].tolist())

    @cached_property
    def _units(self) -> Mapping[str, str]:
        bodies, units = (self.bodies[name].tolist() for name in ("body_id", "unit_code"))
        return {**dict(zip(bodies, units, strict=True)), **self.owners}


def read_ledger(
    folder: Path, units: frozenset[str], minor_units: int, below: Mapping[str, str] | None = None
) -> Ledger:
    """Return the ledger of a budget folder whose unit codes are all in `units`.

    Single bodies may have the code of a unit `below`, which names the top-level one around it. Raises BadData with
    every fault of every file together: unknown codes, amounts that are not whole minor units, duplicate keys, missing
    periods and units, sums that disagree beyond what budget.toml states.
    """
    plan = read_plan(folder)
    faults = [*plan.faults, *declared_gaps(plan, units)]
    parts: dict[str, Figures] = {}
    for name in (name for name in _FIGURES if name in plan.tables):
        parts[name] = read_figures(plan, name, units, minor_units)
        faults += parts[name].faults
    control = read_control(plan, minor_units)
    revenue = read_revenue(plan, units, minor_units)
    faults += control.faults + revenue.faults
    singles = Singles()
    if not faults:
        singles = read_singles(plan, parts["expenditure"], units, below or {})
        faults += singles.faults
    if not faults:
        faults = all_checks(plan, parts, control, minor_units)
    if faults:
        raise BadData(faults)
    return _ledger(plan, parts, (control, revenue), singles)


def _ledger(plan: Plan, parts: dict[str, Figures], beside: tuple[Figures, Figures], singles: Singles) -> Ledger:
    control, revenue = beside
    whole = parts["expenditure"].frame
    fine = parts["administrators_expenditure"].frame if "administrators_expenditure" in parts else whole.head(0)
    groups = pd.concat([_not_refined(whole, fine, singles.entries), fine], ignore_index=True)
    groups = groups.assign(
        body_id=groups["unit_id"] + "-" + groups["administrator"].where(groups["administrator"] != "", "budget")
    )
    entries = pd.concat([groups, plain(singles.entries)], ignore_index=True)
    published = pd.concat([parts["published"].frame.assign(source="portal"), control.frame], ignore_index=True)
    order = ["period", "body_id", "function", "phase"]
    return Ledger(
        entries=conformed(entries.sort_values(order, ignore_index=True), "entries"),
        bodies=conformed(_every_body(_bodies(plan, groups), singles.bodies), "bodies"),
        published=conformed(published.sort_values(["source", "period", "unit_id", "phase"]), "published"),
        revenue=conformed(revenue.frame.sort_values(["period", "unit_id", "item", "phase"]), "revenue"),
        functions=plan.functions,
        administrators=plan.administrators,
        rows_read=sum(part.rows_read for part in (*parts.values(), control, revenue)) + len(singles.entries),
        accepted=plan.accepted,
        owners=singles.owners,
        kinds=plan.kinds,
    )


def _every_body(groups: pd.DataFrame, singles: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([groups, plain(singles)]).sort_values("body_id", ignore_index=True)


def _not_refined(whole: pd.DataFrame, *finer: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of whole budgets that no finer rows replace, by unit, period and phase."""
    keys = ["unit_id", "period", "phase"]
    refined = pd.concat([plain(fine[keys].drop_duplicates()) for fine in finer]).drop_duplicates().assign(refined=True)
    marked = whole.merge(refined, on=keys, how="left")
    return whole[marked["refined"].isna().to_numpy()]


def _bodies(plan: Plan, entries: pd.DataFrame) -> pd.DataFrame:
    """Return one row per body with figures; a whole budget has no name of its own: its unit's name tells."""
    bodies = entries[["body_id", "unit_id", "administrator"]].drop_duplicates("body_id")
    named = [plan.administrators.get(code, ("", True)) for code in bodies["administrator"]]
    is_budget = bodies["administrator"] == ""
    return pd.DataFrame(
        {
            "body_id": bodies["body_id"],
            "code": bodies["administrator"],
            "kind": is_budget.map({True: "budget", False: "administrator"}),
            "name_kk": "",
            "name_ru": [name for name, _ in named],
            "name_en": "",
            "unit_code": bodies["unit_id"],
            "exactness": "region",
            # A whole budget gathers all its bodies; an administrator's code may stand for many offices.
            "is_group": [many for _, many in named],
            "is_synthetic": False,
            "address": "",
            "lon": float("nan"),
            "lat": float("nan"),
        }
    ).sort_values("body_id", ignore_index=True)

"""Stage 2. Raw budget files → entries, bodies, published totals, revenue; or every fault of every file.

Nothing is repaired and nothing is left out in silence: a folder with one fault gives no ledger.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.core.errors import BadData
from geo.core.model import conformed
from geo.entries.checks import all_checks
from geo.entries.figures import Figures, declared_gaps, read_control, read_figures, read_revenue
from geo.entries.plan import Plan, read_plan

__all__ = ["Ledger", "read_ledger"]


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


def read_ledger(folder: Path, units: frozenset[str], minor_units: int) -> Ledger:
    """Return the ledger of a budget folder whose unit codes are all in `units`.

    Raises BadData with every fault of every file together: unknown codes, amounts that are not whole minor
    units, duplicate keys, missing periods and units, sums that disagree beyond what budget.toml states.
    """
    plan = read_plan(folder)
    faults = [*plan.faults, *declared_gaps(plan, units)]
    parts: dict[str, Figures] = {}
    for name in ("expenditure", "administrators_expenditure", "published"):
        parts[name] = read_figures(plan, name, units, minor_units)
        faults += parts[name].faults
    control = read_control(plan, minor_units)
    revenue = read_revenue(plan, units, minor_units)
    faults += control.faults + revenue.faults
    if not faults:
        faults = all_checks(plan, parts, control, minor_units)
    if faults:
        raise BadData(faults)
    return _ledger(plan, parts, control, revenue)


def _ledger(plan: Plan, parts: dict[str, Figures], control: Figures, revenue: Figures) -> Ledger:
    whole, fine = parts["expenditure"].frame, parts["administrators_expenditure"].frame
    entries = pd.concat([_not_refined(whole, fine), fine], ignore_index=True)
    entries = entries.assign(
        body_id=entries["unit_id"] + "-" + entries["administrator"].where(entries["administrator"] != "", "budget")
    )
    published = pd.concat([parts["published"].frame.assign(source="portal"), control.frame], ignore_index=True)
    order = ["period", "body_id", "function", "phase"]
    return Ledger(
        entries=conformed(entries.sort_values(order, ignore_index=True), "entries"),
        bodies=conformed(_bodies(plan, entries), "bodies"),
        published=conformed(published.sort_values(["source", "period", "unit_id", "phase"]), "published"),
        revenue=conformed(revenue.frame.sort_values(["period", "unit_id", "item", "phase"]), "revenue"),
        functions=plan.functions,
        administrators=plan.administrators,
        rows_read=sum(part.rows_read for part in (*parts.values(), control, revenue)),
        accepted=plan.accepted,
    )


def _not_refined(whole: pd.DataFrame, fine: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of whole budgets that no finer rows replace, by unit, period and phase."""
    keys = ["unit_id", "period", "phase"]
    refined = fine[keys].drop_duplicates().assign(refined=True)
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

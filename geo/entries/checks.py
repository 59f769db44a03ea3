"""Sums of the files against one another: bodies against groups, groups against published totals, those against control."""

from __future__ import annotations

import pandas as pd

from geo.core.errors import Fault
from geo.entries.figures import Figures
from geo.entries.plan import Plan

_UNIT = ["unit_id", "period", "phase"]


def all_checks(plan: Plan, parts: dict[str, Figures], control: Figures, minor_units: int) -> list[Fault]:
    """Return every disagreement beyond what budget.toml states; all amounts in minor units."""
    whole, fine, published = (parts[name].frame for name in ("expenditure", "administrators_expenditure", "published"))
    return [
        *_bodies_against_groups(plan, whole, fine),
        *_groups_against_published(plan, whole, published, minor_units),
        *_published_against_control(plan, published, control.frame, minor_units),
    ]


def _bodies_against_groups(plan: Plan, whole: pd.DataFrame, fine: pd.DataFrame) -> list[Fault]:
    digits = whole["function"].str.len().min()
    keys = ["unit_id", "period", "function", "phase"]
    sums = fine.assign(function=fine["function"].str[:digits]).groupby(keys)["amount_minor"].sum()
    refined = whole.merge(fine[_UNIT].drop_duplicates(), on=_UNIT)
    stated = refined.set_index(keys)["amount_minor"]
    both = pd.DataFrame({"sum": sums, "stated": stated}).fillna(0).astype("int64")
    file = plan.table("administrators_expenditure")["file"]
    wrong = both[both["sum"] != both["stated"]]
    return [_disagreement(file, "E-SUM-02", key, row, 0) for key, row in wrong.iterrows()]


def _groups_against_published(
    plan: Plan, whole: pd.DataFrame, published: pd.DataFrame, minor_units: int
) -> list[Fault]:
    file = plan.table("published")["file"]
    of_unit = plan.limit("published", "largest_difference_of_a_unit", minor_units)
    of_all = plan.limit("published", "largest_difference_of_all", minor_units)
    both = (
        pd.DataFrame(
            {
                "sum": whole.groupby(_UNIT)["amount_minor"].sum(),
                "stated": published.set_index(_UNIT)["amount_minor"],
            }
        )
        .fillna(0)
        .astype("int64")
    )
    wrong = both[(both["sum"] - both["stated"]).abs() > of_unit]
    faults = [_disagreement(file, "E-SUM-01", key, row, of_unit) for key, row in wrong.iterrows()]
    country = both.groupby(["period", "phase"]).sum()
    wrong = country[(country["sum"] - country["stated"]).abs() > of_all]
    return faults + [_disagreement(file, "E-SUM-01", key, row, of_all) for key, row in wrong.iterrows()]


def _published_against_control(
    plan: Plan, published: pd.DataFrame, control: pd.DataFrame, minor_units: int
) -> list[Fault]:
    limit = plan.limit("control", "largest_difference", minor_units)
    keys = ["period", "phase"]
    both = (
        pd.DataFrame(
            {
                "sum": published.groupby(keys)["amount_minor"].sum(),
                "stated": control.set_index(keys)["amount_minor"],
            }
        )
        .dropna()
        .astype("int64")
    )
    wrong = both[(both["sum"] - both["stated"]).abs() > limit]
    return [_disagreement(plan.table("control")["file"], "E-SUM-03", key, row, limit) for key, row in wrong.iterrows()]


def _disagreement(file: str, code: str, key: object, row: pd.Series, limit: int) -> Fault:
    place = " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
    values = {
        "sum": str(row["sum"]),
        "stated": str(row["stated"]),
        "difference": str(row["sum"] - row["stated"]),
        "limit": str(limit),
    }
    return Fault(file, 0, "", code, place, values)

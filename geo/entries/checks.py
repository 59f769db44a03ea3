"""Sums of the files against one another: bodies, groups, published totals, control totals."""

from __future__ import annotations

import pandas as pd

from geo.core.errors import Fault
from geo.core.model import LARGEST_AMOUNT
from geo.entries.figures import Figures
from geo.entries.plan import Plan

_UNIT = ["unit_id", "period", "phase"]


def all_checks(plan: Plan, parts: dict[str, Figures], control: Figures, minor_units: int) -> list[Fault]:
    """Return every disagreement beyond what budget.toml states; all amounts in minor units."""
    frames = {plan.table(name)["file"]: part.frame for name, part in parts.items()}
    if faults := [fault for file, frame in frames.items() for fault in _too_large(file, frame)]:
        return faults  # sums that leave 64 bits would come out wrong, so none is compared
    whole, published = parts["expenditure"].frame, parts["published"].frame
    fine = parts.get("administrators_expenditure")
    return [
        *(_bodies_against_groups(plan, whole, fine.frame) if fine else ()),
        *_groups_against_published(plan, whole, published, minor_units),
        *_published_against_control(plan, published, control.frame, minor_units),
    ]


def _too_large(file: str, frame: pd.DataFrame) -> list[Fault]:
    """Return the periods and phases whose amounts together are more than any budget and more than 64 bits can sum."""
    sizes = frame["amount_minor"].abs().astype("float64").groupby([frame["period"], frame["phase"]]).sum()
    return [Fault(file, 0, "", "E-CSV-15", " ".join(key)) for key in sizes[sizes > LARGEST_AMOUNT].index]


def _bodies_against_groups(plan: Plan, whole: pd.DataFrame, fine: pd.DataFrame) -> list[Fault]:
    digits = whole["function"].str.len().min()
    keys = ["unit_id", "period", "function", "phase"]
    sums = fine.assign(function=fine["function"].str[:digits]).groupby(keys)["amount_minor"].sum()
    refined = whole.merge(fine[_UNIT].drop_duplicates(), on=_UNIT)
    both = side_by_side(sums, refined.set_index(keys)["amount_minor"])
    file = plan.table("administrators_expenditure")["file"]
    wrong = both[both["sum"] != both["stated"]]
    return [_disagreement(file, "E-SUM-02", key, row, 0) for key, row in wrong.iterrows()]


def _groups_against_published(
    plan: Plan, whole: pd.DataFrame, published: pd.DataFrame, minor_units: int
) -> list[Fault]:
    file = plan.table("published")["file"]
    of_unit = plan.limit("published", "largest_difference_of_a_unit", minor_units)
    of_all = plan.limit("published", "largest_difference_of_all", minor_units)
    both = side_by_side(whole.groupby(_UNIT)["amount_minor"].sum(), published.set_index(_UNIT)["amount_minor"])
    wrong = both[(both["sum"] - both["stated"]).abs() > of_unit]
    faults = [_disagreement(file, "E-SUM-01", key, row, of_unit) for key, row in wrong.iterrows()]
    country = both.groupby(["period", "phase"]).sum()
    wrong = country[(country["sum"] - country["stated"]).abs() > of_all]
    return faults + [_disagreement(file, "E-SUM-01", key, row, of_all) for key, row in wrong.iterrows()]


def _published_against_control(
    plan: Plan, published: pd.DataFrame, control: pd.DataFrame, minor_units: int
) -> list[Fault]:
    """Return the control totals that the published ones miss; one with nothing published beside it is missed whole."""
    limit = plan.limit("control", "largest_difference", minor_units)
    keys = ["period", "phase"]
    stated = control.set_index(keys)["amount_minor"]
    both = side_by_side(published.groupby(keys)["amount_minor"].sum(), stated).loc[stated.index]
    is_published = both.index.isin(published.set_index(keys).index)
    wrong = both[((both["sum"] - both["stated"]).abs() > limit) | ~is_published]
    return [_disagreement(plan.table("control")["file"], "E-SUM-03", key, row, limit) for key, row in wrong.iterrows()]


def side_by_side(sums: pd.Series, stated: pd.Series) -> pd.DataFrame:
    """Return both in one table of whole numbers, 0 where one has no row; never through a float, which would round."""
    keys = sums.index.union(stated.index)
    columns = {"sum": sums.reindex(keys, fill_value=0), "stated": stated.reindex(keys, fill_value=0)}
    return pd.DataFrame(columns).astype("int64")


def _disagreement(file: str, code: str, key: object, row: pd.Series, limit: int) -> Fault:
    place = " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
    values = {
        "sum": str(row["sum"]),
        "stated": str(row["stated"]),
        "difference": str(row["sum"] - row["stated"]),
        "tolerance": str(limit),
    }
    return Fault(file, 0, "", code, place, values)

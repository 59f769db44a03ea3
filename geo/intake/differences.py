"""Two states of the totals → what an import changes: by phase, unit and function, and which reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from geo.core.country import Country, Words
from geo.faces.report import Change, Differences

_REPORT = ["unit_id", "period"]


def differences(
    before: pd.DataFrame, after: pd.DataFrame, country: Country, period: str, names: Mapping[str, Mapping[str, Words]]
) -> Differences:
    """Return what differs between two tables of totals in a period; `names` has units, functions and phases.

    Units and functions are compared by executed spending, or by the first phase with figures where none is executed.
    """
    old, new = (_own(table, country) for table in (before, after))
    old_now, new_now = old[old["period"] == period], new[new["period"] == period]
    phases = [phase for phase in names["phase"] if phase in set(new_now["phase"]) | set(old_now["phase"])]
    phase = "executed" if "executed" in phases else next(iter(phases), "executed")
    of_phase = (old_now[old_now["phase"] == phase], new_now[new_now["phase"] == phase])
    changed, gone, come = _reports(old, new)
    return Differences(
        phase=phase,
        by_phase=_changes(old_now, new_now, "phase", phases, names["phase"]),
        by_unit=_changes(*of_phase, "unit_id", _seen(of_phase, "unit_id"), names["unit_id"]),
        by_function=_changes(*of_phase, "function", _seen(of_phase, "function"), names["function"]),
        new=come,
        replaced=changed,
        removed=gone,
    )


def changed_reports(before: pd.DataFrame, after: pd.DataFrame, country: Country) -> list[str]:
    """Return the reports `unit/period` that differ between two tables of totals, have gone or have come, sorted."""
    found = _reports(_own(before, country), _own(after, country))
    return sorted(report for part in found for report in part)


def last_changed(before: pd.DataFrame, after: pd.DataFrame, country: Country) -> str:
    """Return the last period in which two tables of totals differ, or the last one where none does."""
    old, new = (_own(table, country) for table in (before, after))
    periods = [report.split("/")[1] for part in _reports(old, new) for report in part]
    return max(periods, default=str(new["period"].max()))


def _own(totals: pd.DataFrame, country: Country) -> pd.DataFrame:
    """Return the sums of the top level in the borders of their own time."""
    rows = totals[totals["level"] == country.top_level.id]
    in_force = rows["period"].map({period: country.edition_in_force(period).id for period in set(rows["period"])})
    return rows[rows["edition"] == in_force]


def _seen(tables: Iterable[pd.DataFrame], column: str) -> list[str]:
    return sorted({value for table in tables for value in table[column]})


def _changes(
    old: pd.DataFrame, new: pd.DataFrame, column: str, keys: Iterable[str], names: Mapping[str, Words]
) -> tuple[Change, ...]:
    sums = [table.groupby(column)["amount_minor"].sum().to_dict() for table in (old, new)]
    return tuple(Change(key, names.get(key, {}), sums[0].get(key), sums[1].get(key)) for key in keys)


def _reports(old: pd.DataFrame, new: pd.DataFrame) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return the reports `unit/period` that differ, that are gone, that have come; zeros count as nothing."""
    cells = [*_REPORT, "function", "phase"]
    # Whole numbers that may be missing: as floats large ones would come out alike.
    sums = [table[table["amount_minor"] != 0].set_index(cells)["amount_minor"].astype("Int64") for table in (old, new)]
    both = pd.concat(sums, axis=1, keys=["old", "new"])
    differing = both[both["old"].ne(both["new"]).fillna(True)].reset_index()
    touched = set(differing["unit_id"] + "/" + differing["period"])
    had, has = (set(table["unit_id"] + "/" + table["period"]) for table in (old, new))
    return tuple(sorted(touched & had & has)), tuple(sorted(had - has)), tuple(sorted(has - had))

"""Figures that cannot follow one another: less since January than a month before, the same twice, more than planned."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from geo.plausible.beside import CUMULATIVE, Beside
from geo.plausible.cases import NOTHING, Case, Doubt
from geo.plausible.jumps import Cell

_FALL_WARNS, _FALL_ERROR = 0.01, 0.05  # of the unit's money, by which a group may fall
_OVERSPENT = 1.2  # times the year's plan
_FEWEST_GROUPS = 3  # two groups may agree by chance, or be all there is
_MISSED = 0.05  # share of a unit's money in a group that nobody would leave out


def falls(beside: Beside, doubted: set[Cell]) -> Iterator[Case]:
    """Yield the units, and their groups, that have executed less than in an earlier month of the same year."""
    spent = beside.merged[beside.merged["phase"] == "executed"]
    of_unit = spent.groupby(["unit_id", "period"])["amount_minor"].sum()
    for case in _falling(spent, ["unit_id"]):
        if not _is_excused(beside, case, doubted):
            yield case
    for case in _falling(spent, ["unit_id", "function"]):
        share = (case.expected - case.found) / max(int(of_unit[case.unit_id, case.compared]), 1)
        if share > _FALL_WARNS and not _is_excused(beside, case, doubted):
            code = Doubt.GROUP_FALL if share > _FALL_ERROR else Doubt.SMALL_GROUP_FALL
            yield Case(code, *_rest(case))


def repeats(beside: Beside) -> Iterator[Case]:
    """Yield the units whose figures are, group by group, those of another unit or of another time."""
    # What is replaced counts as well: two units may have been exchanged in a period that is in force.
    everything = pd.concat([beside.merged, beside.replaced.assign(is_new=False)], ignore_index=True)
    amounts = everything[everything["amount_minor"] != 0].sort_values("function")
    cells = amounts.groupby(["unit_id", "period", "phase", "is_new"]).agg(
        figures=("amount_minor", tuple), groups=("function", tuple)
    )
    cells = cells[cells["groups"].map(len) >= _FEWEST_GROUPS].reset_index()
    # What stays as it was is not held against itself.
    cells = cells.sort_values("is_new", ascending=False, kind="stable")
    cells = cells.drop_duplicates(["unit_id", "period", "phase", "figures", "groups"])
    repeated = cells[cells.duplicated(["figures", "groups", "phase"], keep=False)]
    for _, same in repeated.groupby(["figures", "groups", "phase"], sort=False):
        rows = list(same.sort_values(["is_new", "unit_id", "period"]).itertuples(index=False))
        for place, row in enumerate(rows):
            # Plans stay as they are for months: the same month of the other unit says most.
            for earlier in sorted(rows[:place], key=partial(_is_apart, row.period)) if row.is_new else ():
                if code := _code(row, earlier):
                    compared = f"{earlier.unit_id} {earlier.period}"
                    yield Case(code, row.unit_id, row.period, row.phase, 0.0, compared, "", sum(row.figures))
                    break


def overspent(beside: Beside, doubted: set[Cell]) -> Iterator[Case]:
    """Yield the units that have executed far more than the plan of the whole year."""
    wide = beside.sums.groupby(["unit_id", "period", "phase"])["amount_minor"].sum().unstack("phase")
    if not {"adjusted", "executed"} <= set(wide):
        return
    for (unit_id, period), row in wide[["adjusted", "executed"]].dropna().iterrows():
        is_doubted = doubted & {(unit_id, period, phase) for phase in row.index}
        if row["adjusted"] > 0 and row["executed"] > _OVERSPENT * row["adjusted"] and not is_doubted:
            power = float(np.log10(row["executed"] / row["adjusted"]))
            sums = int(row["executed"]), int(row["adjusted"])
            yield Case(Doubt.OVERSPENT, unit_id, period, "executed", power, "adjusted", "", *sums)


def missed(beside: Beside) -> Iterator[Case]:
    """Yield the groups that held much of a unit's money at its last known time and are not in the delivery at all."""
    known = beside.history.groupby(["unit_id", "function"])["amount_minor"].sum()
    delivered = beside.sums.groupby("unit_id").agg(functions=("function", set), period=("period", "max"))
    for unit_id, row in delivered.iterrows():
        money = known[known.index.get_level_values(0) == unit_id].droplevel(0)
        total = max(int(money.sum()), 1)
        for function, amount in money.items():
            if function not in row["functions"] and amount / total >= _MISSED:
                yield Case(Doubt.GROUP_MISSED, unit_id, row["period"], "", 0.0, "", function, 0, int(amount))


def _falling(spent: pd.DataFrame, keys: list[str]) -> Iterator[Case]:
    """Yield each sum that is less than the one before it in the year, where the delivery brought one of the two."""
    rows = spent.groupby([*keys, "period"], as_index=False).agg(found=("amount_minor", "sum"), is_new=("is_new", "any"))
    rows = rows.sort_values([*keys, "period"], ignore_index=True)
    before = rows.shift(1)
    is_same = (rows[keys] == before[keys]).all(axis=1) & (rows["period"].str[:4] == before["period"].str[:4])
    is_new = rows["is_new"] | before["is_new"].eq(True)
    chosen = rows[is_same & is_new & (rows["found"] < before["found"])]
    for place, row in chosen.iterrows():
        earlier = rows.loc[place - 1]
        power = float(np.log10(row["found"] / earlier["found"])) if row["found"] > 0 else NOTHING
        sums = int(row["found"]), int(earlier["found"])
        function = row["function"] if "function" in keys else ""
        yield Case(Doubt.FALL, row["unit_id"], row["period"], "executed", power, earlier["period"], function, *sums)


def _is_excused(beside: Beside, case: Case, doubted: set[Cell]) -> bool:
    """Tell whether a fall follows from something said already, or from speaking of a part of the unit only."""
    periods = (case.period, case.compared)
    is_partial = any(beside.is_partial(case.unit_id, period) for period in periods)
    return is_partial or any((case.unit_id, period, case.phase) in doubted for period in periods)


def _is_apart(period: str, row: Any) -> bool:
    return bool(row.period != period)


def _rest(case: Case) -> tuple[str, str, str, float, str, str, int, int]:
    return (
        case.unit_id,
        case.period,
        case.phase,
        case.power,
        case.compared,
        case.function,
        case.found,
        case.expected,
    )


def _code(row: Any, earlier: Any) -> str:
    """Return the code of two cells with the same figures; plans may stay as they are within a year."""
    unit_id, period, phase = (getattr(row, name) for name in ("unit_id", "period", "phase"))
    if earlier.unit_id != unit_id:
        return Doubt.OF_ANOTHER_UNIT
    if earlier.period == period:
        return ""
    is_other_year = earlier.period[:4] != period[:4]
    return Doubt.OF_ANOTHER_PERIOD if phase in CUMULATIVE or is_other_year else ""

"""Groups of a report that contradict themselves: plans below nothing, and far more executed than planned."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo.plausible.beside import Beside
from geo.plausible.cases import NOTHING, Case, Doubt
from geo.plausible.jumps import Cell

_PLANS = ("approved", "revised", "adjusted")
# In three years of twenty regions no group has executed more than its adjusted plan.
_OVERSPENT = 1.2
_BIG_GROUP = 0.05  # share of the unit's plan from which it is an error


def negatives(beside: Beside) -> Iterator[Case]:
    """Yield the groups planned below nothing, and those executed below nothing that are nowhere so in force."""
    below = beside.history[(beside.history["phase"] == "executed") & (beside.history["amount_minor"] < 0)]
    known = set(zip(below["unit_id"], below["function"], strict=True))
    rows = beside.sums[beside.sums["amount_minor"] < 0]
    for row in rows.to_dict("records"):
        is_new = row["phase"] == "executed" and (row["unit_id"], row["function"]) not in known
        if row["phase"] in _PLANS or is_new:
            cell = row["unit_id"], row["period"], row["phase"]
            yield Case(Doubt.NEGATIVE, *cell, NOTHING, "", row["function"], int(row["amount_minor"]))


def overspent_groups(beside: Beside, doubted: set[Cell]) -> Iterator[Case]:
    """Yield the groups that have executed far more than their plan of the year; an error for a large group."""
    for (unit_id, period), report in beside.new_reports.items():
        plan, executed = report.get("adjusted", {}), report.get("executed", {})
        both = set(plan) & set(executed)
        overspent = sorted(function for function in both if executed[function] > _OVERSPENT * max(plan[function], 0))
        is_doubted = doubted & {(unit_id, period, phase) for phase in ("adjusted", "executed")}
        if is_doubted and 2 * len(overspent) > len(both):  # said of the whole unit already
            continue
        least = _BIG_GROUP * sum(plan.values())
        for function in overspent:
            spent, planned = executed[function], max(plan[function], 0)
            # Without a plan there is no ratio to show; what is spent stands in its place.
            power = float(np.log10(spent / max(planned, 1)))
            code = Doubt.GROUP_OVERSPENT if spent >= least else Doubt.SMALL_GROUP_OVERSPENT
            yield Case(code, unit_id, period, "executed", power, "adjusted", function, spent, planned)

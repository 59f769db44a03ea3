"""Phases of a report beside what is in force: a plan that moved, a phase that stands under another, one left out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from statistics import median

import numpy as np

from geo.plausible.beside import CUMULATIVE, Amounts, Beside, Report, Reports
from geo.plausible.cases import NOTHING, Case, Doubt
from geo.plausible.jumps import Cell

# The approved budget of a year is a law: in three years of twenty regions it has not moved by one tiyn.
_APPROVED = float(np.log10(1.2))
_FEWEST_GROUPS = 3  # a body of one group may well spend its plan to the last tiyn


def approved_jumps(beside: Beside, doubted: set[Cell]) -> Iterator[Case]:
    """Yield the approved budgets that differ from those of the same year, as far as both have the same groups."""
    new, old = _approved(beside.new_reports), _approved(beside.old_reports)
    for (unit_id, year), months in new.items():
        known = old.get((unit_id, year), {})
        for period, groups in months.items():
            others = known or {other: found for other, found in months.items() if other != period}
            pairs = [_common(groups, found) for found in others.values()]
            powers = [float(np.log10(ours / theirs)) for ours, theirs in pairs if ours > 0 and theirs > 0]
            if not powers or (unit_id, period, "approved") in doubted:
                continue
            if abs(power := median(powers)) > _APPROVED:
                sums = sum(groups.values()), round(sum(groups.values()) / 10**power)
                compared = period if period in others else max(others)
                yield Case(Doubt.JUMP, unit_id, period, "approved", power, compared, "", *sums)


def exchanges(beside: Beside, doubted: set[Cell]) -> Iterator[Case]:
    """Yield the phases whose figures are, group by group, those of another phase that is in force."""
    for (unit_id, period), new in beside.new_reports.items():
        old = beside.old_reports.get((unit_id, period), {})
        for phase, other in permutations(sorted({*new, *old}), 2):
            if (unit_id, period, phase) in doubted or not _is_taken(new, old, phase, other):
                continue
            sums = sum(new[phase].values()), sum(old[phase].values())
            power = float(np.log10(sums[0] / sums[1])) if min(sums) > 0 else NOTHING
            yield Case(Doubt.PHASES_APART, unit_id, period, phase, power, other, "", *sums)


def lacking(beside: Beside) -> Iterator[Case]:
    """Yield the phases in force that a report would take away: an error for a whole unit, a warning for a group."""
    for (unit_id, period), new in beside.new_reports.items():
        delivered = set().union(*new.values())
        for phase, known in beside.old_reports.get((unit_id, period), {}).items():
            if phase not in new:
                if any(known.values()):
                    yield Case(Doubt.JUMP, unit_id, period, phase, NOTHING, period, "", 0, sum(known.values()))
                continue
            for function in sorted(delivered & set(known) - set(new[phase])):
                if amount := known[function]:
                    yield Case(Doubt.PHASE_LACKING, unit_id, period, phase, NOTHING, period, function, 0, amount)


def _approved(reports: Reports) -> dict[tuple[str, str], dict[str, Amounts]]:
    """Return unit and year → period → approved amounts."""
    years: dict[tuple[str, str], dict[str, Amounts]] = {}
    for (unit_id, period), report in reports.items():
        if "approved" in report:
            years.setdefault((unit_id, period[:4]), {})[period] = report["approved"]
    return years


def _common(ours: Amounts, theirs: Amounts) -> tuple[int, int]:
    """Return both sums over the groups that both have."""
    both = set(ours) & set(theirs)
    return sum(ours[function] for function in both), sum(theirs[function] for function in both)


def _is_taken(new: Report, old: Report, phase: str, other: str) -> bool:
    """Tell whether a phase has moved, and to just the figures that another one has in force."""
    if not {phase, other} <= set(old) or phase not in new:
        return False
    ours, theirs = _money(new[phase]), _money(old[other])
    if not ours or ours != theirs or ours == _money(old[phase]):
        return False
    if _money(new.get(other, {})) != theirs:
        return True
    # Plans may come to agree; what is executed does not come to agree with a plan in every group.
    return len(ours) >= _FEWEST_GROUPS and "executed" in (phase, other) and other not in CUMULATIVE


def _money(amounts: Amounts) -> Amounts:
    return {function: amount for function, amount in amounts.items() if amount}

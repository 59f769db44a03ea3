"""Doubts about a delivery: what can be read and added up, and still cannot be true beside what is known.

Nothing is corrected. Each doubt has a code that the operator may accept by name, where the figures are right after
all; codes with `W-` only warn.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pandas as pd

from geo.core.errors import Fault
from geo.plausible.beside import Beside
from geo.plausible.cases import Case, Doubt, faults_of
from geo.plausible.groups import negatives, overspent_groups
from geo.plausible.jumps import group_jumps, nation_jumps, own_jumps, phase_jumps, unknown_jumps
from geo.plausible.phases import approved_jumps, exchanges, lacking
from geo.plausible.repeats import falls, missed, overspent, repeats
from geo.plausible.series import denominator_doubts, index_doubts, published_doubts

__all__ = ["DOUBTS", "denominator_doubts", "doubts", "index_doubts", "published_doubts"]

# The codes that may be accepted by name.
DOUBTS = frozenset({"E-SUM-15", *(code for code in vars(Doubt).values() if str(code).startswith("E-"))})


def doubts(
    sums: pd.DataFrame,
    history: pd.DataFrame,
    known_unit_names: Mapping[str, str],
    accepted: Collection[str] = (),
    file: str = "",
) -> list[Fault]:
    """Return what is hard to believe in a delivery of figures, without the accepted codes, errors first.

    Both tables have unit_id, period, function (group), phase, amount_minor. `history` is what is in force and
    comparable, all periods: for a file of single bodies that of the same source only. A unit and period of the
    delivery is compared with the one it replaces as well. One fault for each unit and kind of doubt.
    """
    if not len(sums):
        return []
    beside = Beside.of(sums, history)
    cases = [*own_jumps(beside), *unknown_jumps(beside)]
    cases += [*phase_jumps(beside, _cells(cases))]
    cases += [*approved_jumps(beside, _cells(cases)), *lacking(beside)]
    cases += exchanges(beside, _cells(cases))
    doubted = _cells(cases)
    cases += group_jumps(beside, doubted)
    cases += falls(beside, _cells(cases))
    cases += [*nation_jumps(beside), *repeats(beside), *overspent(beside, doubted), *missed(beside)]
    cases += [*negatives(beside), *overspent_groups(beside, doubted)]
    return faults_of([case for case in cases if case.code not in accepted], known_unit_names, file)


def _cells(cases: list[Case]) -> set[tuple[str, str, str]]:
    """Return the cells that an error concerns: what follows from them is not said as well."""
    return {(case.unit_id, case.period, case.phase) for case in cases if case.code.startswith("E-")}

"""Columns that a publisher computes from others: each row must agree with itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from geo.core.errors import Fault
from geo.profiles.amounts import floats, no_number
from geo.profiles.formulas import computed, names_of
from geo.profiles.language import Formula, Profile
from geo.profiles.vocabulary import Ints

if TYPE_CHECKING:
    from geo.profiles.desk import Desk


def check_formulas(profile: Profile, columns: Mapping[str, pa.Array], rows: Ints, desk: Desk) -> None:
    """Name each row in which a column is not what its formula gives; cells that are no numbers are named as well."""
    _check_others(profile, columns, rows, desk)
    for formula in profile.formulas:
        wanted = {formula.column, *names_of(formula.equals), *filter(None, [formula.where])} & set(desk.headings)
        if formula.column in wanted:
            _check(formula, {name: columns[name] for name in wanted}, rows, desk)


def _check_others(profile: Profile, columns: Mapping[str, pa.Array], rows: Ints, desk: Desk) -> None:
    """Name each cell of a column beside the figures that is no number: it would switch its formulas off in silence."""
    needed = {name for f in profile.formulas for name in (f.column, f.where, *names_of(f.equals))}
    for column in sorted(needed & set(profile.others) & set(desk.headings)):
        at = np.flatnonzero(np.isnan(floats(columns[column])))
        cells = columns[column].take(pa.array(at)).to_pylist()
        for row, cell in zip(rows[at].tolist(), cells, strict=True):
            if cell or column not in profile.may_be_empty:
                desk.findings.add(replace(no_number(cell), row=row, column=desk.headings[column]))


def _check(formula: Formula, columns: Mapping[str, pa.Array], rows: Ints, desk: Desk) -> None:
    values = {name: floats(cells) for name, cells in columns.items()}
    stated = values[formula.column]

    def named(at: int, code: str, told: Mapping[str, str]) -> Fault:
        cell = str(columns[formula.column][at])
        return Fault("", int(rows[at]), desk.headings[formula.column], code, cell, told)

    where = values[formula.where] != 0 if formula.where else np.ones(len(rows), bool)
    if formula.column not in desk.coding.profile.others:
        desk.findings.add_each(np.flatnonzero(np.isnan(stated)).tolist(), lambda at: named(at, "E-CSV-14", {}))
    # What is no number among the others is named where that column is read.
    is_known = ~np.logical_or.reduce([np.isnan(cells) for cells in values.values()])
    expected = computed(formula.equals, {name: np.nan_to_num(cells) for name, cells in values.items()})
    nearest = formula.relative * np.maximum(np.maximum(np.abs(expected), np.abs(stated)), 1.0)
    with np.errstate(invalid="ignore"):
        wrong = np.flatnonzero(where & is_known & (np.abs(stated - expected) > nearest))

    def other(at: int) -> Fault:
        return named(at, "E-PROF-12", {"formula": formula.equals, "computed": f"{expected[at]:.15g}"})

    desk.findings.add_each(wrong.tolist(), other)

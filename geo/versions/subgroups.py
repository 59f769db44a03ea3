"""Sums of subgroups → arrays of a version: [unit, period, code, phase] of each level, and which are known when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from geo.core.arrays import npy
from geo.core.country import Country
from geo.core.files import to_json
from geo.core.model import PHASES, WIDER

NAME = "subgroups.json"


def subgroup_files(country: Country, tables: Mapping[str, pd.DataFrame]) -> dict[str, bytes]:
    """Return the files of a version that hold its subgroups, none where the tables have none.

    Behind the units of an array stand what is not placed and what is wider.
    """
    if "subgroups" not in tables:
        return {}
    table = tables["subgroups"]
    axes = {"period": sorted(table["period"].unique()), "function": sorted(table["function"].unique())}
    fine = table[table["function"].str.len() > country.function_digits].groupby(["phase", "period"])
    known = [[phase, period, sorted(part["function"].unique())] for (phase, period), part in fine]
    files = {NAME: to_json({"periods": axes["period"], "codes": axes["function"], "known": known})}
    for (edition, level), held in tables["units"].groupby(["edition", "level"]):
        own = table[(table["edition"] == edition) & (table["level"] == level)]
        cube = _cube(own, list(held["unit_id"]), {**axes, "phase": list(PHASES)})
        files[f"{edition}/{level}/subgroups.npy"] = npy(cube)
    return files


def _cube(table: pd.DataFrame, units: list[str], axes: Mapping[str, list[str]]) -> Any:
    order = {unit: number for number, unit in enumerate([*units, "", WIDER])}
    cube = np.zeros((len(order), *map(len, axes.values())), dtype="<i8")
    at = [table["unit_id"].map(lambda unit: order.get(unit, len(units))).to_numpy("int64")]
    at += [pd.Index(words).get_indexer(table[name]) for name, words in axes.items()]
    np.add.at(cube, tuple(at), table["amount_minor"].to_numpy())
    return cube

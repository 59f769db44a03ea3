"""A country's own files of single bodies: who spends, each figure of them, and that both make up the whole budgets."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geo.core.codes import has_bin_form, is_bin
from geo.core.errors import Fault
from geo.core.model import LANGUAGES, LARGEST_AMOUNT, PHASES, TABLES
from geo.core.rows import PERIOD
from geo.entries.checks import side_by_side
from geo.entries.coded import coded, numbers
from geo.entries.columns import Table, read_table
from geo.entries.figures import Figures, near
from geo.entries.plan import Plan

EXACTNESS = ("point", "settlement", "district", "region")
_KEY = ["body_id", "period", "function", "phase"]
_CELL = ["unit_id", "period", "function", "phase"]
_MOST_SUMS = 100  # sums that do not agree are named up to here


@dataclass(frozen=True)
class Singles:
    """Bodies and their entries as tables of `core.model`; entries have categories for texts, and unit_id beside."""

    bodies: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(TABLES["bodies"])))
    entries: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=[*TABLES["entries"], "unit_id"]))
    faults: tuple[Fault, ...] = ()
    owners: Mapping[str, str] = field(default_factory=dict)  # body → unit of the top level


def read_singles(plan: Plan, whole: Figures, units: frozenset[str], below: Mapping[str, str]) -> Singles:
    """Return the single bodies of a folder, none where budget.toml names no files of them.

    `below` names the top-level unit of each unit under it; a body's code is one of either. Faults: unknown bodies,
    units, functions, phases and periods, numbers that are no BIN, keys that stand twice, amounts too large, and sums
    that are not those of `whole`, unit by unit, function, period and phase, in the periods of the file.
    """
    if "bodies" not in plan.tables:
        return Singles()
    bodies = read_table(plan.folder / plan.table("bodies")["file"], "bodies")
    entries = read_table(plan.folder / plan.table("entries")["file"], "entries")
    known = {**{unit: unit for unit in units}, **{unit: top for unit, top in below.items() if unit not in units}}
    faults = [*bodies.faults, *entries.faults]
    if not bodies.faults:
        faults += [*_numbers(bodies), *_texts(bodies), *_places(bodies, known)]
    if not entries.faults and not bodies.faults:
        faults += [*_codes(entries, plan, bodies.frame["body_id"]), *_amounts(entries)]
    if faults:
        return Singles(faults=tuple(faults))
    owners = {body: known[code] for body, code in zip(bodies.frame["body_id"], bodies.frame["unit_code"], strict=True)}
    made = _ordered(_owned(entries.frame, owners))
    return Singles(bodies.frame, made, tuple(_unequal(plan, made, whole.frame)), owners)


def _numbers(bodies: Table) -> Iterator[Fault]:
    """Yield bodies whose number is no BIN, stands twice, or is not their code."""
    yield from bodies.texts("body_id", lambda text: not has_bin_form(text), "E-BODY-01")
    yield from bodies.texts("body_id", lambda text: has_bin_form(text) and not is_bin(text), "E-BODY-02")
    first: dict[str, int] = {}
    for row, body, code in zip(bodies.rows, bodies.frame["body_id"], bodies.frame["code"], strict=True):
        if body in first:
            yield Fault(bodies.file, int(row), "body_id", "E-BODY-03", body, {"first": str(first[body])})
        first.setdefault(body, int(row))
        if code != body:
            yield Fault(bodies.file, int(row), "code", "E-JOIN-05", code)


def _texts(bodies: Table) -> Iterator[Fault]:
    """Yield texts that nobody can read, and bodies without a name or a kind."""
    names = [f"name_{language}" for language in LANGUAGES]
    for column in (*names, "address", "kind"):
        yield from bodies.texts(column, lambda text: not text.isprintable(), "E-BODY-10")
    yield from bodies.texts("kind", lambda text: not text.strip(), "E-CSV-19")
    nameless = np.ones(len(bodies.frame), bool)
    for column in names:
        words = bodies.frame[column].cat
        is_empty = np.array([not word.strip() for word in words.categories], bool)
        nameless &= is_empty[words.codes.to_numpy()]
    for at in np.flatnonzero(nameless):
        yield Fault(bodies.file, int(bodies.rows[at]), "name", "E-BODY-05", str(bodies.frame["body_id"].iloc[at]))


def _places(bodies: Table, known: Mapping[str, str]) -> Iterator[Fault]:
    """Yield bodies of unknown units, points that are none, and an exactness that the point does not have."""
    frame = bodies.frame
    every = frozenset(known)
    for fault in bodies.unknown("unit_code", every, "E-JOIN-01"):
        yield Fault(bodies.file, fault.row, "unit_code", "E-JOIN-01", fault.value, {"near": near(fault.value, every)})
    allowed = {"allowed": ", ".join(EXACTNESS)}
    for fault in bodies.unknown("exactness", EXACTNESS, "E-BODY-11"):
        yield Fault(bodies.file, fault.row, "exactness", "E-BODY-11", fault.value, allowed)
    lon, lat = frame["lon"].to_numpy(), frame["lat"].to_numpy()
    is_point = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    is_none = np.isnan(lon) & np.isnan(lat)
    is_exact = (frame["exactness"] == "point").to_numpy()
    for at in np.flatnonzero(~is_point & (~is_none | is_exact)):
        pair = " ".join("" if math.isnan(value) else f"{value:g}" for value in (lon[at], lat[at]))
        yield Fault(bodies.file, int(bodies.rows[at]), "lon", "E-BODY-06", pair)


def _codes(entries: Table, plan: Plan, bodies: pd.Series) -> Iterator[Fault]:
    """Yield entries of unknown bodies, functions, phases and periods, and keys that stand twice."""
    every = frozenset(bodies.cat.categories)
    for fault in entries.unknown("body_id", every, "E-JOIN-17"):
        yield Fault(entries.file, fault.row, "body_id", "E-JOIN-17", fault.value, {"near": near(fault.value, every)})
    # Against a list that could not be read nothing is checked: its own fault is told.
    if plan.functions:
        yield from entries.unknown("function", plan.functions, "E-JOIN-02")
    for fault in entries.unknown("phase", PHASES, "E-JOIN-04"):
        allowed = {"allowed": ", ".join(PHASES)}
        yield Fault(entries.file, fault.row, "phase", "E-JOIN-04", fault.value, allowed)
    yield from entries.texts("period", lambda text: not PERIOD.fullmatch(text), "E-CSV-18")
    periods = plan.periods_of("entries")
    yield from entries.texts("period", lambda text: bool(PERIOD.fullmatch(text)) and text not in periods, "E-PER-02")
    there = frozenset(entries.frame["period"].cat.categories)
    yield from (Fault(entries.file, 0, "period", "E-PER-01", period) for period in periods if period not in there)
    keys = numbers(entries.frame, _KEY)
    if not np.diff(np.sort(keys)).all():
        first = pd.Series(entries.rows).groupby(keys).transform("first").to_numpy()
        for at in np.flatnonzero(first != entries.rows)[:_MOST_SUMS]:
            key = " ".join(entries.frame[_KEY].iloc[at])
            yield Fault(entries.file, int(entries.rows[at]), "", "E-CSV-20", key, {"first": str(first[at])})


def _amounts(entries: Table) -> Iterator[Fault]:
    """Yield amounts beyond any budget, also together, and figures that do not say where they come from."""
    amounts = entries.frame["amount_minor"].to_numpy()
    yield from entries.where((amounts > LARGEST_AMOUNT) | (amounts < -LARGEST_AMOUNT), "amount_minor", "E-CSV-15")
    # A sum that leaves 64 bits would come out wrong.
    sizes = np.bincount(numbers(entries.frame, ["period", "phase"]), weights=np.abs(amounts.astype("float64")))
    if (sizes > LARGEST_AMOUNT).any():
        yield Fault(entries.file, 0, "amount_minor", "E-CSV-15", f"{sizes.max():.0f}")
    yield from entries.where((entries.frame["source_row"] < 1).to_numpy(), "source_row", "E-CSV-21")
    yield from entries.texts("source_file", lambda text: not text.strip() or not text.isprintable(), "E-CSV-19")


def _owned(entries: pd.DataFrame, owners: Mapping[str, str]) -> pd.DataFrame:
    """Return the entries with the top-level unit of each."""
    bodies = entries["body_id"].cat
    units = pd.Series([owners[body] for body in bodies.categories], dtype="str").astype("category").array
    return entries.assign(unit_id=pd.Series(units.take(bodies.codes.to_numpy()), entries.index))


def _ordered(entries: pd.DataFrame) -> pd.DataFrame:
    order = np.argsort(numbers(entries, ["period", "body_id", "function", "phase"]), kind="stable")
    return entries.take(order).reset_index(drop=True)


def _unequal(plan: Plan, entries: pd.DataFrame, whole: pd.DataFrame) -> Iterator[Fault]:
    """Yield the cells of whole budgets that the bodies do not add up to, in the periods of the file."""
    digits = whole["function"].str.len().min()
    groups = [code[:digits] for code in entries["function"].cat.categories]
    function = pd.Series(groups, dtype="str").astype("category").array.take(entries["function"].cat.codes.to_numpy())
    stated = whole[whole["period"].isin(plan.periods_of("entries"))]
    ours, theirs = coded([entries.assign(function=function), stated], {}, _CELL)
    sums = ours["amount_minor"].groupby(numbers(ours, _CELL)).sum()
    both = side_by_side(sums, pd.Series(theirs["amount_minor"].to_numpy(), numbers(theirs, _CELL)))
    cells = pd.concat([ours[_CELL], theirs[_CELL]])
    names = cells.assign(key=numbers(cells, _CELL)).drop_duplicates("key").set_index("key")
    for key, row in both[both["sum"] != both["stated"]].iloc[:_MOST_SUMS].iterrows():
        difference = row["sum"] - row["stated"]
        values = {"sum": str(row["sum"]), "stated": str(row["stated"]), "difference": str(difference)}
        yield Fault(plan.table("entries")["file"], 0, "", "E-SUM-22", " ".join(names.loc[key, _CELL]), values)

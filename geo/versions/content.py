"""Tables → the files of a version: arrays and plain values for serving, Parquet for whoever checks the sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.arrays import npy
from geo.core.country import Country
from geo.core.errors import BrokenLaw
from geo.core.files import to_json
from geo.core.model import PHASES, WIDER
from geo.versions.columnar import parquet, parquet_of
from geo.versions.opened import NOT_REPORTED, PARTLY, REPORTED

Tables = Mapping[str, pd.DataFrame]
MILLION = 1_000_000


def contents(
    country: Country, tables: Tables, functions: Mapping[str, Any], prices: Mapping[str, float]
) -> dict[str, bytes]:
    """Return the files that hold a country's figures, by name; drawings and geometry are added by the caller."""
    periods = sorted(tables["entries"]["period"].unique())
    groups = sorted(code for code in functions if len(code) == country.function_digits)
    axes = {"periods": periods, "functions": groups, "phases": list(PHASES)}
    files = {
        "country.json": to_json(country.to_json()),
        "axes.json": to_json(axes),
        "functions.json": to_json(dict(functions)),
        "facts.json": to_json(facts_of(tables, prices)),
        "bodies.json": to_json(_bodies(tables["bodies"])),
        "spending.npy": npy(spending_rows(tables, axes, country.function_digits)),
    }
    for (edition, level), units in tables["units"].groupby(["edition", "level"]):
        shares = tables["shares"][tables["shares"]["to_edition"] == edition]
        files |= _level_files(f"{edition}/{level}", units, tables, axes, shares)
    for name, table in tables.items():
        if name not in {"units", "entries"}:
            files[f"tables/{name}.parquet"] = parquet(table)
    files["tables/units.parquet"] = parquet(tables["units"].drop(columns="geometry"))
    entries = tables["entries"]
    parts = [part for _, part in entries.groupby("period", sort=True)]  # a batch of records changes few of them
    files["tables/entries.parquet"] = parquet_of(parts or [entries])
    return files


def _level_files(
    key: str, units: pd.DataFrame, tables: Tables, axes: Mapping[str, Sequence[str]], shares: pd.DataFrame
) -> dict[str, bytes]:
    """Return the files of a level of an edition; `shares` are those that lead to it."""
    edition, level = key.split("/")
    arrays, parts = level_arrays(key, units, tables["totals"], axes, shares)
    placed = tables["placements"]
    placed = placed[(placed["edition"] == edition) & (placed["level"] == level)]
    order = {unit_id: number for number, unit_id in enumerate(units["unit_id"])}
    plain = {"units": [_unit(row) for row in units.to_dict("records")], "parts": parts}
    return {
        f"{key}/units.json": to_json(plain),
        **{name: npy(array) for name, array in arrays.items()},
        f"{key}/owners.npy": npy(_owners(tables["bodies"], placed, order)),
    }


def level_arrays(
    key: str, units: pd.DataFrame, totals: pd.DataFrame, axes: Mapping[str, Sequence[str]], shares: pd.DataFrame
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the arrays of a level of an edition by their names, and what each unit inherited from where."""
    edition, level = key.split("/")
    of_level = totals[totals["level"] == level]
    order = {unit_id: number for number, unit_id in enumerate(units["unit_id"])}
    cube, seen = _cube(of_level[of_level["edition"] == edition], order, axes)
    parts = {}
    for origin, inherited in shares.groupby("from_edition"):
        parts[origin] = _parts(inherited)
        before = of_level[(of_level["edition"] == origin) & ~of_level["is_restated"]]
        numbers = {unit: number for number, unit in enumerate(sorted(set(inherited["from_unit"])))}
        periods = np.isin(axes["periods"], before["period"].unique())
        reported = dict(zip(numbers, _cube(before, numbers, axes)[1], strict=False))
        seen[: len(order), periods] = _reported(parts[origin], order, reported)[:, periods]
    arrays = {
        f"{key}/totals.npy": cube[: len(order)],
        f"{key}/reported.npy": seen[: len(order)],
        f"{key}/unplaced.npy": cube[len(order)],
        f"{key}/wider.npy": cube[len(order) + 1],
    }
    return arrays, parts


def _owners(bodies: pd.DataFrame, placed: pd.DataFrame, order: Mapping[str, int]) -> Any:
    """Return the number of the unit that owns each body, -1 where none does."""
    units = dict(zip(placed["body_id"], placed["unit_id"], strict=True))
    return np.array([order.get(units.get(body, ""), -1) for body in bodies["body_id"]], dtype="<i4")


def _parts(shares: pd.DataFrame) -> dict[str, list[tuple[str, int]]]:
    """Return unit → (unit that it inherited from, parts per million)."""
    return {
        unit: sorted(zip(part["from_unit"], map(int, part["share_ppm"]), strict=True))
        for unit, part in shares.groupby("to_unit")
    }


def _cube(totals: pd.DataFrame, order: Mapping[str, int], axes: Mapping[str, Sequence[str]]) -> tuple[Any, Any]:
    """Return totals [unit, period, function, phase] and reported [unit, period, phase].

    Two more rows stand behind the units: for what is not placed, and for what is known only more widely.
    """
    lengths = [len(axes[name]) for name in ("periods", "functions", "phases")]
    cube = np.zeros((len(order) + 2, *lengths), dtype="<i8")
    seen = np.zeros((len(order) + 2, lengths[0], lengths[2]), dtype="|u1")
    outside = {WIDER: len(order) + 1}
    unit = totals["unit_id"].map(lambda code: order.get(code, outside.get(code, len(order)))).to_numpy("int64")
    period, function, phase = (
        totals[column].map({code: i for i, code in enumerate(axes[name])}).to_numpy("int64")
        for column, name in (("period", "periods"), ("function", "functions"), ("phase", "phases"))
    )
    cube[unit, period, function, phase] = totals["amount_minor"].to_numpy()
    seen[unit, period, phase] = REPORTED
    return cube, seen


def _reported(
    inherited: Mapping[str, Sequence[tuple[str, int]]], order: Mapping[str, int], seen: Mapping[str, Any]
) -> Any:
    """Return what restated units reported: partly where some of those they were put together from did not.

    `seen` is what each part reported [period, phase].
    """
    parts = {unit: np.array([seen[part] for part, _ in inherited[unit]]) for unit in order if inherited.get(unit)}
    nothing = np.full_like(next(iter(seen.values())), NOT_REPORTED)
    result = [
        np.where(parts[unit].all(0), REPORTED, np.where(parts[unit].any(0), PARTLY, NOT_REPORTED))
        if unit in parts
        else nothing
        for unit in order
    ]
    return np.array(result, dtype="|u1")


def _unit(row: Mapping[str, Any]) -> dict[str, Any]:
    names = {language: row[f"name_{language}"] for language in ("kk", "ru", "en")}
    kept = {name: row[name] for name in ("unit_id", "parent_id", "iso", "kind", "area_m2", "label_lon", "label_lat")}
    return {**kept, "names": names}


def _bodies(bodies: pd.DataFrame) -> list[dict[str, Any]]:
    kept = ["body_id", "code", "kind", "name_kk", "name_ru", "name_en", "unit_code", "exactness"]
    rows: list[dict[str, Any]] = bodies[[*kept, "is_group", "is_synthetic"]].to_dict("records")
    return rows


def spending_rows(tables: Tables, axes: Mapping[str, Sequence[str]], digits: int) -> Any:
    """Return each body's figures by functional group, sorted by body, period, phase, function; raises BrokenLaw."""
    columns = numbered(tables, axes, digits)
    # One number for a row's key: millions of rows are sorted by it at once, and not by four texts.
    (order, first), found = grouped(columns)
    fields = [("body", "<i4"), ("period", "<i2"), ("function", "<i2"), ("phase", "<i2"), ("amount", "<i8")]
    rows = np.zeros(len(first), dtype=fields)
    for name, values in found.items():
        rows[name] = values
    if len(first):
        rows["amount"] = _sums(tables["entries"]["amount_minor"].to_numpy()[order], first)
    return rows


def _sums(amounts: NDArray[np.int64], first: NDArray[np.intp]) -> NDArray[np.int64]:
    """Return the sum, in minor units, from each place in `first` up to the next; raises BrokenLaw beyond 64 bits."""
    sums = np.add.reduceat(amounts, first)
    # numpy wraps without a word: both halves of 32 bits are added apart, where nothing can.
    upper = np.add.reduceat(amounts >> 32, first) + (np.add.reduceat(amounts & (2**32 - 1), first) >> 32)
    if count := int((upper != sums >> 32).sum()):
        raise BrokenLaw(count=count, laws="a body's amounts in a group are beyond 64 bits")
    return sums


def numbered(tables: Tables, axes: Mapping[str, Sequence[str]], digits: int) -> dict[str, tuple[Any, int]]:
    """Return, for each entry, the numbers of its body, period, phase and functional group, and how many there are."""
    entries = tables["entries"]
    codes, every = pd.factorize(entries["function"])
    group = pd.Index(axes["functions"]).get_indexer([code[:digits] for code in every])[codes]
    return {
        "body": (pd.Index(tables["bodies"]["body_id"]).get_indexer(entries["body_id"]), len(tables["bodies"])),
        "period": (pd.Index(axes["periods"]).get_indexer(entries["period"]), len(axes["periods"])),
        "phase": (pd.Index(axes["phases"]).get_indexer(entries["phase"]), len(axes["phases"])),
        "function": (group, len(axes["functions"])),
    }


def grouped(columns: Mapping[str, tuple[Any, int]]) -> tuple[tuple[Any, Any], dict[str, Any]]:
    """Return ((the order of rows by several columns of numbers, where in it each group begins), the groups)."""
    numbers, sizes = zip(*columns.values(), strict=True)
    key = np.ravel_multi_index(numbers, sizes)
    order = np.argsort(key, kind="stable")
    first = np.flatnonzero(np.diff(key[order], prepend=-1))
    found = np.unravel_index(key[order][first], sizes)
    return (order, first), dict(zip(columns, found, strict=True))


def facts_of(tables: Tables, prices: Mapping[str, float]) -> dict[str, Any]:
    """Return what is published beside the figures: total lines, revenue, denominators, price levels."""
    published = {
        source: {
            "/".join([row["unit_id"], row["period"], row["phase"]]): row["amount_minor"]
            for row in part.to_dict("records")
        }
        for source, part in tables["published"].groupby("source")
    }
    revenue = {
        "/".join([row["unit_id"], row["period"], row["item"], row["phase"]]): row["amount_minor"]
        for row in tables["revenue"].to_dict("records")
    }
    denominators: dict[str, Any] = {}
    for key, part in tables["denominators"].groupby(["edition", "level", "series", "year"]):
        edition, level, series, year = key
        values = part.sort_values("unit_id")["value"].tolist()
        denominators.setdefault(f"{edition}/{level}", {}).setdefault(series, {})[year] = values
    return {"published": published, "revenue": revenue, "denominators": denominators, "prices": dict(prices)}

"""A foreign file of any length that a country would believe: the bundled figures, each split into many rows.

The layout is the form that a unit fills in itself (kz-template). All rows of a unit, period and functional group add
up to the bundled figure, so nothing in them is a doubt; the last row is the total of each phase.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.shared import DATA

BUDGET = DATA / "budget" / "kz"
TEMPLATE = BUDGET / "profiles" / "kz-template.toml"
HEADER = (
    *("Unit code (KATO)", "Period", "Function code", "Administrator code", "BIN", "Unit of amounts"),
    *("Approved budget", "Revised budget", "Adjusted plan of the year", "Plan to date", "Executed since January"),
)
PHASES = ("approved", "revised", "adjusted", "planned_to_date", "executed")
KEYS = ("function", "code")
ANY_CODE = "\n[codes]\nadministrator_digits = 3\nnames_from_file = true\n"
_SHEET = "Бюджет"
_MINOR = 100


def profile_for(rows: int, folder: Path) -> str:
    """Return the profile for so many rows: the bundled one, or one that takes any administrator, written to a file."""
    if rows <= _fits():
        return "kz-template"
    text = re.sub("kz-template", "kz-template-long", TEMPLATE.read_text(encoding="utf-8"))
    path = folder / "long.toml"
    path.write_text(text + ANY_CODE, encoding="utf-8")
    return str(path)


def write_csv(path: Path, rows: int) -> dict[str, int]:
    """Write a file of so many rows of figures and a total; return the sum of each phase in minor units."""
    sums = dict.fromkeys(PHASES, 0)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADER) + "\n")
        for table in tables(rows, sums):
            lines = pc.binary_join_element_wise(*table, ",")
            file.write("\n".join(lines.to_pylist()) + "\n")
        file.write(",".join(_total(sums)) + "\n")
    return sums


def write_workbook(path: Path, rows: int) -> dict[str, int]:
    """Write the same as a workbook of one sheet, its amounts stored as numbers; return the sums."""
    from openpyxl import Workbook

    sums = dict.fromkeys(PHASES, 0)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_SHEET)
    sheet.append(HEADER)
    for table in tables(rows, sums):
        for cells in zip(*(column.to_pylist() for column in table), strict=True):
            sheet.append([*cells[:6], *map(float, cells[6:])])
    sheet.append(_total(sums))
    book.save(path)
    return sums


def tables(rows: int, sums: dict[str, int]) -> Iterator[list[pa.Array]]:
    """Yield the columns of each unit and period, adding to the sums; in all so many rows."""
    cells, is_long = [*bundled().groupby(["region_kato", "period"])], rows > _fits()
    for number, ((unit, period), figures) in enumerate(cells):
        most = rows * (number + 1) // len(cells) - rows * number // len(cells)
        keys = _keys(most, frozenset(figures["functional_group"]), is_long)
        groups = keys["function"].str[:2]
        of_group = figures.set_index("functional_group")
        columns = [
            pa.repeat(unit, most),
            pa.repeat(period, most),
            *(pa.array(keys[name], pa.string()) for name in KEYS),
        ]
        columns += [pa.repeat("", most), pa.repeat("tenge", most)]
        for phase in PHASES:
            amounts = _split(groups, of_group[f"{phase}_kzt"])
            sums[phase] += int(amounts.sum())
            columns.append(_written(amounts))
        yield columns


def bundled() -> pd.DataFrame:
    """Return the bundled figures, amounts in minor units."""
    with (BUDGET / "local_expenditure.csv").open(encoding="utf-8", newline="") as file:
        table = pd.DataFrame(csv.DictReader(file))
    amounts = [f"{phase}_kzt" for phase in PHASES]
    return table.assign(**{name: (table[name].map(_minor)).astype("int64") for name in amounts})


def _keys(most: int, groups: frozenset[str], any_code: bool) -> pd.DataFrame:
    """Return as many different pairs of administrator and function of these groups, each group among the first."""
    functions = [code for code in _codes("functions.csv", "subfunctions.csv") if code[:2] in groups]
    codes = [f"{n}" for n in range(100, 1000)] if any_code else _codes("administrators.csv")
    return pd.DataFrame(islice(product(codes, functions), most), columns=["code", "function"])


def _fits() -> int:
    """Return how many rows the codes that the country knows are enough for."""
    cells = bundled().groupby(["region_kato", "period"])["functional_group"].agg(set)
    functions = [code[:2] for code in _codes("functions.csv", "subfunctions.csv")]
    fewest = min(sum(code in groups for code in functions) for groups in cells)
    return len(cells) * len(_codes("administrators.csv")) * fewest


def _codes(*files: str) -> list[str]:
    found: list[str] = []
    for name in files:
        with (BUDGET / name).open(encoding="utf-8", newline="") as file:
            found += [row["code"] for row in csv.DictReader(file)]
    return found


def _split(groups: pd.Series, amounts: Any) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Return a part of its group's amount for each row, unequal ones; together they are the amount."""
    weights = pd.Series(1 + np.arange(len(groups)) % 7)
    whole = groups.map(amounts).to_numpy(np.int64)
    parts = whole // weights.groupby(groups).transform("sum").to_numpy() * weights.to_numpy()
    left = whole - pd.Series(parts).groupby(groups).transform("sum").to_numpy()
    return np.asarray(parts + np.where(groups.duplicated(), 0, left))


def _written(amounts: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Array:
    whole, minor = np.divmod(np.abs(amounts), _MINOR)
    sign = pa.array(np.where(amounts < 0, "-", ""))
    minors = pc.utf8_lpad(pa.array(minor).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(
        sign, pc.binary_join_element_wise(pa.array(whole).cast("string"), minors, "."), ""
    )


def _minor(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole + (rest + "00")[:2]) if text else 0


def _total(sums: dict[str, int]) -> list[str]:
    return ["Total", "", "", "", "", "tenge", *(f"{sum_ // _MINOR}.{sum_ % _MINOR:02}" for sum_ in sums.values())]

"""A table of the bulk folder as CSV: columns with type and meaning, rows in pieces, amounts as exact decimals."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.model import TABLES
from geo.core.way import WAY
from geo.faces.files import amount_text, cell
from geo.versions import Version

Row = Sequence[Any]
_PIECE = 1024  # rows that are written at once: no other thread computes meanwhile


@dataclass(frozen=True)
class Column:
    """One column: its type as Table Schema names it, its meaning, and the fiscal concept that it stands for, if any."""

    name: str
    type: str
    meaning: str
    concept: str = ""
    is_key: bool = False
    to: str = ""  # the table whose key of one column it holds


@dataclass(frozen=True)
class Table:
    """One table of a version. `rows` gives them in one fixed order; `is_in` tells whether a version has the table."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Version], Iterable[Row]]
    is_in: Callable[[Version], bool] = lambda version: True

    def pieces(self, version: Version) -> Iterator[tuple[bytes, int]]:
        """Yield (a piece of the CSV file, its rows): UTF-8, CRLF; text that a spreadsheet would run is quoted by '.

        The heading is a piece of its own, of no rows.
        """
        yield _written([[column.name for column in self.columns]]), 0
        waiting = WAY.given(self.rows(version))
        while rows := list(islice(waiting, _PIECE)):
            yield _written(rows), len(rows)


def _written(rows: Iterable[Row]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode("utf-8")


def of_model(table: str, name: str, **given: Any) -> Column:
    """Return a column that means what it means between the stages."""
    declared = TABLES[table][name]
    kinds = {"str": "string", "int64": "integer", "float64": "number", "bool": "boolean"}
    return Column(name, kinds[declared.dtype], declared.meaning, **given)


def decimals(amounts: NDArray[np.int64], minor_units: int) -> list[str]:
    """Return amounts in minor units as exact decimals of the currency's unit, none of them through a float."""
    fractions = [(amount_text(rest, minor_units) or "")[1:] for rest in range(minor_units)]
    signs = ["-" if is_below else "" for is_below in (amounts < 0).tolist()]
    wholes, rests = np.divmod(np.abs(amounts), minor_units)
    return [
        f"{sign}{whole}{fractions[rest]}"
        for sign, whole, rest in zip(signs, wholes.tolist(), rests.tolist(), strict=True)
    ]


def texts(values: Iterable[Any]) -> list[Any]:
    """Return values as they stand in a table."""
    return [cell(value) for value in values]

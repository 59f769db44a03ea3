"""Lines → entries on disk, their sums, their reports; every line's key is kept, so that none is counted twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from geo.core.errors import Fault
from geo.core.model import LARGEST_AMOUNT, PHASES
from geo.profiles.coding import Coding
from geo.profiles.digests import Digests
from geo.profiles.findings import Findings
from geo.profiles.lines import Lines
from geo.profiles.vocabulary import Ints
from geo.profiles.writing import EntryWriter

_SUMS = ("unit_id", "period", "function", "phase", "amount_minor", "entries")
# The key of a line in 63 bits, from above: body 28, period 12 (there are fewer months between 1900 and 2099),
# function 20, and 3 for what is kept apart (one of five phases). The key of a tally: unit 23, period 20, group 20.
_BITS = {"body": 28, "period": 12, "function": 20, "kept_apart": 3, "unit": 23}
_FUNCTION = _BITS["kept_apart"]
_PERIOD = _FUNCTION + _BITS["function"]
_BODY = _PERIOD + _BITS["period"]


@dataclass(frozen=True)
class Tally:
    """Amounts of one unit, period and group by phase, exact whatever their size."""

    row: int  # the first
    amounts: dict[str, int]
    entries: dict[str, int]


class Book:
    """What the lines of one file come to."""

    def __init__(self, coding: Coding, findings: Findings, rows: int, scratch: Path | None) -> None:
        """Begin empty, with room for so many rows; without `scratch` nothing is written, only added up."""
        self._coding, self._findings = coding, findings
        self._keys, self._prints = np.empty(rows, np.int64), np.empty(rows, np.uint64)
        self._rows = np.empty(rows, np.uint32)
        self._tallies: dict[int, Tally] = {}
        self._digests = Digests(coding, by_body=coding.profile.supersedes == "body")
        self._groups = _Groups(coding)
        self._writer = EntryWriter(scratch / "entries.parquet", coding, findings.file) if scratch else None
        self._is_outgrown = False
        self.taken = 0

    def enter(self, lines: Lines) -> None:
        """Take lines that are sound: write their entries, remember their keys, add them up."""
        if not len(lines.rows) or self._outgrows(lines):
            return
        begin, end = self.taken, self.taken + len(lines.rows)
        if end > len(self._keys):  # sums since January make more lines than the file has rows
            self._keys, self._prints = np.resize(self._keys, 2 * end), np.resize(self._prints, 2 * end)
            self._rows = np.resize(self._rows, 2 * end)
        self._keys[begin:end] = _keys(lines)
        self._rows[begin:end] = lines.rows
        self._prints[begin:end] = self._digests.enter(lines)
        self.taken = end
        self._add_up(lines)
        if self._writer:
            self._writer.write(lines)

    def close(self) -> pd.DataFrame:
        """Finish the file of entries, name the lines that stand twice, and return the sums."""
        if self._writer:
            self._writer.close()
        self._name_duplicates()
        return pd.DataFrame([row for _, row in self._sum_rows()], columns=list(_SUMS)).astype({"amount_minor": object})

    def first_rows(self) -> dict[tuple[str, str, str], int]:
        """Return (unit, period, group) → the first row of it, so that a law can tell a place."""
        return {self._named(key): tally.row for key, tally in self._tallies.items()}

    def reports(self) -> pd.DataFrame:
        """Return one row for each report with the digest of its figures."""
        return self._digests.table()

    def _outgrows(self, lines: Lines) -> bool:
        """Tell whether there are more codes than keys have room for, after naming the first row of it."""
        for column, bits in _BITS.items():
            numbers = getattr(lines, column)
            if not self._is_outgrown and len(beyond := np.flatnonzero(numbers >> bits)):
                self._is_outgrown = True
                row, value = int(lines.rows[beyond[0]]), str(int(numbers.max()) + 1)
                self._findings.add(Fault("", row, column, "E-LIM-07", value, {"limit": str(1 << bits)}))
        return self._is_outgrown

    def _add_up(self, lines: Lines) -> None:
        keys = (lines.unit << 40) | (lines.period << 20) | self._groups.of(lines.function)
        order = np.argsort(keys, kind="stable")
        distinct, starts = np.unique(keys[order], return_index=True)
        tallies = [self._tally(key, int(row)) for key, row in zip(distinct, lines.rows[order][starts], strict=True)]
        for phase, (values, has) in lines.amounts.items():
            counts = np.add.reduceat(has[order].astype(np.int64), starts).tolist()
            sums = np.add.reduceat(_summable(values)[order], starts).tolist()
            for tally, amount, count in zip(tallies, sums, counts, strict=True):
                tally.amounts[phase] += amount
                tally.entries[phase] += count

    def _tally(self, key: np.int64, row: int) -> Tally:
        number = int(key)
        if number not in self._tallies:
            self._tallies[number] = Tally(row, dict.fromkeys(PHASES, 0), dict.fromkeys(PHASES, 0))
        return self._tallies[number]

    def _named(self, key: int) -> tuple[str, str, str]:
        coding = self._coding
        unit, period = coding.units.meanings[key >> 40], coding.periods.meanings[(key >> 20) & 0xFFFFF]
        return unit, period, self._groups.names[key & 0xFFFFF]

    def _sum_rows(self) -> Iterator[tuple[int, tuple[str, str, str, str, int, int]]]:
        named = sorted((self._named(key), tally) for key, tally in self._tallies.items())
        for key, tally in named:
            for phase in PHASES:
                if tally.entries[phase]:
                    amount = tally.amounts[phase]
                    if abs(amount) > LARGEST_AMOUNT:
                        self._findings.add(Fault("", tally.row, "", "E-CSV-15", " ".join((*key, phase))))
                    yield tally.row, (*key, phase, amount, tally.entries[phase])

    def _name_duplicates(self) -> None:
        """Name each line whose key stands in an earlier row, with that row."""
        keys = self._keys[: self.taken]
        in_order = np.sort(keys)
        if not (in_order[1:] == in_order[:-1]).any():
            return
        order = np.argsort(keys, kind="stable")
        is_again = np.zeros(len(keys), bool)
        is_again[1:] = keys[order][1:] == keys[order][:-1]
        firsts = np.maximum.accumulate(np.where(is_again, 0, np.arange(len(keys))))
        for at in np.flatnonzero(is_again).tolist():
            again, first = order[at], order[firsts[at]]
            self._add_duplicate(int(again), int(first))

    def _add_duplicate(self, again: int, first: int) -> None:
        key, coding = int(self._keys[again]), self._coding
        parts = (
            coding.bodies.meanings[key >> _BODY],
            coding.periods.meanings[(key >> _PERIOD) & ((1 << _BITS["period"]) - 1)],
            coding.functions.meanings[(key >> _FUNCTION) & ((1 << _BITS["function"]) - 1)],
        )
        row, earlier = int(self._rows[again]), {"first": str(self._rows[first])}
        if self._prints[again] == self._prints[first]:
            self._findings.add(Fault("", row, "", "E-CSV-20", " ".join(parts), {"first": earlier["first"]}))
        else:
            self._findings.add(Fault("", row, "", "E-CSV-24", " ".join(parts), {"first": earlier["first"]}))


class _Groups:
    """The functional group of each function, by number."""

    def __init__(self, coding: Coding) -> None:
        self._functions, self._digits = coding.functions, coding.known.country.function_digits
        self._numbers: dict[str, int] = {}
        self._of_function: list[int] = []
        self.names: list[str] = []

    def of(self, functions: Ints) -> Ints:
        """Return the number of the group of each function."""
        for meaning in self._functions.meanings[len(self._of_function) :]:
            group = meaning[: self._digits]
            if group not in self._numbers:
                self._numbers[group] = len(self.names)
                self.names.append(group)
            self._of_function.append(self._numbers[group])
        return np.array(self._of_function or [0], dtype=np.int64)[functions]


def _keys(lines: Lines) -> Ints:
    return (lines.body << _BODY) | (lines.period << _PERIOD) | (lines.function << _FUNCTION) | lines.kept_apart


def _summable(values: Ints) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
    """Return the values, as Python's numbers of any size where 64 bits could not hold their sum."""
    largest = int(np.abs(values).max(initial=0))
    return values.astype(object) if largest * len(values) > LARGEST_AMOUNT else values

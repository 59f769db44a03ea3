"""Rows of a batch → the table of its records, or every fault, judged as the importer judges cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import pandas as pd

from geo.core.errors import BadData, Fault
from geo.core.model import PHASES
from geo.core.rows import PERIOD, Rows, minor_units
from geo.ledger.feed import RECORDS
from geo.live.batches import ID
from geo.plausible.ahead import not_begun
from geo.profiles.amounts import no_number
from geo.profiles.cells import judge_code, near

_REVISION = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_WITHDRAWN = {"": False, "false": False, "0": False, "true": True, "1": True}
_ALIKE = 12  # unknown codes of a batch that are compared with all known ones; each comparison takes its time


@dataclass(frozen=True)
class Known:
    """What records may name: bodies with the unit of the top level they belong to, functions, the currency."""

    units: Mapping[str, str]
    functions: frozenset[str]
    minor_units: int
    month: str  # YYYY-MM of today: nothing is executed later
    cache: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)

    def near(self, column: str, code: str) -> str:
        """Return the known codes that look like an unknown one."""
        known = self.units if column == "body" else self.functions
        return near(code, self.cache.setdefault(column, sorted(known)))


def records_of(rows: Rows, known: Known) -> pd.DataFrame:
    """Return the records of a batch, columns `feed.RECORDS`; raises BadData with every fault of every row.

    One row for each amount, in the order of the batch; a withdrawn record has one row that names nothing but it.
    """
    reader = _Reader(rows.file, known)
    made = [row for number, cells in rows for row in reader.read(number, cells)]
    frame = pd.DataFrame(made, columns=list(RECORDS)).astype(dict(RECORDS))
    ahead = not_begun(frame[~frame["is_withdrawn"]], known.month, rows.file)
    if faults := [*reader.faults, *ahead]:
        raise BadData(faults)
    return frame


class _Reader:
    def __init__(self, file: str, known: Known) -> None:
        self._file, self._known = file, known
        self._ids: dict[str, int] = {}
        self._lines: dict[tuple[str, str, str], int] = {}
        self._alike = 0
        self.faults: list[Fault] = []

    def read(self, row: int, cells: Mapping[str, str]) -> Iterator[tuple[object, ...]]:
        """Yield the rows of one record; what is wrong with it is kept in `faults`."""
        before = len(self.faults)
        record, revision = self._identity(row, cells)
        if (is_withdrawn := _WITHDRAWN.get(cells.get("withdrawn", "").strip().casefold())) is None:
            self._add(row, "withdrawn", "E-LIVE-06", cells["withdrawn"])
        if is_withdrawn:
            if len(self.faults) == before:
                yield (record, revision, True, "", "", "", "", 0, row)
            return
        body, period, function = self._line(row, cells)
        amounts = {phase: cells[phase] for phase in PHASES if cells.get(phase, "") != ""}
        if not amounts:
            self._add(row, "", "E-LIVE-07", record)
        read = {phase: self._amount(row, phase, text) for phase, text in amounts.items()}
        if len(self.faults) == before:
            yield from (
                (record, revision, False, body, period, function, phase, amount, row) for phase, amount in read.items()
            )

    def _identity(self, row: int, cells: Mapping[str, str]) -> tuple[str, int]:
        record, revision = cells.get("id", ""), cells.get("revision", "")
        if not ID.fullmatch(record):
            self._add(row, "id", "E-LIVE-01", record)
        elif self._ids.setdefault(record, row) != row:
            self._add(row, "id", "E-LIVE-04", record, first=str(self._ids[record]))
        if not _REVISION.fullmatch(revision):
            self._add(row, "revision", "E-LIVE-02", revision)
            return record, 0
        return record, int(revision)

    def _line(self, row: int, cells: Mapping[str, str]) -> tuple[str, str, str]:
        body, period, function = (cells.get(name, "") for name in ("body", "period", "function"))
        unit = cells.get("unit", "")
        if not body and unit:
            body = f"{unit}-budget"
        self._code(row, "body", body, body in self._known.units, "E-JOIN-17")
        self._code(row, "function", function, function in self._known.functions, "E-JOIN-06")
        if unit and self._known.units.get(body, unit) != unit:
            self._add(row, "unit", "E-LIVE-08", body, unit=unit, known=self._known.units[body])
        if not PERIOD.fullmatch(period):
            self._add(row, "period", "E-CSV-18", period)
        line = (body, period, function)
        if self._lines.setdefault(line, row) != row:
            self._add(row, "", "E-CSV-24", " ".join(line), first=str(self._lines[line]))
        return line

    def _code(self, row: int, column: str, text: str, is_known: bool, code: str) -> None:
        if is_known:
            return
        judged = judge_code(text) if text else Fault("", 0, "", "E-CSV-19", text)
        if isinstance(judged, Fault):
            self._add(row, column, judged.code, text, **judged.values)
            return
        self._alike += 1
        near = self._known.near(column, text) if self._alike <= _ALIKE else "–"
        self.faults.append(Fault(self._file, row, column, code, text, {"near": near}))

    def _amount(self, row: int, phase: str, text: str) -> int:
        amount = minor_units(text, self._known.minor_units)
        if isinstance(amount, int):
            return amount
        fault = no_number(text) if amount == "E-CSV-14" else Fault("", 0, "", amount, text)
        self._add(row, phase, fault.code, text, **fault.values)
        return 0

    def _add(self, row: int, column: str, code: str, value: str, **values: str) -> None:
        self.faults.append(Fault(self._file, row, column, code, value, values))

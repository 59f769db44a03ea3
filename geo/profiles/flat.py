"""A flat file, one figure row after another → lines in the book, its totals compared with what they add up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from geo.core.errors import Fault
from geo.core.model import PHASES
from geo.profiles.amounts import Reader
from geo.profiles.beside import UNIT_NAMES, Beside
from geo.profiles.desk import Desk, large_batches, rows_of
from geo.profiles.lines import Cells, Lines
from geo.profiles.redundant import check_formulas
from geo.profiles.vocabulary import Ints, Vocabulary

Columns: TypeAlias = Mapping[str, pa.Array]


class FlatReader:
    """One flat file while it is read."""

    def __init__(self, desk: Desk) -> None:
        """Begin at its first row."""
        self._desk, self._profile = desk, desk.coding.profile
        columns = [name for name in (*PHASES, "amount") if name in desk.headings]
        digits = len(str(desk.coding.known.country.minor_units)) - 1
        self._readers = {c: Reader(self._profile.amounts, digits, self._is_numeric(c)) for c in columns}
        self._beside = Beside(desk.coding)
        self._units_of_amounts = Vocabulary(self._power)
        self._phases = Vocabulary(self._phase)
        self._is_total = Vocabulary(lambda text: "total" if self._names_total(text) else "row")
        self.totals: list[pa.RecordBatch] = []
        self.apart: list[Lines] = []  # of functions that the profile leaves out

    def lines(self) -> Iterator[Lines]:
        """Yield the sound lines of the file; what is wrong is named, what is no entry is counted."""
        for batch in large_batches(self._desk.cells):
            yield self._lines(self._without_totals(batch))

    def columns(self, batch: pa.RecordBatch) -> dict[str, pa.Array]:
        """Return the columns of a batch by our names, an absent one full of empty cells."""
        names = [*self._profile.columns, *self._profile.others]
        empty = pa.repeat(pa.scalar(""), batch.num_rows)
        headings = self._desk.headings
        return {n: batch.column(headings[n]).fill_null("") if n in headings else empty for n in names}

    def periods(self, columns: Columns, rows: Ints) -> Ints:
        """Return the period of each row."""
        desk, coding = self._desk, self._desk.coding
        if self._profile.notation != "columns":
            return coding.periods.encode_checked(columns["period"], desk.spot(rows, "period"), desk.findings)
        years = coding.years.encode_checked(columns["year"], desk.spot(rows, "year"), desk.findings)
        months = coding.months.encode_checked(columns["month"], desk.spot(rows, "month"), desk.findings)
        return coding.months_of_years.encode(years, months, desk.spot(rows, "month"), desk.findings)

    def units(self, columns: Columns, rows: Ints, periods: Ints) -> Ints:
        """Return the unit of each row as it is called in its period."""
        desk, coding = self._desk, self._desk.coding
        spot = desk.spot(rows, "unit")
        if "unit" in desk.headings:
            numbers = coding.units.encode_checked(columns["unit"], spot, desk.findings)
        else:
            numbers = np.full(len(rows), coding.units.add_meaning(desk.unit_id), np.int64)
        return coding.units_in_force.encode(numbers, periods, spot, desk.findings)

    def amounts(self, columns: Columns, rows: Ints, is_total: bool = False) -> dict[str, Cells]:
        """Return the amounts of each column that holds them."""
        desk, powers = self._desk, self._powers(columns, rows, is_total)
        return {
            name: reader.read(columns[name], powers, desk.spot(rows, name), desk.findings)
            for name, reader in self._readers.items()
        }

    def phase_of(self, columns: Columns, rows: Ints) -> Ints:
        """Return the phase of each row of a long file, as the number of its place among the phases."""
        numbers = self._phases.encode_checked(columns["phase"], self._desk.spot(rows, "phase"), self._desk.findings)
        places = np.array([PHASES.index(phase) for phase in self._phases.meanings] or [0], dtype=np.int64)
        return np.where(numbers >= 0, places[np.maximum(numbers, 0)], -1)

    def wanted(self, batch: pa.RecordBatch) -> tuple[Ints, Ints, Columns]:
        """Return rows, periods and columns of what the operator wants; the rest is counted."""
        desk, rows, columns = self._desk, rows_of(batch), self.columns(batch)
        periods = self.periods(columns, rows)
        if not desk.coding.given.period:
            return rows, periods, columns
        wanted = np.array([desk.coding.is_wanted(meaning) for meaning in desk.coding.periods.meanings] or [False])
        is_wanted = np.where(periods >= 0, wanted[np.maximum(periods, 0)], True)
        desk.leave(rows[~is_wanted], "period")
        mask = pa.array(is_wanted)
        return rows[is_wanted], periods[is_wanted], {name: cells.filter(mask) for name, cells in columns.items()}

    def _lines(self, batch: pa.RecordBatch) -> Lines:
        desk = self._desk
        rows, periods, columns = self.wanted(batch)
        units, functions = self._named(
            columns, rows, self.units(columns, rows, periods), self._functions(columns, rows)
        )
        bodies = self._bodies(columns, rows, units)
        amounts, apart = self.amounts(columns, rows), np.zeros(len(rows), np.int64)
        if "phase" in columns:
            apart = self.phase_of(columns, rows)
            values, has = amounts["amount"]
            amounts = {phase: (values, has & (apart == n)) for n, phase in enumerate(PHASES)}
        check_formulas(self._profile, columns, rows, desk)
        return self.sound(Lines(rows, units, periods, functions, bodies, amounts, apart))

    def sound(self, lines: Lines) -> Lines:
        """Return the lines that are entries; the others are counted by reason."""
        desk = self._desk
        is_sound = lines.are_sound & (lines.kept_apart >= 0)
        apart = [n for n, m in enumerate(desk.coding.functions.meanings) if m in self._profile.codes.functions_left]
        is_other = is_sound & np.isin(lines.function, apart)
        is_empty = is_sound & ~is_other & ~lines.have_amounts
        if is_other.any():
            self.apart.append(lines.where(is_other))
        desk.leave(lines.rows[is_other], "other")
        desk.leave(lines.rows[is_empty], "empty")
        desk.leave(lines.rows[~is_sound], "refused")
        return lines.where(is_sound & ~is_other & ~is_empty)

    def _functions(self, columns: Columns, rows: Ints) -> Ints:
        desk, coding = self._desk, self._desk.coding
        spot = desk.spot(rows, "function")
        if "subgroup" not in columns:
            return coding.functions.encode_checked(columns["function"], spot, desk.findings)
        groups = coding.parts.encode_checked(columns["function"], spot, desk.findings)
        parts = coding.parts.encode_checked(columns["subgroup"], desk.spot(rows, "subgroup"), desk.findings)
        return coding.functions_of_parts.encode(groups, parts, desk.spot(rows, "subgroup"), desk.findings)

    def _named(self, columns: Columns, rows: Ints, units: Ints, functions: Ints) -> tuple[Ints, Ints]:
        """Return units and functions again, negative where a name beside the code is that of another."""
        desk = self._desk
        for name in UNIT_NAMES:
            if name in desk.headings:
                units = self._beside.units(units, columns[name], desk.spot(rows, name), desk.findings)
        if (name := "function_name") in desk.headings:
            functions = self._beside.functions(functions, columns[name], desk.spot(rows, name), desk.findings)
        return units, functions

    def _bodies(self, columns: Columns, rows: Ints, units: Ints) -> Ints:
        """Return who spends: a body by its BIN, an administrator of a unit, or the unit's whole budget."""
        desk, coding = self._desk, self._desk.coding
        spot = desk.spot(rows, "administrator")
        numbers = np.full(len(rows), coding.administrators.add_meaning(""), np.int64)
        if "administrator" in desk.headings:
            numbers = coding.administrators.encode_checked(columns["administrator"], spot, desk.findings)
        if "administrator_name" in desk.headings:
            named = desk.spot(rows, "administrator_name")
            texts = desk.names.texts.encode_checked(columns["administrator_name"], named, desk.findings)
            numbers = desk.names.of_codes.encode(numbers, texts, named, desk.findings)
        bodies = coding.bodies_of_units.encode(units, numbers, spot, desk.findings)
        spot = desk.spot(rows, "body")
        if "body" in desk.headings:
            by_number = coding.bins.encode_checked(columns["body"], spot, desk.findings)
            bodies = coding.bodies_by_bin.encode(bodies, by_number, spot, desk.findings)
        return coding.units_of_bodies.encode(bodies, units, spot, desk.findings)

    def _powers(self, columns: Columns, rows: Ints, is_total: bool) -> Ints:
        """Return the power of ten of each row's amounts; −1 where nobody can tell."""
        if "unit_of_amounts" not in columns:
            return np.full(len(rows), self._profile.amounts.power, np.int64)
        cells = columns["unit_of_amounts"]
        if is_total and len(only := self._units_of_amounts.meanings) == 1:
            # A total beneath rows of one unit may leave the unit unsaid.
            cells = pa.array(
                [text or _word_of(self._profile.amounts.unit_words, only[0]) for text in cells.to_pylist()]
            )
        spot = self._desk.spot(rows, "unit_of_amounts")
        numbers = self._units_of_amounts.encode_checked(cells, spot, self._desk.findings)
        powers = np.array([int(power) for power in self._units_of_amounts.meanings] or [0], dtype=np.int64)
        return np.where(numbers >= 0, powers[np.maximum(numbers, 0)], -1)

    def _power(self, text: str) -> str | Fault:
        power = self._profile.amounts.unit_words.get(text.casefold())
        allowed = ", ".join(self._profile.amounts.unit_words)
        return str(power) if power is not None else Fault("", 0, "", "E-CSV-25", text, {"allowed": allowed})

    def _phase(self, text: str) -> str | Fault:
        phase = self._profile.amounts.phase_words.get(text.casefold())
        allowed = ", ".join(self._profile.amounts.phase_words)
        return phase or Fault("", 0, "", "E-JOIN-04", text, {"allowed": allowed})

    def _without_totals(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """Return the rows that are no totals; the totals are put aside until all rows are added up."""
        column = self._profile.totals.column
        if not column or column not in self._desk.headings:
            return batch
        numbers = self._is_total.encode(batch.column(self._desk.headings[column]).fill_null(""))
        is_total = np.array([word == "total" for word in self._is_total.meanings] or [False])[numbers]
        if not is_total.any():
            return batch
        self.totals.append(batch.filter(pa.array(is_total)))
        self._desk.leave(rows_of(self.totals[-1]), "total")
        return batch.filter(pa.array(~is_total))

    def _names_total(self, text: str) -> bool:
        totals = self._profile.totals
        code = text.removesuffix(".0") if self._profile.codes.as_decimals else text
        return code in totals.codes or (text.strip() != "" and " ".join(text.split()).casefold() in totals.words)

    def _is_numeric(self, column: str) -> bool:
        return self._desk.headings[column] in self._desk.cells.numeric


def _word_of(words: Mapping[str, int], power: str) -> str:
    return next((word for word, number in words.items() if str(number) == power), "")

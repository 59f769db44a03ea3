"""A column of amounts → whole minor units, exactly; what is not plainly an amount is named with its row."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geo.core.errors import Fault
from geo.core.model import LARGEST_AMOUNT
from geo.core.rows import AMOUNT, minor_units
from geo.profiles.cells import odd_characters
from geo.profiles.findings import Findings
from geo.profiles.language import Amounts
from geo.profiles.vocabulary import Bools, Ints, Spot, report

_DIGITS = 18  # whole numbers of so many digits fit into 64 bits whatever they are
_MARKED = re.compile(r"-?[0-9]{1,3}([., '\u00a0\u2009\u202f\u2019]?[0-9]{3})*[.,][0-9]+", re.ASCII)
_GROUPED = re.compile(r"-?[0-9]{1,3}([., '\u00a0\u2009\u202f\u2019][0-9]{3})+([.,][0-9]+)?", re.ASCII)
_DOUBTFUL = r"^-?[1-9][0-9]{0,2}[.][0-9]{3}$"
_HUGE = re.compile(r"[0-9]+(\.[0-9]*)?e\+?[0-9]+", re.ASCII)  # with an exponent that no computer counts to
_LONGEST_NUMBER = 40  # characters
_ENDLESS = frozenset({"inf", "nan", "infinity", "#nan"})


@dataclass(frozen=True)
class Reader:
    """One column of amounts while it is read."""

    amounts: Amounts
    minor_digits: int  # of the currency
    is_numeric: bool = False  # stored as numbers, so that no mark is in doubt
    first_marks: dict[str, int] = field(default_factory=dict)  # decimal mark → first row that has it

    def read(self, column: pa.Array, powers: Ints, spot: Spot, findings: Findings) -> tuple[Ints, Bools]:
        """Return minor units and which cells hold an amount; a missing one is 0 and False, as is a wrong one."""
        values, has = np.zeros(len(column), np.int64), np.zeros(len(column), bool)
        settled = _bools(pc.is_in(column, value_set=pa.array(sorted(self.amounts.missing), pa.string())))
        for power in np.unique(powers[powers >= 0]).tolist():
            scale = power + self.minor_digits
            plain = self._plain(column, scale) & ~settled & (powers == power)
            if plain.any():
                values[plain] = _minor(self._pointed(column.filter(pa.array(plain))), scale)
                has |= plain
        self._note_mark(column, has, spot)
        rest = np.flatnonzero(~settled & ~has & (powers >= 0))
        if len(rest):
            self._read_slowly(column.take(pa.array(rest)), powers[rest], (values, has, rest), spot, findings)
        return (-values if self.amounts.is_reversed else values), has

    def _plain(self, column: pa.Array, scale: int) -> Bools:
        """Tell which cells are plainly written: digits, the declared mark, no more decimals than minor units."""
        mark = re.escape(self.amounts.decimal or ".")
        whole = f"[0-9]{{1,{_DIGITS - scale}}}"
        if self.amounts.thousands:
            whole = f"({whole}|[0-9]{{1,3}}({re.escape(self.amounts.thousands)}[0-9]{{3}}){{1,3}})"
        decimals = f"({mark}[0-9]{{1,{scale}}})?" if scale else ""
        if 0 < self.amounts.decimals <= scale:
            decimals = f"{mark}[0-9]{{{self.amounts.decimals}}}"
        plain = _bools(pc.match_substring_regex(column, pattern=f"^-?{whole}{decimals}$"))
        if not self.amounts.decimal and not self.is_numeric and scale >= 3:
            plain &= ~_bools(pc.match_substring_regex(column, pattern=_DOUBTFUL))
        return plain

    def _pointed(self, column: pa.Array) -> pa.Array:
        """Return the cells with a point before the decimals and nothing between thousands."""
        if self.amounts.thousands:
            column = pc.replace_substring(column, pattern=self.amounts.thousands, replacement="")
        if self.amounts.decimal == ",":
            column = pc.replace_substring(column, pattern=",", replacement=".")
        return column

    def _note_mark(self, column: pa.Array, has: Bools, spot: Spot) -> None:
        mark = self.amounts.decimal or "."
        if mark not in self.first_marks and has.any():
            marked = _bools(pc.match_substring(column, pattern=mark)) & has
            if marked.any():
                self.first_marks[mark] = int(spot.rows[marked.argmax()])

    def _read_slowly(
        self, cells: pa.Array, powers: Ints, into: tuple[Ints, Bools, Ints], spot: Spot, findings: Findings
    ) -> None:
        """Judge the few cells that are not plainly written, each distinct text once."""
        values, has, at = into
        kinds: list[Fault] = []
        judged: dict[tuple[str, int], int] = {}
        wrong = np.full(len(cells), -1, np.int64)
        for number, key in enumerate(zip(cells.to_pylist(), powers.tolist(), strict=True)):
            if key not in judged:
                outcome = self._amount(key[0] or "", key[1])
                if isinstance(outcome, int):
                    values[at[number]], has[at[number]] = outcome, True
                    continue
                judged[key] = len(kinds)
                kinds.append(outcome)
            wrong[number] = judged[key]
        report(kinds, wrong, Spot(spot.rows[at], spot.heading), findings)

    def _amount(self, text: str, power: int) -> int | Fault:
        """Return the minor units of one cell, or what is wrong with it."""
        if self._is_doubtful(text):
            others = {"first": ", ".join(str(row) for row in self.first_marks.values()) or "–"}
            return Fault("", 0, "", "E-CSV-13", text, others)
        pointed = text
        if self.amounts.decimal == "," and text.count(",") == 1 and "." not in text:
            pointed = text.replace(",", ".")
        if self.amounts.decimals >= 0 and AMOUNT.fullmatch(pointed) and self._has_other_decimals(pointed):
            return Fault("", 0, "", "E-CSV-26", text, {"decimals": str(self.amounts.decimals)})
        outcome = minor_units(pointed, 10 ** (power + self.minor_digits))
        if isinstance(outcome, int):
            return outcome
        return no_number(text) if outcome == "E-CSV-14" else Fault("", 0, "", outcome, text)

    def _has_other_decimals(self, text: str) -> bool:
        return not self.is_numeric and len(text.partition(".")[2]) != self.amounts.decimals

    def _is_doubtful(self, text: str) -> bool:
        """Tell whether a mark in a number could be that of decimals or of thousands, or is not the declared one."""
        if not (_MARKED.fullmatch(text) or _GROUPED.fullmatch(text)):
            return False
        marks = {c for c in text if not c.isdigit() and c != "-"}
        mark = self.amounts.decimal or "."
        if marks - {mark, self.amounts.thousands} or text.count(mark) > 1:
            return True
        return not self.amounts.decimal and not self.is_numeric and re.fullmatch(_DOUBTFUL[1:-1], text) is not None


def no_number(text: str) -> Fault:
    """Return why a text is no number at all."""
    if not text:
        return Fault("", 0, "", "E-CSV-19", text)
    if _is_beyond(text):
        return Fault("", 0, "", "E-CSV-15", text)
    if odd := odd_characters(text):
        return Fault("", 0, "", "E-CSV-12", text, {"characters": ", ".join(odd)})
    return Fault("", 0, "", "E-CSV-14", text)


def _is_beyond(text: str) -> bool:
    """Tell whether a text is a number that no amount can be: endless, undefined, or far too large."""
    bare = text.strip().lstrip("+-").casefold()
    if bare in _ENDLESS:
        return True
    if len(bare) > _LONGEST_NUMBER:
        return False
    try:
        # Compared, never computed with: 1e999999999 is a number, its absolute value an overflow.
        return Decimal(bare) > LARGEST_AMOUNT
    except InvalidOperation:
        return _HUGE.fullmatch(bare) is not None


def _minor(column: pa.Array, scale: int) -> Ints:
    """Return texts with at most `scale` decimals as whole numbers of the last decimal."""
    exact = pc.cast(column, pa.decimal128(38, scale))
    # The unscaled number of a decimal is the amount itself; its lower half holds all of it.
    halves = np.frombuffer(exact.buffers()[1], dtype=np.int64)
    low = halves[::2][exact.offset : exact.offset + len(exact)]
    return low.astype(np.int64)


def floats(column: pa.Array) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the numbers of a column of formulas; NaN where a cell holds none."""
    is_number = pc.match_substring_regex(column, pattern=r"^-?[0-9]{1,30}([.][0-9]{1,30})?([eE]-?[0-9]{1,2})?$")
    text = pc.if_else(is_number, column, pa.scalar("nan"))
    return pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False)


def _bools(array: pa.Array) -> Bools:
    return array.fill_null(False).to_numpy(zero_copy_only=False)

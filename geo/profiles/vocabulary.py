"""A column of text → small numbers: each distinct text is judged once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from geo.core.errors import MOST_FAULTS, Fault
from geo.profiles.findings import Findings

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Spot:
    """Where the cells of one column of one batch stand."""

    rows: Ints  # as the file counts
    heading: str


class Vocabulary:
    """The distinct meanings of one column so far; a wrong text has a negative number."""

    def __init__(self, judge: Callable[[str], str | Fault]) -> None:
        """Begin empty; `judge` returns what a text means, or a fault without a place."""
        self._judge = judge
        self._numbers: dict[str, int] = {}
        self._by_meaning: dict[str, int] = {}
        self.meanings: list[str] = []
        self.wrong: list[Fault] = []

    def number(self, text: str) -> int:
        """Return the number of one text."""
        known = self._numbers.get(text)
        if known is None:
            known = self._numbers[text] = self._judged(text)
        return known

    def encode(self, column: pa.Array) -> Ints:
        """Return the number of each text of a column."""
        encoded = column.dictionary_encode()
        numbers = np.array([self.number(text or "") for text in encoded.dictionary.to_pylist()] or [0], dtype=np.int64)
        return numbers[encoded.indices.to_numpy(zero_copy_only=False)] if len(column) else np.zeros(0, np.int64)

    def encode_checked(self, column: pa.Array, spot: Spot, findings: Findings) -> Ints:
        """Return the numbers, after naming each row whose text is wrong."""
        numbers = self.encode(column)
        report(self.wrong, -1 - numbers, spot, findings)
        return numbers

    def add_meaning(self, meaning: str) -> int:
        """Return the number of a meaning, a new one where it is new."""
        number = self._by_meaning.get(meaning)
        if number is None:
            number = self._by_meaning[meaning] = len(self.meanings)
            self.meanings.append(meaning)
        return number

    def _judged(self, text: str) -> int:
        judged = self._judge(text)
        if isinstance(judged, str):
            return self.add_meaning(judged)
        self.wrong.append(judged)
        return -len(self.wrong)


def report(kinds: list[Fault], numbers: Ints, spot: Spot, findings: Findings) -> None:
    """Name the place of each cell whose number, 0 or more, is that of a kind of fault; beyond a thousand only count."""
    if not (numbers >= 0).any():
        return
    for number in np.unique(numbers[numbers >= 0]).tolist():
        rows, fault = spot.rows[numbers == number], kinds[number]
        for row in rows[:MOST_FAULTS].tolist():
            findings.add(replace(fault, row=row, column=spot.heading))
        findings.count(fault.code, max(0, len(rows) - MOST_FAULTS))


class Pairing:
    """Two numbers of a row → a third: each distinct pair is judged once."""

    def __init__(self, judge: Callable[[int, int], int | Fault]) -> None:
        """Begin empty; `judge` returns the number that a pair stands for, or a fault without a place."""
        self._judge = judge
        self._numbers: dict[int, int] = {}
        self.wrong: list[Fault] = []

    def encode(self, first: Ints, second: Ints, spot: Spot, findings: Findings) -> Ints:
        """Return the number of each pair, after naming each row whose pair is wrong; −1 where a part is wrong."""
        numbers = np.full(len(first), -1, np.int64)
        sound = (first >= 0) & (second >= 0)
        pairs, inverse = np.unique((first[sound] << 32) | second[sound], return_inverse=True)
        judged = np.array([self._number(pair) for pair in pairs.tolist()] or [0], dtype=np.int64)
        if len(pairs):
            numbers[sound] = judged[inverse]
            report(self.wrong, -2 - numbers, spot, findings)
        return numbers

    def _number(self, pair: int) -> int:
        known = self._numbers.get(pair)
        if known is None:
            known = self._numbers[pair] = self._judged(pair >> 32, pair & 0xFFFFFFFF)
        return known

    def _judged(self, first: int, second: int) -> int:
        judged = self._judge(first, second)
        if isinstance(judged, int):
            return judged
        self.wrong.append(judged)
        return -1 - len(self.wrong)

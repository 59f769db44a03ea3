"""Figures → the digest of each report: the same whatever their order and file, another when one figure differs."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.core.model import PHASES, conformed
from geo.profiles.coding import Coding
from geo.profiles.lines import Lines
from geo.profiles.vocabulary import Ints, Vocabulary

_Words: TypeAlias = NDArray[np.uint64]
_SEEDS = (0x9E3779B97F4A7C15, 0xD1B54A32D192ED03)
_ALL = 0xFFFFFFFFFFFFFFFF


@dataclass(frozen=True)
class _Report:
    entries: int
    first: int
    second: int


class Digests:
    """Sums of one number for each figure, by report: addition knows no order."""

    def __init__(self, coding: Coding, by_body: bool) -> None:
        """Begin with no figure; `by_body` makes each body's month a report of its own."""
        self._coding, self._by_body = coding, by_body
        self._bodies, self._periods = _Hashes(coding.bodies), _Hashes(coding.periods)
        self._functions = _Hashes(coding.functions)
        self._phases = {phase: _hash(phase) for phase in PHASES}
        self._reports: dict[int, _Report] = {}

    def enter(self, lines: Lines) -> _Words:
        """Count lines into their reports; return a number for the amounts of each line."""
        key = _mixed(self._bodies.of(lines.body) + _mixed(self._periods.of(lines.period)))
        key = _mixed(key + self._functions.of(lines.function))
        sums = [np.zeros(len(key), np.uint64) for _ in _SEEDS]
        prints, counts = np.zeros(len(key), np.uint64), np.zeros(len(key), np.int64)
        for phase, (values, has) in lines.amounts.items():
            amount = _mixed(values.view(np.uint64) + np.uint64(self._phases[phase]))
            prints += np.where(has, amount, np.uint64(0))
            counts += has
            for number, seed in enumerate(_SEEDS):
                sums[number] += np.where(has, _mixed(key + amount + np.uint64(seed)), np.uint64(0))
        self._add(lines, counts, sums)
        return prints

    def table(self) -> pd.DataFrame:
        """Return the reports, in their order."""
        rows = sorted((self._named(key), key) for key, report in self._reports.items() if report.entries)
        made = [self._row(name, self._reports[key]) for name, key in rows]
        return conformed(pd.DataFrame(made, columns=["report", "unit_id", "period", "entries", "content"]), "reports")

    def _row(self, name: tuple[str, str, str], report: _Report) -> tuple[str, str, str, int, str]:
        who, period, unit = name
        return f"{who}/{period}", unit, period, report.entries, f"{report.first:016x}{report.second:016x}"

    def _add(self, lines: Lines, counts: Ints, sums: list[_Words]) -> None:
        keys = ((lines.body if self._by_body else lines.unit) << 20) | lines.period
        order = np.argsort(keys, kind="stable")
        distinct, starts = np.unique(keys[order], return_index=True)
        added = [np.add.reduceat(column[order], starts).tolist() for column in (counts, *sums)]
        for key, count, first, second in zip(distinct.tolist(), *added, strict=True):
            before = self._reports.get(key, _Report(0, 0, 0))
            both = ((before.first + first) & _ALL, (before.second + second) & _ALL)
            self._reports[key] = _Report(before.entries + count, *both)

    def _named(self, key: int) -> tuple[str, str, str]:
        coding, period = self._coding, self._coding.periods.meanings[key & 0xFFFFF]
        if self._by_body:
            return coding.bodies.meanings[key >> 20], period, coding.unit_of_body(key >> 20)
        return coding.units.meanings[key >> 20], period, coding.units.meanings[key >> 20]


class _Hashes:
    """A number for each meaning of a vocabulary, the same in every file."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._known: list[int] = []

    def of(self, numbers: Ints) -> _Words:
        new = self._vocabulary.meanings[len(self._known) :]
        if new or not self._known:
            self._known += [_hash(meaning) for meaning in new]
            self._array = np.array(self._known or [0], dtype=np.uint64)
        return self._array[numbers]


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


def _mixed(words: _Words) -> _Words:
    """Return numbers in which each bit depends on every bit before (the finaliser of splitmix64)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))

"""What a collection holds: its features by number, where and when they are, and the words that they are filtered by."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.versions import Version
from geo.web.ogc.columns import Column
from geo.web.ogc.shapes import Areas, Shapes

FAR = date.max  # the last day of what is still in force


@dataclass(frozen=True)
class Words:
    """One word of each feature, as the number of the word."""

    numbers: Mapping[str, int]
    codes: NDArray[np.int32]

    def having(self, word: str) -> NDArray[np.bool_]:
        """Tell, of each feature, whether it has a word; none has an unknown one."""
        return self.codes == self.numbers.get(word, -2)  # -1: the feature has no word


@dataclass(frozen=True)
class Contents:
    """A collection's features, numbered in their order; made once for a version, safe to share."""

    columns: tuple[Column, ...]
    words: Mapping[str, Words]  # of the columns that features may be chosen by
    shapes: Shapes
    places: NDArray[np.int32]  # number of each feature's geometry
    days: NDArray[np.int64] | None  # [feature, (first, last)], counted from the year 1; None: at no time
    identify: Callable[[int], str]
    find: Callable[[str], int | None]
    properties: Callable[[int], dict[str, Any]]

    def __len__(self) -> int:
        return len(self.places)


def words_of(values: Iterable[str | None]) -> Words:
    """Return the words of features in order, each word numbered as it comes first."""
    numbers: dict[str, int] = {}
    codes = [-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values]
    return Words(numbers, np.array(codes, dtype=np.int32))


def areas_of(version: Version, edition: str, level: str) -> Areas:
    """Return where the units of a level lie, generalised as the maps draw them."""
    key = f"{edition}/{level}"
    return version.once(f"ogc/areas/{key}", lambda: Areas(version.json(f"{key}/geometry.json")["geometries"]))


def as_json(is_so: bool) -> str:
    """Return a yes or no as JSON and addresses write it."""
    return "true" if is_so else "false"

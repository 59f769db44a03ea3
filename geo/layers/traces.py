"""Where a body's figures stand: the files and rows that the build read them from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from geo.core.arrays import array_of
from geo.core.offer import word_of
from geo.versions.opened import Version


@dataclass(frozen=True)
class Trace:
    """One row of a file and what was read from it: a functional group of a period, in some phases."""

    file: int
    row: int
    month: str
    word: str
    function: str
    phases: tuple[str, ...]


@dataclass(frozen=True)
class Traces:
    """All rows behind a body's figures in order, and what is known of the files, by number."""

    rows: tuple[Trace, ...]
    files: Mapping[int, Mapping[str, Any]]


def traces(version: Version, number: int) -> Traces | None:
    """Return the rows behind the figures of a body; None in a version that does not say."""
    if "sources.npy" not in version.manifest["files"]:
        return None
    rows, starts = version.once("traces", lambda: _rows(version))
    own = rows[starts[number] : starts[number + 1]].tolist()
    files = version.json("sources.json")
    found = tuple(_trace(version, *row) for row in own)
    return Traces(found, {number: files[number] for number in sorted({trace.file for trace in found})})


def _rows(version: Version) -> tuple[NDArray[Any], NDArray[np.int64]]:
    rows = np.asarray(array_of(version.folder / "sources.npy", "r"))
    count = len(version.json("bodies.json"))
    return rows, np.searchsorted(np.ascontiguousarray(rows["body"]), np.arange(count + 1))


def _trace(version: Version, *row: int) -> Trace:
    _, period, function, phases, file, line = row
    month = version.periods[period]
    told = tuple(phase for f, phase in enumerate(version.phases) if phases >> f & 1)
    return Trace(file, line, month, word_of(month), version.functions[function], told)

"""Entries for the benchmark of sums: Parquet files of 10 million rows a period, and their sums by whole numbers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

BODIES, REGIONS, DISTRICTS = 1_000_000, 20, 200
PHASES = ("approved", "revised", "adjusted", "planned_to_date", "executed")
FUNCTIONS = tuple(f"{number:02}" for number in range(1, 31))
_AT_ONCE = 1_000_000
_LOW = 24  # bits


def units(bodies: int = BODIES) -> tuple[np.ndarray, np.ndarray]:
    """Return the region and the district of each body."""
    district = np.random.default_rng(5).integers(0, DISTRICTS, bodies).astype("int16")
    return (district // (DISTRICTS // REGIONS)).astype("int16"), district


def placements(bodies: int) -> pd.DataFrame:
    """Return the place of each body at two levels."""
    parts = []
    for level, numbers in zip(("region", "district"), units(bodies), strict=True):
        names = pd.array([f"{number:03}" for number in range(DISTRICTS)], dtype="str").take(numbers)
        part = {"edition": "2022-06-08", "level": level, "body_id": np.arange(bodies, dtype="int32"), "unit_id": names}
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def write_entries(folder: Path, periods: list[str], rows: int, bodies: int) -> dict[str, np.ndarray]:
    """Write one file a period; return level → sums in whole numbers, by unit, period, function and phase."""
    random, places = np.random.default_rng(3), units(bodies)
    names = ("region", "district")
    sums = {name: np.zeros((len(periods), DISTRICTS * len(FUNCTIONS) * len(PHASES)), object) for name in names}
    for at, period in enumerate(periods):
        with pq.ParquetWriter(folder / f"{period}.parquet", _SCHEMA, compression="zstd", compression_level=1) as writer:
            for start in range(0, rows, _AT_ONCE):
                n = min(_AT_ONCE, rows - start)
                body = random.integers(0, bodies, n).astype("int32")
                function, phase = random.integers(0, len(FUNCTIONS), n), random.integers(0, len(PHASES), n)
                amount = np.clip(random.lognormal(18, 2.2, n), 1, 1e14).astype("int64")
                columns = [
                    body,
                    _texts(np.zeros(n), [period]),
                    _texts(function, FUNCTIONS),
                    _texts(phase, PHASES),
                    amount,
                ]
                writer.write_table(pa.table(columns, schema=_SCHEMA))
                cell = function * len(PHASES) + phase
                for name, place in zip(names, places, strict=True):
                    sums[name][at] += _whole(place[body] * np.int64(len(FUNCTIONS) * len(PHASES)) + cell, amount)
    return sums


def _texts(codes: np.ndarray, texts: object) -> pa.Array:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype("int32")), pa.array(texts, pa.string()))


def _whole(keys: np.ndarray, amounts: np.ndarray) -> np.ndarray:
    """Return exact sums by key as Python's whole numbers: low and high bits apart, each exact in a double."""
    size = DISTRICTS * len(FUNCTIONS) * len(PHASES)
    low, high = (np.bincount(keys, part, size) for part in (amounts & (2**_LOW - 1), amounts >> _LOW))
    return high.astype("int64").astype(object) * 2**_LOW + low.astype("int64").astype(object)


_CODED = pa.dictionary(pa.int32(), pa.string())
_SCHEMA = pa.schema(
    {"body_id": pa.int32(), "period": _CODED, "function": _CODED, "phase": _CODED, "amount_minor": pa.int64()}
)

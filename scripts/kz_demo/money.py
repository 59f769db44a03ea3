"""The money of a region's bodies: every figure of its whole budget, divided among those who may spend it."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa

from scripts.kz_demo.bodies import Bodies
from scripts.kz_demo.chance import Floats, Keys, Numbers, chances, skewed
from scripts.kz_demo.kinds import Kind
from scripts.kz_demo.splitting import split, weights_of

PHASES = ("approved", "revised", "adjusted", "planned_to_date", "executed")
SCHEMA = pa.schema(
    [
        ("body_id", pa.string()),
        *((name, pa.dictionary(pa.int8(), pa.string())) for name in ("period", "function", "phase")),
        ("amount_minor", pa.int64()),
        ("source_file", pa.dictionary(pa.int8(), pa.string())),
        ("source_row", pa.int64()),
    ]
)
_PART, _APPROVED, _IDLE = 100, 200, 300  # streams of chance, one for each function or year above these
_MOST_IDLE = 0.9  # of a body's plan


@dataclass(frozen=True)
class Row:
    """A row of the whole budgets: where it stands and its amounts by phase, in minor units."""

    file: str
    number: int
    period: str
    amounts: Mapping[str, int]


def read_budgets(path: Path) -> dict[tuple[str, str], list[Row]]:
    """Return (region, function) → the rows of its budget, in the order of their periods."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(enumerate(csv.DictReader(file), 2))  # the header is row 1
    found: dict[tuple[str, str], list[Row]] = {}
    for number, row in rows:
        amounts = {phase: int(Decimal(row[f"{phase}_kzt"]) * 100) for phase in PHASES}
        key = (row["region_kato"], row["functional_group"])
        found.setdefault(key, []).append(Row(path.name, number, row["period"], amounts))
    return {key: sorted(rows, key=lambda row: row.period) for key, rows in sorted(found.items())}


def entries_of(bodies: Bodies, kinds: Sequence[Kind], budgets: Mapping[str, Sequence[Row]]) -> Iterator[pa.Table]:
    """Yield the entries of a region's bodies, one table for each function and period; `budgets` by function."""
    for function, rows in budgets.items():
        parts = np.array([kind.functions.get(function, 0.0) for kind in kinds])[bodies.kinds]
        who = np.flatnonzero(parts)
        ids, keys = bodies.table["body_id"].take(pa.array(who)), bodies.keys[who]
        # What a body does is its own mixture: its size alone would make all of its functions alike.
        sizes = bodies.sizes[who] * parts[who] * (0.5 + chances(keys, _PART + int(function)))
        for year, months in groupby(rows, key=lambda row: row.period[:4]):
            of_year = list(months)
            weights = _weights(sizes, keys, int(year), _spent(of_year))
            for row in of_year:
                yield _table(ids, function, row, {phase: split(row.amounts[phase], weights[phase]) for phase in PHASES})


def _weights(sizes: Floats, keys: Keys, year: int, spent: float) -> dict[str, Numbers]:
    """Return the weights of each phase, the same in all months of a year, so that a body's sums grow as the whole does.

    Plans move from year to year. Of what was planned some bodies leave more unspent than others, and none spends
    more than its plan, as long as the whole does not.
    """
    planned = sizes * (0.9 + 0.2 * chances(keys, year))
    plan = weights_of(planned)
    approved = weights_of(planned * (0.93 + 0.14 * chances(keys, year + _APPROVED)))
    idle = skewed(chances(keys, year + _IDLE), least=0.04) - 0.8
    idle = (idle / ((idle * planned).sum() / planned.sum()) * (1 - spent)).clip(max=_MOST_IDLE)
    # Where (nearly) everything was spent, plan and execution are divided alike, to the last tiyn.
    executed = weights_of(planned * (1 - idle)) if spent < 0.9999 else plan
    return {**dict.fromkeys(PHASES, plan), "approved": approved, "executed": executed}


def _spent(rows: Sequence[Row]) -> float:
    """Return the largest part of a plan that was executed in the months of a year, 1 at the most."""
    pairs = [(row.amounts["executed"], row.amounts[plan]) for row in rows for plan in ("adjusted", "planned_to_date")]
    parts = [executed / plan for executed, plan in pairs if plan > 0 and executed > 0]
    return min(1.0, max(parts, default=1.0))


def _table(ids: pa.ChunkedArray, function: str, row: Row, amounts: Mapping[str, Numbers]) -> pa.Table:
    count = len(ids)
    every = count * len(PHASES)
    phases = pa.DictionaryArray.from_arrays(
        pa.array(np.repeat(np.arange(len(PHASES), dtype=np.int8), count)), pa.array(PHASES)
    )
    columns = [
        pa.chunked_array([chunk for _ in PHASES for chunk in ids.chunks]),
        _same(row.period, every),
        _same(function, every),
        phases,
        pa.array(np.concatenate([amounts[phase] for phase in PHASES])),
        _same(row.file, every),
        pa.array(np.full(every, row.number, np.int64)),
    ]
    return pa.table(columns, schema=SCHEMA)


def _same(text: str, count: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int8)), pa.array([text]))

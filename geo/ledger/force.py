"""What is in force: of each report of a source the highest revision, then the latest; withdrawn ones do not count.

A report is replaced whole, so a line that is missing in the correction is gone. A delivery competes for a report of
a table only where it brings rows of that table: a file of revenue does not erase the spending of the same months.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pandas as pd

from geo.core.model import TABLES, conformed
from geo.ledger.record import Record

ROW_KEYS = {  # a row with the same key of a later delivery replaces the row
    "bodies": ("body_id",),
    "settlements": ("code",),
    "series": ("series", "edition", "level", "unit_id", "year"),
}
CLAIM = ["source", "report", "unit_id", "period", "entries", "content", "id", "revision", "sequence"]
BY_REPORT = ("published", "revenue")
Reader = Callable[[Record, str], pd.DataFrame]


def counted(records: Iterable[Record], kind: str = "") -> list[Record]:
    """Return the records that are not withdrawn, in an order that does not tell when they arrived."""
    kept = [row for row in records if not row.withdrawn_by and kind in {"", row.kind}]
    return sorted(kept, key=lambda row: (row.source, row.revision, row.id))


def winners(records: Iterable[Record], read: Reader) -> pd.DataFrame:
    """Return the claim that wins each (source, report) of the entries, in the order of both: columns CLAIM."""
    return _winning([_claims(record, read(record, "reports")) for record in _with(records, "reports")])


def winners_of(records: Iterable[Record], name: str, read: Reader) -> pd.DataFrame:
    """Return the claims that win the reports of published totals or of revenue: columns CLAIM."""
    claims = [_reported(record, frame, read) for record in _with(records, name) if len(frame := read(record, name))]
    return _winning(claims)


def held(records: Iterable[Record], read: Reader) -> dict[str, dict[str, list[str]]]:
    """Return id → table → reports of it in force; a delivery of figures that is not named says nothing any more."""
    figures = counted(records, "figures")
    won = {"entries": winners(figures, read)} | {name: winners_of(figures, name, read) for name in BY_REPORT}
    found: dict[str, dict[str, list[str]]] = {}
    for table, claims in won.items():
        for delivery_id, reports in claims.groupby("id")["report"]:
            found.setdefault(delivery_id, {})[table] = sorted(reports)
    return found


def rows_in_force(records: Iterable[Record], name: str, read: Reader) -> pd.DataFrame:
    """Return the rows in force of a table other than entries; for columns of `core.model`, exactly those."""
    chosen = _with(records, name)
    if name in BY_REPORT:
        kept = winners_of(chosen, name, read).groupby("id")["report"].agg(set).to_dict()
        frames = {record.id: read(record, name) for record in chosen if record.id in kept}
        parts = [frame[keys_of(frame).isin(kept[one])] for one, frame in frames.items()]
    elif name in ROW_KEYS:
        parts = [_last_rows([read(record, name) for record in _registers_last(chosen, name)], name)]
    else:
        parts = [read(record, name) for record in chosen]
    parts = [part for part in parts if len(part)]
    if not parts:
        return empty(name)
    frame = pd.concat(parts, ignore_index=True)
    return conformed(frame, name) if name in TABLES else frame


def empty(name: str) -> pd.DataFrame:
    """Return a table without rows."""
    return conformed(pd.DataFrame(columns=list(TABLES[name])), name) if name in TABLES else pd.DataFrame()


def keys_of(frame: pd.DataFrame) -> pd.Series:
    """Return the report that each row of published totals or of revenue belongs to."""
    return frame["unit_id"].astype("str") + "/" + frame["period"].astype("str")


def latest(records: Iterable[Record]) -> list[Record]:
    """Return the last record of each kind, source and key: what replaces its like whole, such as borders."""
    found = {(row.kind, row.source, row.key): row for row in by_authority(counted(records))}
    return sorted(found.values(), key=lambda row: (row.kind, row.source, row.key))


def by_authority(records: Iterable[Record]) -> list[Record]:
    """Return records of one kind, the one that is believed last: by revision, then by arrival, whoever published."""
    return sorted(records, key=lambda row: (row.revision, row.sequence))


def ranks(records: Iterable[Record]) -> dict[str, int]:
    """Return id → rank of records in force: of two that say the same thing otherwise, the higher one of a kind counts.

    Figures of two sources compete by arrival, those of one source by what they hold in force; so figures of a source
    between which no other source delivered have one rank, whatever the order in which they arrived.
    """
    kept = list(records)
    found: dict[str, int] = {}
    for kind in sorted({row.kind for row in kept} - {"figures"}):
        found |= {row.id: place for place, row in enumerate(by_authority(row for row in kept if row.kind == kind), 1)}
    rank, source = 0, ""
    for row in sorted((row for row in kept if row.kind == "figures"), key=lambda row: row.sequence):
        rank, source = rank + (row.source != source), row.source
        found[row.id] = rank
    return found


def _with(records: Iterable[Record], name: str) -> list[Record]:
    return [row for row in records if f"{name}.parquet" in row.files]


def _claims(record: Record, reports: pd.DataFrame) -> pd.DataFrame:
    # Without a single figure a delivery says nothing about spending, whatever its months are.
    rows = reports if len(reports) and reports["entries"].sum() else reports.head(0)
    told = {"source": record.source, "id": record.id, "revision": record.revision, "sequence": record.sequence}
    return rows.assign(**told)[CLAIM]


def _winning(claims: Sequence[pd.DataFrame]) -> pd.DataFrame:
    claims = [part for part in claims if len(part)]
    if not claims:
        numbers = dict.fromkeys(("entries", "revision", "sequence"), "int64")
        return pd.DataFrame(columns=CLAIM).astype({name: numbers.get(name, "str") for name in CLAIM})
    every = pd.concat(claims, ignore_index=True).sort_values(["revision", "sequence"], kind="stable")
    last = every.drop_duplicates(["source", "report"], keep="last")
    return last.sort_values(["source", "report"], ignore_index=True)


def _reported(record: Record, frame: pd.DataFrame, read: Reader) -> pd.DataFrame:
    """Return the claims of a delivery on a table: every report it brings, whether or not it has rows of the table."""
    keys = set(keys_of(frame))
    if "reports.parquet" in record.files:
        keys |= set(read(record, "reports")["report"])
    told = {"source": record.source, "id": record.id, "revision": record.revision, "sequence": record.sequence}
    plain = {"unit_id": "", "period": "", "entries": 0, "content": ""}
    return pd.DataFrame({"report": sorted(keys)}).assign(**told, **plain)[CLAIM]


def _registers_last(records: Sequence[Record], name: str) -> list[Record]:
    """Return the records, the one that is believed last: a register above what figures bring along."""
    # What figures bring along is the same whenever they come.
    beside = sorted((row for row in records if row.kind != name), key=lambda row: (row.revision, row.source, row.id))
    return [*beside, *by_authority(row for row in records if row.kind == name)]


def _last_rows(frames: Sequence[pd.DataFrame], name: str) -> pd.DataFrame:
    frames = [frame for frame in frames if len(frame)]
    if not frames:
        return empty(name)
    every = pd.concat(frames, ignore_index=True)
    keys = [column for column in ROW_KEYS[name] if column in every.columns]
    if not keys:
        return frames[-1]
    return every.drop_duplicates(keys, keep="last").sort_values(keys, ignore_index=True)

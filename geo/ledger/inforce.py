"""What counts at one moment: tables, digests and sources of the deliveries in force, read from their files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from geo.core.errors import DamagedLedger
from geo.core.files import digest, to_json
from geo.core.model import TABLES, conformed
from geo.ledger import feed, force
from geo.ledger.record import Incoming, Record
from geo.ledger.store import Store

_BATCH = 65_536  # rows of entries held in memory at a time
_BESIDE = ("report", "unit_id")  # columns of delivered entries beside those of core.model


@dataclass(frozen=True)
class InForce:
    """The deliveries of a ledger as they were listed; deliveries never change, so frames may be kept."""

    store: Store
    records: tuple[Record, ...]
    frames: dict[tuple[str, str], pd.DataFrame]
    # The deliveries of before and what feeds sent then, where somebody has read it.
    known: tuple[tuple[Record, ...], pd.DataFrame] | None = None

    def reports(self) -> pd.DataFrame:
        """Return the winning claim of each source and report: columns `force.CLAIM`."""
        return force.winners(force.counted(self.records, "figures"), self.frame)

    def entries(self, reports: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return the entries of all reports in force, or of those rows of `reports` that are given."""
        batches = list(self.batches("entries", reports))
        if not batches:
            return force.empty("entries")
        return conformed(pa.Table.from_batches(batches).to_pandas(), "entries")

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows in force of any table."""
        if name == "entries":
            return self.entries()
        behind = self.behind() if name not in force.BY_REPORT else force.counted(self.records, "figures")
        return force.rows_in_force(behind, name, self.frame)

    def batches(self, name: str, reports: pd.DataFrame | None = None) -> Iterator[pa.RecordBatch]:
        """Yield a table in batches; entries with report, unit_id and the source that published them."""
        if name != "entries":
            yield from pa.Table.from_pandas(self.table(name), preserve_index=False).to_batches(_BATCH)
            return
        chosen = self.reports() if reports is None else reports
        wanted = chosen.groupby("id")["report"].agg(list).to_dict()
        for record in force.counted(self.records, "figures"):
            if record.id in wanted:
                yield from self._entries(record, pa.array(wanted[record.id], pa.string()))

    def behind(self) -> list[Record]:
        """Return the deliveries that say something, in order of id: the rest is superseded or withdrawn."""
        borders = force.latest(row for row in self.records if row.kind == "borders")
        apart = {"borders", "figures", "records"}
        rows = [row for row in force.counted(self.records) if row.kind not in apart]
        figures = [row for row in force.counted(self.records, "figures") if row.id in self._held]
        return sorted([*borders, *rows, *figures], key=lambda row: row.id)

    def digests(self) -> list[dict[str, Any]]:
        """Return id, kind, source, key, revision, rank, file, sha256, files and reports (a digest) of each in force.

        What decides between two of them is among it: ledgers with equal digests have equal tables in force.
        """
        ranks = force.ranks(self.behind())
        of_feed = feed.digest_of(self.feed())
        return [
            {
                "id": row.id,
                "kind": row.kind,
                "source": row.source,
                "key": row.key,
                "revision": row.revision,
                "rank": ranks[row.id],
                "file": row.original["name"],
                "sha256": row.original["sha256"],
                "files": {name: of["sha256"] for name, of in sorted(row.files.items())},
                "reports": digest(to_json(self._held.get(row.id, {}))),
            }
            for row in self.behind()
        ] + ([of_feed] if of_feed else [])

    def feed(self) -> pd.DataFrame:
        """Return the records of feeds that are in force, columns `feed.IN_FORCE`, sorted by line."""
        return self._feed

    def believed(self, kind: str) -> list[Record]:
        """Return the deliveries in force of a kind that no figures are of, the one that is believed last."""
        return force.by_authority(row for row in self.behind() if row.kind == kind)

    def sources(self) -> pd.DataFrame:
        """Return who reports what: unit_id, period, source, reports, entries; two sources are two rows."""
        reports = self.reports()
        parts = [reports[reports["unit_id"] != ""][["unit_id", "period", "source", "report", "entries"]]]
        for batch in self.batches("entries", reports[reports["unit_id"] == ""]):
            rows = batch.select(["unit_id", "period", "source", "report"]).to_pandas()
            parts.append(rows.assign(entries=1))
        keys = ["unit_id", "period", "source"]
        grouped = pd.concat(parts, ignore_index=True).groupby(keys, as_index=False)
        return grouped.agg(reports=("report", "nunique"), entries=("entries", "sum"))

    def same(self, incoming: Incoming) -> Record | None:
        """Return the record that holds every report and row of a delivery of figures in force, if there is one.

        A higher revision than the one in force is news, whatever it says: it outranks what comes in between.
        """
        if incoming.kind != "figures" or "reports.parquet" not in incoming.files:
            return None
        theirs = pq.read_table(incoming.files["reports.parquet"]).to_pandas()
        ours = self.reports()
        ours = ours[ours["source"] == incoming.source]
        both = theirs.merge(ours, on=["report", "content"], suffixes=("_new", ""))
        if not len(theirs) or len(both) != len(theirs) or not self._says(incoming):
            return None
        if incoming.revision and not (both["revision"] == incoming.revision).all():
            return None
        last = both.sort_values("sequence")["id"].iloc[-1]
        return next(row for row in self.records if row.id == last)

    def frame(self, record: Record, name: str) -> pd.DataFrame:
        """Return a table of a delivery; raises DamagedLedger."""
        key = (record.id, name)
        if key not in self.frames:
            path = self.store.path(record, f"{name}.parquet")
            try:
                self.frames[key] = pq.read_table(path).to_pandas()
            except (pa.ArrowException, OSError):
                raise DamagedLedger(folder=self.store.folder, file=path.relative_to(self.store.folder)) from None
        return self.frames[key]

    def sent(self) -> pd.DataFrame:
        """Return every row that feeds sent, of batches that are not withdrawn, columns `feed.IN_FORCE`."""
        return self._sent

    def _told(self, record: Record) -> pd.DataFrame:
        key = (record.id, "told")
        if key not in self.frames:
            self.frames[key] = feed.told(record, self.frame(record, "records"))
        return self.frames[key]

    @cached_property
    def _sent(self) -> pd.DataFrame:
        records, rows = self.known or ((), feed.empty())
        if records != self.records[: len(records)]:
            records, rows = (), feed.empty()
        # What is in force of these rows does not depend on their order.
        return pd.concat([rows, feed.sent(self.records[len(records) :], self._told)], ignore_index=True)

    @cached_property
    def _feed(self) -> pd.DataFrame:
        return feed.in_force(self.sent())

    @cached_property
    def _held(self) -> dict[str, dict[str, list[str]]]:
        return force.held(self.records, self.frame)

    def _says(self, incoming: Incoming) -> bool:
        """Tell whether the rows that a delivery brings beside its entries all stand in force."""
        names = [name for name in ("bodies", *force.BY_REPORT) if f"{name}.parquet" in incoming.files]
        for name in names:
            theirs = conformed(pq.read_table(incoming.files[f"{name}.parquet"]).to_pandas(), name)
            if not _rows(theirs) <= _rows(self.table(name)):
                return False
        return True

    def _entries(self, record: Record, reports: pa.Array) -> Iterator[pa.RecordBatch]:
        columns = [*TABLES["entries"], *_BESIDE]
        kinds = {"int64": pa.int64(), "str": pa.string()}
        declared = {name: column.dtype for name, column in TABLES["entries"].items()}
        schema = pa.schema([(name, kinds[declared.get(name, "str")]) for name in [*columns, "source"]])
        path = self.store.path(record, "entries.parquet")
        try:
            with pq.ParquetFile(path) as file:
                for batch in file.iter_batches(_BATCH, columns=columns):
                    table = pa.table({name: batch[name].cast(schema.field(name).type) for name in columns})
                    kept = table.filter(pc.is_in(table["report"], value_set=reports))
                    sources = pa.array([record.source] * len(kept), pa.string())
                    yield from kept.append_column("source", sources).cast(schema).to_batches()
        except (pa.ArrowException, OSError):
            raise DamagedLedger(folder=self.store.folder, file=path.relative_to(self.store.folder)) from None


def _rows(frame: pd.DataFrame) -> set[tuple[str, ...]]:
    # As text, so that an unknown coordinate (NaN) equals itself.
    return set(frame.astype("str").itertuples(index=False, name=None))

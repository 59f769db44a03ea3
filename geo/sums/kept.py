"""Totals of periods that were added up before, kept by the content that they were made of."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version as installed
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds

from geo.core.files import digest
from geo.core.model import TABLES

_READ = ["body_id", "period", "function", "phase", "amount_minor"]
_LIBRARIES = ("duckdb", "ibis-framework", "pandas", "pyarrow")


@dataclass(frozen=True)
class Kept:
    """A folder of finished totals, one file a period; what cannot be read, or is not what was written, is not there."""

    folder: Path
    most: int = 400  # files; the oldest go first

    def keys(
        self, entries: pd.DataFrame | Sequence[Path], placements: pd.DataFrame, hows: Mapping[str, tuple[object, ...]]
    ) -> dict[str, str]:
        """Return for each period the digest of its entries, the placements that they meet, our code and how it adds.

        `hows` is period → (period, edition, whatever else matters). Of files, those that may hold a period are its.
        """
        code, keys = _code(), {}
        files = {} if isinstance(entries, pd.DataFrame) else {path: _file(path) for path in entries}
        for period, how in hows.items():
            hashed = hashlib.sha256(repr((how, code)).encode())
            placed = placements[placements["edition"] == how[1]]
            if isinstance(entries, pd.DataFrame):
                rows = entries.loc[entries["period"] == period, _READ]
                placed = placed[placed["body_id"].isin(rows["body_id"].unique())]
                _hash(hashed, rows)
            else:
                for path in _holding(entries, period):
                    hashed.update(files[path])
            _hash(hashed, placed[["level", "body_id", "unit_id"]])
            keys[period] = hashed.hexdigest()
        return keys

    def read(self, key: str) -> pd.DataFrame | None:
        """Return the totals kept under a key, or None."""
        try:
            sealed = self._path(key).read_bytes()
        except OSError:
            return None
        seal, content = sealed[:64], sealed[64:]
        if seal.decode("ascii", "replace") != digest(key.encode() + content):
            return None
        return pd.read_parquet(io.BytesIO(content))

    def write(self, key: str, table: pd.DataFrame) -> None:
        """Keep the totals of a period; a disk that refuses costs only the time of adding up again."""
        content = table.to_parquet(index=False)
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            # Half a file is seen by its seal, so nothing need be waited for.
            self._path(key).write_bytes(digest(key.encode() + content).encode("ascii") + content)
            for path in sorted(self.folder.glob("*.sums"), key=lambda path: path.stat().st_mtime)[: -self.most]:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self.folder / f"{key}.sums"


@dataclass(frozen=True)
class Waiting(Kept):
    """The same, written only by `store`: what is looked at and not staged leaves nothing behind."""

    fresh: dict[str, pd.DataFrame] = field(default_factory=dict)

    def write(self, key: str, table: pd.DataFrame) -> None:
        """Hold the totals of a period until `store`."""
        self.fresh[key] = table

    def store(self, folder: Path) -> None:
        """Keep what was added up in a folder."""
        for key, table in self.fresh.items():
            Kept(folder, self.most).write(key, table)


def _hash(hashed: hashlib._Hash, frame: pd.DataFrame) -> None:
    """Add every value of a table in its order, whatever the chunks it lies in."""
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata().combine_chunks()
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    hashed.update(sink.getvalue())


def _holding(files: Sequence[Path], period: str) -> list[Path]:
    """Return the files that may hold entries of a period, by what they say of their columns."""
    known = ds.dataset([str(path) for path in files], schema=pa.schema([("period", pa.string())]))
    parts = zip(files, known.get_fragments(), strict=True)
    return [path for path, part in parts if part.split_by_row_group(ds.field("period") == period)]


def _file(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _code() -> list[str]:
    """Return what makes the numbers: digests of this stage and of the tables, versions of the libraries."""
    own = [digest(path.read_bytes()) for path in sorted(Path(__file__).parent.glob("*.py"))]
    return [*own, repr(TABLES["totals"]), *(installed(name) for name in _LIBRARIES)]

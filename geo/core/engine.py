"""connect(url) → the engine that adds things up; DuckDB in process unless told otherwise.

The seam for large countries: entries may stay on a cluster that Ibis reaches, only totals come back.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geo.core.errors import BadSetting, MissingPart
from geo.core.files import disk

if TYPE_CHECKING:
    from ibis.backends.sql import SQLBackend


def connect(
    url: str, *, memory_mb: int | None = None, spill: Path | None = None, reads: Sequence[Path] = ()
) -> SQLBackend:
    """Return an Ibis connection; raises BadSetting for an address without a scheme, MissingPart without a driver.

    DuckDB holds at most `memory_mb` and writes what is more into the folder `spill`, which is made;
    it may read the files of `reads` and no other.
    Raises CannotWrite where it cannot be.
    """
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        scheme = ""
    if not scheme:
        raise BadSetting(name="BUDGETMAP_ENGINE", value=url[:80], allowed="duckdb://, clickhouse://, trino:// …")
    try:
        import ibis
    except ImportError:
        raise MissingPart(name="ibis", remedy="pip install 'budgetmap[build]'") from None
    try:
        connection = ibis.connect(url)
    except (ImportError, ValueError, AttributeError) as error:
        raise MissingPart(name=scheme, remedy=f"pip install 'ibis-framework[{scheme}]' ({error})") from None
    if scheme == "duckdb":
        if spill is not None:
            with disk(spill):
                spill.mkdir(parents=True, exist_ok=True)
        _confine(connection, memory_mb, spill, reads)
    return connection


def _confine(connection: SQLBackend, memory_mb: int | None, spill: Path | None, reads: Sequence[Path]) -> None:
    """Set what DuckDB may use, then lock it: nothing may be fetched, read or written while adding up but the spill."""
    # Two threads are what the smallest machine has.
    rows = ["threads = 2", "preserve_insertion_order = false"]
    if memory_mb is not None:
        rows.append(f"memory_limit = '{memory_mb}MB'")
    # Unset it would be a folder of wherever the command was started.
    rows.append(f"temp_directory = {_quoted(spill or '')}")
    if reads:
        rows.append(f"allowed_paths = [{', '.join(map(_quoted, reads))}]")
    rows += ["enable_external_access = false", "lock_configuration = true"]
    connection.raw_sql("; ".join(f"SET {row}" for row in rows))


def _quoted(path: Path | str) -> str:
    return "'" + str(path).replace("'", "''") + "'"

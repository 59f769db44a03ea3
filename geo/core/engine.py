"""connect(url) → the engine that adds things up; DuckDB in process unless told otherwise.

The seam for large countries: entries may stay on a cluster that Ibis reaches, only totals come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from geo.core.errors import BadSetting, MissingPart

if TYPE_CHECKING:
    from ibis.backends.sql import SQLBackend


def connect(url: str) -> SQLBackend:
    """Return an Ibis connection; raises BadSetting for an address without a scheme, MissingPart without a driver."""
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
        # Two threads are what the smallest machine has; nothing may be fetched while adding up.
        connection.raw_sql("SET threads = 2; SET enable_external_access = false; SET lock_configuration = true")
    return connection

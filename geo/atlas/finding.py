"""The search index of a version: its units, bodies and functions, and the settlements that its country knows."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geo.atlas.gathered import Gathered
from geo.finding import Places, documents, index_of, read_former, read_settlements
from geo.finding.places import delivered_settlements


def search_files(got: Gathered, tables: Mapping[str, pd.DataFrame], files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files of the index; a delivered classifier of places is taken before the folder's settlements.

    `files` are those of the version's figures.
    """
    delivered = got.deliveries.settlements()
    rows = read_settlements(got.borders) if delivered is None else delivered_settlements(delivered)
    is_complete = any(row["kind"] != "centre" for row in rows)
    places = Places(rows, read_former(got.borders), is_complete)
    return index_of(*documents(got.country, tables, files, places))

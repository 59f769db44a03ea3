"""Who has reported for which month, and since when: what the status of a version is read from."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from geo.atlas.deliveries import Deliveries
from geo.core.country import Country

Days = dict[str, dict[str, str]]  # period → unit_id → day the figures came in; empty: they came with the country


def reporting(
    country: Country, totals: pd.DataFrame, deliveries: Deliveries, bundled: frozenset[tuple[str, str]]
) -> Days:
    """Return the day on which each top-level unit's figures of each period first came in."""
    top = country.top_level.id
    own = totals[(totals["level"] == top) & ~totals["is_restated"] & (totals["unit_id"] != "")]
    days: Days = {}
    for period, unit in sorted(set(zip(own["period"], own["unit_id"], strict=True))):
        days.setdefault(period, {})[unit] = ""
    for (unit, period), day in sorted(_arrivals(deliveries)):
        if unit in days.get(period, {}) and (unit, period) not in bundled:
            days[period][unit] = min(filter(None, (days[period][unit], day)))
    return days


def _arrivals(deliveries: Deliveries) -> Iterator[tuple[tuple[str, str], str]]:
    """Yield (unit, period) and day of every report that was delivered, in force or replaced by a correction."""
    for record in deliveries.ledger.records():
        if record.kind == "figures" and not record.withdrawn_by and "reports.parquet" in record.files:
            reports = pd.read_parquet(deliveries.ledger.path(record, "reports.parquet"))
            for row in reports[reports["unit_id"] != ""].itertuples():
                yield (row.unit_id, row.period), record.at[:10]

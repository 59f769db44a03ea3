"""What was prepared or done → the report that an operator reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from geo.core.country import Words
from geo.core.model import LANGUAGES, PHASES
from geo.core.text import text_of
from geo.faces.report import Differences, ReadFile, Report, ReportedUnit, Unplaced
from geo.intake import Prepared
from geo.intake.differences import differences, last_changed

_MOST_UNPLACED = 1000


def report_of(made: Prepared, outcome: str, version: str = "") -> Report:
    """Return the report of an order; `outcome` is one of refused, dry_run, imported and published."""
    country, order = made.context.gathered.country, made.order
    before = made.before
    found = _differences(made)
    period = order.period or (found[0] if found else "")
    return Report(
        country=country.id,
        country_names=country.name,
        symbol=country.symbol,
        minor_units=country.minor_units,
        is_synthetic=country.is_synthetic,
        outcome=outcome,
        at=order.at,
        author=order.author,
        period=order.period,
        version=version,
        version_before=before.id if before else "",
        files=tuple(_files(made)),
        faults=tuple(sorted(made.faults)),
        warnings=made.warnings,
        differences=found[1] if found else None,
        units=tuple(_units(made, period)) if period else (),
        unplaced=tuple(_unplaced(made, period)) if made.atlas else (),
    )


def _files(made: Prepared) -> Iterable[ReadFile]:
    for read in made.reads:
        delivery = read.delivery
        if delivery is None:
            yield ReadFile(read.path.name, "", profile=read.profile)
        else:
            counts = (delivery.rows_read, delivery.rows_taken, dict(delivery.rows_left))
            size = read.path.stat().st_size if read.path.exists() else 0
            yield ReadFile(delivery.file, delivery.sha256, size, read.profile, *counts)


def _differences(made: Prepared) -> tuple[str, Differences] | None:
    if made.atlas is None:
        return None
    country = made.atlas.country
    after = made.atlas.tables["totals"]
    before = after.head(0) if made.before is None else pd.read_parquet(made.before.folder / "tables/totals.parquet")
    period = made.order.period or last_changed(before, after, country)
    return period, differences(before, after, country, period, _names(made))


def _names(made: Prepared) -> Mapping[str, Mapping[str, Words]]:
    functions = made.context.gathered.ledger.functions
    phases = {phase: {lang: text_of(lang)(f"phase.{phase}") for lang in LANGUAGES} for phase in PHASES}
    named = {code: {lang: row.get(f"name_{lang}", "") for lang in LANGUAGES} for code, row in functions.items()}
    return {"unit_id": made.context.names, "function": named, "phase": phases}


def _units(made: Prepared, period: str) -> Iterable[ReportedUnit]:
    """Yield every top-level unit of the edition in force, in the order in which drawings hold them."""
    got = made.context.gathered
    edition = got.country.edition_in_force(period).id
    delivered = _reporting((read.delivery.sums for read in made.reads if read.delivery), period)
    earlier = _reporting([made.context.history], period)
    for unit in got.maps[edition, got.country.top_level.id]["unit_id"]:
        state = "delivered" if unit in delivered else "before" if unit in earlier else "missing"
        yield ReportedUnit(unit, made.context.names[unit], state)


def _reporting(tables: Iterable[pd.DataFrame], period: str) -> set[str]:
    return {unit for table in tables for unit in table.loc[table["period"] == period, "unit_id"]}


def _unplaced(made: Prepared, period: str) -> Iterable[Unplaced]:
    """Yield the bodies without a place that spend in the period, the largest first."""
    tables: Mapping[str, Any] = made.atlas.tables if made.atlas else {}
    places, country = tables["placements"], made.context.gathered.country
    nowhere = set(places.loc[(places["level"] == country.top_level.id) & (places["unit_id"] == ""), "body_id"])
    entries = tables["entries"]
    rows = entries[entries["body_id"].isin(nowhere) & (entries["period"] == period) & (entries["phase"] == "executed")]
    sums = rows.groupby("body_id")["amount_minor"].sum().sort_values(ascending=False).head(_MOST_UNPLACED)
    names = tables["bodies"].set_index("body_id")["name_ru"]
    for body, amount in sums.items():
        yield Unplaced(str(body), str(names.get(body, "")), int(amount))


def drawing_of(made: Prepared, report: Report) -> Any:
    """Return the outline of the top level that a report's units stand in the order of, or None where none is drawn."""
    if not report.units:
        return None
    country = made.context.gathered.country
    period = report.period or (_differences(made) or ("",))[0]
    key = f"{country.edition_in_force(period).id}/{country.top_level.id}/outline-page.json"
    if made.atlas is not None and key in made.atlas.files:
        return json.loads(made.atlas.files[key])
    return made.before.json(key) if made.before is not None and key in made.before.manifest["files"] else None

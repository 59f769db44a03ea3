"""What every file of a layer says of itself, and exact values: amounts as decimal text, cells that no program runs.

Amounts are exact decimal text in the currency's unit (tenge), rates are numbers. Every file names the version, the
address of its view, scope, sources and licences.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from geo.faces.mark import marked
from geo.faces.reading import Reading
from geo.layers import Account
from geo.versions import Version

# What a spreadsheet may run: a sign, half or full width, first in a cell or in a line of it, spaces aside.
_RISKY = re.compile(r"(?:\A|[\r\n])\s*[=+\-@＝＋－＠]|\A[\t\r\n]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?", re.ASCII)


def mark_of_file(reading: Reading) -> dict[str, str]:
    """Return what a file of a synthetic country says before anything else; a real one says nothing."""
    return {"mark": reading.text("note.synthetic")} if reading.mark else {}


def said_on_every_line(reading: Reading, version: Version) -> dict[str, str]:
    """Return what a table must say on every line, having no other place: period, unit, version, source, licence."""
    view, country, lang = reading.layer.view, version.country, reading.text.lang
    return {
        "period": view.period,
        "unit_of_value": value_unit(reading, version),
        "version": version.id,
        "address": view.path,
        # A table has no place above its rows: the mark stands on every line.
        "scope": marked(reading.mark, country.scope[lang]),
        "source": "; ".join(source.name[lang] for source in country.sources),
        "licence": "; ".join(source.licence for source in country.sources if source.licence),
        "edition_of_borders": reading.layer.edition,
    }


def metadata(reading: Reading, version: Version) -> dict[str, Any]:
    """Return what makes the numbers understandable without the map."""
    layer, lang, country = reading.layer, reading.text.lang, version.country
    return {
        "title": marked(reading.mark, reading.title),
        "period": layer.view.period,
        "status": {"plan": "plan", "final": "final", "partial": "year_to_date"}[reading.wording.status],
        "qualifiers": list(reading.qualifiers),
        "scope": country.scope[lang],
        "unit_of_value": value_unit(reading, version),
        "unit_of_amount": country.currency,
        "measure": layer.measure.id,
        "formula": layer.measure.formula,
        "view": layer.view.path,
        "version": version.id,
        "edition_of_borders": layer.edition,
        "price_factor": layer.price_factor,
        "denominator_year": layer.denominator_year or None,
        "overall_value": rounded(layer.overall, layer.measure.is_money, country.minor_units),
        "class_upper_bounds": [rounded(b, layer.measure.is_money, country.minor_units) for b in layer.bounds],
        "reconciliation": [_account(account, country.minor_units) for account in layer.accounts],
        "notes": list(reading.notes),
        "is_synthetic": country.is_synthetic,
        "sources": [{"about": s.about, "name": s.name[lang], "licence": s.licence} for s in country.sources],
        "crs": "OGC:CRS84",
    }


def value_unit(reading: Reading, version: Version) -> str:
    """Return the unit of `value` in files: unscaled, so that it needs no legend."""
    layer = reading.layer
    if not layer.measure.is_money:
        return "percent"
    per = {"person": "/person", "km2": "/km2", "none": ""}.get(layer.view.per, f"/{layer.view.per}")
    return f"{version.country.currency}{per}"


def amount_text(amount_minor: int | None, minor_units: int) -> str | None:
    """Return an amount exactly, as a decimal in the currency's unit; None stays None."""
    if amount_minor is None:
        return None
    return f"{(Decimal(amount_minor) / minor_units).normalize():f}"


def rounded(value: float | None, is_money: bool, minor: int) -> float | None:
    """Return a rate in the currency's unit with six decimals: more would be noise of the division."""
    if value is None:
        return None
    return round(value / minor, 6) if is_money else round(value, 6)


def _account(account: Account, minor: int) -> dict[str, Any]:
    return {
        "phase": account.phase,
        "period": account.period,
        "published": amount_text(account.published, minor),
        "is_total_line_of_source": account.is_total_line,
        "terms": [
            {"term": t.key, "amount": amount_text(t.amount, minor), **({"units": list(t.units)} if t.units else {})}
            for t in account.terms
        ],
        "control_total": amount_text(account.control, minor),
    }


def cell(value: Any) -> Any:
    """Return a value as it stands in a table: nothing is empty, text that a spreadsheet would run is quoted by '."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and _RISKY.search(value) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value

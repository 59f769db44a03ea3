"""A layer as a value sheet: all that a map drawn from tiles needs to be coloured for this view, in one small file.

Columns run in unit_id order and are joined to the tiles by `ids`: new figures need no new geometry. The numbers are
those of the other files; amounts are exact decimal text in the currency's unit. `labels` are the values as the table
shows them, `sentence` is how running text says one ({} is its label), `radii` those of the circles on a drawing that is
`width` wide.
"""

from __future__ import annotations

import json
from typing import Any

from geo.faces.files import amount_text, metadata, value_unit
from geo.faces.framed import drawing_of
from geo.faces.legend import circle_radius, tones_of
from geo.faces.points import radius_of
from geo.faces.reading import Reading
from geo.layers import Account, Row
from geo.versions import Version


def values_json(reading: Reading, version: Version) -> bytes:
    """Return the sheet; `state` lists the units without a value by reason, `class` counts from 1, 0 for none."""
    layer, minor, about = reading.layer, version.country.minor_units, metadata(reading, version)
    plain = {
        **({"mark": reading.mark} if reading.mark else {}),
        "title": reading.title,
        "view": layer.view.path,
        "country": version.country.id,
        "version": version.id,
        "edition": layer.edition,
        "level": layer.view.level,
        "period": layer.view.period,
        "status": about["status"],
        "palette": layer.view.palette,
        "is_synthetic": version.country.is_synthetic,
        "unit": reading.unit,
        "unit_of_value": value_unit(reading, version),
        "denominator_year": about["denominator_year"],
        "price_factor": layer.price_factor,
        "overall": about["overall_value"],
        "bounds": about["class_upper_bounds"],
        "counts": list(layer.counts),
        "tones": list(tones_of(layer)),
        "legend": [swatch.label for swatch in reversed(reading.legend)],
        "is_circles": layer.shows_circles,
        **(_circles(reading, version) if layer.shows_circles else {}),
        "ids": [row.unit.unit_id for row in layer.rows],
        "values": [_value(row, reading, minor) for row in layer.rows],
        "labels": ["" if row.value is None else reading.wording.value(row.value) for row in layer.rows],
        "sentence": _sentence(reading),
        "ranks": [row.rank or 0 for row in layer.rows],
        "classes": [row.class_no + 1 for row in layer.rows],
        "amounts": [amount_text(row.amount, minor) for row in layer.rows],
        "denominators": [_denominator(row, reading, minor) for row in layer.rows],
        "state": _states(layer.rows),
        "reconciliation": [_account(account, minor) for account in layer.accounts],
    }
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8")


def _circles(reading: Reading, version: Version) -> dict[str, Any]:
    """Return how wide the page's drawing is, and on it the radius of each circle."""
    layer, width = reading.layer, drawing_of(reading.layer, version, "page")["width"]
    is_places = version.country.level(layer.view.level).is_places
    radii = [
        radius_of(number, reading, width) if is_places else circle_radius(row.value, layer, width)
        for number, row in enumerate(layer.rows)
    ]
    return {"width": width, "radii": radii}


def _sentence(reading: Reading) -> str:
    """Return what stands around a value in running text: ₸{} thousand per person."""
    wording = reading.wording
    known = next((row.value for row in reading.layer.rows if row.value is not None and row.value > 0), None)
    if known is None or not reading.layer.measure.is_money:
        return "{}"
    return wording.said(known).replace(wording.value(known), "{}", 1)


def _value(row: Row, reading: Reading, minor: int) -> float | None:
    if row.value is None:
        return None
    return round(row.value / minor if reading.layer.measure.is_money else row.value, 6)


def _denominator(row: Row, reading: Reading, minor: int) -> float | int | None:
    """Return people, km² …, or money in the currency's unit; whole numbers without a point."""
    if row.denominator is None:
        return None
    below = row.denominator if reading.layer.measure.is_money else row.denominator / minor
    return int(below) if below == int(below) else below


def _states(rows: tuple[Row, ...]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in rows:
        if row.state != "value":
            found.setdefault(row.state, []).append(row.unit.unit_id)
    return found


def _account(account: Account, minor: int) -> dict[str, Any]:
    """Return a reconciliation in short: published = the sum of the terms; `units` stand under `state`."""
    return {
        "phase": account.phase,
        "period": account.period,
        "published": amount_text(account.published, minor),
        "control": amount_text(account.control, minor),
        "terms": {term.key: amount_text(term.amount, minor) for term in account.terms},
    }

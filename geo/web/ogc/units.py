"""The units of one level of one edition of the borders, as features."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from geo.versions import Version
from geo.web.ogc.columns import Column, names
from geo.web.ogc.contents import FAR, Contents, areas_of, words_of

KIND = "units"


def contents(version: Version, edition: str, level: str) -> Contents:
    """Return the units in unit_id order; each is in force from the edition's first day to its last."""
    country, units = version.country, version.level(edition, level).units
    last = country.edition(edition).last_day
    days = (date.fromisoformat(edition).toordinal(), (date.fromisoformat(last) if last else FAR).toordinal())
    is_place = country.level(level).is_places
    numbers = {unit.unit_id: number for number, unit in enumerate(units)}

    def properties(number: int) -> dict[str, Any]:
        unit = units[number]
        return {
            "unit_id": unit.unit_id,
            "parent_id": unit.parent_id or None,
            "iso": unit.iso or None,
            "kind": unit.kind,
            **{f"name_{lang}": unit.names[lang] for lang in country.languages},
            "area_m2": None if is_place else unit.area_m2,  # of the borders as published, not as drawn
            "valid_from": edition,
            "valid_to": last or None,
            "is_synthetic": country.is_synthetic,
        }

    columns = (
        Column("unit_id", "string", "unit_id", role="id"),
        Column("parent_id", "string", "parent_id", is_nullable=True),
        Column("iso", "string", "iso", is_nullable=True),
        Column("kind", "string", "kind"),
        *names(country.languages),
        Column("area_m2", "integer", "area_m2", is_nullable=True),
        Column("valid_from", "string", "valid_from", format="date", role="primary-interval-start"),
        Column("valid_to", "string", "valid_to", format="date", role="primary-interval-end", is_nullable=True),
        Column("is_synthetic", "boolean", "is_synthetic"),
    )
    words = {
        "unit_id": words_of(unit.unit_id for unit in units),
        "parent_id": words_of(unit.parent_id or None for unit in units),
        "iso": words_of(unit.iso or None for unit in units),
        "kind": words_of(unit.kind for unit in units),
    }
    return Contents(
        columns=columns,
        words=words,
        shapes=areas_of(version, edition, level),
        places=np.arange(len(units), dtype=np.int32),
        days=np.tile(np.array(days, np.int64), (len(units), 1)),
        identify=lambda number: units[number].unit_id,
        find=numbers.get,
        properties=properties,
    )

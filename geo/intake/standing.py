"""The status of a country: which unit has reported for which month, in time, late or not yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from geo.atlas.reporting import reporting
from geo.core.errors import DamagedVersion, NothingPublished
from geo.core.settings import Settings
from geo.faces.standing import status_of
from geo.faces.status import Status
from geo.intake.context import context_of
from geo.versions import Home


def standing(settings: Settings, country_id: str, today: date, year: str = "") -> Status:
    """Return the matrix of the units in force today and all months of a year, or of all years with figures.

    Built from the country's folder and its ledger as they are now, published or not.
    """
    context = context_of(settings, country_id)
    country = context.gathered.country
    edition = country.edition_in_force(today.isoformat()[:7]).id
    units = context.gathered.maps[edition, country.top_level.id]["unit_id"]
    history = context.history.assign(level=country.top_level.id, is_restated=False)
    days = reporting(country, history, context.gathered.deliveries, context.gathered.bundled)
    named = [(unit, context.names[unit]) for unit in units]
    maps, top = context.gathered.maps, country.top_level.id

    def existing(period: str) -> frozenset[str]:
        return frozenset(maps[country.edition_in_force(period).id, top]["unit_id"])

    return replace(status_of(days, named, today, year, existing), is_synthetic=country.is_synthetic)


def drawing_in_force(settings: Settings, country_id: str, period: str) -> Any:
    """Return the outline of the top level in the borders of a period, from the version in force; None without one."""
    home = Home(settings.home)
    try:
        version = home.version(home.current_id(country_id))
    except (NothingPublished, DamagedVersion):
        return None
    country = version.country
    key = f"{country.edition_in_force(period).id}/{country.top_level.id}/outline-page.json"
    return version.json(key) if key in version.manifest["files"] else None

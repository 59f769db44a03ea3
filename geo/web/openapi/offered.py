"""What one version offers, as JSON: the words that stand in the addresses of its views, and where figures come from."""

from __future__ import annotations

from typing import Any

from geo.core.measures import MEASURES
from geo.layers import offer_of
from geo.versions import Version


def offered(version: Version) -> dict[str, Any]:
    """Return the offer; measures name the periods of each level, months of a year running from its first."""
    country, offer = version.country, offer_of(version)
    functions = version.json("functions.json")
    return {
        "version": version.id,
        "country": country.id,
        "is_synthetic": country.is_synthetic,
        "currency": country.currency,
        "minor_units": country.minor_units,
        "languages": list(country.languages),
        "levels": list(offer.levels),
        "periods": list(offer.period_words),
        "functions": {code: functions[code] for code in offer.functions},
        "series": {level: list(offer.series_of(level)) for level in offer.levels},
        "editions": {level: sorted(offer.units[level]) for level in offer.levels},
        "price_years": list(offer.price_years),
        "measures": {
            measure: {level: list(offer.periods_of(measure, level)) for level in offer.levels} for measure in MEASURES
        },
        "sources": [{"about": row.about, "name": dict(row.name), "licence": row.licence} for row in country.sources],
    }

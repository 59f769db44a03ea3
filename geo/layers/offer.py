"""What a version offers to readers, and what its money is worth in other years."""

from __future__ import annotations

from geo.core.view import Offer, View
from geo.versions.opened import Version


def offer_of(version: Version) -> Offer:
    """Return what a version can answer."""
    if "offer" not in version._cache:
        keys = sorted(version.facts["denominators"], reverse=True)
        editions = [key.split("/")[0] for key in keys]
        own = version.country.first_edition_with_figures
        editions.sort(key=lambda edition: (edition != own, edition))
        version._cache["offer"] = Offer(
            country=version.country,
            periods=version.periods,
            functions=version.functions,
            units={e: frozenset(version.level(e, version.country.levels[0].id).numbers) for e in editions},
            series=tuple(row.series for row in version.country.denominators),
            price_years=tuple(sorted(version.facts["prices"])),
        )
    found: Offer = version._cache["offer"]
    return found


def price_factor(version: Version, view: View, period: str) -> float:
    """Return what a nominal amount of the period's year is multiplied by to be in prices of the asked year."""
    if view.prices == "nominal":
        return 1.0
    prices = version.facts["prices"]
    return float(prices[view.prices] / prices[period[:4]])

"""What a version offers to readers, and what its money is worth in prices of other years."""

from __future__ import annotations

from geo.core.measures import year_before
from geo.core.offer import Offer
from geo.core.view import View
from geo.versions.opened import Version


def offer_of(version: Version) -> Offer:
    """Return what a version can answer; made once a version."""
    return version.once("offer", lambda: _offer(version))


def price_factor(version: Version, view: View) -> float:
    """Return what nominal amounts (or nominal growth) are multiplied by for the prices of a view; 1 in nominal ones."""
    if view.prices == "nominal":
        return 1.0
    prices = version.facts["prices"]
    if view.shown.over == "year_before":
        return float(prices[year_before(view.month)[:4]] / prices[view.month[:4]])
    return float(prices[view.prices] / prices[view.month[:4]]) if view.shown.is_money else 1.0


def _offer(version: Version) -> Offer:
    country = version.country
    own, level = country.first_edition_with_figures, country.levels[0].id
    editions = sorted({key.split("/")[0] for key in version.facts["denominators"]})
    editions.sort(key=lambda edition: edition != own)
    reports = version.level(own, level).reported
    reported = {
        (phase, period)
        for p, period in enumerate(version.periods)
        for f, phase in enumerate(version.phases)
        if reports[:, p, f].any()
    }
    return Offer(
        country=country,
        periods=version.periods,
        reported=frozenset(reported),
        functions=version.functions,
        units={edition: frozenset(version.level(edition, level).numbers) for edition in editions},
        series=tuple(row.series for row in country.denominators),
        price_years=tuple(sorted(version.facts["prices"])),
    )

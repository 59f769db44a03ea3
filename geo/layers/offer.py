"""What a version offers to readers, and what its money is worth in prices of other years."""

from __future__ import annotations

from geo.core.measures import year_before
from geo.core.offer import Offer, edition_of, word_of
from geo.core.view import View
from geo.versions.opened import Version


def offer_of(version: Version) -> Offer:
    """Return what a version can answer; made once a version."""
    return version.once("offer", lambda: _offer(version))


def with_denominator(view: View, version: Version) -> View:
    """Return the view with a denominator that its level has: people may be counted for the level above alone."""
    edition = view.borders or edition_of(offer_of(version), view.month)
    if not view.shown.has_denominator or view.per == "none":
        return view
    rows = {row.series: view.month[:4] if row.by_year else "" for row in version.country.denominators}
    offered = offer_of(version).series_of(view.level)
    known = [s for s in offered if version.denominators(edition, view.level, s, rows[s]) is not None]
    # What is compared by rate has no rate without a divisor: it stays, and says so unit by unit.
    other = known[0] if known else "none" if view.shown.is_money else view.per
    return view if view.per in known else view.but(per=other)


def periods_of_units(offer: Offer, edition: str, level: str) -> tuple[str, ...]:
    """Return the words of the periods for which units of a level of an edition have figures, their own or restated."""
    reported = {period for _, period in offer.reported[level]}
    return tuple(
        word_of(period) for period in offer.periods if period in reported and edition in offer.borders_of(period, level)
    )


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
    keys = [
        (edition.id, level.id)
        for edition in country.editions
        for level in country.levels
        if f"{edition.id}/{level.id}/units.json" in version.manifest["files"]
    ]
    reported = {level.id: _reported(version, level.id, keys) for level in country.levels}
    levels = [level for level in reported if reported[level]]
    units = {
        level: {edition: frozenset(version.level(edition, level).numbers) for edition, of in keys if of == level}
        for level in levels
    }
    restated: dict[str, tuple[str, ...]] = {}
    for edition in units[country.top_level.id]:
        for origin in version.level(edition, country.top_level.id).parts:
            restated[origin] = (*restated.get(origin, ()), edition)
    return Offer(
        country=country,
        periods=version.periods,
        reported={level: reported[level] for level in levels},
        functions=version.functions,
        units=units,
        restated=restated,
        series=tuple(row.series for row in country.denominators),
        price_years=tuple(sorted(version.facts["prices"])),
        inside={level: {edition: _inside(version, edition, level) for edition in units[level]} for level in levels},
        subgroups=version.subgroups,
    )


def _inside(version: Version, edition: str, level: str) -> dict[str, frozenset[str]]:
    """Return the units of higher levels that hold some of a level, and which."""
    order = [row.id for row in version.country.levels]
    held = [row for row in order[: order.index(level)] if f"{edition}/{row}/units.json" in version.manifest["files"]]
    above = {unit.unit_id for row in held for unit in version.level(edition, row).units}
    found: dict[str, set[str]] = {}
    for unit in version.level(edition, level).units:
        if unit.parent_id in above:
            found.setdefault(unit.parent_id, set()).add(unit.unit_id)
    return {parent: frozenset(units) for parent, units in found.items()}


def _reported(version: Version, level: str, keys: list[tuple[str, str]]) -> frozenset[tuple[str, str]]:
    """Return the (phase, period) pairs that some unit reported in the edition in force in the period."""
    editions = {period: version.country.edition_in_force(period).id for period in version.periods}
    found = set()
    for p, period in enumerate(version.periods):
        if (editions[period], level) in keys:
            seen = version.level(editions[period], level).reported[:, p, :]
            found |= {(phase, period) for f, phase in enumerate(version.phases) if seen[:, f].any()}
    return frozenset(found)

"""Which addresses a site of plain files holds of one version: pages, and the files beside them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from geo.core.measures import MEASURES
from geo.core.offer import Offer, default_word
from geo.core.view import View, parse_form, parse_view
from geo.layers import offer_of
from geo.layers.holdings import holdings
from geo.layers.offer import periods_of_units
from geo.versions import Version
from geo.web.catalogue import bulkpage
from geo.web.frozen.plan import Plan
from geo.web.links import Links
from geo.web.pages import bodies, changes, glossary, status
from geo.web.pages.bodyaddress import body_address
from geo.web.pages.choices import chosen_view
from geo.web.pages.frame import DEFAULT_MEASURE, CountryAddress, default_view, publication_of
from geo.web.pages.unit import UnitAddress, editions_with_units
from geo.web.sharing.cards import CARD
from geo.web.site import Site


@dataclass(frozen=True)
class Held:
    """What is written of a version: its pages with the files beside each, by address; the views among them."""

    pages: dict[str, tuple[str, ...]]
    views: tuple[View, ...]

    def addresses(self, version_id: str) -> Iterator[str]:
        """Yield every address, of the version in force and of the version by its name."""
        for page, files in self.pages.items():
            for prefix in ("", f"v/{version_id}/"):
                yield prefix + page
                yield from (f"{prefix}{page}{name}" for name in files if prefix or name != CARD)


def held_of(version: Version, site: Site, plan: Plan) -> Held:
    """Return what a plan holds of a version. A card is asked for by networks, who need the site's public address."""
    pages: dict[str, tuple[str, ...]] = {}
    views: dict[str, View] = {}
    for view, is_first in planned_views(version, plan):
        if view != view.but(sort="value"):
            pages[view.path] = ()  # another order of the table: what stands beside is that of the view itself
            continue
        beside = plan.beside(view, is_first=is_first)
        views[view.path] = view
        pages[view.path] = tuple(name for name in beside if name != CARD or site.settings.base_url)
    for path in _others(version, site, plan):
        pages[path] = faces_of(path)
    return Held(pages, tuple(views.values()))


def addresses(version: Version, site: Site) -> Iterator[str]:
    """Yield the pages that a country begins with: default views, units, who reported, in every language."""
    for lang in version.country.languages:
        for level in offer_of(version).levels:
            yield from (view.path for view, _ in _of_level(version, lang, level))
    yield from _others(version, site, replace(Plan(), lists=0, bodies=0))


def faces_of(path: str) -> tuple[str, ...]:
    """Return the files beside a page that is not that of a view."""
    if f"/{status.WORD}/" in path:
        return status.FACES
    return changes.FACES if path.endswith(f"/{changes.WORD}/") else ()


def planned_views(version: Version, plan: Plan) -> Iterator[tuple[View, bool]]:
    """Yield the views of a plan, and whether each is the one that its level begins with.

    That one is always there: the site leads to it. Raises what an address of words that are not offered would.
    """
    offer = offer_of(version)
    for lang in (lang for lang in version.country.languages if lang in plan.languages):
        for level in offer.levels:
            for view, is_first in _of_level(version, lang, level):
                if is_first or plan.holds(view.path.partition("/")[2]):
                    yield view, is_first
        offers = {version.country.id: offer}
        for path in plan.more:
            if path.partition("/")[0] == version.country.id:
                yield parse_view(lang, path.strip("/").split("/"), offers), False


def _of_level(version: Version, lang: str, level: str) -> Iterator[tuple[View, bool]]:
    start = chosen_view(default_view(version, lang), {"level": level}, version)
    yield start, True
    yield from ((view, False) for view in default_views(start, offer_of(version)) if view != start)


def default_views(base: View, offer: Offer) -> Iterator[View]:
    """Yield what a country begins with: each measure and period; functions, values, borders of the last year."""
    for measure in MEASURES:
        if measure == "share":
            continue
        for period in offer.periods_of(measure, base.level):
            yield parse_form(base, {"measure": measure, "period": period}, offer)
    for function in offer.functions:
        yield parse_form(base, {"function": function}, offer)
        if offer.periods_of("share", base.level):
            yield parse_form(base, {"measure": "share", "function": function}, offer)
    for key, values in {
        "per": [*offer.series_of(base.level), "none"],
        "transfers": ["included"],
        "borders": offer.borders_of(base.month, base.level),
        "classes": MEASURES[DEFAULT_MEASURE].classes,
    }.items():
        for value in values:
            yield parse_form(base, {key: value}, offer)


def _others(version: Version, site: Site, plan: Plan) -> Iterator[str]:
    """Yield the pages that are not those of views."""
    languages = [lang for lang in version.country.languages if lang in plan.languages]
    asked_on = status.asked_on(version, publication_of(Links(site, 0), version))
    yield from (path for path in status.addresses(version, asked_on) if path.partition("/")[0] in languages)
    for lang in languages:
        words = (changes.WORD, glossary.WORD, bulkpage.WORD)
        yield from (CountryAddress(lang, version.country.id, word).path for word in words)
        yield from (unit.path for unit in _units(version, lang) if plan.units)
        yield from islice(lists_of(version, lang), plan.lists)
        yield from islice(_bodies(version, lang), plan.bodies)


def _units(version: Version, lang: str) -> Iterator[UnitAddress]:
    """Yield the units of every level and edition in the last period that they have figures of, the newest first."""
    offer = offer_of(version)
    for level in offer.levels:
        for edition, units in sorted(editions_with_units(offer, level).items(), reverse=True):
            period = default_word(periods_of_units(offer, edition, level))
            for unit in sorted(units):
                yield UnitAddress(lang, version.country.id, edition, level, unit, period, period)


def other_periods(version: Version) -> int:
    """Return how many pages of units there are of periods that are not their last."""
    offer = offer_of(version)
    return sum(
        len(units) * max(0, len(periods_of_units(offer, edition, level)) - 1)
        for level in offer.levels
        for edition, units in editions_with_units(offer, level).items()
    )


def lists_of(version: Version, lang: str) -> Iterator[str]:
    """Yield the pages of the list of the organisations of each unit."""
    for unit in _units(version, lang):
        address = bodies.ListAddress(unit)
        yield from (replace(address, page=page).path for page in range(1, bodies.pages_of(address, version) + 1))


def _bodies(version: Version, lang: str) -> Iterator[str]:
    """Yield the pages of organisations in the last period that each has figures of."""
    for number in range(len(holdings(version).bodies)):
        yield body_address(lang, version, number, "").path

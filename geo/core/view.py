"""View ⇄ address, and the table of measures: formula, unit, default classes.

A view's canonical address is a path, so that a site of plain files can answer it too:
`<lang>/<country>/<level>/<measure>/<period>/[key=value/ …]`, keys in one fixed order, left out when default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.core.country import Country
from geo.core.errors import BadKey, BadValue, NeedsKey, UnknownWord


@dataclass(frozen=True)
class Measure:
    """What a map may show: `over` is nothing for money, else what the `of` phase is divided by."""

    id: str
    of: str
    over: str  # "" = money; plan, year_before or unit_total = a ratio
    formula: str
    classes: tuple[str, ...]  # the default first
    fixed: tuple[float, ...] = ()

    @property
    def is_money(self) -> bool:
        """Tell whether values are amounts of money (else ratios in per cent)."""
        return not self.over


_MONEY = ("natural", "quantile")
MEASURES: Mapping[str, Measure] = {
    row.id: row
    for row in (
        Measure("approved", "approved", "", "approved", _MONEY),
        Measure("revised", "revised", "", "revised", _MONEY),
        Measure("adjusted", "adjusted", "", "adjusted", _MONEY),
        Measure("executed", "executed", "", "executed", _MONEY),
        Measure(
            "execution",
            "executed",
            "plan",
            "executed ÷ adjusted; in a partial year ÷ planned_to_date",
            ("fixed", "natural", "quantile"),
            (90.0, 95.0, 98.0, 100.0),
        ),
        Measure("change", "executed", "year_before", "executed ÷ executed a year before − 1", _MONEY),
        Measure("share", "executed", "unit_total", "executed of the function ÷ executed of all functions", _MONEY),
    )
}
SORTS = ("value", "value-up", "name", "name-down", "amount", "amount-up")
KEYS: Mapping[str, str] = {  # in the order of an address, with the defaults
    "function": "",
    "per": "person",
    "transfers": "apart",
    "borders": "",
    "prices": "nominal",
    "within": "",
    "classes": "",
    "highlight": "",
    "sort": "value",
}
POSITIONS = ("country", "level", "measure", "period")
_KEY_VALUE = re.compile(r"([a-z]+)=([A-Za-z0-9._-]{0,64})", re.ASCII)


@dataclass(frozen=True)
class Offer:
    """What one version can answer: the words of every place and key, in the order they are shown."""

    country: Country
    periods: tuple[str, ...]  # months with figures, YYYY-MM
    functions: tuple[str, ...]
    units: Mapping[str, frozenset[str]]  # edition → unit_ids
    series: tuple[str, ...]
    price_years: tuple[str, ...]

    @property
    def period_words(self) -> tuple[str, ...]:
        """Return the periods as addresses say them: a finished year by its number."""
        return tuple(word_of(period) for period in self.periods)

    def periods_of(self, measure: str) -> tuple[str, ...]:
        """Return the period words for which a measure has what it needs."""
        if MEASURES[measure].over != "year_before":
            return self.period_words
        return tuple(word_of(p) for p in self.periods if year_before(p) in self.periods)

    def borders_of(self, period: str) -> tuple[str, ...]:
        """Return the editions in which a period may be shown, the one in force first."""
        in_force = edition_of(self, period)
        return (in_force, *(edition for edition in self.units if edition != in_force))


@dataclass(frozen=True)
class View:
    """What a reader asks for; every field is a word that the offer knows."""

    lang: str
    country: str
    level: str
    measure: str
    period: str
    function: str = ""
    per: str = "person"
    transfers: str = "apart"
    borders: str = ""
    prices: str = "nominal"
    within: str = ""
    classes: str = ""
    highlight: str = ""
    sort: str = "value"

    @property
    def month(self) -> str:
        """Return the period as YYYY-MM."""
        return self.period if "-" in self.period else f"{self.period}-12"

    @property
    def path(self) -> str:
        """Return the canonical address, without a slash before and with one behind."""
        words = [self.lang, self.country, self.level, self.measure, self.period]
        keys = [f"{key}={getattr(self, key)}" for key, default in KEYS.items() if getattr(self, key) != default]
        return "/".join([*words, *keys]) + "/"

    def but(self, **words: str) -> View:
        """Return the view with other words; use `settled` where they may contradict the rest."""
        return replace(self, **words)


def parse_view(lang: str, segments: Sequence[str], offers: Mapping[str, Offer]) -> View:
    """Return the view of an address behind its language; compare `.path` to see whether it was canonical.

    Raises UnknownWord for a place that is not known, BadKey, BadValue or NeedsKey for a key.
    """
    words = dict(zip(POSITIONS, segments, strict=False))
    offer = offers.get(words.get("country", ""))
    if offer is None:
        raise UnknownWord(word="country", allowed=sorted(offers))
    _check_places(words, offer)
    given: dict[str, str] = {}
    for segment in segments[len(POSITIONS) :]:
        match = _KEY_VALUE.fullmatch(segment)
        key = match[1] if match else ""
        if match is None or key not in KEYS:
            raise BadKey(problem="unknown", allowed=KEYS)
        if key in given:
            raise BadKey(problem="twice", key=key, allowed=KEYS)
        given[key] = match[2]
    view = View(lang=lang, **{name: words[name] for name in POSITIONS})
    view = view.but(period=word_of(view.month))
    if not MEASURES[view.measure].is_money and "per" in given:
        raise BadKey(problem="not with this measure", key="per", allowed=[key for key in KEYS if key != "per"])
    return settled(view, given, offer)


def parse_form(view: View, given: Mapping[str, str], offer: Offer) -> View:
    """Return the view that a form asks for, starting from the page it stood on; empty values mean the default.

    A form sends all its fields, so what the chosen measure does not offer is dropped; unknown words are refused.
    """
    allowed = (*POSITIONS[1:], *KEYS)
    for key in given:
        if key not in allowed:
            raise BadKey(problem="unknown", allowed=allowed)
    words = {name: given.get(name) or getattr(view, name) for name in POSITIONS[1:]}
    _check_places({"country": view.country, **words}, offer)
    period = words["period"] if "-" in words["period"] else f"{words['period']}-12"
    keys = {key: given.get(key, getattr(view, key)) or default for key, default in KEYS.items()}
    if not MEASURES[words["measure"]].is_money:
        keys["per"] = KEYS["per"]
    offered, usual = MEASURES[words["measure"]].classes, MEASURES[view.measure].classes[0]
    if words["measure"] != view.measure and (keys["classes"] == usual or keys["classes"] not in offered):
        keys["classes"] = KEYS["classes"]  # the form sent them along with the measure that it stood at
    base = View(view.lang, view.country, words["level"], words["measure"], word_of(period))
    if edition_of(offer, period) == keys["borders"]:
        keys["borders"] = ""
    return settled(base, {key: value for key, value in keys.items() if value != KEYS[key]}, offer)


def settled(view: View, given: Mapping[str, str], offer: Offer) -> View:
    """Return the view with checked keys, those without effect set back to their default; raises BadValue, NeedsKey."""
    measure = MEASURES[view.measure]
    for key, value in given.items():
        allowed = allowed_values(view, key, given, offer)
        if value not in allowed:
            raise BadValue(key=key, allowed=allowed)
    view = view.but(**given)
    if measure.over == "unit_total" and not view.function:
        raise NeedsKey(key="function", allowed=offer.functions)
    if view.borders == edition_of(offer, view.month):
        view = view.but(borders="")
    if view.classes == measure.classes[0]:
        view = view.but(classes="")
    if view.function and measure.over != "unit_total":
        view = view.but(transfers=KEYS["transfers"])
    if measure.over in {"plan", "unit_total"}:
        view = view.but(prices=KEYS["prices"])
    return view


def allowed_values(view: View, key: str, given: Mapping[str, str], offer: Offer) -> tuple[str, ...]:
    """Return the values that a key may have in this view, the default first where it has a word."""
    measure = MEASURES[view.measure]
    editions = offer.borders_of(view.month)
    shown = given.get("borders") or view.borders or editions[0]
    table: dict[str, tuple[str, ...]] = {
        "function": offer.functions,
        "per": (*offer.series, "none") if measure.is_money else (),
        "transfers": ("apart", "included"),
        "borders": editions,
        "prices": ("nominal", *offer.price_years),
        "within": (),
        "classes": measure.classes,
        "highlight": tuple(sorted(offer.units.get(shown, ()))),
        "sort": SORTS,
    }
    return table[key]


def edition_of(offer: Offer, period: str) -> str:
    """Return the edition in force in a period, or the earliest one that has figures."""
    found = offer.country.edition_in_force(period).id
    return found if found in offer.units else next(iter(offer.units))


def word_of(period: str) -> str:
    """Return a month as addresses say it: 2024-12 is the year 2024."""
    return period[:4] if period.endswith("-12") else period


def year_before(period: str) -> str:
    """Return the same month a year before."""
    return f"{int(period[:4]) - 1}{period[4:]}"


def _check_places(words: Mapping[str, str], offer: Offer) -> None:
    levels = [level.id for level in offer.country.levels]
    if words.get("level") not in levels:
        raise UnknownWord(word="level", allowed=levels)
    if words.get("measure") not in MEASURES:
        raise UnknownWord(word="measure", allowed=MEASURES)
    periods = offer.periods_of(words["measure"])
    period = words.get("period", "")
    if period not in periods and (not period.endswith("-12") or word_of(period) not in periods):
        raise UnknownWord(word="period", allowed=periods)

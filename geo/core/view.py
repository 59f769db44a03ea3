"""View ⇄ address, and what a version offers.

A view's canonical address is a path, so that a site of plain files can answer it too:
`<lang>/<country>/<level>/<measure>/<period>/[key=value/ …]`, keys in one fixed order, left out when default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from geo.core.allowed import OWN, allowed_values, without_effect
from geo.core.bounds import canonical, examples, typed
from geo.core.errors import BadKey, BadValue, NeedsKey, UnknownWord
from geo.core.measures import MEASURES, Measure, is_year_end
from geo.core.offer import Offer, edition_of, month_of, word_of
from geo.core.palettes import STANDARD, palettes

KEYS: Mapping[str, str] = {  # in the order of an address, with the defaults; "" is the default of the measure or period
    "function": "",
    "per": "person",
    "transfers": "",
    "borders": "",
    "prices": "nominal",
    "within": "",
    "classes": "",
    "breaks": "",
    "palette": STANDARD,
    "highlight": "",
    "sort": "value",
}
POSITIONS = ("country", "level", "measure", "period")
OFFERED_KEYS = tuple(KEYS)
SUBGROUP = "subgroup"  # a field of the form alone: it narrows the function that is chosen beside it
_KEY_VALUE = re.compile(r"([a-z]+)=([A-Za-z0-9._-]{0,64})", re.ASCII)


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
    transfers: str = ""
    borders: str = ""
    prices: str = "nominal"
    within: str = ""
    classes: str = ""
    breaks: str = ""
    palette: str = STANDARD
    highlight: str = ""
    sort: str = "value"

    @property
    def month(self) -> str:
        """Return the period as YYYY-MM."""
        return month_of(self.period)

    @property
    def shown(self) -> Measure:
        """Return the row of the table of measures."""
        return MEASURES[self.measure]

    @property
    def method(self) -> str:
        """Return how the classes are made: a method of the measure, or `own` where a reader chose the bounds."""
        return OWN if self.breaks else self.classes or self.shown.classes[0]

    @property
    def is_whole_year(self) -> bool:
        """Tell whether the period is a finished year."""
        return is_year_end(self.month)

    @property
    def includes_transfers(self) -> bool:
        """Tell whether transfers to other budgets are in the value: asked for, or the default of the measure."""
        return (self.transfers or self.shown.transfers) == "included"

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
    if lang not in offer.country.languages:
        raise UnknownWord(word="language", allowed=offer.country.languages)
    _check_places(words, offer)
    given: dict[str, str] = {}
    for segment in segments[len(POSITIONS) :]:
        match = _KEY_VALUE.fullmatch(segment)
        key = match[1] if match else ""
        if match is None or key not in KEYS:
            raise BadKey(problem="unknown", allowed=OFFERED_KEYS)
        if key in given:
            raise BadKey(problem="twice", key=key, allowed=OFFERED_KEYS)
        given[key] = match[2]
    view = View(lang=lang, **{name: words[name] for name in POSITIONS})
    view = view.but(period=word_of(view.month))
    _check_offered(view, given, offer)
    return settled(view, given, offer)


def parse_form(view: View, given: Mapping[str, str], offer: Offer) -> View:
    """Return the view that a form asks for, starting from the page it stood on; empty values mean the default.

    A form sends all its fields, so what the chosen measure or borders do not offer is dropped, and a period or
    function that it needs is chosen; unknown words are refused. `breaks` may be typed as people write numbers.
    """
    for key in given:
        if key not in {*POSITIONS[1:], *KEYS, SUBGROUP}:
            raise BadKey(problem="unknown", allowed=(*POSITIONS[1:], *OFFERED_KEYS))
    words = {name: given.get(name) or getattr(view, name) for name in POSITIONS[1:]}
    if words["measure"] in MEASURES and words["period"] in offer.period_words and words["level"] in offer.levels:
        words["period"] = _nearest_period(words["period"], offer.periods_of(words["measure"], words["level"]))
    _check_places({"country": view.country, **words}, offer)
    chosen = View(view.lang, view.country, words["level"], words["measure"], word_of(month_of(words["period"])))
    keys = {key: given.get(key, getattr(view, key)) or default for key, default in KEYS.items()}
    keys["function"] = _function(keys["function"], given, chosen, offer)
    keys |= _own_classes(view, chosen, given)
    if chosen.shown.over == "unit_total" and not keys["function"]:
        # A share needs one; the reader sees which.
        keys["function"] = offer.group_of(view.function) or offer.functions[0]
    prices = allowed_values(chosen, "prices", keys, offer)
    if keys["prices"] in offer.price_years and keys["prices"] not in prices:
        keys["prices"] = prices[-1]  # growth knows the prices of its own year alone
    keys |= _dropped(view, chosen, keys, offer)
    return settled(chosen, {key: value for key, value in keys.items() if value != KEYS[key]}, offer)


def settled(view: View, given: Mapping[str, str], offer: Offer) -> View:
    """Return the view with checked keys, those without effect set back to their default; raises BadValue, NeedsKey."""
    measure = view.shown
    if given.get("classes") == OWN and not given.get("breaks"):
        raise NeedsKey(key="breaks", allowed=examples(is_signed=measure.is_signed))
    if "breaks" in given:
        given = {**given, "breaks": canonical(given["breaks"], is_signed=measure.is_signed)}
    for key, value in given.items():
        allowed = allowed_values(view, key, given, offer)
        if key != "breaks" and value not in allowed:
            raise BadValue(key=key, allowed=allowed)
    view = view.but(**given)
    if measure.over == "unit_total" and not view.function:
        raise NeedsKey(key="function", allowed=offer.functions)
    if view.borders == edition_of(offer, view.month):
        view = view.but(borders="")
    if view.classes in {measure.classes[0], OWN}:  # bounds of one's own say by themselves whose they are
        view = view.but(classes="")
    if view.transfers == measure.transfers:
        view = view.but(transfers="")
    return view.but(**{key: KEYS[key] for key in without_effect(view)})


def _check_offered(view: View, given: Mapping[str, str], offer: Offer) -> None:
    """Raise BadKey for a key that has no value in this view, such as a denominator of a ratio."""
    offered = [key for key in KEYS if allowed_values(view, key, given, offer)]
    for key in given:
        if key not in offered:
            raise BadKey(problem="not_offered", key=key, allowed=offered)


def _nearest_period(word: str, offered: Sequence[str]) -> str:
    """Return the period, or where a measure lacks it the same months of the next year, else the last one offered."""
    if word in offered or not offered:
        return word
    later = f"{int(word[:4]) + 1}{word[4:]}"
    return later if later in offered else offered[-1]


def _function(code: str, given: Mapping[str, str], chosen: View, offer: Offer) -> str:
    """Return the function that a form asks for: narrowed to a subgroup of it, or its group where no such is known."""
    narrow = given.get(SUBGROUP, "")
    wanted = narrow if narrow and offer.group_of(narrow) == offer.group_of(code) else code
    if wanted == offer.group_of(wanted) or wanted in offer.subgroups_of(chosen.measure, chosen.month):
        return wanted
    known = any(wanted in subgroups for subgroups in offer.subgroups.values())
    return offer.group_of(wanted) if known else wanted


def _own_classes(view: View, chosen: View, given: Mapping[str, str]) -> dict[str, str]:
    """Return method and bounds of the classes: typing bounds is asking for them, another method drops them.

    Bounds say nothing of another measure or denominator.
    """
    breaks = typed(given.get("breaks", view.breaks), view.lang)
    method = given.get("classes", "")
    is_other = chosen.measure != view.measure or given.get("per", view.per) not in {"", view.per}
    if breaks == view.breaks and (is_other or method not in {"", OWN}):
        breaks = ""
    if breaks:
        return {"breaks": breaks, "classes": ""}
    return {"breaks": "", "classes": (method or view.classes) if method != OWN else ""}


def _dropped(view: View, chosen: View, keys: Mapping[str, str], offer: Offer) -> dict[str, str]:
    """Return the keys that a form sent along with the page it stood on and that the choice does not offer."""
    drop = set()
    series = {*offer.series, *({"none"} if chosen.measure != view.measure else ())}
    if not chosen.shown.has_denominator or keys["per"] in series - set(allowed_values(chosen, "per", keys, offer)):
        drop.add("per")
    worn = palettes(is_signed=view.shown.is_signed)
    for key in ("palette", "within"):
        if keys[key] in {getattr(view, key), *worn} and keys[key] not in allowed_values(chosen, key, keys, offer):
            drop.add(key)
    if keys["borders"] == edition_of(offer, chosen.month):
        drop.add("borders")
    if keys["highlight"] == view.highlight and keys["highlight"] not in allowed_values(
        chosen, "highlight", keys, offer
    ):
        drop.add("highlight")
    if chosen.measure != view.measure:
        known = {name for row in MEASURES.values() for name in row.classes}
        if keys["classes"] == view.shown.classes[0] or keys["classes"] in known - set(chosen.shown.classes):
            drop.add("classes")
        if keys["transfers"] == view.shown.transfers:
            drop.add("transfers")
    return {key: KEYS[key] for key in drop}


def _check_places(words: Mapping[str, str], offer: Offer) -> None:
    if words.get("level") not in offer.levels:
        raise UnknownWord(word="level", allowed=offer.levels)
    if words.get("measure") not in MEASURES:
        raise UnknownWord(word="measure", allowed=MEASURES)
    periods = offer.periods_of(words["measure"], words["level"])
    period = words.get("period", "")
    if period not in periods and (not period.endswith("-12") or word_of(period) not in periods):
        raise UnknownWord(word="period", allowed=periods)

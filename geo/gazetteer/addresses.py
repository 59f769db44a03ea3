"""An address as a register writes it → the most exact place that it names beyond doubt; never a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from geo.gazetteer.names import AREA, SETTLEMENT, folded, kind_and_name, stem
from geo.gazetteer.places import Gazetteer

# Words that lead or end what is smaller than a settlement: there the place is over.
_STREET = re.compile(
    r"^(?:ул|улица|пр|просп|проспект|мкр|микрорайон|пер|переулок|бульвар|шоссе|трасса|квартал|участок|уч)\b"
    r"|\b(?:көшесі|даңғылы|шағын ауданы|ықшам ауданы|мөлтек ауданы|тұйығы|бульвары|орамы)\b",
    re.I,
)
_POSTCODE = re.compile(r"^(?:[0-9]{6}|[A-Z][0-9]{2}[A-Z][0-9][A-Z][0-9])\s+", re.ASCII)
_STEPS = {
    "district": ("district", "city_district", "city_area"),
    "city_area": ("city_area", "city"),
    "city": ("city",),
    "rural_district": AREA,
    "town_area": AREA,
    "village": SETTLEMENT,
    "town": SETTLEMENT,
    "station": SETTLEMENT,
    "place": SETTLEMENT,
}


@dataclass(frozen=True)
class Located:
    """Where an address lies: a code of the gazetteer, how exactly, and what kept it from being surer.

    exactness is settlement, district (a rural district counts as one) or region, empty for none. doubts are of:
    former_region, moved, spelling, district_unknown, settlement_unknown, ambiguous, region_unknown.
    """

    code: str
    exactness: str
    method: str
    doubts: tuple[str, ...]


@dataclass(frozen=True)
class _Trail:
    """How far an address has been followed: where we are, the areas to search in, and the doubts so far."""

    here: str
    areas: tuple[str, ...]  # the first one is meant, the others inherited parts of it
    doubts: tuple[str, ...] = ()
    is_blind: bool = False  # a unit that was named is not known: what lies in it is known only if it is a town

    def doubting(self, doubt: str, *, is_blind: bool = False) -> _Trail:
        return replace(self, doubts=(*self.doubts, doubt), is_blind=self.is_blind or is_blind)


def located(address: str, gazetteer: Gazetteer, lang: str) -> Located:
    """Return the most exact place that an address names beyond doubt; where names are ambiguous, what they lie in.

    A region that was divided is searched with those that inherited from it; a place found there is `moved`.
    """
    parts = [*_named_parts(address, lang)]
    trail = _begun(parts, gazetteer)
    for kind, name in parts:
        if kind in _STEPS and (trail.here or kind == "city"):
            trail = _step(trail, kind, name, gazetteer)
    if not trail.here:
        return Located("", "", "none", (*trail.doubts, "region_unknown"))
    return Located(trail.here, gazetteer.exactness_of(trail.here), "address", tuple(dict.fromkeys(trail.doubts)))


def _named_parts(address: str, lang: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, name) of the parts that say what they are, down to the street."""
    for part in address.split(","):
        text = _POSTCODE.sub("", part.strip())
        if _STREET.search(text):
            return
        kind, name = kind_and_name(text, lang)
        if kind:
            yield kind, name


def _begun(parts: list[tuple[str, str]], gazetteer: Gazetteer) -> _Trail:
    """Return the region that an address begins with, and who inherited from it; a city may stand for a region."""
    for kind, name in parts:
        fold = folded(name)
        if kind not in ("region", "city"):
            continue
        every = (*_named(fold, gazetteer), *(_stemmed(fold, gazetteer) if kind == "region" else ()))
        found = {code for code in every if not gazetteer.places[code] and gazetteer.kinds[code] == kind}
        former = gazetteer.former_names.get(fold, "")
        if len(found) == 1:
            return _Trail(region := found.pop(), (region, *_heirs(region, gazetteer)))
        if former in gazetteer.places and not gazetteer.places[former]:
            # What bore a former name may have lost parts that no list of codes tells of: its cities are searched anew.
            cities = [code for code, parent in gazetteer.places.items() if not parent]
            others = [code for code in cities if gazetteer.kinds[code] == "city" and code != former]
            return _Trail(former, (former, *_heirs(former, gazetteer), *others), ("former_region",))
    return _Trail("", ())


def _heirs(region: str, gazetteer: Gazetteer) -> list[str]:
    """Return the other regions that took over units of this one."""
    width = gazetteer.region_digits
    new = {gazetteer.region_of(since) for old, since in gazetteer.former_codes.items() if old[:width] == region[:width]}
    return sorted(new - {region, ""})


def _step(trail: _Trail, kind: str, name: str, gazetteer: Gazetteer) -> _Trail:
    """Return the trail one part further, or where it was, with a doubt."""
    fold = folded(name)
    kinds = _STEPS[kind]
    if trail.is_blind and kind not in ("city", "town"):
        return trail
    for tier, candidates in enumerate((_named(fold, gazetteer), _stemmed(fold, gazetteer), gazetteer.near(fold))):
        for area in trail.areas:
            found = [code for code in candidates if gazetteer.kinds[code] in kinds and gazetteer.is_in(code, area)]
            found = _of_kind(found, kind, gazetteer)
            if len(found) > 1:
                return trail.doubting("ambiguous")
            if found:
                return _moved(trail, found[0], area, ("spelling",) if tier == 2 else (), gazetteer)
    if kind == "city" and gazetteer.kinds.get(trail.here) == "city":
        return trail  # the city that stood for the region
    if kind in AREA:
        return trail
    doubt = "district_unknown" if kind == "district" else "settlement_unknown"
    return trail.doubting(doubt, is_blind=kind == "district")


def _moved(trail: _Trail, code: str, area: str, doubts: tuple[str, ...], gazetteer: Gazetteer) -> _Trail:
    """Return the trail at a found place; what follows is searched in it, for a city in all that it governs."""
    if area != trail.areas[0]:
        doubts = (*doubts, "moved")
    inside = gazetteer.places[code] if gazetteer.kinds[code] == "city" and gazetteer.places[code] else code
    return _Trail(code, (inside,), (*trail.doubts, *doubts))


def _of_kind(found: list[str], kind: str, gazetteer: Gazetteer) -> list[str]:
    """Return those of exactly the kind where there are some: a town that became a village is found as one."""
    exact = [code for code in found if gazetteer.kinds[code] == kind]
    return exact or found


def _named(fold: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    return gazetteer.by_fold.get(fold, ())


def _stemmed(fold: str, gazetteer: Gazetteer) -> tuple[str, ...]:
    return gazetteer.by_stem.get(stem(fold), ())

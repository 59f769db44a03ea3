"""What a request for features asks: where, when, which, how many, from where on and in which coordinates."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from geo.core.errors import BadKey, BadValue
from geo.core.model import LANGUAGES
from geo.web.ogc import moments, rectangles
from geo.web.ogc.collections import DEFAULT, Collection
from geo.web.ogc.crs import CRS84, known

FORMATS = ("json", "html")
ANYWHERE: Mapping[str, tuple[str, ...]] = {"f": FORMATS, "lang": LANGUAGES}  # what every address may be asked
OF_ITEMS = (rectangles.KEY, "bbox-crs", moments.KEY, "limit", "offset", "crs")
_COUNT = re.compile("[0-9]{1,400}", re.ASCII)
_MOST_PLACES = 18  # digits of a number that is looked at; more features there never are


@dataclass(frozen=True)
class Asked:
    """A request for features taken apart; `given` is what it said, in the order of its addresses."""

    given: Mapping[str, str]
    limit: int
    offset: int
    crs: str

    def query(self, **other: str | int) -> str:
        """Return the query of the same request with other words; what is left empty is left out."""
        merged = {**self.given, **{key: str(word) for key, word in other.items()}}
        return urlencode({key: word for key, word in merged.items() if word})


def checked(given: Mapping[str, list[str]], allowed: tuple[str, ...]) -> dict[str, str]:
    """Return a query as one word a key, in the order of `allowed`; raises BadKey for an unknown key or one given twice.

    The keys that every address may be asked are allowed too, and their words are looked up: raises BadValue.
    """
    every = (*allowed, *ANYWHERE)
    if any(key not in every for key in given):
        raise BadKey(problem="unknown", allowed=every)
    if any(len(words) > 1 for words in given.values()):
        raise BadKey(problem="twice", allowed=every)
    plain = {key: given[key][0] for key in every if key in given}
    for key, words in ANYWHERE.items():
        if key in plain and plain[key] not in words:
            raise BadValue(key=key, allowed=words)
    return plain


def asked(given: Mapping[str, list[str]], collection: Collection) -> Asked:
    """Return the request for features of a collection; raises BadKey, BadValue with what is allowed."""
    plain = checked(given, (*collection.contents.words, *OF_ITEMS))
    return Asked(
        given=plain,
        limit=min(_count("limit", plain.get("limit", str(DEFAULT)), 1), collection.most),
        offset=_count("offset", plain.get("offset", "0"), 0),
        crs=known("crs", plain.get("crs", CRS84)),
    )


def chosen(request: Asked, collection: Collection) -> NDArray[np.int64]:
    """Return the numbers of all features that a request asks for, in their order; raises BadValue.

    A filter compares whole words: one that no feature has chooses nothing. Features without a place lie in no
    rectangle; those without a time are of every time.
    """
    contents, given = collection.contents, request.given
    is_meant = np.ones(len(contents), dtype=bool)
    for name, words in contents.words.items():
        if name in given:
            is_meant &= words.having(given[name])
    if moments.KEY in given:
        days = moments.days(given[moments.KEY])
        if contents.days is not None:
            first, last = contents.days.T
            is_meant &= (first <= days.last.toordinal()) & (last >= days.first.toordinal())
    bbox_crs = known("bbox-crs", given.get("bbox-crs", CRS84))
    if rectangles.KEY in given:
        boxes = rectangles.rectangles(given[rectangles.KEY], bbox_crs)
        meeting = np.logical_or.reduce([contents.shapes.meeting(box) for box in boxes])
        is_meant &= meeting[contents.places]
    return np.flatnonzero(is_meant)


def _count(key: str, word: str, least: int) -> int:
    """Return a whole number, at least `least`; one that is too long to be meant is the largest that is looked at."""
    if not _COUNT.fullmatch(word) or (number := int(word.lstrip("0")[: _MOST_PLACES + 1] or 0)) < least:
        raise BadValue(key=key, allowed=(f"{least} …",))
    return min(number, 10**_MOST_PLACES)

"""Features as GeoJSON: one, or a page of those that a request asks for, with the links that were made for it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from geo.core.text import text_of
from geo.core.way import WAY
from geo.faces.mark import mark_of
from geo.web.ogc.asking import Asked
from geo.web.ogc.collections import Collection

MEDIA_TYPE = "application/geo+json"
Links = Sequence[Mapping[str, str]]


def feature(collection: Collection, number: int, crs: str, links: Links) -> bytes:
    """Return one feature with its links."""
    text = _feature(collection, number, crs)
    return f'{text[:-1]},"links":{_dump(list(links))}{_marks(collection)}}}'.encode()


def page(collection: Collection, numbers: Sequence[int], matched: int, asked: Asked, links: Links) -> bytes:
    """Return a FeatureCollection of some features; `matched` counts all that the request asks for.

    There is no moment of the answer in it: the same request has the same answer until other figures are in force.
    """
    about = {"numberMatched": matched, "numberReturned": len(numbers), "links": list(links)}
    # Each feature is encoded by itself: no other thread computes while one encodes megabytes.
    features = [_feature(collection, number, asked.crs).encode() for number in WAY.given(numbers)]
    head = f'{{"type":"FeatureCollection"{_marks(collection)},{_dump(about)[1:-1]}'
    return b'%b,"features":[%b]}' % (head.encode(), b",".join(features))


def rows(collection: Collection, numbers: Iterable[int]) -> list[tuple[str, dict[str, Any]]]:
    """Return (id, properties) of features, for a table."""
    contents = collection.contents
    return [(contents.identify(number), contents.properties(number)) for number in numbers]


def _feature(collection: Collection, number: int, crs: str) -> str:
    contents = collection.contents
    geometry = contents.shapes.text(int(contents.places[number]), crs)
    word, properties = _dump(contents.identify(number)), _dump(contents.properties(number))
    return f'{{"type":"Feature","id":{word},"geometry":{geometry},"properties":{properties}}}'


def _marks(collection: Collection) -> str:
    """Return the members that say which figures these are; made-up ones are marked in the country's own language."""
    country = collection.version.country
    mark = mark_of(country, text_of(country.default_language))
    plain = {"version": collection.version.id, "is_synthetic": country.is_synthetic, **({"mark": mark} if mark else {})}
    return f",{_dump(plain)[1:-1]}"


# One encoder for all: another for each of ten thousand features would cost as much as what it writes.
_dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode

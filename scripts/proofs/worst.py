"""The worst that may be asked: what costs most of each face, of addresses that nobody has asked for before."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from itertools import product

from geo.layers import offer_of
from geo.versions import Version
from scripts.proofs.asking import Ask

KIND = "worst"
GOOD = {200, 204, 206, 303, 304, 308, 400, 404, 406, 414, 429, 503}  # refused is fine, broken (500) or silent is not
_FACES = ("size=a0/scale=2/map.png", "scale=2/map.png", "map.html", "of=bodies/data.xlsx")
_FACES = (*_FACES, "of=bodies/data.gpkg", "of=bodies/data.parquet", "of=bodies/data.geojson")


def worst(version: Version, seed: int = 1, networks: int = 1000) -> Iterator[Ask]:
    """Yield dear requests for ever, each from one of so many networks, as a proxy of ours would tell."""
    chance = random.Random(seed)
    faces = [*_faces(version)]
    chance.shuffle(faces)
    while True:
        for face in faces:
            others = [*_features(version, chance), *_words(version, chance), *_others(version, chance)]
            for path in (face, chance.choice(others)):
                number = chance.randrange(networks)
                origin = f"100.{64 + number // 256 % 64}.{number % 256}.9"
                yield Ask(path, KIND, (("X-Forwarded-For", origin), ("Accept-Encoding", "br")))


def _faces(version: Version) -> Iterator[str]:
    offer, country = offer_of(version), version.country
    for level, measure, lang in product(offer.levels, ("executed", "adjusted"), country.languages):
        for period in offer.periods_of(measure, level):
            for unit in sorted(offer.units[level][max(offer.units[level])])[:6]:
                view = f"/{lang}/{country.id}/{level}/{measure}/{period}/highlight={unit}"
                yield from (f"{view}/{face}" for face in _FACES)


def _features(version: Version, chance: random.Random) -> Iterator[str]:
    items = f"/ogc/collections/{version.country.id}.bodies/items"
    yield f"{items}?limit=10000&offset={chance.randrange(10_000)}&f=json"
    yield f"{items}?bbox=-180,-90,180,{80 + chance.random():.6f}&limit=10000&f=json"
    yield f"{items}?limit=1000&f=html&offset={chance.randrange(16_000)}"
    yield "/ogc/collections"


def _words(version: Version, chance: random.Random) -> Iterator[str]:
    for lang, count in product(version.country.languages, (1, 60)):
        letters = "".join(chance.choices(string.ascii_lowercase + "  ", k=count)).strip() or "a"
        yield f"/{lang}/{version.country.id}/search/?q={letters.replace(' ', '+')}"


def _others(version: Version, chance: random.Random) -> Iterator[str]:
    unknown = "".join(chance.choices(string.ascii_lowercase, k=12))
    yield from ("/sitemap.xml", "/openapi.json", "/catalog.jsonld", "/readyz", f"/{unknown}/{unknown}/")
    yield f"/tiles/{version.country.id}/{version.id}/bodies.pmtiles"
    yield f"/{'x' * 6000}"
    yield f"/en/{version.country.id}/region/executed/2024/?{'&'.join(f'k{n}={unknown}' for n in range(100))}"

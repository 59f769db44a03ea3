"""What is asked: the ordinary mix of readers of maps, and the worst that the same addresses allow."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import product

from geo.core.model import LANGUAGES
from geo.core.pmtiles import Archive, zxy
from geo.layers import offer_of
from geo.versions import Version
from geo.web.assets import asset
from scripts.proofs.asking import Ask

BROWSER = (("Accept-Encoding", "gzip, deflate, br"), ("Accept-Language", "kk,ru;q=0.8,en;q=0.5"))
# Of a hundred requests of readers: a page brings its styles, its values and some dozen tiles; most look, some embed.
WEIGHTS = {
    "tile": 38,
    "state": 20,  # open pages that ask whether there is anything new
    "asset": 10,
    "frozen": 10,  # pages and embeds of one version
    "embed": 7,
    "page": 7,
    "values": 4,
    "export": 4,
}
_TILES, _VALUES, _BODIES, _UNITS = 40, 4, 20, 20  # of each archive, of each of values; in all


def readers(versions: Sequence[Version], seed: int = 1) -> Iterator[Ask]:
    """Yield requests of the ordinary mix for ever, the same for the same seed; of versions of one country."""
    chance, known = random.Random(seed), addresses(versions)
    kinds, weights = zip(*((kind, weight) for kind, weight in WEIGHTS.items() if known[kind]), strict=True)
    while True:
        for kind in chance.choices(kinds, weights, k=1000):
            yield chance.choice(known[kind])


def addresses(versions: Sequence[Version]) -> dict[str, list[Ask]]:
    """Return every request of the mix by kind."""
    version = versions[0]
    views = [*_views(version)]
    pages = [*views, *_places(version)]
    named = [f"/v/{one.id}" for one in versions]
    tiles = [path for one in versions for path in _tiles(one)]
    paths = {
        "page": pages,
        "embed": [f"{view}embed/" for view in views],
        "frozen": [f"{of}{page}" for of in named for page in [*pages, *(f"{view}embed/" for view in views)]],
        "values": [f"{view}values.json" for view in views],
        "export": [f"{view}{name}" for view in views for name in ("data.csv", "data.json", "data.geojson", "map.svg")],
        "tile": list(dict.fromkeys(tiles)),
        "state": [f"/api/current/{version.country.id}.json"],
        "asset": [f"/{asset(name)}" for name in ("page.css", "map.css", "icon.svg")],
    }
    return {kind: [Ask(path, kind, BROWSER) for path in found] for kind, found in paths.items()}


def _views(version: Version) -> Iterator[str]:
    offer, country = offer_of(version), version.country.id
    langs = [lang for lang in LANGUAGES if lang in version.country.languages]
    for level, measure, lang in product(offer.levels, ("executed", "adjusted"), langs):
        for period in offer.periods_of(measure, level)[-3:]:
            yield f"/{lang}/{country}/{level}/{measure}/{period}/"
            yield f"/{lang}/{country}/{level}/{measure}/{period}/per=none/"


def _places(version: Version) -> Iterator[str]:
    offer, country = offer_of(version), version.country
    lang, level = country.default_language, country.top_level.id
    edition = max(offer.units[level])
    for unit in sorted(offer.units[level][edition])[:_UNITS]:
        yield f"/{lang}/{country.id}/unit/{edition}/{level}/{unit}/"
    for body in version.json("bodies.json")[:_BODIES]:
        yield f"/{lang}/{country.id}/body/{body['body_id']}/"


def _tiles(version: Version) -> Iterator[str]:
    """Yield tiles of every archive, spread over its zooms: of borders at the address of what is in force."""
    for name in sorted(version.manifest["files"]):
        if not name.startswith("tiles/") or not name.endswith(".pmtiles"):
            continue
        archive = Archive.open(version.folder / name)
        ids, most = archive.tile_ids(), _VALUES if name.startswith("tiles/values/") else _TILES
        stem, ending = name.removeprefix("tiles/").removesuffix(".pmtiles"), _ending(name)
        of = f"{stem.removeprefix('units/')}/units" if stem.startswith("units/") else f"{version.id}/{stem}"
        for z, x, y in zip(*zxy(ids[:: max(1, len(ids) // most)]), strict=True):
            yield f"/tiles/{version.country.id}/{of}/{z}/{x}/{y}.{ending}"


def _ending(name: str) -> str:
    return "png" if name.startswith("tiles/surface") else "json" if name.startswith("tiles/values/") else "mvt"

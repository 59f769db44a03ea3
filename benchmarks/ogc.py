"""Features of 17,000 made-up organisations by OGC API – Features: the same requests, answered by us and by pygeoapi.

Peer: pygeoapi with its provider of GeoJSON files, its Flask application in this process as ours is. It reads its file
at each request; the provider of GeoPackages needs an extension of SQLite that few builds of Python may load. So the
whole collection is asked for in two large pages, where reading weighs least. Both are asked in turns (A B A B …)
without a network between; what they answer is compared first: the same organisations, places and properties.
Limits: the whole collection 3 times faster.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.panel import published
from benchmarks.shared import IS_QUICK, Limit, at_least, paired, seconds, table, verdict
from geo.web import create_app

COLLECTION, PAGE, MOST, LEAST = "kz-demo.bodies", 1_000, 10_000, 3.0
COUNT = 17_000
TURNS = 2 if IS_QUICK else 5
Ask = Callable[[str], bytes]
REQUESTS = {
    "ten features": "items?f=json&limit=10",
    "a page of 1,000": f"items?f=json&limit={PAGE}",
    "the last page of 1,000": f"items?f=json&limit={PAGE}&offset=16000",
    "those in a rectangle": f"items?f=json&limit={PAGE}&bbox=76,43,77.5,44",
    "those of one kind": f"items?f=json&limit={PAGE}&kind=school",
}


def main() -> int:
    """Print milliseconds and ratios of each request; return 1 where the limit is missed or the answers differ."""
    try:
        import pygeoapi  # noqa: F401 - only whether it is here
    except ImportError:
        print("not measured here: needs pygeoapi")
        return int(os.environ.get("BUDGETMAP_NO_SKIPS") == "1")
    with TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(published(folder))
        ours = asking(app.test_client(), f"/ogc/collections/{COLLECTION}")
        every = features(ours)
        theirs = asking(peer(folder, every), "/collections/bodies")
        same = sorted(map(plain, every)) == sorted(map(plain, features(theirs)))
        rows, ratio = measured(ours, theirs)
    table(("17,000 organisations", "ours, ms", "pygeoapi, ms", "times"), *rows)
    return verdict(
        at_least("the whole collection", ratio, LEAST),
        Limit("both answer the same features", "yes", "yes" if same else "no", same),
    )


def measured(ours: Ask, theirs: Ask) -> tuple[list[tuple[str, ...]], float]:
    """Return a row for each request, and how many times longer the peer takes for the whole collection."""
    rows, ratio = [], 0.0
    acts = {name: (lambda ask, query=query: ask(query)) for name, query in REQUESTS.items()}
    for name, act in {**acts, "the whole collection, two pages": pages}.items():
        act(ours), act(theirs)  # the first answer of each is not counted
        pairs = [(seconds(lambda: act(ours)), seconds(lambda: act(theirs))) for _ in range(TURNS)]  # noqa: B023
        first, second = zip(*pairs, strict=True)
        ratio = paired(first, second)
        rows.append((name, f"{1000 * median(first):.1f}", f"{1000 * median(second):.1f}", f"{ratio:.1f}"))
    return rows, ratio


def asking(client: Any, base: str) -> Ask:
    """Return what asks one service for a part of its collection."""

    def ask(query: str) -> bytes:
        answer = client.get(f"{base}/{query}")
        if answer.status_code != 200:
            raise AssertionError(f"{base}/{query}: {answer.status_code}")
        content: bytes = answer.data
        return content

    return ask


def pages(ask: Ask) -> list[bytes]:
    """Return every page of the collection."""
    return [ask(f"items?f=json&limit={MOST}&offset={offset}") for offset in range(0, COUNT, MOST)]


def features(ask: Ask) -> list[Any]:
    """Return every feature of the collection."""
    found = [feature for page in pages(ask) for feature in json.loads(page)["features"]]
    if len(found) != COUNT:
        raise AssertionError(f"{len(found)} features")
    return found


def plain(feature: Any) -> str:
    """Return what both services must say of a feature."""
    properties = {name: value for name, value in feature["properties"].items() if not isinstance(value, bool)}
    geometry = feature["geometry"] and [round(number, 9) for number in feature["geometry"]["coordinates"]]
    return json.dumps([properties, geometry], sort_keys=True, ensure_ascii=False)


def peer(folder: Path, every: list[Any]) -> Any:
    """Return a client of pygeoapi over the same features."""
    content = {"type": "FeatureCollection", "features": every}
    (folder / "bodies.geojson").write_text(json.dumps(content), encoding="utf-8")
    data = str(folder / "bodies.geojson")
    provider = {"type": "feature", "name": "GeoJSON", "data": data, "id_field": "id"}
    text = {"en": "Bodies"}
    config = {
        "server": {
            "bind": {"host": "127.0.0.1", "port": 5000}, "url": "http://localhost", "mimetype": "application/json",
            "encoding": "utf-8", "languages": ["en"], "pretty_print": False, "gzip": False,
            "limits": {"default_items": 10, "max_items": 10_000}, "map": {"url": "", "attribution": ""},
        },
        "logging": {"level": "ERROR"},
        "metadata": {
            "identification": {"title": text, "description": text, "keywords": {"en": ["x"]}, "url": "http://localhost",
                               "keywords_type": "theme", "terms_of_service": ""},
            "license": {"name": "x", "url": "http://localhost"}, "provider": {"name": "x", "url": "http://localhost"},
            "contact": {"name": "x"},
        },
        "resources": {
            "bodies": {"type": "collection", "title": text, "description": text, "keywords": {"en": ["x"]}, "links": [],
                       "extents": {"spatial": {"bbox": [46, 40, 88, 56],
                                               "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84"}},
                       "providers": [provider]},
        },
    }  # fmt: skip
    for name, content in {"PYGEOAPI_CONFIG": config, "PYGEOAPI_OPENAPI": {"openapi": "3.0.2", "paths": {}}}.items():
        path = folder / f"{name.lower()}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        os.environ[name] = str(path)
    logging.disable(logging.CRITICAL)
    from pygeoapi.flask_app import APP

    return APP.test_client()


if __name__ == "__main__":
    sys.exit(main())

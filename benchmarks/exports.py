"""GeoJSON of 17,000 made-up organisations: our file of a view beside pygeoapi's items with the same content.

Peer: pygeoapi, its Flask application in this process as ours is, over a GeoPackage with an index, its fastest provider
of files; it gives as many features at a time as it is let, and all of its pages are one answer.
Both are asked in turns (A B A B …) without a network between; what they answer is compared first: the same features,
all properties, same places. Ours is made anew each time, nothing of it is kept.
Limits: 3 times faster. Beside it, without a peer: the same organisations in every other format, made once.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from benchmarks.ogc import asking, features, pages, peer, plain
from benchmarks.panel import published
from benchmarks.shared import IS_QUICK, Limit, at_least, paired, seconds, table, verdict
from geo.web import create_app

VIEW, LEAST = "/en/kz-demo/region/executed/2024/of=bodies/", 3.0
TURNS = 2 if IS_QUICK else 5
OTHERS = ("data.csv", "data.json", "data.xlsx", "data.gpkg", "data.parquet")


def main() -> int:
    """Print seconds, bytes and the ratio; return 1 where the limit is missed or the answers differ."""
    try:
        import pygeoapi  # noqa: F401 - only whether it is here
    except ImportError:
        print("not measured here: needs pygeoapi")
        return int(os.environ.get("BUDGETMAP_NO_SKIPS") == "1")
    with TemporaryDirectory() as name:
        folder = Path(name)
        client = create_app(published(folder)).test_client()
        every = json.loads(whole(client, "data.geojson"))["features"]
        theirs = asking(peer(folder, every), "/collections/bodies")
        same = sorted(map(plain, every)) == sorted(map(plain, features(theirs)))
        pairs = [(seconds(lambda: whole(client, "data.geojson")), seconds(lambda: pages(theirs))) for _ in range(TURNS)]
        alone = [(other, *timed(client, other)) for other in OTHERS]
    first, second = zip(*pairs, strict=True)
    ratio = paired(first, second)
    table(("17,000 organisations as GeoJSON", "ours, s", "pygeoapi, s", "times"),
          ("all of them", f"{median(first):.2f}", f"{median(second):.2f}", f"{ratio:.1f}"))  # fmt: skip
    table(("the same as", "s", "bytes"), *((other, f"{taken:.2f}", f"{size:,}") for other, taken, size in alone))
    return verdict(
        at_least("GeoJSON ÷ pygeoapi items", ratio, LEAST),
        Limit("both answer the same features", "yes", "yes" if same else "no", same),
    )


def whole(client: Any, name: str) -> bytes:
    """Return a file of the view, all of it."""
    answer = client.get(f"{VIEW}{name}")
    if answer.status_code != 200:
        raise AssertionError(f"{name}: {answer.status_code}")
    content: bytes = answer.data
    return content


def timed(client: Any, name: str) -> tuple[float, int]:
    """Return how long a file takes that was never asked for, and its length."""
    found: list[bytes] = []
    taken = seconds(lambda: found.append(whole(client, name)))
    return taken, len(found[0])


if __name__ == "__main__":
    sys.exit(main())

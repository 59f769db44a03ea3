"""The peers of the tile server: a Flask application with the usual means, for granian and gunicorn.

`/route/…` reads the archive by our reader, opened once; `/package/…` by the pmtiles package, which reads header and
directories for each tile, as its documentation shows. BENCH_ARCHIVE names the archive.
"""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask, Response, abort
from pmtiles.reader import MmapSource, Reader

from geo.core.pmtiles import Archive

PATH = Path(os.environ["BENCH_ARCHIVE"])
HEADERS = {
    "Content-Type": "application/vnd.mapbox-vector-tile",
    "Content-Encoding": "gzip",
    "Cache-Control": "public, max-age=31536000, immutable",
}
app = Flask(__name__)
ours = Archive.open(PATH)
package = Reader(MmapSource(PATH.open("rb")))


@app.get("/route/<int:z>/<int:x>/<int:y>.mvt")
def route(z: int, x: int, y: int) -> Response:
    """Answer a tile by our reader."""
    return _answered(ours.tile(z, x, y))


@app.get("/package/<int:z>/<int:x>/<int:y>.mvt")
def by_package(z: int, x: int, y: int) -> Response:
    """Answer a tile by the package."""
    return _answered(package.get(z, x, y))


def _answered(tile: bytes | None) -> Response:
    return abort(404) if tile is None else Response(tile, headers=HEADERS)

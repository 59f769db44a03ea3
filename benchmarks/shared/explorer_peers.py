"""The peers of the explorer as pages: bare MapLibre with the same polygons and figures, and a map of stock folium."""

from __future__ import annotations

import json
import mimetypes
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from werkzeug.serving import WSGIRequestHandler, make_server

from benchmarks.shared import ROOT

BARE = Path(__file__).parent / "bare"
VENDOR = ROOT / "geo/web/vendor"
LEAFLET = ROOT / "node_modules/leaflet/dist"
ENGINE = ("maplibre-gl.mjs", "maplibre-gl-worker.mjs")


def bare(polygons: bytes, sheets: list[bytes]) -> dict[str, bytes]:
    """Return the files of the bare page: GeoJSON with `unit_id`, and value sheets that it shows in turn."""
    names = [f"sheet-{number}.json" for number in range(len(sheets))]
    files = {name: (BARE / name).read_bytes() for name in ("index.html", "bare.js")}
    files |= {name: (VENDOR / name).read_bytes() for name in ENGINE}
    files |= {"polygons.geojson": polygons, "sheets.json": json.dumps(names).encode()}
    return files | dict(zip(names, sheets, strict=True))


def folium_page(polygons: bytes, sheet: bytes) -> bytes:
    """Return folium's page of the same polygons and values, as `folium.Choropleth` makes it."""
    import folium
    import pandas as pd

    plain, values = json.loads(polygons), json.loads(sheet)
    shown = pd.DataFrame({"unit_id": values["ids"], "value": values["values"]}).dropna()
    page = folium.Map(location=[48, 67.5], zoom_start=5, tiles=None)
    drawn = folium.Choropleth(plain, data=shown, columns=["unit_id", "value"], key_on="feature.properties.unit_id")
    for name in [name for name in drawn._children if name.startswith("color_map")]:
        del drawn._children[name]  # the legend needs d3 as well; without it the peer is faster
    drawn.add_to(page)
    return bytes(page.get_root().render(), "utf-8")


def library(address: str) -> tuple[str, bytes]:
    """Return what stands at an address that folium's page names: Leaflet where it is installed, else nothing.

    Nothing costs nothing to load, so what is missing makes the peer faster than it is.
    """
    name = address.rsplit("/", 1)[-1]
    file = LEAFLET / name
    kind = mimetypes.guess_type(name)[0] or "text/plain"
    return kind, file.read_bytes() if name.startswith("leaflet.") and file.is_file() else b""


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[str]:
    """Serve files by name on a free port; yields the address of their folder."""

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *args: object) -> None:
            """Print no line for each request."""

    def answer(environ: dict[str, Any], start: Any) -> list[bytes]:
        name = environ["PATH_INFO"].strip("/") or "index.html"
        content = files.get(name)
        kind = "text/javascript" if name.endswith("js") else mimetypes.guess_type(name)[0] or "application/json"
        head = [("Content-Type", kind), ("Content-Length", str(len(content or b"")))]
        start("404 Not Found" if content is None else "200 OK", head)
        return [content or b""]

    server = make_server("127.0.0.1", 0, answer, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""From figures in memory to a finished, compressed embed: ours beside geopandas + folium.Choropleth.

Peer: folium.Choropleth on a GeoDataFrame of the same 20 regions, values of the same views in a DataFrame.
Limits: at least 100 times faster than the peer; at most 8 ms by our own clock.

Inside our clock: the layer (sums of the view, classes, ranks, reconciliation), its texts, the SVG, the template, the
security policy and content hash of the response, brotli as the service is set. Inside the peer's: picking the view's
rows, folium.Map, Choropleth, render, brotli 5. Outside both: reading files, imports, and collecting garbage. Both hold
figures and borders in memory. Ours draws outlines generalised when the version was built; the peer draws the bundled
borders as they are, and in a second row, without a limit, the generalised geometry of our own GeoJSON face.

A turn of either side is two different views of which the second counts, so that neither pays for the other's traces
in the caches. No view comes twice on a side, so nothing rendered can be reused.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import brotli
import folium
import geopandas as gpd
import pandas as pd
from flask import Flask

from benchmarks.shared import (
    BROTLI_LEVEL,
    DATA,
    IS_QUICK,
    at_least,
    at_most,
    paired,
    published,
    seconds,
    table,
    verdict,
)
from geo.core.model import LANGUAGES
from geo.core.view import View, parse_view
from geo.faces.reading import read
from geo.faces.svg import svg_map
from geo.layers import layer, offer_of
from geo.versions import Home, Version
from geo.web import create_app, faces
from geo.web.links import Links

LEAST_RATIO, MOST_MS = 100, 8
PAIRS = 5 if IS_QUICK else 25
STAGES = ("layer", "reading", "svg", "template and response", "brotli")
MEASURES = ("executed", "approved", "adjusted")
EDITION = "2022-06-08"
BORDERS = DATA / f"boundaries/kz/{EDITION}/region.geojson"
EXPENDITURE = DATA / "budget/kz/local_expenditure.csv"
Found = TypeVar("Found")


def main() -> int:
    """Print both clocks, their ratio and where our time goes; return 1 where a limit is missed."""
    with published() as settings:
        home = Home(settings.home)
        version = home.version(home.current_id(settings.country))
        app = create_app(settings)
        with app.test_request_context():
            stages, peer, peer_own = alternated(version, lambda view: our_stages(view, version, app))
    totals = [sum(parts) for parts in stages]
    ratio = paired(totals, peer)
    table(
        ("embed from figures in memory", "ms, median", "slowest", "× ours, median of pairs"),
        ("ours", *timed(totals), "1"),
        ("folium.Choropleth, bundled borders", *timed(peer), f"{ratio:.0f}"),
        ("folium.Choropleth, our generalised geometry", *timed(peer_own), f"{paired(totals, peer_own):.0f}"),
    )
    medians = [median(parts[i] for parts in stages) for i in range(len(STAGES))]
    table(
        ("stage of ours", "ms, median", "share"),
        *((name, f"{m * 1000:.2f}", f"{m / sum(medians):.0%}") for name, m in zip(STAGES, medians, strict=True)),
    )
    return verdict(
        at_least("faster than folium.Choropleth", ratio, LEAST_RATIO),
        at_most("an embed of ours, median", median(totals) * 1000, MOST_MS, "ms"),
    )


def alternated(
    version: Version, ours: Callable[[View], list[float]]
) -> tuple[list[list[float]], list[float], list[float]]:
    """Return, pair by pair, the seconds of our stages, of the peer, and of the peer on our geometry."""
    plain, own = gpd.read_file(BORDERS), gpd.GeoDataFrame.from_features(generalised(version), crs=4326)
    figures, views = in_memory(version.country.transfers), rotated(version)
    stages, peer, peer_own = [], [], []
    for _ in range(PAIRS):
        turn = next(views), next(views)
        stages.append(second(ours, turn))
        peer.append(second(lambda view: seconds(lambda: folium_page(view, plain, figures)), turn))
        peer_own.append(second(lambda view: seconds(lambda: folium_page(view, own, figures)), turn))
    return stages, peer, peer_own


def second(act: Callable[[View], Found], turn: tuple[View, View]) -> Found:
    """Return what the second call found; garbage left by the other side is collected before."""
    gc.collect()
    act(turn[0])
    return act(turn[1])


def our_stages(view: View, version: Version, app: Flask) -> list[float]:
    """Return the seconds of each of STAGES for one finished embed.

    The SVG is drawn inside `faces.embed`; it is drawn once more beside it to tell its part from the template's.
    """
    made: dict[str, Any] = {}
    links = Links(app.extensions["budgetmap"], view.path.count("/") + 1)
    drawing = version.json(f"{EDITION}/{view.level}/outline-embed.json")
    parts = [
        seconds(lambda: made.update(layer=layer(view, version))),
        seconds(lambda: made.update(reading=read(made["layer"], version))),
        seconds(lambda: made.update(html=faces.embed(made["reading"], version, links, is_immutable=False).data)),
        seconds(lambda: as_served(made["html"], app)),
    ]
    svg = seconds(lambda: svg_map(made["reading"], drawing, labels=made["layer"].shows_circles))
    return [*parts[:2], svg, parts[2] - svg, parts[3]]


def as_served(html: bytes, app: Flask) -> bytes:
    """Return the body as the service compresses it."""
    level, window = app.config["COMPRESS_BR_LEVEL"], app.config["COMPRESS_BR_WINDOW"]
    return brotli.compress(html, quality=level, lgwin=window)


def folium_page(view: View, borders: Any, figures: Any) -> bytes:
    """Return the page that folium makes of a view, compressed; nothing but the map and its legend."""
    shown = figures[(figures["period"] == view.month) & (figures["functional_group"] == view.function)]
    page = folium.Map(location=[48, 67.5], zoom_start=5)
    folium.Choropleth(
        geo_data=borders,
        data=shown,
        columns=["region_kato", f"{view.measure}_kzt"],
        key_on="feature.properties.unit_id",
        legend_name=f"{view.measure}, {view.period}, {view.function}",
    ).add_to(page)
    return brotli.compress(page.get_root().render().encode(), quality=BROTLI_LEVEL)


def in_memory(transfers: str) -> Any:
    """Return the figures as the peer holds them: by region, period and function, and "" for all but transfers."""
    read_in = pd.read_csv(EXPENDITURE, dtype={"region_kato": str, "functional_group": str})
    whole = read_in[read_in["functional_group"] != transfers].assign(functional_group="")
    keys = ["region_kato", "period", "functional_group"]
    return pd.concat([whole, read_in]).groupby(keys, as_index=False).sum(numeric_only=True)


def rotated(version: Version) -> Iterator[View]:
    """Yield different views: the next one differs in period, function, measure and language."""
    offers = {version.country.id: offer_of(version)}
    periods, functions = offers[version.country.id].period_words, ("", *version.functions)
    for n in range(len(periods) * len(functions)):
        words = [version.country.id, "region", MEASURES[n % 3], periods[n % len(periods)]]
        function = functions[n % len(functions)]
        yield parse_view(LANGUAGES[n // 2 % 3], [*words, *([f"function={function}"] if function else [])], offers)


def generalised(version: Version) -> list[dict[str, Any]]:
    """Return the features of our GeoJSON face: unit_id and generalised geometry."""
    shapes = version.json(f"{EDITION}/region/geometry.json")["geometries"]
    units = version.level(EDITION, "region").units
    return [
        {"type": "Feature", "properties": {"unit_id": unit.unit_id}, "geometry": shape}
        for unit, shape in zip(units, shapes, strict=True)
    ]


def timed(times: list[float]) -> tuple[str, str]:
    """Return the median and the slowest in milliseconds."""
    return f"{median(times) * 1000:.2f}", f"{max(times) * 1000:.2f}"


if __name__ == "__main__":
    sys.exit(main())

"""From figures in memory to a finished, compressed embed: ours beside geopandas + folium.Choropleth.

Peer: folium.Choropleth on a GeoDataFrame of the same 20 regions, values of the same views in a DataFrame.
Limits: at least 100 times faster than the peer; at most 8 ms by our own clock.

Inside our clock: the layer (sums of the view, classes, ranks, reconciliation), its texts, the SVG, the template, the
security policy and content hash of the response, brotli 5. Inside the peer's: picking the view's rows, folium.Map,
Choropleth, render, brotli 5. Outside both: reading files, imports, one first call each. Ours draws outlines
generalised when the version was built; the peer draws the bundled borders as they are, and in a second row the
generalised geometry of our own GeoJSON face. No view comes twice, so nothing rendered can be reused.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

import brotli
import folium
import geopandas as gpd
import pandas as pd

from benchmarks.shared import BROTLI_LEVEL, DATA, at_least, at_most, paired, published, seconds, table, verdict
from geo.core.model import LANGUAGES
from geo.core.settings import Settings
from geo.core.view import View, parse_view
from geo.faces.reading import read
from geo.faces.svg import svg_map
from geo.layers import layer, offer_of
from geo.versions import Home, Version
from geo.web import create_app, faces
from geo.web.links import Links

LEAST_RATIO, MOST_MS = 100, 8
PAIRS = 25
STAGES = ("layer", "reading", "svg", "template and response", "brotli")
BORDERS = DATA / "boundaries/kz/2022-06-08/region.geojson"
EXPENDITURE = DATA / "budget/kz/local_expenditure.csv"


def main() -> int:
    """Print both clocks, their ratio and where our time goes; return 1 where a limit is missed."""
    with published() as settings:
        home = Home(settings.home)
        version = home.version(home.current_id(settings.country))
        views = list(islice(rotated(version), PAIRS + 1))
        app = create_app(settings)
        with app.test_request_context():
            site = app.extensions["budgetmap"]
            return compare(views, lambda view: our_stages(view, version, Links(site, view.path.count("/") + 1)), version)


def compare(views: list[View], ours: Callable[[View], list[float]], version: Version) -> int:
    """Run the pairs, the first uncounted, and judge."""
    plain, own = gpd.read_file(BORDERS), gpd.GeoDataFrame.from_features(generalised(version), crs=4326)
    figures = pd.read_csv(EXPENDITURE, dtype={"region_kato": str, "functional_group": str})
    stages, peer, peer_own = [], [], []
    for view in views:
        stages.append(ours(view))
        peer.append(seconds(lambda view=view: folium_page(view, plain, figures)))
        peer_own.append(seconds(lambda view=view: folium_page(view, own, figures)))
    stages, peer, peer_own = stages[1:], peer[1:], peer_own[1:]
    totals = [sum(parts) for parts in stages]
    ratio = paired(totals, peer)
    table(
        ("embed from figures in memory", "ms, median", "slowest", "× ours, median of pairs"),
        ("ours", *timed(totals), "1"),
        ("folium.Choropleth, bundled borders", *timed(peer), f"{ratio:.0f}"),
        ("folium.Choropleth, our generalised geometry", *timed(peer_own), f"{paired(totals, peer_own):.0f}"),
    )
    medians = [median(parts[i] for parts in stages) for i in range(len(STAGES))]
    share = [f"{part / sum(medians):.0%}" for part in medians]
    table(
        ("stage of ours", "ms, median", "share"),
        *((name, f"{m * 1000:.2f}", s) for name, m, s in zip(STAGES, medians, share, strict=True)),
    )
    return verdict(
        at_least("faster than folium.Choropleth", ratio, LEAST_RATIO),
        at_most("an embed of ours, median", median(totals) * 1000, MOST_MS, "ms"),
    )


def our_stages(view: View, version: Version, links: Links) -> list[float]:
    """Return the seconds of each of STAGES for one finished embed.

    The SVG is drawn inside `faces.embed`; it is drawn once more beside it to tell its part from the template's.
    """
    made: dict[str, Any] = {}
    drawing = version.json(f"{view.borders or '2022-06-08'}/{view.level}/outline-embed.json")
    parts = [
        seconds(lambda: made.update(layer=layer(view, version))),
        seconds(lambda: made.update(reading=read(made["layer"], version))),
        seconds(lambda: made.update(html=faces.embed(made["reading"], version, links, is_immutable=False).data)),
        seconds(lambda: brotli.compress(made["html"], quality=BROTLI_LEVEL)),
    ]
    svg = seconds(lambda: svg_map(made["reading"], drawing, labels=made["layer"].shows_circles))
    return [*parts[:2], svg, parts[2] - svg, parts[3]]


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


def rotated(version: Version) -> Iterator[View]:
    """Yield different views: the next one differs in period, function, measure and language."""
    offers = {version.country.id: offer_of(version)}
    offer = offers[version.country.id]
    measures, functions = ("executed", "approved", "adjusted"), [f for f in offer.functions if f != "15"]
    for n in range(len(offer.period_words) * len(functions)):
        words = [version.country.id, "region", measures[n % 3], offer.period_words[n % len(offer.period_words)]]
        yield parse_view(LANGUAGES[n // 2 % 3], [*words, f"function={functions[n % len(functions)]}"], offers)


def generalised(version: Version) -> list[dict[str, Any]]:
    """Return the features of our GeoJSON face: unit_id and generalised geometry."""
    shapes = version.json("2022-06-08/region/geometry.json")["geometries"]
    units = version.level("2022-06-08", "region").units
    return [
        {"type": "Feature", "properties": {"unit_id": unit.unit_id}, "geometry": shape}
        for unit, shape in zip(units, shapes, strict=True)
    ]


def timed(times: list[float]) -> tuple[str, str]:
    """Return the median and the slowest in milliseconds."""
    return f"{median(times) * 1000:.2f}", f"{max(times) * 1000:.2f}"


if __name__ == "__main__":
    sys.exit(main())

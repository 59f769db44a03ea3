"""What travels to a reader: the embed and the first view of a page, in bytes (brotli as served) and requests.

Peer: folium.Choropleth of the same 20 regions and figures over the borders as their package holds them, and a page of
Leaflet with TopoJSON; compressed the same way, of their files only what is installed, so their bytes are lower bounds.
Limits: every default embed at most 8,000 bytes in exactly 1 request (counted by Chromium, by the server as well), 150
times fewer bytes than stock folium, 6 times fewer than Leaflet with TopoJSON; the first view of the page with every
style sheet, script and picture that it loads at most 40,000 bytes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice, product
from pathlib import Path
from statistics import median
from urllib.parse import urljoin

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # a clone in which geo is not installed

from flask.testing import FlaskClient

from benchmarks.shared import IS_QUICK, Limit, at_least, at_most, compressed, published, table, verdict
from benchmarks.shared.browser import CHROMIUM, requests_in_chromium
from benchmarks.shared.travelling import (
    as_published,
    cleaned,
    folium_page,
    installed,
    leaflet_page,
    spending,
    weight,
)
from geo.core.model import LANGUAGES
from geo.core.view import MEASURES, View, settled
from geo.layers import offer_of
from geo.versions import Home, Version
from geo.web import create_app

MOST_EMBED, MOST_PAGE = 8_000, 40_000
LEAST_FOLIUM, LEAST_LEAFLET = 150, 6
MOST_VIEWS = 100 if IS_QUICK else None
EARLIER = "2018-06-19"
EDITION = "2022-06-08"
FIRST_VIEW = "kz/region/executed/2024/"
PAGE, EMBED = f"ru/{FIRST_VIEW}", f"ru/{FIRST_VIEW}embed/"
Sizes = dict[str, int]


def main() -> int:
    """Print sizes, requests and ratios; return 1 where a limit is missed."""
    with published() as settings:
        home = Home(settings.home)
        version = home.version(home.current_id("kz"))
        app = create_app(settings)
        client = app.test_client()
        default = sizes(client, addresses(islice(default_views(version), MOST_VIEWS)))
        default |= sizes(client, [f"v/{version.id}/{largest(default)}"])  # for good, it links to its own version
        others = sizes(client, addresses(islice(other_views(version), MOST_VIEWS)))
        pages = {lang: first_view(client, f"/{lang}/{FIRST_VIEW}") for lang in LANGUAGES}
        more = beside_peers(len(served(client, f"/{EMBED}")), version)
        counted = requests_in_chromium(app, [EMBED, PAGE]) if CHROMIUM else {}
    embeds(default, others)
    first_views(pages)
    if counted:
        rows = [(f"`{path}`", str(sent), str(seen)) for path, (sent, seen) in counted.items()]
        table(("in Chromium", "requests of the browser", "of these seen by the server"), *rows)
    return verdict(
        at_most("largest default embed", max(default.values()), MOST_EMBED, "bytes"),
        one_request(counted.get(EMBED)),
        at_least("fewer bytes than stock folium", more[0], LEAST_FOLIUM),
        at_least("fewer bytes than Leaflet + TopoJSON", more[1], LEAST_LEAFLET),
        at_most("first view, heaviest language", max(sum(p.values()) for p in pages.values()), MOST_PAGE, "bytes"),
    )


def embeds(default: Sizes, others: Sizes) -> None:
    """Print the sizes of both sets of views, the largest with its address."""
    rows = []
    for what, found in (("default views", default), ("other measures and functions", others)):
        worst = largest(found)
        rows.append((what, f"{len(found):,}", f"{median(found.values()):,.0f}", f"{found[worst]:,}", f"`{worst}`"))
    table(("embeds", "views", "median bytes", "largest", "at"), *rows)


def beside_peers(own: int, version: Version) -> tuple[float, float]:
    """Print our embed beside the peers of the same figures; return how many times more folium and Leaflet take."""
    values = spending()
    pages = {
        "folium.Choropleth, borders as published": folium_page(as_published(), values),
        "folium.Choropleth, our cleaned borders": folium_page(cleaned(), values),
        "Leaflet + TopoJSON, the embed's own outlines": leaflet_page(version, values),
    }
    rows, times = [("embed of ours", f"{own:,}", "0", "1", "0")], []
    for what, page in pages.items():
        names = loads(page.decode())
        here = installed(names)
        theirs, files = compressed(page), sum(map(weight, here.values()))
        times.append((theirs + files) / own)
        rows.append((what, f"{theirs:,}", f"{files:,}", f"{times[-1]:.1f}", str(len(names) - len(here))))
    table(("executed, 2024, 20 regions", "own bytes", "of its files", "together × ours", "files left out"), *rows)
    return times[0], times[2]


def first_views(pages: dict[str, Sizes]) -> None:
    """Print what the first view of the page loads, file by file, in each language."""
    names = [
        "HTML",
        *(
            f"{name.split('.')[0]}{Path(name).suffix}"
            for name in (Path(address).name for address in list(pages["ru"])[1:])
        ),
    ]
    rows = [(lang, *(f"{n:,}" for n in p.values()), f"{sum(p.values()):,}", str(len(p))) for lang, p in pages.items()]
    table(("first view, bytes", *names, "together", "requests"), *rows)


def one_request(counted: tuple[int, int] | None) -> Limit:
    """Return the limit of requests; not counted is a miss only where nothing may be skipped."""
    if counted is None:
        is_required = os.environ.get("BUDGETMAP_NO_SKIPS") == "1"
        return Limit("requests of an embed", "= 1", "not counted: no Chromium here", not is_required)
    return Limit("requests of an embed", "= 1", str(max(counted)), counted == (1, 1))


def default_views(version: Version) -> Iterator[View]:
    """Yield every period, language and default measure with each divisor, border, transfers, and a highlight."""
    offer = offer_of(version)
    measures = [(m, per) for m in ("executed", "approved") for per in (*offer.series, "none")] + [("execution", "")]
    switches = product(("", EARLIER), ("apart", "included"), (False, True))
    for lang, period, (measure, per), (borders, transfers, is_marked) in product(
        LANGUAGES, offer.period_words, measures, list(switches)
    ):
        view = View(lang, version.country.id, "region", measure, period)
        given = {"per": per, "borders": borders, "transfers": transfers}
        given["highlight"] = longest(version, borders or EDITION) if is_marked else ""
        yield settled(view, {key: value for key, value in given.items() if value}, offer)


def other_views(version: Version) -> Iterator[View]:
    """Yield every measure of every function in the first and the last period that it has."""
    offer = offer_of(version)
    for lang, measure, function in product(LANGUAGES, MEASURES, offer.functions):
        periods = offer.periods_of(measure, offer.levels[0])
        for period in (periods[0], periods[-1]):
            view = View(lang, version.country.id, "region", measure, period)
            yield settled(view, {"function": function}, offer)


def longest(version: Version, edition: str) -> str:
    """Return the unit with the longest outline: highlighted, it costs most."""
    outlines = version.json(f"{edition}/region/outline-embed.json")["units"]
    units = version.level(edition, "region").units
    return max(zip(units, outlines, strict=True), key=lambda pair: len(pair[1]))[0].unit_id


def addresses(views: Iterator[View]) -> list[str]:
    """Return the addresses of the views' embeds, each once."""
    return list(dict.fromkeys(f"{view.path}embed/" for view in views))


def sizes(client: FlaskClient, paths: list[str]) -> Sizes:
    """Return the bytes of each address."""
    return {path: len(served(client, f"/{path}")) for path in paths}


def largest(found: Sizes) -> str:
    """Return the address with the most bytes."""
    return max(found, key=lambda path: found[path])


def served(client: FlaskClient, path: str) -> bytes:
    """Return the body of an address as it travels; anything but a 200 is an error of the benchmark."""
    response = client.get(path, headers={"Accept-Encoding": "br"})
    if response.status_code != 200:
        raise SystemExit(f"{path}: {response.status_code}")
    return response.data


def first_view(client: FlaskClient, path: str) -> Sizes:
    """Return what a page loads by address, itself first."""
    html = client.get(path).get_data(as_text=True)
    return {path: len(served(client, path))} | {
        address: len(served(client, address)) for address in (urljoin(path, name) for name in loads(html))
    }


def loads(html: str) -> list[str]:
    """Return what a browser fetches by itself: style sheets, icons, scripts, pictures, frames; each once."""
    found: dict[str, None] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            given = {key: value or "" for key, value in attrs}
            is_link = tag == "link" and set(given.get("rel", "").split()) & {"stylesheet", "icon", "preload"}
            address = given.get("href") if is_link else given.get("src")
            if address and not address.startswith("data:"):
                found[address] = None

    Reader().feed(html)
    return list(found)


if __name__ == "__main__":
    sys.exit(main())

"""Every public address as a row: its path, what it is asked, what it answers. The document is these rows written out.

Rows of views and of pages of a country are made of the tables that answer them, so that a new face or page is here
by itself. What has no row is named in `LEFT_OUT` with the reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from geo.core.pmtiles import MEDIA_TYPE as PMTILES
from geo.web.catalogue import bulkpage
from geo.web.catalogue.dcat import MEDIA_TYPE as LINKED_DATA
from geo.web.exports import Face
from geo.web.faces import FILES, OFFERED
from geo.web.options import Option
from geo.web.pages import parts, status
from geo.web.pages.country import ABOUT, PLACES
from geo.web.sharing import builder

HTML, JSON = "text/html", "application/json"
VIEW = "/{lang}/{country}/{level}/{measure}/{period}/"
COUNTRY = "/{lang}/{country}/"
PINNED = "/v/{version}"
REFUSED = (400, 404, 503)

# Addresses of no use to who reads the document, by the name of their function, and why.
LEFT_OUT: Mapping[str, str] = {
    "assets.static_file": "names hold a digest of the content and stand in the pages that need them",
    "api.metrics": "is for those who run the service: docs/operate.md",
    "search.without_slash": "leads to the address with a slash",
    "ogc": "the features of one version are described at its own /v/{version}/ogc/api",
}


@dataclass(frozen=True)
class Operation:
    """One address: `id` is also the key of its sentence; `gives` are the media types of its answer."""

    id: str
    path: str
    tag: str
    gives: tuple[str, ...] = (HTML,)
    query: tuple[str, ...] = ()
    asked: Mapping[str, Option] = field(default_factory=dict)  # options of a face, as a query
    also: tuple[int, ...] = ()  # statuses beside 200 (or instead: 303 without `gives`) and those of every address
    schema: str = "Object"  # of JSON
    says: str = ""  # the key of its sentence, where it is another's
    method: str = "get"
    refused: tuple[int, ...] = REFUSED
    is_cached: bool = True  # who has the answer may ask for news of it alone

    @property
    def words(self) -> str:
        """Return the key of the sentence that says what is answered."""
        return self.says or f"openapi.{self.id}"

    @property
    def pinned(self) -> Operation:
        """Return the same of one version."""
        return replace(self, id=f"{self.id}_of_version", path=f"{PINNED}{self.path}", says=self.words)


def operations() -> Iterator[Operation]:
    """Yield every row, in the order of the document."""
    yield from _of_service()
    for row in (*_of_views(), *_of_countries()):
        yield row
        yield row.pinned
    yield from _of_tiles()


def _of_service() -> Iterator[Operation]:
    yield Operation("root", "/", "start", (), also=(303,))
    yield Operation("root_of_version", f"{PINNED}/", "start", (), also=(303,))
    yield Operation("current", "/api/current", "service", (JSON,), schema="Current", refused=(503,))
    yield Operation("state_of_country", "/api/current/{country}.json", "service", (JSON,), refused=(404, 503))
    yield Operation(
        "news", "/api/news/{country}/{version}/{sequence}.{lang}.json", "service", (JSON,), refused=(404, 503)
    )
    yield Operation("offer", "/api/versions/{version}", "service", (JSON,), schema="Offer", refused=(404, 503))
    yield Operation("document", "/openapi.json", "service", (JSON,), refused=(503,))
    yield Operation("page", "/{lang}/api/", "service", refused=(404, 503))
    yield Operation("alive", "/healthz", "service", (JSON,), schema="State", refused=())
    yield Operation("ready", "/readyz", "service", (JSON,), schema="State", refused=(503,))
    yield Operation("oembed", "/oembed", "embeds", (JSON,), ("url", "maxwidth", "maxheight", "format"), also=(501,))
    yield Operation("frame", "/frame.js", "embeds", ("text/javascript",), refused=())
    beside = f"/notice/{{version}}{VIEW}"
    yield Operation("notice", f"{beside}notice.json", "embeds", (JSON,))
    yield Operation("notice_changes", f"{beside}changes.json", "embeds", (JSON,))
    yield Operation("catalogue", "/catalog.jsonld", "bulk", (LINKED_DATA,), refused=(503,))
    yield Operation("sitemap", "/sitemap.xml", "bulk", ("application/xml",), refused=(503,))
    yield Operation("robots", "/robots.txt", "bulk", ("text/plain",), refused=(503,))
    folder = f"{PINNED}/{bulkpage.WORD}/"
    yield Operation("bulk_folder", folder, "bulk", (), also=(303,))
    yield Operation("bulk_file", f"{folder}{{name}}", "bulk", ("*/*",), also=(206, 416))


def _of_views() -> Iterator[Operation]:
    yield Operation("language", "/{lang}/", "start", (), also=(303,))
    yield Operation("country", COUNTRY, "start", (), also=(303,))
    yield Operation("view", VIEW, "views", query=("view",), also=(303, 308))
    yield Operation("view_with_key", f"{VIEW}{{key}}/", "views", also=(303, 308))
    yield Operation("parts", f"{VIEW}{parts.NAME}", "views", query=("view",), also=(303, 308))
    framed = Operation("embed", f"{VIEW}embed/", "embeds", also=(308, 410), says="face.embed")
    ready = Operation("builder", f"{VIEW}{builder.WORD}/", "embeds", also=(308,))
    files = [_file(name, face) for name, face in FILES.items()]
    for name, row in (("embed", framed), (builder.WORD, ready), *zip(FILES, files, strict=True)):
        yield from _face(row, OFFERED.get(name, {}))


def said_of(name: str) -> str:
    """Return the key of the words that a page names a file with."""
    return "face.values" if name == "values.json" else f"face.{name.rsplit('.', 1)[1]}"


def _file(name: str, face: Face) -> Operation:
    schema = {"data.geojson": "FeatureCollection", "values.json": "Values"}.get(name, "Object")
    word, given = name.replace(".", "_"), (face.media_type,)
    return Operation(word, f"{VIEW}{name}", "files", given, also=(308,), says=said_of(name), schema=schema)


def _face(row: Operation, offered: Mapping[str, Option]) -> Iterator[Operation]:
    """Yield a face of a view, with its options as a query, and of a view with a key."""
    yield replace(row, asked=offered, also=(*row.also, 303)) if offered else row
    path = row.path.replace(VIEW, f"{VIEW}{{key}}/")
    yield replace(row, id=f"{row.id}_with_key", path=path, says=row.words)


def _of_countries() -> Iterator[Operation]:
    unit = "{edition}/{of_level}/{unit}/"
    placed = {"unit": unit, "bodies": unit, "compare": "{edition}/{of_level}/{units}/", "body": "{body}/"}
    for word in PLACES:
        query = ("unit", "of_period") if word == "compare" else ()
        yield Operation(word, f"{COUNTRY}{word}/{placed.get(word, '')}", "pages", query=query, also=(303, 308))
    yield Operation(
        "near_a_point", f"{COUNTRY}nearest/", "pages", method="post", refused=(400, 403, 404, 503), is_cached=False
    )
    yield Operation("search", f"{COUNTRY}search/", "pages", query=("q", "kind"))
    yield Operation("search_results", f"{COUNTRY}search/results.json", "pages", (JSON,), ("q", "limit"))
    yield Operation("status", f"{COUNTRY}{status.WORD}/", "pages", also=(308,))
    yield Operation("status_of_month", f"{COUNTRY}{status.WORD}/period={{period}}/", "pages", also=(308,))
    for name in status.FACES:
        yield Operation("status_data", f"{COUNTRY}{status.WORD}/{name}", "pages", (JSON,), also=(308,))
    for word, of in ABOUT.items():
        yield Operation(word, f"{COUNTRY}{word}/", "pages", also=(308,))
        for name in of.FACES:
            gives = JSON if name.endswith(".json") else "text/csv"
            yield Operation(
                f"{word}_{name.rsplit('.', 1)[1]}", f"{COUNTRY}{word}/{name}", "pages", (gives,), also=(308,)
            )


def _of_tiles() -> Iterator[Operation]:
    sets = {
        "borders": ("/tiles/{country}/{edition}/units", "mvt", "application/vnd.mapbox-vector-tile"),
        "bodies": ("/tiles/{country}/{version}/bodies", "mvt", "application/vnd.mapbox-vector-tile"),
        "values": ("/tiles/{country}/{version}/values/{period}/{function}", "json", JSON),
        "surface": ("/tiles/{country}/{version}/surface", "png", "image/png"),
    }
    for name, (path, ending, media_type) in sets.items():
        yield Operation(
            f"tilejson_{name}", f"{path}.json", "tiles", (JSON,), says="openapi.tilejson", schema="TileJSON"
        )
        tile = f"{path}/{{z}}/{{x}}/{{y}}.{ending}"
        yield Operation(f"tile_{name}", tile, "tiles", (media_type,), also=(204,), says=f"openapi.tiles_{name}")
        whole = f"{path}.pmtiles"
        yield Operation(f"archive_{name}", whole, "tiles", (PMTILES,), also=(206, 416), says="openapi.archive")
    raster = "image/tiff; application=geotiff; profile=cloud-optimized"
    yield Operation("raster", "/tiles/{country}/{version}/surface.tif", "tiles", (raster,), also=(206, 416))

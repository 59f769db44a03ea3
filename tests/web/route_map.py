"""Every route of the service with addresses of it, by kind of answer; {v} is a version.

Whoever adds a route writes it in here: the laws of headers, frames, hostile words and caches hold for it then.
"""

from geo.web.assets import served
from geo.web.faces import FILES

MAP = "/en/zz/region/executed/2024/"
PLACE = "/en/zz/unit/2020-01-01/region/10/"
STATUS = "/en/zz/status/"
PAGES = (MAP, PLACE, f"{MAP}per=none/", "/v/{v}" + MAP, "/v/{v}" + PLACE)
PAGES = (*PAGES, STATUS, f"{STATUS}period=2024-06/", "/v/{v}" + STATUS)
PAGES = (*PAGES, *(f"{prefix}/en/zz/{word}/" for prefix in ("", "/v/{v}") for word in ("changes", "glossary", "bulk")))
SEARCH = tuple(f"{prefix}/en/zz/search/" for prefix in ("", "/v/{v}"))
BODIES = ("/en/zz/body/10-110/", "/en/zz/bodies/2020-01-01/region/10/", "/en/zz/nearest/")
PAGES = (*PAGES, *(f"{prefix}{path}" for prefix in ("", "/v/{v}") for path in BODIES), *SEARCH)
PAGES = (*PAGES, f"{MAP}builder/", "/en/api/")
EMBEDS = (f"{MAP}embed/", f"{MAP}per=none/embed/", "/v/{v}" + f"{MAP}embed/")
DATA = tuple(f"{prefix}{MAP}{name}" for prefix in ("", "/v/{v}") for name in FILES)
DATA = (*DATA, *(f"{prefix}{STATUS}data.json" for prefix in ("", "/v/{v}")))
PACKED = tuple(f"{MAP}{name}" for name in ("map.svg", "data.geojson", "data.csv", "data.json"))
CHANGED = ("changes.json", "changes.csv")
DATA = (*DATA, *(f"{prefix}/en/zz/changes/{name}" for prefix in ("", "/v/{v}") for name in CHANGED))
MACHINES = ("/api/current", "/api/current/zz.json", "/healthz", "/readyz", "/catalog.jsonld", "/openapi.json")
MACHINES = (*MACHINES, "/api/versions/{v}", "/api/news/zz/{v}/2.en.json")
MACHINES = (*MACHINES, "/api/current/zz.json", "/api/news/zz/{v}/2.en.json")
# What the sites of others ask for, and how long they may keep it.
FRAMED = {
    "/frame.js": "public, max-age=86400",
    f"/notice/{{v}}{MAP}notice.json": "public, max-age=300",
    f"/oembed?url=http://localhost{MAP}": "public, no-cache",
}
VALUES = "collections/zz.values.region.2020-01-01"
OGC = {
    "landing": "",
    "conformance": "/conformance",
    "openapi": "/api",
    "collections": "/collections",
    "collection": f"/{VALUES}",
    "queryables": f"/{VALUES}/queryables",
    "schema": f"/{VALUES}/schema",
    "items": f"/{VALUES}/items",
    "item": f"/{VALUES}/items/10:2023-12",
}
FEATURES, SHEETS = (
    tuple(f"{prefix}/ogc{path}?f={f}&lang=en" for prefix in ("", "/v/{v}") for path in OGC.values())
    for f in ("json", "html")
)
FOUND = tuple(f"{path}{face}?q=a" for path in SEARCH for face in ("", "results.json"))  # a reader's own: kept by nobody
BULK = tuple(f"/v/{{v}}/bulk/{name}" for name in ("datapackage.json", "SHA256SUMS", "csv/spending-synthetic.csv"))
CRAWLED = ("/robots.txt", "/sitemap.xml")
ASSETS = tuple(f"/static/{name}" for name in served())
REDIRECTS = ("/", "/en/", "/en/zz/", f"{MAP}per=person/", f"{MAP}?per=none")
REDIRECTS = (*REDIRECTS, "/v/{v}/", "/v/{v}/bulk/", "/v/{v}/en/", "/v/{v}" + MAP.rstrip("/"), f"{STATUS}period=2024/")
ERRORS = ("/nope", "/en/nowhere/", f"{MAP}per=fish/", f"{MAP}?x=1", "/static/nope.css", "/api/nope", "/v/0/en/zz/")
ERRORS = (*ERRORS, f"{STATUS}period=fish/", f"{STATUS}?x=1", f"{STATUS}data.csv")
TILES = ("/tiles/nope", "/tiles/zz/2020-01-01/units/99/0/0.mvt", "/tiles/zz/{v}/bodies/00/0/0.mvt", "/tiles/zz/x.json")
ERRORS = (*ERRORS, *TILES, "/metrics")
REDIRECTS_UNKEPT = ("/en/zz/search", "/v/{v}/en/zz/search?q=a")
EVERY = (*PAGES, *EMBEDS, *DATA, *BULK, *MACHINES, *FRAMED, *FEATURES, *SHEETS, *FOUND)
EVERY = (*EVERY, *CRAWLED, *ASSETS, *REDIRECTS, *REDIRECTS_UNKEPT, *ERRORS)
CLASSES = {
    "assets.static_file": ASSETS,
    "api.healthz": ("/healthz",),
    "api.readyz": ("/readyz",),
    "api.current": ("/api/current",),
    "api.metrics": ("/metrics",),  # without its token there is no such page; its laws: tests/web/test_operating.py
    "watching.state": ("/api/current/zz.json",),  # their laws: tests/web/test_watching.py
    "watching.news": ("/api/news/zz/{v}/2.en.json",),
    "catalogue.catalog": ("/catalog.jsonld",),
    "catalogue.file": BULK,  # its laws: tests/web/test_bulk.py
    "catalogue.folder": ("/v/{v}/bulk/",),
    "catalogue.robots_txt": ("/robots.txt",),
    "catalogue.sitemap_xml": ("/sitemap.xml",),
    "tiles.tiles": TILES,
    "pages.root": ("/",),
    "embeds.notice": (f"/notice/{{v}}{MAP}notice.json",),  # its laws: tests/web/test_embeds_notice.py
    "embeds.host_script": ("/frame.js",),  # its laws: tests/web/test_embeds.py
    "oembed.oembed": (f"/oembed?url=http://localhost{MAP}",),  # its laws: tests/web/test_oembed.py
    "search.page": SEARCH,
    "search.results": FOUND,  # its laws: tests/web/test_search_page.py
    "search.without_slash": REDIRECTS_UNKEPT,
    "openapi.openapi": ("/openapi.json",),  # its laws: tests/web/test_openapi.py
    "openapi.offer": ("/api/versions/{v}",),
    "openapi.page": ("/en/api/",),
    "pages.current": (*PAGES, *EMBEDS, *DATA),
    "pages.pinned_root": ("/v/{v}/",),
    "pages.pinned": tuple(path for path in (*PAGES, *EMBEDS, *DATA) if "{v}" in path),
}
CLASSES |= {f"ogc.{name}": (f"/ogc{path}", f"/v/{{v}}/ogc{path}") for name, path in OGC.items()}  # tests/web/ogc

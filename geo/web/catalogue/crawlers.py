"""What a search engine asks for before it asks for pages: what it may read, and a list of all there is."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape

from geo.versions import Version
from geo.web.site import Site

MOST = 50_000  # addresses that a list may hold


def robots(base: str) -> bytes:
    """Return robots.txt: all may be read but answers to readers' own words, and where the list of pages is."""
    lines = ["User-agent: *", "Disallow: /*?", "Disallow: /*/search/results.json", f"Sitemap: {base}sitemap.xml"]
    return "".join(f"{line}\n" for line in lines).encode()


def sitemap(site: Site, base: str) -> bytes:
    """Return the list of pages of the versions in force: the same pages that a site of plain files holds."""
    found: list[str] = []
    for country in site.offers():
        version = site.current(country)
        found += version.once("sitemap", lambda version=version: tuple(_pages(version, site)))  # type: ignore[misc]
    listed = [path for path in dict.fromkeys(found) if site.answers(path)][:MOST]
    rows = "".join(f"<url><loc>{escape(base + path)}</loc></url>\n" for path in listed)
    namespace = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{namespace}">\n{rows}</urlset>\n'.encode()


def _pages(version: Version, site: Site) -> Iterator[str]:
    from geo.web.frozen.views import addresses  # it imports the application that imports this

    yield from addresses(version, site)

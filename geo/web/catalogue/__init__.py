"""What others find the figures by: the folder of a version's files, catalogues for portals and for search engines."""

from geo.web.catalogue.routes import blueprint

NAMES = ("catalog.jsonld", "robots.txt", "sitemap.xml")  # what lies at the root of a site

__all__ = ["NAMES", "blueprint"]

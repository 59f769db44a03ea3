"""What others find the figures by: the folder of a version's files, catalogues for portals and for search engines."""

from geo.web.catalogue.routes import blueprint

__all__ = ["blueprint"]

"""OGC API – Features: units, organisations and money as collections that a GIS opens by one address.

    /ogc                    what is in force          /v/<version>/ogc        one version, the same for good

A request is taken apart (`asking`), looked up in what a collection holds (`contents`, with the index of `shapes`) and
answered as GeoJSON (`features`), as JSON about the service (`described`, `api`) or as a page (`sheets`).
"""

from geo.web.ogc.api import document, paths
from geo.web.ogc.routes import blueprint

# What may be asked with a query.
TAKE_QUERY = frozenset(
    f"{blueprint.name}.{part}"
    for part in (
        *("landing", "conformance", "openapi", "collections", "collection"),
        *("queryables", "schema", "items", "item"),
    )
)

__all__ = ["TAKE_QUERY", "blueprint", "document", "paths"]

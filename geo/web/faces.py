"""The faces of a view that are not pages: the embed, the picture, the files."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Response

from geo.faces.map_html import map_html
from geo.faces.mark import file_name
from geo.faces.reading import Reading
from geo.faces.values import values_json
from geo.versions import Version
from geo.web import embeds, exports
from geo.web.assets import source
from geo.web.exports import Face, Wanted, given
from geo.web.lean import import_maps
from geo.web.options import Option
from geo.web.palettes import worn
from geo.web.sharing import builder, pictures

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _map_html(wanted: Wanted) -> bytes:
    styles = "\n".join([worn(wanted.reading.layer.view.palette), *map(source, ("places.css", "mark.css"))])
    import_maps()
    return map_html(wanted.reading, wanted.version, styles)


def _of_layer(make: Callable[[Reading, Version], bytes]) -> Callable[[Wanted], bytes]:
    """Return the maker of a face that is made of a layer alone."""
    return lambda wanted: make(wanted.reading, wanted.version)


# Every file of a view; a row a face. What a maker gives is bytes, pieces of bytes, or the path of a kept file.
FILES: dict[str, Face] = {
    "map.svg": Face("image/svg+xml", pictures.svg, pictures.policy),
    "map.png": Face("image/png", pictures.map_png),
    "map.html": Face("text/html", _map_html),
    "data.geojson": Face("application/geo+json", exports.data_geojson),
    "data.csv": Face("text/csv", exports.data_csv),
    "data.json": Face("application/json", exports.data_json),
    "data.xlsx": Face(_WORKBOOK, exports.data_xlsx),
    "data.gpkg": Face("application/geopackage+sqlite3", exports.data_gpkg),
    "data.parquet": Face("application/vnd.apache.parquet", exports.data_parquet),
    "values.json": Face("application/json", _of_layer(values_json), is_download=False),
}

# What a face may be asked beside the view, by face; those that are not named take no options.
OFFERED: Mapping[str, Mapping[str, Option]] = {
    "embed": embeds.OPTIONS,
    builder.WORD: builder.OPTIONS,
    "map.png": pictures.OPTIONS,
    **exports.OFFERED,
}


def file(name: str, wanted: Wanted) -> Response:
    """Answer one of FILES; other sites may read them, files for analysts come as a download."""
    face, stem = FILES[name], exports.stem_of(wanted.reading.layer, wanted.options.path)
    download = file_name(wanted.version.country, stem, name.rsplit(".", 1)[1]) if face.is_download else ""
    return given(face, wanted, download)

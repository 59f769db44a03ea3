"""The faces of a view that are not pages: the embed, the picture, the files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from flask import Response, render_template

from geo.faces.files import data_csv, data_geojson, data_json
from geo.faces.framed import drawing_of
from geo.faces.map_html import map_html
from geo.faces.mark import file_name
from geo.faces.patterns import legend_swatch
from geo.faces.picture import literal, picture
from geo.faces.reading import Reading
from geo.faces.svg import svg_map
from geo.faces.values import values_json
from geo.versions import Version
from geo.web.answers import answer, embed_policy, picture_policy
from geo.web.assets import source
from geo.web.exports import Face, Wanted, given
from geo.web.links import Links
from geo.web.options import Option, Options
from geo.web.palettes import worn
from geo.web.sharing import builder


@cache
def _picture_styles(palette: str) -> str:
    return literal("\n".join([worn(palette), *map(source, ("places.css", "mark.css"))]))


def _picture(wanted: Wanted) -> bytes:
    return picture(wanted.reading, wanted.version, _picture_styles(wanted.reading.layer.view.palette))


def _picture_policy(wanted: Wanted) -> str:
    return picture_policy([_picture_styles(wanted.reading.layer.view.palette)])


def _map_html(wanted: Wanted) -> bytes:
    styles = "\n".join([worn(wanted.reading.layer.view.palette), *map(source, ("places.css", "mark.css"))])
    return map_html(wanted.reading, wanted.version, styles)


def _of_layer(make: Callable[[Reading, Version], bytes]) -> Callable[[Wanted], bytes]:
    """Return the maker of a face that is made of a layer alone."""
    return lambda wanted: make(wanted.reading, wanted.version)


# Every file of a view; a row a face. What a maker gives is bytes, pieces of bytes, or the path of a kept file.
FILES: dict[str, Face] = {
    "map.svg": Face("image/svg+xml", _picture, _picture_policy),
    "map.html": Face("text/html", _map_html),
    "data.geojson": Face("application/geo+json", _of_layer(data_geojson)),
    "data.csv": Face("text/csv", _of_layer(data_csv)),
    "data.json": Face("application/json", _of_layer(data_json)),
    "values.json": Face("application/json", _of_layer(values_json), is_download=False),
}

# What a face may be asked beside the view, by face; those that are not named take no options.
OFFERED: Mapping[str, Mapping[str, Option]] = {
    builder.WORD: builder.OPTIONS,
}


def embed(reading: Reading, version: Version, links: Links, options: Options, *, is_immutable: bool) -> Response:
    """Answer the embed: one response, complete before its script, framed by anybody."""
    layer = reading.layer
    is_places = version.country.level(layer.view.level).is_places
    own = (*(("places.css",) if is_places else ()), *(("mark.css",) if reading.mark else ()))
    styles, script = _embed_parts(own, layer.view.palette, has_decline=layer.measure.is_signed)
    drawing = drawing_of(layer, version, "embed")
    html = render_template(
        "embed.html",
        t=reading.text,
        reading=reading,
        country=version.country,
        version=version,
        map=svg_map(reading, drawing, labels=layer.shows_circles or is_places),
        swatch=legend_swatch,
        links=links,
        styles=styles,
        script=script,
    )
    policy = embed_policy([styles], [script])
    return answer(html.encode(), "text/html", policy=policy, is_immutable=is_immutable, is_open=True)


def file(name: str, wanted: Wanted) -> Response:
    """Answer one of FILES; other sites may read them, files for analysts come as a download."""
    face, view = FILES[name], wanted.reading.layer.view
    stem = f"{view.country}-{view.level}-{view.measure}-{view.period}"
    download = file_name(wanted.version.country, stem, name.rsplit(".", 1)[1]) if face.is_download else ""
    return given(face, wanted, download)


@cache
def _embed_parts(own: tuple[str, ...], palette: str, *, has_decline: bool) -> tuple[str, str]:
    """Return the style and the script of an embed, byte for byte what stands in it: their hashes are its policy.

    What only some maps need is left out of the others: their `own` style sheets, colours of decline, other palettes.
    """
    script = re.sub(r"/\*\*.*?\*/", "", source("embed.js"))  # the types are for those who check it
    style = worn(palette)
    if not has_decline:
        style = re.sub(r";--m\d:#[0-9a-f]+|\.m\d\{[^}]*\}", "", style)
    return "".join([style, *map(source, own), source("embed.css")]), script

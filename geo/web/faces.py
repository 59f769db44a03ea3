"""The faces of a view that are not pages: the embed, the picture, the files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

from flask import Response, render_template

from geo.faces.files import data_csv, data_geojson, data_json
from geo.faces.framed import drawing_of
from geo.faces.mark import file_name
from geo.faces.patterns import legend_swatch
from geo.faces.picture import literal, picture
from geo.faces.reading import Reading
from geo.faces.svg import svg_map
from geo.faces.values import values_json
from geo.versions import Version
from geo.web.answers import FILE_POLICY, answer, embed_policy, picture_policy
from geo.web.assets import source
from geo.web.links import Links
from geo.web.options import Option, Options
from geo.web.palettes import worn


@cache
def _picture_styles(palette: str) -> str:
    return literal("\n".join([worn(palette), *map(source, ("places.css", "mark.css"))]))


def _picture(reading: Reading, version: Version) -> bytes:
    return picture(reading, version, _picture_styles(reading.layer.view.palette))


class _File(NamedTuple):
    media_type: str
    make: Callable[[Reading, Version], bytes]


FILES: dict[str, _File] = {
    "map.svg": _File("image/svg+xml", _picture),
    "data.geojson": _File("application/geo+json", data_geojson),
    "data.csv": _File("text/csv", data_csv),
    "data.json": _File("application/json", data_json),
    "values.json": _File("application/json", values_json),
}

# What a face may be asked beside the view, by face; those that are not named take no options.
OFFERED: Mapping[str, Mapping[str, Option]] = {}


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


def file(name: str, reading: Reading, version: Version, options: Options, *, is_immutable: bool) -> Response:
    """Answer one of FILES; other sites may read them, files for analysts come as a download."""
    described = FILES[name]
    view = reading.layer.view
    stem = f"{view.country}-{view.level}-{view.measure}-{view.period}"
    return answer(
        described.make(reading, version),
        described.media_type,
        policy=picture_policy([_picture_styles(view.palette)]) if name == "map.svg" else FILE_POLICY,
        is_immutable=is_immutable,
        download="" if name == "values.json" else file_name(version.country, stem, name.rsplit(".", 1)[1]),
        is_open=True,
    )


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

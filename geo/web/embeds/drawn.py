"""The embed itself: one page with its map, style and script inside, complete before the script runs."""

from __future__ import annotations

from typing import NamedTuple

from flask import render_template

from geo.faces.framed import drawing_of
from geo.faces.patterns import legend_swatch
from geo.faces.reading import Reading
from geo.faces.svg import Drawing, svg_map
from geo.versions import Version
from geo.web.assets import source
from geo.web.embeds.dress import Dressed, dressed, scripts, themed
from geo.web.links import Links
from geo.web.options import Options
from geo.web.pages.frame import publication_of
from geo.web.palettes import worn

_SHEETS = ("places.css", "mark.css", "embed.css")


class _Told(NamedTuple):
    """The figure of one unit, and its place among all."""

    figure: str
    rank: str


def drawn(reading: Reading, version: Version, links: Links, options: Options) -> Dressed:
    """Return the embed of a reading: live, or frozen where the links stay in a version."""
    layer, without = reading.layer, frozenset(options["without"].split("."))
    is_places = version.country.level(layer.view.level).is_places
    html = render_template(
        "embed.html",
        t=reading.text,
        reading=reading,
        country=version.country,
        version=version,
        map=svg_map(reading, _drawing(reading, version, without), labels=layer.shows_circles or is_places),
        swatch=legend_swatch,
        links=links,
        without=without,
        told=_told(reading),
        publication=publication_of(links, version),
    )
    style = themed(worn(layer.view.palette), options["theme"])
    script = scripts("embed.js", *(("notice.js",) if links.version else ()))
    return dressed(html, "\n".join([style, *map(source, _SHEETS)]), script, asks=bool(links.version))


def _drawing(reading: Reading, version: Version, without: frozenset[str]) -> Drawing:
    drawing = drawing_of(reading.layer, version, "embed")
    return {**drawing, "insets": []} if "insets" in without else drawing


def _told(reading: Reading) -> _Told | None:
    """Return the figure of the unit that the article is about; None where none is to stand out."""
    wanted, rows = reading.layer.view.highlight, reading.layer.rows
    number = next((number for number, row in enumerate(rows) if wanted and row.unit.unit_id == wanted), None)
    if number is None:
        return None
    line, row = reading.lines[number], rows[number]
    value = line.value if row.value is None else reading.wording.said(row.value)
    count = reading.text.number(sum(other.rank is not None for other in rows))
    rank = "" if row.rank is None else f"({reading.text('embed.rank', rank=line.rank, count=count)})"
    return _Told(f"{line.name}: {value}", rank)

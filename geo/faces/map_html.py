"""map.html: one file that opens from a disk, without a network, in ten years: a map, its words, its tables.

A reader chooses among the functions of the view; every layer has its legend, its table and its account in the page, so
that nothing is lost where no script runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from geo.core.allowed import allowed_values
from geo.core.view import View
from geo.faces.framed import drawing_of
from geo.faces.layered import Layered, Page, Shown
from geo.faces.legend import PATTERNS, circle_radius
from geo.faces.mark import marked, watermark
from geo.faces.paper import Table
from geo.faces.paper import sheet as table
from geo.faces.patterns import legend_swatch, patterns
from geo.faces.points import radius_of
from geo.faces.reading import Line, Reading, read
from geo.faces.sheets import Sheet
from geo.faces.svg import svg_map
from geo.faces.wording import function_name
from geo.layers import Layer, layer, offer_of
from geo.versions import Version

_STAGE = Markup('<div class="stage" hidden>')  # shown by the script that draws on it
_WIDTH = 900  # pixels that a drawing is taken to be wide: circles are in proportion to it


def map_html(reading: Reading, version: Version, styles: str) -> bytes:
    """Return the file; `styles` are the colours of the view's palette. The same view and version give the same bytes.

    Raises MissingPart where the map library was not set up.
    """
    from geo.faces.leaflet import leaflet_map  # folium: only who wants a map waits for it

    readings = [reading, *(read(layer(view, version), version) for view in _others(reading.layer.view, version))]
    mark = reading.text("note.synthetic") if reading.mark else ""
    page = Page(
        lang=reading.text.lang,
        title=marked(reading.mark, f"{reading.title}, {reading.period}"),
        styles=styles,
        before=Markup("%s%s%s")
        % (_head(reading, version, mark), _still(reading, version), Markup('<div class="stage" hidden>')),
        after=Markup("").join([_across(reading.mark), Markup("</div>\n"), *_parts(readings), _foot(reading, version)]),
    )
    return leaflet_map(_layered(readings, version), page).get_root().render().encode("utf-8")


def _others(view: View, version: Version) -> Iterator[View]:
    """Yield the same view of all functions together, and of each; of a subgroup nothing else is the same view."""
    offer = offer_of(version)
    if view.function and view.function not in offer.functions:
        return
    whole = () if view.shown.over == "unit_total" else ("",)
    offered = set(allowed_values(view, "function", {}, offer))
    for code in (*whole, *(code for code in offer.functions if code in offered)):
        if code != view.function:
            # Transfers are a function themselves: of one function there is nothing to set apart.
            yield view.but(function=code, transfers="" if code else view.transfers)


def _layered(readings: Sequence[Reading], version: Version) -> Layered:
    first, text = readings[0].layer, readings[0].text
    ids = [row.unit.unit_id for row in first.rows]
    return Layered(
        label=readings[0].alt,
        shapes=_shapes(first, version),
        shown=[_shown(reading, version) for reading in readings],
        spots=[(row.unit.label_lon, row.unit.label_lat) for row in first.rows] if first.shows_circles else [],
        ground=_ground(first, version),
        highlight=ids.index(first.view.highlight) if first.view.highlight in ids else -1,
        words={"zoom_in": text("leaflet.zoom_in"), "zoom_out": text("leaflet.zoom_out")},
    )


def _shown(reading: Reading, version: Version) -> Shown:
    circles = reading.layer.shows_circles
    is_places = version.country.level(reading.layer.view.level).is_places
    radii = [
        radius_of(number, reading, _WIDTH) if is_places else circle_radius(row.value, reading.layer, _WIDTH)
        for number, row in enumerate(reading.layer.rows)
    ]
    return Shown(
        name=_name(reading),
        tones=["sum" if circles and line.state == "value" else line.tone for line in reading.lines],
        said=[f"{line.name}: {line.value}" for line in reading.lines],
        radii=radii if circles else (),
    )


def _name(reading: Reading) -> str:
    """Return what a reader chooses a layer by: its function, or that it is of all of them."""
    code = reading.layer.view.function
    if not code:
        return reading.text("body.every")
    return f"{code} {function_name(reading.wording.version, code, reading.text.lang, 'short')}"


def _shapes(layer_: Layer, version: Version) -> list[Any]:
    """Return the drawn geometry of each row, in lon and lat."""
    level = layer_.view.level
    geometries = version.json(f"{layer_.edition}/{level}/geometry.json")["geometries"]
    numbers = version.level(layer_.edition, level).numbers
    return [geometries[numbers[row.unit.unit_id]] for row in layer_.rows]


def _ground(layer_: Layer, version: Version) -> list[Any]:
    """Return the territories around the units of a lower level: the top level's."""
    top = version.country.top_level.id
    name = f"{layer_.edition}/{top}/geometry.json"
    if layer_.view.level == top or name not in version.manifest["files"]:
        return []
    return list(version.json(name)["geometries"])


def _head(reading: Reading, version: Version, mark: str) -> Markup:
    told = ", ".join([reading.period, reading.unit, reading.status, *reading.qualifiers])
    warned = Markup("<p><strong>%s</strong></p>\n") % mark if mark else Markup("")
    return Markup(
        '<a class="skip" href="#figures">%s</a>\n<main>\n<h1>%s</h1>\n<p>%s. %s</p>\n%s<p><strong>%s</strong> %s</p>\n'
    ) % (
        reading.text("table.title"), reading.title, told, version.country.scope[reading.text.lang], warned,
        reading.overall, reading.text("map.all"),
    )  # fmt: skip


def _still(reading: Reading, version: Version) -> Markup:
    """Return the drawing for who runs no script, and the patterns that map and legend share."""
    drawing = svg_map(reading, drawing_of(reading.layer, version, "embed"), labels=reading.layer.shows_circles)
    shared = Markup('<svg class="aside" aria-hidden="true">%s</svg>\n') % patterns(960, set(PATTERNS.values()))
    return Markup("%s<noscript>%s</noscript>\n") % (shared, drawing)


def _across(mark: str) -> Markup:
    """Return the mark of a synthetic country over the map, through which the pointer goes."""
    if not mark:
        return Markup("")
    over = Markup('<svg class="across" viewBox="0 0 900 520" preserveAspectRatio="xMidYMid slice">%s</svg>')
    return over % watermark(mark, 900, 520)


def _parts(readings: Sequence[Reading]) -> Iterator[Markup]:
    """Yield the legends, the place of the choice, and for each layer its table and account."""
    text = readings[0].text
    yield from (_legend(number, reading) for number, reading in enumerate(readings))
    yield Markup('<p class="soft">%s</p>\n') % text("map.reading")
    if len(readings) > 1:
        yield Markup('<fieldset id="choices"><legend>%s</legend></fieldset>\n') % text("form.function")
    yield Markup('<div id="figures">\n')
    yield from (_figures(number, reading) for number, reading in enumerate(readings))
    yield Markup("</div>\n")


def _legend(number: int, reading: Reading) -> Markup:
    circles = reading.layer.shows_circles
    rows = Markup("").join(
        Markup("<li>%s %s <small>(%s)</small></li>") % (legend_swatch(row.tone), row.label, row.count)
        for row in (*(() if circles else reading.legend), *reading.states)
    )
    told = reading.text("map.circles") if circles else ""
    made = Markup('<div data-choice="%s"><p><b>%s</b>, %s. %s</p><ul class="legend" aria-label="%s">%s</ul></div>\n')
    return made % (number, reading.title, reading.unit, told, reading.text("map.legend"), rows)


def _figures(number: int, reading: Reading) -> Markup:
    text, amounts = reading.text, reading.wording.amount_unit
    head = [text("table.name"), reading.unit, text("table.amount", **amounts), text("table.rank")]
    figures = Table(text("table.caption"), head, map(_row, reading.lines), [_row(reading.total)])
    accounts = Markup("").join(_account(sheet, text("account.sum")) for sheet in reading.sheets)
    return Markup('<section data-choice="%s">\n<h2>%s</h2>\n%s<h3>%s</h3>\n<p>%s</p>\n%s</section>\n') % (
        number, reading.title, table(figures), text("account.title"), text("account.lead"), accounts,
    )  # fmt: skip


def _row(line: Line) -> list[str]:
    return [line.name, line.value, line.amount, line.rank]


def _account(sheet: Sheet, together: str) -> Markup:
    """Return where each unit of the published total is."""
    rows = [(term.label, term.amount) for term in sheet.terms]
    foot = [(together, sheet.together), *([(sheet.control.label, sheet.control.amount)] if sheet.control else [])]
    head = [sheet.published.label, sheet.published.amount]
    return table(Table(sheet.title, head, rows, foot))


def _foot(reading: Reading, version: Version) -> Markup:
    """Return notes, sources with their licences, how to cite the figures, and what kind of file this is."""
    text, lang, view = reading.text, reading.text.lang, reading.layer.view
    licence = {
        row.about: text("version.licence", licence=row.licence) for row in version.country.sources if row.licence
    }
    sources = [" – ".join(filter(None, [row.name[lang], licence.get(row.about)])) for row in version.country.sources]
    cited = text(
        "face.cite_text", title=reading.title, period=reading.period, site=text("site.name"), version=version.id,
        source="; ".join(row.name[lang] for row in version.country.sources),
    )  # fmt: skip
    return Markup(
        "<h2>%s</h2>\n<ul>%s</ul>\n<h2>%s</h2>\n<ul>%s</ul>\n<p>%s</p>\n<p><code>v/%s/%s</code></p>\n"
        '<p class="soft">%s</p>\n</main>\n'
    ) % (
        text("note.title"), _items(reading.notes), text("version.source"), _items(sources), cited,
        version.id, view.path, text("leaflet.alone"),
    )  # fmt: skip


def _items(lines: Sequence[str]) -> Markup:
    return Markup("\n").join(Markup("<li>%s</li>") % line for line in lines)

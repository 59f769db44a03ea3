"""map.svg: one picture that stands alone, with title, legend, reconciliation, notes, sources and version inside.

Colours are literal and light and words are outlines, so that programs without style sheets or fonts of their own draw
it as browsers do. A picture of the size `page` is as high as what it says; the others are laid out for their shape.
"""

from __future__ import annotations

import re

from markupsafe import Markup

from geo.faces.framed import drawing_of
from geo.faces.mark import marked
from geo.faces.outlined import outlined
from geo.faces.poster import POSTERS, headline, poster, swatches_of
from geo.faces.reading import Reading
from geo.faces.sheets import Sheet
from geo.faces.svg import svg_map
from geo.faces.typeset import Block, Type, legend, paragraph, stack
from geo.versions import Version

SIZES = ("page", *POSTERS)
_WIDTH, _MARGIN = 1200, 40
_TITLE, _STRONG, _PLAIN, _SMALL = Type(36, is_bold=True), Type(19, is_bold=True), Type(19), Type(15, is_soft=True)
# A page's map takes all the width that there is; here attributes say how wide it is.
_OF_PAGES = "display:block;width:100%;height:auto;"


def picture(reading: Reading, version: Version, styles: str, size: str = "page", published: str = "") -> bytes:
    """Return the SVG file in one of SIZES; `published` says when the version came into force, in words.

    `styles` (from `literal`) is put into it as it is, so that a policy may name its hash. Same arguments, same bytes.
    Raises MissingPart where set-up has laid no fonts.
    """
    credit = credits_of(reading, version, published)
    made = _page(reading, version, credit) if size == "page" else poster(reading, version, credit, POSTERS[size])
    wide, high = round(made.width), round(made.height)
    parts = [
        Markup('<svg viewBox="0 0 %s %s" width="%s" height="%s" lang="%s">')
        % (wide, high, wide, high, reading.text.lang),
        Markup("<title>%s</title><desc>%s</desc>")
        % (marked(reading.mark, f"{reading.title}, {reading.period}"), reading.alt),
        Markup("<style>%s</style>") % Markup(styles),  # noqa: S704 - our style sheet
        Markup('<rect class="h0" width="%s" height="%s"/><g class="words">%s</g></svg>') % (wide, high, made.drawn),
    ]
    return outlined(str(Markup("").join(parts)), styles).encode("utf-8")


def literal(styles: str) -> str:
    """Return the map's style sheet with its light colours written out and everything that depends on them gone."""
    root, _, rest = styles.partition("}")
    colours = dict(re.findall(r"--(\w+):([^;}]+)", root))
    rules = "\n".join(line for line in rest.splitlines() if line and not line.startswith("@media"))
    own = f".words{{fill:{colours['ink']}}}.soft{{fill:{colours['soft']}}}"
    return re.sub(r"var\(--(\w+)\)", lambda match: colours[match[1]], rules).replace(_OF_PAGES, "") + own


def credits_of(reading: Reading, version: Version, published: str) -> str:
    """Return whose figures and borders they are, of which version and since when."""
    lang, text = reading.text.lang, reading.text
    named = (f"{s.name[lang]} ({s.licence})" if s.licence else s.name[lang] for s in version.country.sources)
    known = f", {published}" if published else ""
    return f"{text('site.name')}. {text('version.title')} {version.id}{known}. {'. '.join(named)}."


def _page(reading: Reading, version: Version, credit: str) -> Block:
    """Return everything there is to say, below each other."""
    inner = _WIDTH - 2 * _MARGIN
    told = ", ".join([reading.unit, reading.status, *reading.qualifiers])
    head = (
        paragraph(headline(reading), _TITLE, inner),
        paragraph(reading.text("note.synthetic") if reading.mark else "", _STRONG, inner),
        paragraph(f"{told}. {version.country.scope[reading.text.lang]}", _PLAIN, inner),
    )
    below = (*map(_sum, reading.sheets), " ".join(reading.notes), credit)
    blocks = (
        stack(head, 6),
        _map(reading, version, inner),
        legend(swatches_of(reading), _PLAIN, inner),
        stack((paragraph(text, _SMALL, inner) for text in below), 8),
    )
    whole = stack(blocks, 20)
    return Block(_WIDTH, whole.height + 2 * _MARGIN, whole.at(_MARGIN, _MARGIN))


def _map(reading: Reading, version: Version, wide: int) -> Block:
    drawing = drawing_of(reading.layer, version, "page")
    high = round(wide * drawing["height"] / drawing["width"])
    return Block(wide, high, svg_map(reading, drawing, labels=True, size=(0, 0, wide, high)))


def _sum(sheet: Sheet) -> str:
    """Return a reconciliation in one line: published = term + term …"""
    terms = " + ".join(f"{term.label} {term.amount}" for term in sheet.terms)
    return f"{sheet.title}. {sheet.published.label} {sheet.published.amount} = {terms}"

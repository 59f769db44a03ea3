"""map.svg: one picture that stands alone, with title, legend, reconciliation, notes, sources and version inside.

Colours are literal and light, so that programs without style sheets of their own draw it as browsers do.
"""

from __future__ import annotations

import re
import textwrap

from markupsafe import Markup

from geo.faces.framed import drawing_of
from geo.faces.legend import Swatch
from geo.faces.patterns import legend_swatch
from geo.faces.reading import Reading
from geo.faces.sheets import Sheet
from geo.faces.svg import svg_map
from geo.versions import Version

_WIDTH, _MARGIN = 1200, 40
_LINE = {"title": 44, "strong": 27, "plain": 27, "small": 22}
_SIZE = {"title": (36, 700), "strong": (19, 700), "plain": (19, 400), "small": (15, 400)}
# Cyrillic letters that fit into the width at their size.
_CHARACTERS = {"title": 46, "strong": 92, "plain": 98, "small": 124}


def picture(reading: Reading, version: Version, styles: str) -> bytes:
    """Return the SVG file; `styles` (from `literal`) is put into it as it is, so that a policy may name its hash."""
    layer, lang = reading.layer, reading.text.lang
    drawing = drawing_of(layer, version, "page")
    inner = _WIDTH - 2 * _MARGIN
    height = round(inner * drawing["height"] / drawing["width"])
    y, head = _paragraph(f"{reading.title}, {reading.period}", "title", _MARGIN + 30)
    y, warning = _paragraph(reading.text("note.synthetic") if reading.mark else "", "strong", y)
    told = ", ".join([reading.unit, reading.status, *reading.qualifiers])
    y, sub = _paragraph(f"{told}. {version.country.scope[lang]}", "plain", y)
    nested = svg_map(reading, drawing, labels=True, size=(_MARGIN, y, inner, height))
    y, legend = _legend(reading, y + height + 20)
    below = []
    for text in (*map(_sum, reading.sheets), " ".join(reading.notes), _credits(reading, version)):
        y, lines = _paragraph(text, "small", y + 8)
        below.append(lines)
    parts = [
        Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" lang="%s">')
        % (_WIDTH, y + 10, _WIDTH, y + 10, lang),
        Markup("<title>%s</title><style>%s</style>") % (reading.alt, Markup(styles)),  # noqa: S704 - our style sheet
        Markup('<rect class="h0" width="%s" height="%s"/>') % (_WIDTH, y + 10),
        Markup('<g class="words" font-family="system-ui,Noto Sans,sans-serif">'),
        *(head, warning, sub, legend, *below, nested),
        Markup("</g></svg>\n"),
    ]
    return Markup("").join(parts).encode("utf-8")


def literal(styles: str) -> str:
    """Return the map's style sheet with its light colours written out and everything that depends on them gone."""
    root, _, rest = styles.partition("}")
    colours = dict(re.findall(r"--(\w+):([^;}]+)", root))
    rules = "\n".join(line for line in rest.splitlines() if line and not line.startswith("@media"))
    return re.sub(r"var\(--(\w+)\)", lambda match: colours[match[1]], rules) + f".words{{fill:{colours['ink']}}}"


def _sum(sheet: Sheet) -> str:
    """Return a reconciliation in one line: published = term + term …"""
    terms = " + ".join(f"{term.label} {term.amount}" for term in sheet.terms)
    return f"{sheet.title}. {sheet.published.label} {sheet.published.amount} = {terms}"


def _credits(reading: Reading, version: Version) -> str:
    lang = reading.text.lang
    named = (f"{s.name[lang]} ({s.licence})" if s.licence else s.name[lang] for s in version.country.sources)
    return f"{'. '.join(named)}. {reading.text('version.title')}: {version.id}"


def _paragraph(text: str, kind: str, y: int) -> tuple[int, Markup]:
    """Return the y below a wrapped paragraph, and its lines."""
    size, weight = _SIZE[kind]
    lines = textwrap.wrap(text, _CHARACTERS[kind])
    made = [
        Markup('<text x="%s" y="%s" font-size="%s" font-weight="%s">%s</text>')
        % (_MARGIN, y + i * _LINE[kind], size, weight, line)
        for i, line in enumerate(lines)
    ]
    return y + len(lines) * _LINE[kind], Markup("").join(made)


def _legend(reading: Reading, y: int) -> tuple[int, Markup]:
    swatches: list[Swatch] = [*([] if reading.layer.shows_circles else reading.legend), *reading.states]
    made, x = [], _MARGIN
    for swatch in swatches:
        label = f"{swatch.label} ({swatch.count})"
        width = 44 + 11 * len(label)
        if x + width > _WIDTH - _MARGIN:
            x, y = _MARGIN, y + 34
        square = Markup('<svg x="%s" y="%s" width="24" height="24">%s</svg>') % (x, y, legend_swatch(swatch.tone))
        made.append(square + Markup('<text x="%s" y="%s" font-size="19">%s</text>') % (x + 32, y + 18, label))
        x += width
    return y + (50 if made else 10), Markup("").join(made)

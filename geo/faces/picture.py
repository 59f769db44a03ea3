"""map.svg: one picture that stands alone, with title, legend, source, date and version inside."""

from __future__ import annotations

import textwrap

from markupsafe import Markup

from geo.faces.reading import Reading
from geo.faces.svg import legend_swatch, svg_map
from geo.versions import Version

_WIDTH, _MARGIN = 1200, 40
_LINE = {"title": 44, "plain": 27}
_CHARACTERS = {"title": 46, "plain": 98}  # that fit into the width at their size, for Cyrillic letters


def picture(reading: Reading, version: Version, styles: str) -> bytes:
    """Return the SVG file; `styles` is put into it as it is, so that a policy may name its hash."""
    layer, lang = reading.layer, reading.text.lang
    drawing = version.json(f"{layer.edition}/{layer.view.level}/outline-page.json")
    inner = _WIDTH - 2 * _MARGIN
    height = round(inner * drawing["height"] / drawing["width"])
    y, head = _paragraph(f"{reading.title}, {reading.period}", "title", _MARGIN + 30)
    scope = f"{', '.join([reading.unit, *reading.qualifiers])}. {version.country.scope[lang]}"
    y, sub = _paragraph(scope, "plain", y)
    nested = svg_map(reading, drawing, labels=True, size=(_MARGIN, y, inner, height))
    y += height + 20
    y, legend = _legend(reading, y)
    sources = " ".join(f"{source.name[lang]}." for source in version.country.sources)
    y, foot = _paragraph(
        f"{sources} {reading.text('note.generalised')} {reading.text('version.title')}: {version.id}", "plain", y + 10
    )
    parts = [
        Markup('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" width="%s" height="%s" lang="%s">')
        % (_WIDTH, y + 10, _WIDTH, y + 10, lang),
        Markup("<title>%s</title><style>%s</style>") % (reading.alt, Markup(styles)),  # noqa: S704 - our style sheet
        Markup('<rect width="%s" height="%s" fill="var(--water)"/>') % (_WIDTH, y + 10),
        Markup('<g font-family="system-ui,Noto Sans,sans-serif" fill="var(--ink)">'),
        *(head, sub, legend, foot, nested),
        Markup("</g></svg>\n"),
    ]
    return Markup("").join(parts).encode("utf-8")


def _paragraph(text: str, kind: str, y: int) -> tuple[int, Markup]:
    """Return the y below a wrapped paragraph, and its lines."""
    size, weight = (36, 700) if kind == "title" else (19, 400)
    lines = textwrap.wrap(text, _CHARACTERS[kind])
    made = [
        Markup('<text x="%s" y="%s" font-size="%s" font-weight="%s">%s</text>')
        % (_MARGIN, y + i * _LINE[kind], size, weight, line)
        for i, line in enumerate(lines)
    ]
    return y + len(lines) * _LINE[kind], Markup("").join(made)


def _legend(reading: Reading, y: int) -> tuple[int, Markup]:
    swatches = [*([] if reading.layer.shows_circles else reading.legend), *reading.states]
    made, x = [], _MARGIN
    for swatch in swatches:
        label = f"{swatch.label} ({swatch.count})"
        width = 44 + 11 * len(label)
        if x + width > _WIDTH - _MARGIN:
            x, y = _MARGIN, y + 34
        square = Markup('<svg x="%s" y="%s" width="24" height="24">%s</svg>') % (x, y, legend_swatch(swatch.tone))
        made.append(square + Markup('<text x="%s" y="%s" font-size="19">%s</text>') % (x + 32, y + 18, label))
        x += width
    return y + (50 if made else 0), Markup("").join(made)

"""How high a frame should be on a page that does not listen to it, by what an embed shows and how wide it is.

An estimate from the lengths of its texts: letters are counted, not measured. A frame that is a little high shows a
margin; in one that is a little low the map shrinks and nothing is cut. With a script the frame is exact.
"""

from __future__ import annotations

from collections.abc import Collection
from math import ceil

from geo.faces.framed import drawing_of
from geo.faces.reading import Reading
from geo.versions import Version

USUAL_PX = 640  # a column of an article
_WIDEST_PX, _MARGIN_PX = 760, 8  # of an embed
_LETTER = 0.54  # of the size of its letters is a letter wide, in the fonts that systems have for three languages
_GAP_PX = 4  # between paragraphs
_SWATCH_PX = 32  # a colour of the legend and the room around it
_FOLDED_PX = 28  # what opens on demand


def frame_height_px(reading: Reading, version: Version, wide_px: int = USUAL_PX, without: Collection[str] = ()) -> int:
    """Return the height in whole tens of pixels that an embed fills, its map in full."""
    inner = min(wide_px, _WIDEST_PX) - 2 * _MARGIN_PX
    drawing = drawing_of(reading.layer, version, "embed")
    is_told = bool(reading.layer.view.highlight)
    blocks = [
        _lines(reading.title, 18, inner) * 18 * 1.25 if "title" not in without else 0,
        _paragraph(_under_title(reading, version), 14, inner),
        _paragraph("x" * 50, 16, inner) if is_told else 0,
        inner * drawing["height"] / drawing["width"],
        _paragraph(reading.overall, 14, inner),
        _legend(reading, inner) if "legend" not in without else 0,
        _FOLDED_PX * (2 if "table" not in without else 1),
        _paragraph(_by(reading, version), 12, inner),
    ]
    return 10 * ceil((sum(blocks) + 2 * _MARGIN_PX) / 10)


def _lines(text: str, size_px: int, inner_px: int) -> int:
    return max(1, ceil(len(text) * size_px * _LETTER / inner_px))


def _paragraph(text: str, size_px: int, inner_px: int) -> float:
    return _lines(text, size_px, inner_px) * size_px * 1.4 + 2 * _GAP_PX


def _under_title(reading: Reading, version: Version) -> str:
    scope = version.country.scope[reading.text.lang]
    return " ".join([reading.mark, reading.period, reading.unit, *reading.qualifiers, scope])


def _by(reading: Reading, version: Version) -> str:
    """Return as many letters as the last lines have: the sources, the version, the links."""
    text = reading.text
    sources = [f"{source.name[text.lang]} ({source.licence})" for source in version.country.sources]
    return " ".join(
        [*sources, text("version.title"), version.id, text("version.pinned"), text("version.latest"), "x" * 50]
    )


def _legend(reading: Reading, inner_px: int) -> float:
    swatches = [*(() if reading.layer.shows_circles else reading.legend), *reading.states]
    rows, left = 1, float(inner_px)
    for swatch in swatches:
        wide = _SWATCH_PX + len(f"{swatch.label} ({swatch.count})") * 14 * _LETTER
        if wide > left:
            rows, left = rows + 1, float(inner_px)
        left -= wide
    return rows * 22 + 2 * _GAP_PX if swatches else 0

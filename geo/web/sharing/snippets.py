"""What is pasted elsewhere: a map as a frame, a frame that sizes itself, a picture, and where to ask for a card of it.

Attributes alone, no style and no handler, so that a page under a strict policy takes them as they are.
"""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import escape

from geo.faces.mark import marked
from geo.faces.reading import Reading
from geo.versions import Version

FULL = "full"  # as wide as the column that it stands in
SCRIPT = "frame.js"  # what sizes frames on pages that have no listener of their own


def iframe(address: str, title: str, height_px: int, width: str = FULL) -> str:
    """Return the frame of an embed; `width` is a number of pixels or FULL."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="{_wide(width)}" height="{height_px}" '
        'frameborder="0" loading="lazy"></iframe>'
    )


def sized(frame: str, base: str) -> str:
    """Return a frame with the script that makes it as high as what it shows; once on a page is enough."""
    return f'{frame}\n<script src="{escape(base)}{SCRIPT}" async></script>'


def picture(address: str, page: str, alt: str, size: tuple[int, int], width: str = FULL) -> str:
    """Return a picture that leads to its page, as wide as the column at most.

    `size` is in pixels of the file; a height of 0 is not known, and then not said.
    """
    wide = size[0] if width == FULL else int(width)
    high = f' height="{round(wide * size[1] / size[0])}"' if size[1] else ""
    return (
        f'<a href="{escape(page)}"><img src="{escape(address)}" alt="{escape(alt)}" width="{wide}"{high} '
        'style="max-width:100%;height:auto" loading="lazy"></a>'
    )


def oembed(address: str, base: str) -> str:
    """Return where a site asks how to show an address of ours."""
    return f"{base}oembed?url={quote(address, safe='')}&format=json"


def citation(reading: Reading, version: Version, address: str) -> str:
    """Return how a view of one version is cited."""
    text, country = reading.text, version.country
    cited = text(
        "face.cite_text",
        title=reading.title,
        period=reading.period,
        site=text("site.name"),
        version=version.id,
        source=country.sources[0].name[text.lang],
    )
    return f"{marked(reading.mark, cited)} {address}"


def _wide(width: str) -> str:
    return "100%" if width == FULL else str(int(width))

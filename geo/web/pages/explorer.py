"""What a view's page says to its scripts, as a data block: where it stands, and the words of its language."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

from geo.core.text import Text
from geo.faces.reading import Reading
from geo.versions import Version
from geo.web.links import Links
from geo.web.pages.choices import drawing_of

_TABLE = "explorer."
_NOT_MARKUP = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def explorer_data(reading: Reading, version: Version, links: Links, *, is_whole: bool) -> Markup:
    """Return the JSON of `<script type="application/json" id="explorer">`; no name in it can end the block.

    The parts of a page (not whole) leave out what does not change with a view in the same language.
    """
    layer = reading.layer
    has_tiles = links.site.answers(f"tiles/{version.country.id}/{layer.edition}/units.json")
    said: dict[str, Any] = {
        "lang": layer.view.lang,
        "country": version.country.id,
        "version": version.id,
        "is_pinned": bool(links.version),
        "edition": layer.edition,
        "level": layer.view.level,
        "view": layer.view.path,
        "root": links.base,
        "prefix": f"v/{links.version}/" if links.version else "",
        "is_plain": links.site.plain is not None,
        "watch_s": links.site.settings.watch_s,
        "drawing": drawing_of(layer.view, version),
        "engine": links.engine("maplibre-gl.mjs") if has_tiles else "",
        "worker": links.engine("maplibre-gl-worker.mjs") if has_tiles else "",
        **({"words": words(reading.text)} if is_whole else {}),
    }
    plain = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    return Markup(plain.translate(_NOT_MARKUP))  # noqa: S704 - what could be markup is escaped one line above


def words(text: Text) -> dict[str, str]:
    """Return the messages for scripts: those of the table `explorer`, by their keys in it."""
    return {key.removeprefix(_TABLE): word for key, word in text.words.items() if key.startswith(_TABLE)}

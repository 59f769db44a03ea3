"""map.svg and map.png of a view over HTTP: what they may be asked, what they are made with, which are kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import cache

from geo.faces.picture import SIZES, literal, picture
from geo.faces.png import png
from geo.web.answering.answers import picture_policy
from geo.web.assets import source
from geo.web.exports import Wanted
from geo.web.options import Option, one_of
from geo.web.pages.frame import publication_of
from geo.web.palettes import worn

OPTIONS: Mapping[str, Option] = {"size": one_of(*SIZES), "scale": one_of("1", "2")}
_KEPT_BYTES = 24 * 1024 * 1024  # some hundred pictures in a process


class _Kept:
    """Pictures by what they are made of, those asked for last; safe to share between threads."""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._bytes = most_bytes, 0
        self._held: OrderedDict[tuple[str, ...], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[str, ...]) -> bytes | None:
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def put(self, key: tuple[str, ...], content: bytes) -> None:
        with self._lock:
            self._bytes += len(content) - len(self._held.pop(key, b""))
            self._held[key] = content
            while self._bytes > self._most:
                self._bytes -= len(self._held.popitem(last=False)[1])


_kept = _Kept(_KEPT_BYTES)


def svg(wanted: Wanted) -> bytes:
    """Return the picture of a page's size with everything that the view says."""
    return _drawn(wanted, "page")


def map_png(wanted: Wanted) -> bytes:
    """Return the picture in the size and scale that the options ask for; raises CannotDraw.

    A version never changes, so the same bytes serve its live and its frozen address.
    """
    size, scale = wanted.options["size"], wanted.options["scale"]
    key = (wanted.version.id, wanted.reading.layer.view.path, size, scale, _published(wanted))
    content = _kept.get(key)
    if content is None:
        content = png(_drawn(wanted, size), int(scale))
        _kept.put(key, content)
    return content


def policy(wanted: Wanted) -> str:
    """Return the policy of the SVG: the hash of its own style."""
    return picture_policy([_styles(wanted.reading.layer.view.palette)])


def _drawn(wanted: Wanted, size: str) -> bytes:
    styles = _styles(wanted.reading.layer.view.palette)
    return picture(wanted.reading, wanted.version, styles, size, _published(wanted))


def _published(wanted: Wanted) -> str:
    """Return when the version came into force, in words; empty for one that was never published."""
    publication, text = publication_of(wanted.links, wanted.version), wanted.reading.text
    return text("version.published", date=text.day(publication.at)) if publication else ""


@cache
def _styles(palette: str) -> str:
    return literal("\n".join([worn(palette), *map(source, ("places.css", "mark.css"))]))

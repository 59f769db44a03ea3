"""The search of a site of plain files: a page that lists what can be found, and small files by first sounds.

A script fetches the file of the first sound of what a reader types and compares there. Names are compared as skeletons,
as the service does (`geo.core.skeleton`), by tables that the files bring along; slips of the pen are not forgiven.
Without scripts the page is a list.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from flask import current_app, render_template

from geo.core.common_words import LIGHT
from geo.core.skeleton import TABLES, skeletons
from geo.core.text import text_of
from geo.search import asked
from geo.search.hits import Showing
from geo.search.naming import Naming, naming_of
from geo.search.ranking import EXACT
from geo.versions import Version
from geo.web.answering.answers import PAGE_POLICY
from geo.web.frozen.hosting import with_policy
from geo.web.frozen.views import Held
from geo.web.links import Links
from geo.web.pages.frame import frame
from geo.web.pages.search import WORD, Line, line_of, plain_of

TABLE = "sounds.json"

Entry = tuple[Line, tuple[str, ...]]


def addresses(version: Version, lang: str) -> Iterator[str]:
    """Yield the addresses of the page, in force and of the version."""
    for prefix in ("", f"v/{version.id}/"):
        yield f"{prefix}{lang}/{version.country.id}/{WORD}/"


def files(version: Version, lang: str, held: Held) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, content) of the page and of the files that its script asks for."""
    entries = [*_entries(version, lang, held)]
    site = current_app.extensions["budgetmap"]
    for folder in addresses(version, lang):
        is_pinned = folder.startswith("v/")
        links = Links(site, folder.count("/"), version.id if is_pinned else "")
        yield f"{folder}index.html", with_policy(_page(version, lang, links, entries), PAGE_POLICY)
        yield from ((f"{folder}{name}", content) for name, content in _index(entries, lang).items())


def _entries(version: Version, lang: str, held: Held) -> Iterator[Entry]:
    """Yield what can be found and has a page here, in the order of equals, with the skeletons that lead to it."""
    naming, text = naming_of(version), text_of(lang)
    if naming is None:
        return
    for document in range(len(naming.index.documents)):
        kind, number = naming.index.document(document)
        hit = Showing(asked(""), {}, naming, lang).hit(document, EXACT)
        line = line_of(hit, version, text)
        if line.address in held.pages:
            yield line, _sounds(naming, kind, number, hit.code)


def _sounds(naming: Naming, kind: str, number: int, code: str) -> tuple[str, ...]:
    """Return the skeletons of all words of all names, and the code."""
    names = (name.text for name in naming.names(kind, number))
    return tuple(sorted({sound for name in names for sound in skeletons(name)} | ({code} if code else set())))


def _index(entries: Iterable[Entry], lang: str) -> dict[str, bytes]:
    """Return the files by name: one for each first sound, and the tables by which words are heard."""
    by_sound: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for line, sounds in entries:
        row = {**plain_of(line), "sounds": sounds}
        for first in sorted({sound[0] for sound in sounds}):
            by_sound[first].append(row)
    text = text_of(lang)
    said = {"found": text("search.said", count="{count}"), "nothing": text("search.nothing_said")}
    names = {first: f"{ord(first):x}.json" for first in sorted(by_sound)}
    table = {**TABLES, "light": sorted(LIGHT), "said": said, "files": names}
    return {TABLE: _json(table), **{names[first]: _json(rows) for first, rows in by_sound.items()}}


def _page(version: Version, lang: str, links: Links, entries: list[Entry]) -> bytes:
    groups: dict[str, dict[str, list[Line]]] = {}
    for line, _ in entries:
        groups.setdefault(line.hit.kind, {}).setdefault(line.kind, []).append(line)
    country = version.country.id
    return render_template(
        "frozen_search.html",
        **frame(lang, version, links, lambda one: f"{one}/{country}/{WORD}/"),
        path=f"{lang}/{country}/{WORD}/",
        groups=groups,
    ).encode()


def _json(plain: Any) -> bytes:
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()

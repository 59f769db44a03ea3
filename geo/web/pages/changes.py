"""The page of what changed between two publications: its address, its answer, and the line about it on views."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo.core.errors import DamagedVersion, NewerFormat, UnknownVersion
from geo.core.text import Text, text_of
from geo.faces.changed import Names, read_changes
from geo.faces.changed_files import changes_csv, changes_json
from geo.layers import Layer
from geo.layers.changes import changes, shows_the_same, units_changed
from geo.versions import Publication, Version
from geo.web.links import Links
from geo.web.pages.frame import CountryAddress, default_view, frame, publication_of

WORD = "changes"
FACES = ("changes.json", "changes.csv")
TEMPLATE = "changes.html"


@dataclass(frozen=True)
class Pair:
    """A publication and the one before it; `before` is None of the first one, `old` where it is no longer kept."""

    publications: tuple[Publication, ...]  # up to the one asked for, oldest first
    before: Publication | None
    old: Version | None

    @property
    def is_whole(self) -> bool:
        """Tell whether the answer stays the same for good."""
        return self.before is None or self.old is not None


def pair_of(version: Version, links: Links) -> Pair:
    """Return a version's publication and the one before: of a pinned page its first one, else the one in force.

    What a pinned page shows was known when its version came into force, so it never changes.
    """
    rows = [row for row in links.site.home.publications() if row.country == version.country.id]
    own = [number for number, row in enumerate(rows) if row.id == version.id]
    if not own:
        return Pair((), None, None)
    rows = rows[: 1 + (own[0] if links.version else own[-1])]
    before = next((row for row in reversed(rows) if row.id != version.id), None)
    return Pair(tuple(rows), before, _opened(before, links) if before else None)


def since(shown: Layer, version: Version, links: Links) -> str:
    """Return the sentence of a view whose figures are not those of the version before; empty where they are."""
    old, text = pair_of(version, links).old, text_of(shown.view.lang)
    if old is None or shows_the_same(shown.view, shown.edition, old, version):
        return ""
    count = units_changed(shown, old)
    if count is None:
        return text("changes.since_new")
    return text("changes.since", count=text.number(count)) if count else ""


def published_at(version: Version, links: Links, text: Text) -> str:
    """Return when a version first came into force, in words; the day alone on a site of plain files."""
    row = publication_of(links, version)
    return _time(row.at, links, text) if row else ""


def face(name: str, address: CountryAddress, version: Version, links: Links) -> tuple[bytes, str]:
    """Return a file that stands beside the page, and its media type."""
    pair, text = pair_of(version, links), text_of(address.lang)
    found = changes(pair.old, version) if pair.old else None
    if name.endswith(".json"):
        return changes_json(found, version, pair.before.id if pair.before else "", text), "application/json"
    names = Names.of(pair.old, version) if pair.old else None
    return changes_csv(found, names, version, text), "text/csv"


def page(address: CountryAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    text, pair = text_of(address.lang), pair_of(version, links)
    found = changes(pair.old, version) if pair.old else None
    return {
        **frame(address.lang, version, links, lambda lang: address.but(lang).path),
        "address": address,
        "publication": pair.publications[-1] if pair.publications else None,  # of those that stand in the list
        "before": pair.before,
        "is_compared": found is not None,
        "reading": read_changes(found, Names.of(pair.old, version), text) if found and pair.old else None,
        "publications": [_row(row, pair, address, links, text) for row in reversed(pair.publications)],
        "back": default_view(version, address.lang).path,
        "files": [(name, text(f"changes.{name.split('.')[-1]}")) for name in FACES],
    }


def _row(row: Publication, pair: Pair, address: CountryAddress, links: Links, text: Text) -> dict[str, Any]:
    """Return a line of the list of publications; a plain site holds few of the older ones."""
    pinned = f"v/{row.id}/{address.lang}/{address.country}/"
    told = f"{pinned}{WORD}/"
    return {
        "number": row.sequence,
        "at": _time(row.at, links, text),
        "act": text(f"changes.{row.action}"),
        "author": row.author,
        "note": row.note,
        "id": row.id,
        "map": links.live(pinned) if links.site.answers(pinned) else "",
        "changes": links.live(told) if links.site.answers(told) else "",
        "is_last": row is pair.publications[-1],
    }


def _time(at: str, links: Links, text: Text) -> str:
    """Return a time in words; the same figures frozen again are the same bytes, so a plain site tells the day alone."""
    day = text.day(at)
    return day if links.site.plain is not None else text("changes.time", day=day, time=at[11:16])


def _opened(row: Publication, links: Links) -> Version | None:
    """Return the version of a publication, or None where it is no longer there or not whole."""
    try:
        return links.site.opened(row.id)
    except (UnknownVersion, DamagedVersion, NewerFormat):
        return None

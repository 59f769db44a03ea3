"""What has happened to a frozen view since: nothing, newer figures, or a withdrawal with its reason.

A notice says so in at most 300 bytes, in the language of the embed. It is about the figures of the one view: a newer
version that shows the same ones there is no news to its readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from geo.core.errors import ReaderError, UnknownPage, UnknownVersion, UnknownWord
from geo.core.files import to_json
from geo.core.model import LANGUAGES
from geo.core.text import Text, text_of
from geo.core.view import View, parse_view
from geo.faces.reading import Reading, read
from geo.layers import layer, offer_of
from geo.versions import Publication, Version
from geo.web.site import Site

MOST_BYTES = 300
_KEPT = 2048  # comparisons that a process remembers
Row = tuple[str, str, str]


class _News(NamedTuple):
    """What newer figures mean for a view: whether they are others, and whether both can be shown side by side."""

    is_other: bool
    is_comparable: bool


def withdrawals(publications: Iterable[Publication]) -> dict[str, Publication]:
    """Return the rollback that took each version back, by id; one that was published again is not among them."""
    found: dict[str, Publication] = {}
    paths: dict[str, list[Publication]] = {}
    for row in publications:
        path = paths.setdefault(row.country, [])
        if row.action != "rollback":
            path.append(row)
        while row.action == "rollback" and path and path[-1].id != row.id:
            found[path.pop().id] = row
        found.pop(row.id, None)
    return found


class Notices:
    """The notices of a site; safe to share between threads."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._news = lru_cache(_KEPT)(self._compared)

    def notice(self, version_id: str, lang: str, segments: Sequence[str]) -> bytes:
        """Return the notice of a view in a version as JSON; raises UnknownVersion, or as the view's address does."""
        rows, text = self._publications(version_id), _text(lang)
        country = next(row.country for row in rows if row.id == version_id)
        in_force = self.site.id_in_force(country)
        if version_id == in_force:
            return to_json({"state": "current"})
        news = self._news(version_id, in_force, lang, tuple(segments))
        more = {"more": text("embed.compare")} if news.is_comparable else {}
        if (back := withdrawals(rows).get(version_id)) is not None:
            return _fitted(back, more, text)
        if not news.is_other:
            return to_json({"state": "current"})
        newest = next(row for row in reversed(rows) if row.id == in_force)
        return to_json({"state": "newer", "text": text("embed.newer", date=text.day(newest.at)), **more})

    def changes(self, version_id: str, lang: str, segments: Sequence[str]) -> bytes:
        """Return the values that are others now as JSON rows of (unit, then, now), words above, all together last."""
        rows, text = self._publications(version_id), _text(lang)
        country = next(row.country for row in rows if row.id == version_id)
        old, new = self.site.opened(version_id), self.site.current(country)
        before, after = _reading(lang, segments, old), _reading(lang, segments, new)
        is_spelt = before.unit != after.unit  # thousands then, millions now
        head = ("" if is_spelt else after.unit, text("embed.then"), text("embed.now"))
        total = (text("map.all"), *(_overall(one, is_spelt=is_spelt) for one in (before, after)))
        return to_json({"rows": [head, *_changed(before, after, is_spelt=is_spelt), total]})

    def _publications(self, version_id: str) -> list[Publication]:
        rows = self.site.home.publications()
        if not any(row.id == version_id for row in rows):
            raise UnknownVersion()
        return rows

    def _compared(self, version_id: str, in_force: str, lang: str, segments: tuple[str, ...]) -> _News:
        new = self.site.opened(in_force)
        try:
            old = self.site.opened(version_id)
        except UnknownVersion:  # cleaned away: its figures are in the embeds that were kept, and there alone
            return _News(is_other=True, is_comparable=False)
        view = _view(lang, segments, old)
        try:
            after = layer(_view(lang, segments, new), new)
        except ReaderError:
            return _News(is_other=True, is_comparable=False)
        before = layer(view, old)
        known = [[(row.unit.unit_id, row.state, row.value, row.amount) for row in one.rows] for one in (before, after)]
        is_other = known[0] != known[1]
        return _News(is_other, is_comparable=is_other)


def _text(lang: str) -> Text:
    if lang not in LANGUAGES:
        raise UnknownWord(word="language", allowed=LANGUAGES)
    return text_of(lang)


def _view(lang: str, segments: Sequence[str], version: Version) -> View:
    """Return the view of an address in a version; raises UnknownPage for another spelling of it."""
    view = parse_view(lang, segments, {version.country.id: offer_of(version)})
    if view.path != "/".join([lang, *segments, ""]):
        raise UnknownPage()
    return view


def _reading(lang: str, segments: Sequence[str], version: Version) -> Reading:
    return read(layer(_view(lang, segments, version), version), version)


def _changed(before: Reading, after: Reading, *, is_spelt: bool) -> list[Row]:
    """Return the units whose value people read is another one, in the order of the table; one may be on one side."""
    old, new = (_values(reading, is_spelt=is_spelt) for reading in (before, after))
    names = {line.unit_id: line.name for reading in (before, after) for line in reading.lines}
    rows = ((names[unit], old.get(unit, "–"), new.get(unit, "–")) for unit in sorted(names))
    return [row for row in rows if row[1] != row[2]]


def _values(reading: Reading, *, is_spelt: bool) -> dict[str, str]:
    """Return how people read the value of each unit; spelt: with its own scale and denominator."""
    pairs = zip(reading.lines, reading.layer.rows, strict=True)
    return {
        line.unit_id: reading.wording.said(row.value) if is_spelt and row.value is not None else line.value
        for line, row in pairs
    }


def _overall(reading: Reading, *, is_spelt: bool) -> str:
    whole = reading.layer.overall
    return reading.wording.said(whole) if is_spelt and whole is not None else reading.overall


def _fitted(back: Publication, more: dict[str, str], text: Text) -> bytes:
    """Return the notice of a withdrawal; a long reason is cut, for the notice travels to every reader."""
    day, reason = text.day(back.at), " ".join(back.note.split())
    for length in range(len(reason), -1, -1):
        cut = reason if length == len(reason) else f"{reason[:length].rstrip()}…"
        told = text("embed.withdrawn_why", date=day, reason=cut) if reason else text("embed.withdrawn", date=day)
        made = to_json({"state": "withdrawn", "text": told, **more})
        if len(made) <= MOST_BYTES:
            break
    return made

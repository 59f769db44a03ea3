"""What a publication changed for somebody who has read another version: a few sentences, made once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from geo.core.errors import DamagedVersion, NewerFormat, UnknownPage, UnknownVersion, UnknownWord
from geo.core.files import to_json
from geo.core.model import LANGUAGES, WIDER
from geo.core.text import Text, text_of
from geo.faces.changed import signed
from geo.layers.moved import UNPLACED, Moved, Total, moved
from geo.versions import Publication, Version
from geo.web.site import Site

_KEPT = 512
_MOST_PERIODS, _MOST_TOTALS, _MOST_NOTE = 6, 3, 200


class Told(NamedTuple):
    """The answer; whole where it never changes."""

    content: bytes
    is_whole: bool


class News:
    """The news of a site; safe to share between threads. What thousands ask for at once is made by one of them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._made: OrderedDict[tuple[str, str, int, str], Told] = OrderedDict()
        self._lock = threading.Lock()

    def told(self, country: str, before: str, sequence: int, lang: str) -> Told:
        """Return {version, sequence, lines, more, link, is_redrawn} as JSON: sentences, and what a link is called.

        Raises UnknownWord for a language, UnknownVersion for a version that was never in force in the country,
        UnknownPage for a publication that there was not.
        """
        key = country, before, sequence, lang
        with self._lock:
            if key not in self._made:
                found = self._told(*key)
                if not found.is_whole:
                    return found
                self._made[key] = found
                while len(self._made) > _KEPT:
                    self._made.popitem(last=False)
            self._made.move_to_end(key)
            return self._made[key]

    def _told(self, country: str, before: str, sequence: int, lang: str) -> Told:
        rows = [row for row in self.site.home.publications() if row.country == country]
        row = next((row for row in rows if row.sequence == sequence), None)
        if row is None:
            raise UnknownPage()
        if all(one.id != before for one in rows):
            raise UnknownVersion()
        old, new = self._opened(before), self._opened(row.id)
        languages = new.country.languages if new else LANGUAGES
        if lang not in languages:
            raise UnknownWord(word="language", allowed=languages)
        text = text_of(lang)
        found = moved(old, new) if old and new else None
        said = [_published(row, text), *(_changed(found, new, text) if found and new else ()), *_reason(row, text)]
        plain = {
            "version": row.id,
            "sequence": row.sequence,
            "lines": said,
            "more": text("changes.link"),
            "link": f"{lang}/{country}/changes/",
            "is_redrawn": found is not None and found.is_redrawn,
        }
        return Told(to_json(plain), is_whole=found is not None)

    def _opened(self, version_id: str) -> Version | None:
        try:
            return self.site.opened(version_id)
        except (UnknownVersion, DamagedVersion, NewerFormat):
            return None


def _published(row: Publication, text: Text) -> str:
    return text(f"watching.{row.action}", at=text("changes.time", day=text.day(row.at), time=row.at[11:16]))


def _changed(found: Moved, after: Version, text: Text) -> Iterator[str]:
    """Yield how much changed, and by how much for the latest periods and stages; the page has the rest."""
    if not found.figures:
        yield text("watching.others" if found.has_others else "watching.nothing")
        return
    units = len({figure.unit_id for figure in found.figures} - {UNPLACED, WIDER})
    yield text("watching.figures", figures=text.number(len(found.figures)), units=text.number(units))
    latest = [total for total in reversed(found.totals) if total.after != total.before][:_MOST_TOTALS]
    yield from (_total(total, after, text) for total in latest)
    told = {total.period for total in latest}
    periods = [one for one in dict.fromkeys(total.period for total in found.totals) if one not in told]
    if periods:
        named = ", ".join(text.period(period) for period in periods[-_MOST_PERIODS:])
        more = len(periods) - _MOST_PERIODS
        named = text("changes.more", units=named, count=str(more)) if more > 0 else named
        yield text("watching.periods", periods=named)


def _total(total: Total, after: Version, text: Text) -> str:
    amount = signed(total.after - total.before, after.country, text)
    said = f"{text.period(total.period)}, {text(f'phase.{total.phase}')}: {amount}"
    return said[:1].upper() + said[1:]  # a month begins small in Russian


def _reason(row: Publication, text: Text) -> Iterator[str]:
    note = " ".join(row.note.split())
    if note:
        yield text("watching.reason", reason=note if len(note) <= _MOST_NOTE else f"{note[:_MOST_NOTE].rstrip()}…")

"""What stands around the content of every page of a country's own, and the pages of which a country has one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from geo.core.errors import BadKey, UnknownWord
from geo.core.text import text_of
from geo.core.view import View
from geo.faces.mark import mark_of
from geo.layers import offer_of
from geo.versions import Publication, Version
from geo.web.links import Links

DEFAULT_MEASURE = "executed"


@dataclass(frozen=True)
class CountryAddress:
    """A page that a country has one of, in one language; `word` says which."""

    lang: str
    country: str
    word: str

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        return f"{self.lang}/{self.country}/{self.word}/"

    def but(self, lang: str) -> CountryAddress:
        """Return the same page in another language."""
        return replace(self, lang=lang)


def parse_page(lang: str, segments: Sequence[str], version: Version) -> CountryAddress:
    """Return the address `country/word`; raises UnknownWord, BadKey."""
    if lang not in version.country.languages:
        raise UnknownWord(word="language", allowed=version.country.languages)
    if len(segments) > 2:
        raise BadKey(problem="unknown")
    return CountryAddress(lang, version.country.id, segments[1])


def frame(lang: str, version: Version, links: Links, path_in: Callable[[str], str]) -> dict[str, Any]:
    """Return what `page.html` shows around a page; `path_in` is the page's address in a language."""
    text = text_of(lang)
    return {
        "t": text,
        "text_of": text_of,
        "links": links,
        "version": version,
        "country": version.country,
        "mark": mark_of(version.country, text),
        "publication": publication_of(links, version),
        "langs": [(one, path_in(one)) for one in version.country.languages],
    }


def default_view(version: Version, lang: str) -> View:
    """Return the view that a country's address leads to: executed spending of the last whole year."""
    country = version.country
    spoken = lang if lang in country.languages else country.default_language
    return View(spoken, country.id, country.top_level.id, DEFAULT_MEASURE, offer_of(version).default_period)


def publication_of(links: Links, version: Version) -> Publication | None:
    """Return the publication that brought the version into force, or None for one that never was."""
    rows = [row for row in links.site.home.publications() if row.id == version.id]
    return rows[0] if rows else None

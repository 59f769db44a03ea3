"""The page of the words of the map, and the words in place: what a term says beside a number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from geo.core.errors import BadKey, UnknownWord
from geo.core.text import Text, text_of
from geo.core.view import View
from geo.faces.mark import mark_of
from geo.faces.wording import collated
from geo.layers import offer_of
from geo.versions import Version
from geo.web.changes import pair_of
from geo.web.links import Links

WORD = "glossary"
FACES: tuple[str, ...] = ()
TEMPLATE = "glossary.html"
_TABLE = "glossary."


@dataclass(frozen=True)
class GlossaryAddress:
    """The page of a country in one language."""

    lang: str
    country: str

    @property
    def path(self) -> str:
        """Return the canonical address from the root."""
        return f"{self.lang}/{self.country}/{WORD}/"


@dataclass(frozen=True)
class Term:
    """One word of the map, said plainly; `source` is empty where the definition is ours."""

    key: str
    word: str
    meaning: str
    source: str


def terms(text: Text) -> list[Term]:
    """Return every term of a language in the order of its alphabet."""
    keys = [key.split(".")[1] for key in text.words if key.startswith(_TABLE) and key.endswith(".word")]
    made = [Term(key, *(_told(text, key, part) for part in ("word", "text", "source"))) for key in keys]
    return sorted(made, key=lambda term: collated(term.word))


def parse(lang: str, segments: Sequence[str], version: Version) -> GlossaryAddress:
    """Return the address `country/glossary`; raises UnknownWord, BadKey."""
    if lang not in version.country.languages:
        raise UnknownWord(word="language", allowed=version.country.languages)
    if len(segments) > 2:
        raise BadKey(problem="unknown")
    return GlossaryAddress(lang, version.country.id)


def addresses(version: Version) -> Iterator[str]:
    """Yield the address in every language."""
    yield from (GlossaryAddress(lang, version.country.id).path for lang in version.country.languages)


def page(address: GlossaryAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    text, rows = text_of(address.lang), pair_of(version, links).publications
    start = View(
        address.lang, address.country, version.country.top_level.id, "executed", offer_of(version).default_period
    )
    return {
        "t": text,
        "text_of": text_of,
        "address": address,
        "links": links,
        "version": version,
        "country": version.country,
        "mark": mark_of(version.country, text),
        "publication": rows[-1] if rows else None,
        "terms": terms(text),
        "back": start.path,
        "langs": [(lang, GlossaryAddress(lang, address.country).path) for lang in version.country.languages],
    }


def _told(text: Text, key: str, part: str) -> str:
    return text(f"{_TABLE}{key}.{part}") if text.has(f"{_TABLE}{key}.{part}") else ""

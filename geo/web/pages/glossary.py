"""The page of the words of the map, and the words in place: what a term says beside a number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from geo.core.text import Text, text_of
from geo.faces.wording import collated
from geo.versions import Version
from geo.web.links import Links
from geo.web.pages.frame import CountryAddress, default_view, frame

WORD = "glossary"
FACES: tuple[str, ...] = ()
TEMPLATE = "glossary.html"
_TABLE = "glossary."


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


def page(address: CountryAddress, version: Version, links: Links) -> dict[str, Any]:
    """Return what the template shows."""
    return {
        **frame(address.lang, version, links, lambda lang: address.but(lang).path),
        "address": address,
        "terms": terms(text_of(address.lang)),
        "back": default_view(version, address.lang).path,
    }


def _told(text: Text, key: str, part: str) -> str:
    return text(f"{_TABLE}{key}.{part}") if text.has(f"{_TABLE}{key}.{part}") else ""

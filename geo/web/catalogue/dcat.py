"""The catalogue of all published versions as DCAT 3 in JSON-LD, with what DCAT-AP asks of a portal's source.

A country is a series of datasets, each version a dataset of it. The version in force names every file of its folder
with length and checksum; earlier ones name their data package, which does. Who is credited and which licences hold
comes from the sources that a country names; who runs the site is not known to it, so the site itself publishes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from geo.core.country import Words
from geo.core.errors import DamagedVersion, NewerFormat, UnknownVersion
from geo.core.text import text_of
from geo.faces.bulk import PACKAGE, File, folder_of
from geo.faces.bulk.borders import title
from geo.faces.bulk.package import licences
from geo.layers import offer_of
from geo.versions import Publication, Version
from geo.web.catalogue.bulkpage import WORD
from geo.web.catalogue.dataset import months
from geo.web.site import Site

MEDIA_TYPE = "application/ld+json"
Node = dict[str, Any]
_AUTHORITY = "http://publications.europa.eu/resource/authority/"
_LANGUAGES = {"kk": "KAZ", "ru": "RUS", "en": "ENG"}
_MANY = "tiles/values/"  # an archive for each period and function: the checksums of the folder name them
_FORMATS = {"csv": "CSV", "geojson": "GEOJSON", "parquet": "PARQUET", "json": "JSON", "tif": "TIFF"}
_IANA = "https://www.iana.org/assignments/media-types/"
_XSD = "http://www.w3.org/2001/XMLSchema#"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "prov": "http://www.w3.org/ns/prov#",
    "geosparql": "http://www.opengis.net/ont/geosparql#",
    "xsd": _XSD,
}


def catalogue(site: Site, base: str) -> Node:
    """Return the catalogue; every address in it is absolute below `base`, which ends with a slash."""
    languages = [lang for lang in _LANGUAGES if any(lang in o.country.languages for o in site.offers().values())]
    series, datasets = [], []
    for country in site.offers():
        version = site.current(country)
        found = list(_published(site, country))
        series.append(_series(version, base))
        datasets += [_dataset(each, row, base, is_in_force=each.id == version.id) for row, each in found]
    return {
        "@context": CONTEXT,
        "@id": f"{base}catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _words({lang: text_of(lang)("site.name") for lang in languages}),
        "dct:description": _words({lang: text_of(lang)("site.tagline") for lang in languages}),
        "dct:language": [_language(lang) for lang in languages],
        "dct:publisher": _publisher(base),
        "foaf:homepage": {"@id": base},
        "dcat:dataset": [*series, *datasets],
    }


def _published(site: Site, country: str) -> Iterator[tuple[Publication, Version]]:
    """Yield each version that was in force and is still kept, with its first publication, the newest first."""
    first: dict[str, Publication] = {}
    for row in site.home.publications():
        page = f"v/{row.id}/{site.offers()[country].country.default_language}/{country}/{WORD}/"
        if row.country == country and site.answers(page):  # a site of plain files holds few
            first.setdefault(row.id, row)
    for version_id, row in reversed(first.items()):
        try:
            yield row, site.opened(version_id)
        except (UnknownVersion, DamagedVersion, NewerFormat):
            continue  # it is no longer there to be fetched


def _series(version: Version, base: str) -> Node:
    country = version.country
    return {
        "@id": _series_id(version, base),
        "@type": "dcat:DatasetSeries",
        "dct:title": _words({lang: title(version, lang) for lang in country.languages}),
        "dct:description": _words(country.scope),
        "dct:publisher": _publisher(base),
    }


def _dataset(version: Version, row: Publication, base: str, *, is_in_force: bool) -> Node:
    country, place = version.country, f"{base}v/{version.id}/"
    pages = [f"{place}{lang}/{country.id}/{WORD}/" for lang in country.languages]
    first, last = months(version.periods[0])[0], months(version.periods[-1])[1]
    return {
        "@id": f"{place}{WORD}/",
        "@type": "dcat:Dataset",
        "dct:identifier": f"{country.id}/{version.id}",
        "dcat:version": version.id,
        "dcat:inSeries": {"@id": _series_id(version, base)},
        "dct:title": _words({lang: title(version, lang) for lang in country.languages}),
        "dct:description": _words(country.scope),
        "dct:issued": _typed(row.at, "dateTime"),
        "dct:language": [_language(lang) for lang in country.languages],
        "dct:publisher": _publisher(base),
        "dcat:landingPage": [{"@id": page} for page in pages],
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _typed(first, "date"),
            "dcat:endDate": _typed(last, "date"),
        },
        "dct:spatial": _spatial(version),
        "dct:source": [_source(name, licence) for name, licence in ((s.name, s.licence) for s in country.sources)],
        "dct:license": _licences(version),
        "dcat:distribution": _distributions(version, f"{place}{WORD}/", is_in_force=is_in_force),
    }


def _distributions(version: Version, place: str, *, is_in_force: bool) -> list[Node]:
    if not is_in_force:
        return [{"@type": "dcat:Distribution", **_access(place + PACKAGE), "dct:license": _licences(version)}]
    files = folder_of(version).files.values()
    return [_distribution(file, version, place) for file in files if not file.name.startswith(_MANY)]


def _distribution(file: File, version: Version, place: str) -> Node:
    ending = file.name.rsplit(".", 1)[-1]
    known = {"dct:format": {"@id": f"{_AUTHORITY}file-type/{_FORMATS[ending]}"}} if ending in _FORMATS else {}
    checksum = {"spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"}, "spdx:checksumValue": file.sha256}
    return {
        "@type": "dcat:Distribution",
        **_access(place + file.name),
        "dct:title": file.name,
        **known,
        "dcat:mediaType": {"@id": _IANA + file.media_type.split(";")[0]},
        "dcat:byteSize": _typed(str(file.length), "nonNegativeInteger"),
        "spdx:checksum": {"@type": "spdx:Checksum", **checksum},
        "dct:license": _licences(version),
    }


def _access(address: str) -> Node:
    return {"@id": address, "dcat:accessURL": {"@id": address}, "dcat:downloadURL": {"@id": address}}


def _spatial(version: Version) -> Node:
    """Return the country by its name and the box around its borders."""
    level = version.country.top_level.id
    edition = next(iter(offer_of(version).units[level]))
    west, south, east, north = version.json(f"{edition}/{level}/geometry.json")["bbox"]
    ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
    box = f"POLYGON(({','.join(f'{lon} {lat}' for lon, lat in ring)}))"
    return {
        "@type": "dct:Location",
        "dct:title": _words(version.country.name),
        "dcat:bbox": {"@value": box, "@type": "geosparql:wktLiteral"},
    }


def _source(name: Words, licence: str) -> Node:
    named = {"dct:license": {"@type": "dct:LicenseDocument", "dct:title": licence}} if licence else {}
    return {"@type": "prov:Entity", "dct:title": _words(name), **named}


def _licences(version: Version) -> list[Node]:
    names = licences(source.licence for source in version.country.sources)
    return [{"@type": "dct:LicenseDocument", "dct:title": name} for name in names]


def _series_id(version: Version, base: str) -> str:
    return f"{base}{version.country.default_language}/{version.country.id}/{WORD}/"


def _publisher(base: str) -> Node:
    return {"@id": base, "@type": "foaf:Agent", "foaf:name": text_of("en")("site.name")}


def _words(words: Words) -> list[Node]:
    return [{"@language": lang, "@value": text} for lang, text in words.items()]


def _language(lang: str) -> Node:
    return {"@id": f"{_AUTHORITY}language/{_LANGUAGES[lang]}"}


def _typed(value: str, kind: str) -> Node:
    return {"@value": value, "@type": f"xsd:{kind}"}

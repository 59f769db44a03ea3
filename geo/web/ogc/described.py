"""The service described in JSON for other programs: landing page, conformance, collections, queryables, schema."""

from __future__ import annotations

from typing import Any

from geo.web.ogc.asking import Asked
from geo.web.ogc.collections import Collection, collections_of
from geo.web.ogc.columns import Column, properties_of
from geo.web.ogc.crs import CRS84, KNOWN
from geo.web.ogc.features import MEDIA_TYPE
from geo.web.ogc.service import HTML, OPENAPI, SCHEMA, Service

_SPEC = "http://www.opengis.net/spec"
CONFORMS = tuple(
    f"{_SPEC}/{part}/1.0/conf/{name}"
    for part, names in {
        "ogcapi-common-1": ("core", "landing-page", "json", "html", "oas30"),
        "ogcapi-common-2": ("collections",),
        "ogcapi-features-1": ("core", "oas30", "html", "geojson"),
        "ogcapi-features-2": ("crs",),
        "ogcapi-features-3": ("queryables", "queryables-query-parameters"),
        "ogcapi-features-5": ("schemas", "core-roles-features"),
    }.items()
    for name in names
)
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0"
_CALENDAR = "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian"


def landing(service: Service) -> dict[str, Any]:
    """Return where everything is."""
    text = service.text
    return {
        "title": text("ogc.name"),
        "description": text("ogc.lead"),
        "links": [
            *service.pair(),
            service.link("service-desc", "api", media_type=OPENAPI, title=text("ogc.api")),
            service.link("service-doc", "api", f="html", media_type=HTML, title=text("ogc.api")),
            service.link("conformance", "conformance", title=text("ogc.conformance")),
            service.link("data", "collections", title=text("ogc.collections")),
        ],
    }


def conformance(service: Service) -> dict[str, Any]:
    """Return which classes of the standards the service holds to."""
    return {"conformsTo": list(CONFORMS), "links": service.pair("conformance")}


def collections(service: Service) -> dict[str, Any]:
    """Return every collection of the service."""
    every = [one for version in service.versions for one in collections_of(version)]
    return {
        "links": service.pair("collections"),
        "crs": list(KNOWN),
        "collections": [collection(service, one) for one in every],
    }


def collection(service: Service, of: Collection) -> dict[str, Any]:
    """Return what a collection is: its extent in space and time, its coordinates and where its parts are."""
    text, country, at = service.text, of.version.country, ("collections", of.id)
    return {
        "id": of.id,
        "title": of.title(text),
        "description": of.description(text),
        "itemType": "feature",
        "itemCount": len(of.contents),
        "extent": extent(of),
        "crs": list(KNOWN),
        "storageCrs": CRS84,
        "version": of.version.id,
        "is_synthetic": country.is_synthetic,
        "attribution": "; ".join(
            f"{source.name[text.lang]} ({source.licence})" if source.licence else source.name[text.lang]
            for source in country.sources
        ),
        "links": [
            *service.pair(*at),
            service.link("items", *at, "items", media_type=MEDIA_TYPE, title=of.title(text)),
            service.link("items", *at, "items", f="html", media_type=HTML, title=of.title(text)),
            service.link("describedby", *at, "schema", media_type=SCHEMA, title=text("ogc.schema")),
            service.link(f"{_RELATIONS}/schema", *at, "schema", media_type=SCHEMA, title=text("ogc.schema")),
            service.link(
                f"{_RELATIONS}/queryables", *at, "queryables", media_type=SCHEMA, title=text("ogc.queryables")
            ),
            {"href": service.frozen(of.version, *at), "rel": "permalink", "type": "application/json"},
        ],
    }


def extent(of: Collection) -> dict[str, Any]:
    """Return where and when the features of a collection are, as far as they are anywhere."""
    box, interval = of.contents.shapes.box, of.interval
    spatial = {"spatial": {"bbox": [box], "crs": CRS84}} if box else {}
    if interval is None:
        return spatial
    ends = [None if day is None else f"{day.isoformat()}T00:00:00Z" for day in interval]
    return {**spatial, "temporal": {"interval": [ends], "trs": _CALENDAR}}


def queryables(service: Service, of: Collection) -> dict[str, Any]:
    """Return the properties by which features may be chosen."""
    known = of.contents.words
    return _schema(service, of, "queryables", [column for column in of.contents.columns if column.name in known])


def schema(service: Service, of: Collection) -> dict[str, Any]:
    """Return all properties of the features."""
    return _schema(service, of, "schema", list(of.contents.columns))


def page_links(service: Service, of: Collection, asked: Asked, matched: int, *, is_html: bool) -> list[dict[str, str]]:
    """Return the links of a page of features: itself in both formats, the next page, the one before, the collection.

    The next page is one of the same version, so that whoever reads page by page never mixes two versions.
    """
    at = ("collections", of.id, "items")
    rels = ("alternate", "self") if is_html else ("self", "alternate")
    types = (("json", MEDIA_TYPE), ("html", HTML))
    links = [
        {"href": service.address(*at, query=asked.query(f=f)), "rel": rel, "type": media_type}
        for rel, (f, media_type) in zip(rels, types, strict=True)
    ]
    f, media_type = types[is_html]
    others = {"next": asked.offset + asked.limit, "prev": max(0, asked.offset - asked.limit)}
    for rel, offset in others.items():
        if (rel == "next" and offset < matched) or (rel == "prev" and asked.offset > 0):
            query = asked.query(f=f, limit=asked.limit, offset=offset)
            links.append({"href": service.frozen(of.version, *at, query=query), "rel": rel, "type": media_type})
    return [*links, service.link("collection", *at[:2], title=of.title(service.text))]


def feature_links(service: Service, of: Collection, feature_id: str) -> list[dict[str, str]]:
    """Return the links of one feature."""
    at = ("collections", of.id, "items", feature_id)
    own = service.pair(*at, json_type=MEDIA_TYPE)
    return [*own, service.link("collection", *at[:2], title=of.title(service.text))]


def _schema(service: Service, of: Collection, part: str, columns: list[Column]) -> dict[str, Any]:
    contents = of.contents
    words = {name: sorted(words.numbers) for name, words in contents.words.items()}
    text = service.text
    geometry = {
        "x-ogc-role": "primary-geometry",
        "format": contents.shapes.format,
        "title": text("ogc.geometry"),
    }
    return {
        "$schema": _DRAFT,
        "$id": service.address("collections", of.id, part),
        "type": "object",
        "title": of.title(text),
        "properties": {"geometry": geometry, **properties_of(columns, words, text)},
        "additionalProperties": False,
    }

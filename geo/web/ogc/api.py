"""The OpenAPI 3.0 document of the features: which addresses there are, what each may be asked, what it answers."""

from __future__ import annotations

from typing import Any

from geo import __version__
from geo.core.model import LANGUAGES
from geo.web.ogc.asking import FORMATS
from geo.web.ogc.collections import DEFAULT, MOST_AREAS, MOST_POINTS, Collection, collections_of
from geo.web.ogc.columns import offered
from geo.web.ogc.crs import CRS84, KNOWN
from geo.web.ogc.features import MEDIA_TYPE
from geo.web.ogc.service import HTML, JSON, OPENAPI, SCHEMA, Service

PROBLEM = "application/problem+json"
_OBJECT = {"schema": {"type": "object"}}


def document(service: Service) -> dict[str, Any]:
    """Return the document; its paths are given from the landing page, which is its server."""
    text = service.text
    every = [one for version in service.versions for one in collections_of(version)]
    return {
        "openapi": "3.0.3",
        "info": {"title": text("ogc.name"), "description": text("ogc.lead"), "version": __version__},
        "servers": [{"url": service.address()}],
        "paths": paths(service, every),
        "components": {"parameters": _parameters(service), "responses": _responses(service)},
    }


def paths(service: Service, collections: list[Collection]) -> dict[str, Any]:
    """Return every path from the landing page on, with its one operation."""
    text = service.text
    found = {
        "/": _operation(text("ogc.name"), "landing", JSON),
        "/conformance": _operation(text("ogc.conformance"), "conformance", JSON),
        "/collections": _operation(text("ogc.collections"), "collections", JSON),
        "/api": _operation(text("ogc.api"), "api", OPENAPI),
    }
    for one in collections:
        at, title = f"/collections/{one.id}", one.title(text)
        found[at] = _operation(title, f"{one.id}.collection", JSON)
        for part in ("queryables", "schema"):
            summary = f"{title}: {text(f'ogc.{part}')}"
            found[f"{at}/{part}"] = _operation(summary, f"{one.id}.{part}", SCHEMA)
        found[f"{at}/items"] = _items(service, one)
        found[f"{at}/items/{{featureId}}"] = _feature(service, one)
    return found


def _operation(summary: str, name: str, media_type: str, parameters: list[Any] | None = None) -> dict[str, Any]:
    own = [{"$ref": f"#/components/parameters/{key}"} for key in ("f", "lang")]
    content = {media_type: _OBJECT, HTML: {"schema": {"type": "string"}}}
    refused = {code: {"$ref": f"#/components/responses/{code}"} for code in ("400", "404", "503")}
    return {
        "get": {
            "summary": summary,
            "operationId": name,
            "parameters": [*(parameters or []), *own],
            "responses": {"200": {"description": summary, "content": content}, **refused},
        }
    }


def _items(service: Service, of: Collection) -> dict[str, Any]:
    contents = of.contents
    columns = {column.name: column for column in contents.columns}
    filters = [
        _parameter(
            name,
            columns[name].title(service.text),
            {"type": columns[name].type, **offered(columns[name], sorted(words.numbers))},
        )
        for name, words in contents.words.items()
    ]
    limit = "limit" if of.most == MOST_POINTS else "limitAreas"
    shared = [{"$ref": f"#/components/parameters/{key}"} for key in (*_PLACES, limit)]
    return _operation(of.title(service.text), f"{of.id}.items", MEDIA_TYPE, [*shared, *filters])


def _feature(service: Service, of: Collection) -> dict[str, Any]:
    title = service.text("ogc.feature")
    named = {**_parameter("featureId", title, {"type": "string"}), "in": "path", "required": True, "style": "simple"}
    crs = {"$ref": "#/components/parameters/crs"}
    return _operation(f"{of.title(service.text)}: {title}", f"{of.id}.feature", MEDIA_TYPE, [named, crs])


def _parameter(name: str, title: str, schema: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter of the query as clients look for it: QGIS passes over one without style and explode."""
    where = {"in": "query", "required": False, "style": "form", "explode": False}
    return {"name": name, "description": title, **where, "schema": schema}


_PLACES = ("bbox", "bbox-crs", "crs", "datetime", "offset")


def _parameters(service: Service) -> dict[str, Any]:
    text = service.text
    numbers = {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}
    names: dict[str, tuple[str, dict[str, Any]]] = {
        "bbox": ("bbox", numbers),
        "bbox-crs": ("bbox-crs", {"type": "string", "enum": list(KNOWN), "default": CRS84}),
        "crs": ("crs", {"type": "string", "enum": list(KNOWN), "default": CRS84}),
        "datetime": ("datetime", {"type": "string"}),
        "limit": ("limit", _limit(MOST_POINTS)),
        "limitAreas": ("limit", _limit(MOST_AREAS)),
        "offset": ("offset", {"type": "integer", "minimum": 0, "default": 0}),
        "f": ("f", {"type": "string", "enum": list(FORMATS)}),
        "lang": ("lang", {"type": "string", "enum": list(LANGUAGES)}),
    }
    return {key: _parameter(name, text(f"ogc.parameter.{name}"), schema) for key, (name, schema) in names.items()}


def _limit(most: int) -> dict[str, Any]:
    return {"type": "integer", "minimum": 1, "maximum": most, "default": DEFAULT}


def _responses(service: Service) -> dict[str, Any]:
    content = {PROBLEM: _OBJECT, HTML: {"schema": {"type": "string"}}}
    return {
        code: {"description": service.text(f"ogc.refused.{code}"), "content": content} for code in ("400", "404", "503")
    }

"""The same parts of the service as pages for people: a title, facts, links and tables in one simple shape."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from flask import request

from geo.core.model import LANGUAGES
from geo.core.text import Text, text_of
from geo.faces.mark import mark_of
from geo.web.links import Links
from geo.web.ogc import api, described
from geo.web.ogc.asking import Asked
from geo.web.ogc.collections import Collection, collections_of
from geo.web.ogc.features import rows
from geo.web.ogc.service import Service
from geo.web.pages.frame import publication_of

Shown = dict[str, Any]


class Link(NamedTuple):
    """A word that leads somewhere."""

    href: str
    label: str


class Number(str):
    """A number as people write it: it stands at the end of its cell."""


class Table(NamedTuple):
    """A table with a caption; a cell is text, a Number or a Link, the first one of a row is its heading."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str | Link]]


def landing(service: Service) -> Shown:
    """Return the page of all collections, by country."""
    text = service.text
    head = [text("ogc.collection"), text("ogc.features"), text("ogc.id")]
    tables = [
        Table(
            version.country.name[text.lang],
            head,
            [
                [_to(service, one.name(text), "collections", one.id), Number(text.number(len(one.contents))), one.id]
                for one in collections_of(version)
            ],
        )
        for version in service.versions
    ]
    links = [
        _to(service, text("ogc.api"), "api"),
        _to(service, text("ogc.conformance"), "conformance"),
        Link(service.address(f="json"), "JSON"),
    ]
    return _shown(
        service,
        text("ogc.name"),
        text("ogc.lead"),
        tables=tables,
        links=links,
        about=text("ogc.how", address=service.address()),
    )


def conformance(service: Service) -> Shown:
    """Return the page of the classes of the standards."""
    text = service.text
    table = Table(text("ogc.conformance"), [text("ogc.class")], [[one] for one in described.CONFORMS])
    return _shown(service, text("ogc.conformance"), "", tables=[table], links=[_json(service, "conformance")])


def openapi(service: Service) -> Shown:
    """Return the page of all addresses, and of what they may be asked."""
    text = service.text
    document = api.document(service)
    found = [[path, one["get"]["summary"]] for path, one in document["paths"].items()]
    parameters = [[one["name"], one["description"]] for one in document["components"]["parameters"].values()]
    tables = [
        Table(text("ogc.addresses"), [text("ogc.address"), text("ogc.meaning")], found),
        Table(text("ogc.parameters"), [text("ogc.name_of"), text("ogc.meaning")], parameters),
    ]
    return _shown(service, text("ogc.api"), text("ogc.lead"), tables=tables, links=[_json(service, "api")])


def collection(service: Service, of: Collection) -> Shown:
    """Return the page of a collection: how large it is, where its features are, what they say."""
    text, at = service.text, ("collections", of.id)
    interval = [text.day(day.isoformat()) if day else "…" for day in of.interval or ()]
    facts = [
        (text("ogc.id"), of.id),
        (text("ogc.features"), text.number(len(of.contents))),
        (text("ogc.extent"), ", ".join(map(str, of.contents.shapes.box or ()))),
        (text("ogc.time"), " – ".join(dict.fromkeys(interval))),
        (text("version.title"), Link(service.frozen(of.version, *at), of.version.id)),
    ]
    links = [
        _to(service, text("ogc.features"), *at, "items"),
        _to(service, text("ogc.queryables"), *at, "queryables"),
        _to(service, text("ogc.schema"), *at, "schema"),
        _json(service, *at),
    ]
    return _shown(service, of.name(text), of.description(text), of=of, facts=facts, links=links)


def queryables(service: Service, of: Collection) -> Shown:
    """Return the page of the properties by which features may be chosen."""
    return _columns(service, of, "queryables", described.queryables(service, of))


def schema(service: Service, of: Collection) -> Shown:
    """Return the page of what features say."""
    return _columns(service, of, "schema", described.schema(service, of))


def items(  # noqa: PLR0913 - what a page of features consists of
    service: Service,
    of: Collection,
    numbers: Sequence[int],
    matched: int,
    asked: Asked,
    links: Iterable[Mapping[str, str]],
) -> Shown:
    """Return the page of some features: a table of what they say, and the way to the others."""
    text, columns = service.text, of.contents.columns
    made: list[Sequence[str | Link]] = [
        [
            _to(service, word, "collections", of.id, "items", word),
            *(_said(text, one[column.name]) for column in columns),
        ]
        for word, one in rows(of, numbers)
    ]
    first = asked.offset + 1 if numbers else 0
    lead = text("ogc.page", first=text.number(first), last=text.number(asked.offset + len(numbers) if numbers else 0),
                count=text.number(matched))  # fmt: skip
    named = {"prev": text("ogc.before"), "next": text("ogc.next"), "alternate": "GeoJSON"}
    found = {link["rel"]: Link(link["href"], named[link["rel"]]) for link in links if link["rel"] in named}
    table = Table(text("ogc.features"), ["id", *(column.title(text) for column in columns)], made)
    return _shown(
        service, of.name(text), lead, of=of, tables=[table], links=[found[key] for key in named if key in found]
    )


def item(service: Service, of: Collection, number: int) -> Shown:
    """Return the page of one feature."""
    text = service.text
    [(word, said)] = rows(of, [number])
    facts = [(column.title(text), _said(text, said[column.name])) for column in of.contents.columns]
    at = ("collections", of.id, "items", word)
    links = [Link(service.address(*at, f="json"), "GeoJSON"), _to(service, text("ogc.features"), *at[:3])]
    return _shown(service, word, of.name(text), of=of, facts=facts, links=links)


def _columns(service: Service, of: Collection, part: str, plain: Mapping[str, Any]) -> Shown:
    text = service.text
    head = [text("ogc.name_of"), text("ogc.type"), text("ogc.meaning"), text("ogc.words")]
    made: list[Sequence[str | Link]] = [
        [name, row.get("type", row.get("format", "")), row["title"], ", ".join(row.get("enum", ()))]
        for name, row in plain["properties"].items()
    ]
    title = text(f"ogc.{part}")
    links = [
        _json(service, "collections", of.id, part),
        _to(service, text("ogc.features"), "collections", of.id, "items"),
    ]
    return _shown(service, title, of.name(text), of=of, tables=[Table(title, head, made)], links=links)


def _said(text: Text, value: Any) -> str:
    """Return a value for people; exact amounts and codes stay as they are written in files."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return text("ogc.yes") if value else text("ogc.no")
    return (
        text.number(value, 2) if isinstance(value, float) else text.number(value) if isinstance(value, int) else value
    )


def _to(service: Service, label: str, *parts: str) -> Link:
    return Link(service.address(*parts, f="html"), label)


def _json(service: Service, *parts: str) -> Link:
    return Link(service.address(*parts, f="json"), "JSON")


def _shown(service: Service, title: str, lead: str, *, of: Collection | None = None, **more: Any) -> Shown:
    """Return what `ogc.html` shows; a page of one collection has the mark, the version and the way back."""
    text = service.text
    version = of.version if of else service.versions[0]
    links = Links(
        service.site, depth=0, version=version.id if service.is_frozen else "", root=f"{request.script_root}/"
    )
    way = [(), *([("collections", of.id)] if of else [])]
    names = [text("ogc.name"), *([of.name(text)] if of else [])]
    back = [_to(service, name, *parts) for name, parts in zip(names, way, strict=True) if name != title]
    return {
        "t": text,
        "text_of": text_of,
        "links_of_page": links,
        "title": title,
        "lead": lead,
        "back": back,
        "version": version,
        "country": version.country,
        "mark": mark_of(version.country, text) if of or service.is_frozen else "",
        "publication": publication_of(links, version),
        "langs": [(lang, _in(lang)) for lang in LANGUAGES],
        "is_link": lambda cell: isinstance(cell, Link),
        "is_number": lambda cell: isinstance(cell, Number),
        "kicker": version.country.name[text.lang] if of else "",
        "of": of,
        "facts": (),
        "tables": (),
        "about": "",
        **{("steps" if key == "links" else key): value for key, value in more.items()},
        "links": links,
    }


def _in(lang: str) -> str:
    """Return the query of the page that is asked for, in another language."""
    return "?" + urlencode({**request.args.to_dict(), "f": "html", "lang": lang})

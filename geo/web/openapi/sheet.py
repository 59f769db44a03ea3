"""The document as people read it: groups of addresses, each with its sentence, what it is asked, what it answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from geo.core.text import Text

_FILLED = re.compile(r"\{\w+\}")
_MOST_SHOWN = 12  # words of a parameter; a page of all periods and functions would be nothing but them


@dataclass(frozen=True)
class Asked:
    """One place or key of an address."""

    name: str
    what: str
    words: tuple[str, ...]
    more: int  # words that are not shown


@dataclass(frozen=True)
class Entry:
    """One address; `also` is that of one version, which is answered alike."""

    method: str
    path: str
    summary: str
    asked: tuple[Asked, ...]
    gives: tuple[str, ...]
    statuses: tuple[str, ...]
    also: str


@dataclass(frozen=True)
class Group:
    """Addresses under one heading."""

    name: str
    title: str
    entries: tuple[Entry, ...]


def sheet(document: dict[str, Any]) -> list[Group]:
    """Return the groups in the order of the document; an address of a version stands beside that of the present."""
    every = [(method, path, one) for path, methods in document["paths"].items() for method, one in methods.items()]
    pinned = {path for _, path, _ in every if path.startswith("/v/{version}/")}
    shared = document["components"].get("parameters", {})
    groups = []
    for tag in document["tags"]:
        entries = tuple(
            _entry(method, path, one, f"/v/{{version}}{path}" if f"/v/{{version}}{path}" in pinned else "", shared)
            for method, path, one in every
            if tag["name"] in one["tags"]
            and not (path in pinned and path.removeprefix("/v/{version}") in document["paths"])
        )
        groups.append(Group(tag["name"], tag["description"], entries))
    return groups


def said(code: str, text: Text) -> str:
    """Return the sentence of an error without the words of one request."""
    key = f"reader.{code}" if text.has(f"reader.{code}") else "reader.E-SYS-01"
    return _FILLED.sub("…", text(key))


def _entry(method: str, path: str, one: dict[str, Any], also: str, shared: dict[str, Any]) -> Entry:
    answers = one["responses"]
    return Entry(
        method=method.upper(),
        path=path,
        summary=one["summary"],
        asked=tuple(_asked(row, shared) for row in one.get("parameters", ())),
        gives=tuple(answers.get("200", {}).get("content", ())),
        statuses=tuple(sorted(answers)),
        also=also,
    )


def _asked(row: dict[str, Any], shared: dict[str, Any]) -> Asked:
    known = shared[row["$ref"].rsplit("/", 1)[1]] if "$ref" in row else row
    schema = known["schema"]
    words = [word for word in schema.get("enum", [schema["example"]] if "example" in schema else []) if word != ""]
    shown = tuple(str(word) for word in words[:_MOST_SHOWN])
    return Asked(known["name"], known.get("description", ""), shown, max(0, len(words) - _MOST_SHOWN))

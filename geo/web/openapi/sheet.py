"""The document as people read it: groups of addresses, each with its sentence, what it is asked, what it answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.core.text import Text

_FILLED = re.compile(r"\{\w+\}")
_PINNED, _KEY = "/v/{version}", "{key}/"
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
    """One address; `also` are (key of a sentence, path) of others that are answered alike."""

    method: str
    path: str
    summary: str
    asked: tuple[Asked, ...]
    gives: tuple[str, ...]
    statuses: tuple[str, ...]
    also: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Group:
    """Addresses under one heading."""

    name: str
    title: str
    entries: tuple[Entry, ...]


def sheet(document: dict[str, Any]) -> list[Group]:
    """Return the groups in the order of the document; what is answered alike stands beside an address, not below it."""
    every = [(method, path, one) for path, methods in document["paths"].items() for method, one in methods.items()]
    paths, shared = document["paths"], document["components"].get("parameters", {})
    groups = []
    for tag in document["tags"]:
        entries = tuple(
            _entry(method, path, one, shared, _also(path, paths))
            for method, path, one in every
            if tag["name"] in one["tags"] and _plainest(path) not in paths.keys() - {path}
        )
        groups.append(Group(tag["name"], tag["description"], entries))
    return groups


def _plainest(path: str) -> str:
    """Return the address of the version in force and of a view without a key, where a path has either."""
    without_key = path.replace(_KEY, "")
    is_page = without_key.endswith("/{period}/") and path != without_key
    return (path if is_page else without_key).removeprefix(_PINNED)


def _also(path: str, paths: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return (key of a sentence, path) of what is answered alike: with a key, of one version."""
    with_key = path.replace("/{period}/", f"/{{period}}/{_KEY}")
    beside = [("openapi.with_key", with_key)] if not path.endswith("/{period}/") and with_key != path else []
    return tuple((word, one) for word, one in [*beside, ("openapi.of_version", _PINNED + path)] if one in paths)


def said(code: str, text: Text) -> str:
    """Return the sentence of an error without the words of one request."""
    key = f"reader.{code}" if text.has(f"reader.{code}") else "reader.E-SYS-01"
    return _FILLED.sub("…", text(key))


def _entry(
    method: str, path: str, one: dict[str, Any], shared: dict[str, Any], also: tuple[tuple[str, str], ...]
) -> Entry:
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

"""What the columns of a foreign file of borders mean, and the open sources whose files are known."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from geo.core.errors import BadData, Fault
from geo.core.toml import read_toml

FILE = "sources.toml"
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True)
class Described:
    """Which property of a feature is what; `kinds` are patterns looked for in `kind_from`, the first to fit counts."""

    unit_id: str
    names: Mapping[str, str]  # language → property
    iso: str = ""
    kind_from: str = ""  # empty: every unit is of the default kind
    kinds: Mapping[str, str] = field(default_factory=dict)  # kind → pattern
    default_kind: str = ""  # empty: the level's own id

    @property
    def properties(self) -> tuple[str, ...]:
        """Return the properties that a file has to have."""
        named = (self.unit_id, *self.names.values(), self.iso, self.kind_from)
        return tuple(dict.fromkeys(name for name in named if name))


@dataclass(frozen=True)
class Download:
    """One file of a source: where it is, what in it is meant, its SHA-256 where somebody could check it."""

    edition: str
    level: str
    address: str
    member: str
    sha256: str


@dataclass(frozen=True)
class Source:
    """Who drew borders, under which licence, how the columns are named and where the files are."""

    id: str
    title: str
    licence: str
    credit: str
    page: str
    levels: Mapping[str, Described]
    downloads: tuple[Download, ...]

    def described(self, level: str) -> Described:
        """Return the columns of a level; raises BadData for a level that the source does not draw."""
        if level not in self.levels:
            raise BadData([Fault(FILE, 0, "", "E-GEO-36", f"{self.id}, {level}", {"found": ", ".join(self.levels)})])
        return self.levels[level]

    def download(self, edition: str, level: str) -> Download:
        """Return the file of an edition's level; raises BadData for one that is not known."""
        for row in self.downloads:
            if (row.edition, row.level) == (edition, level):
                return row
        found = {"found": ", ".join(f"{row.edition} {row.level}" for row in self.downloads)}
        raise BadData([Fault(FILE, 0, "", "E-GEO-36", f"{self.id}, {edition}, {level}", found)])


@dataclass(frozen=True)
class Sources:
    """The known sources of a country, and how kinds of units are told apart in any other file."""

    sources: Mapping[str, Source]
    kinds: Mapping[str, str]

    def source(self, source_id: str) -> Source:
        """Return a source; raises BadData for an unknown one."""
        if source_id not in self.sources:
            raise BadData([Fault(FILE, 0, "", "E-GEO-36", source_id, {"found": ", ".join(self.sources)})])
        return self.sources[source_id]


def read_sources(folder: Path) -> Sources:
    """Return the sources that a country's folder of borders describes; raises BadData with every fault."""
    plain = read_toml(folder / FILE, FILE, _KIND, "E-GEO-04")
    sources = {name: _source(name, row) for name, row in plain["sources"].items()}
    return Sources(sources, plain["kinds"])


def _source(name: str, plain: Mapping[str, Any]) -> Source:
    levels = {
        level: Described(
            unit_id=row["unit_id"],
            names=row["names"],
            iso=row.get("iso", ""),
            kind_from=row.get("kind_from", ""),
            kinds=row.get("kinds", {}),
            default_kind=row.get("default_kind", ""),
        )
        for level, row in plain["levels"].items()
    }
    downloads = tuple(Download(**row) for row in plain["downloads"])
    title, licence, credit, page = (plain[key] for key in ("title", "licence", "credit", "page"))
    return Source(name, title, licence, credit, page, levels, downloads)


def is_digest(value: Any) -> bool:
    """Tell whether a value is a SHA-256 in small hexadecimal digits."""
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _is_pattern(value: Any) -> bool:
    try:
        return isinstance(value, str) and bool(value) and re.compile(value) is not None
    except re.error:
        return False


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme == "https" and bool(urlsplit(value).hostname)


_PATTERNS = {"*": _is_pattern}
_KIND = {
    "kinds": _PATTERNS,
    "sources": {
        "*": {
            "title": str,
            "licence": str,
            "credit": str,
            "page": _is_address,
            "levels": {
                "*": {
                    "unit_id": str,
                    "names": {"*": str},
                    "iso?": str,
                    "kind_from?": str,
                    "kinds?": _PATTERNS,
                    "default_kind?": str,
                }
            },
            "downloads": [
                {
                    "edition": str,
                    "level": str,
                    "address": _is_address,
                    "member": str,
                    "sha256": lambda value: value == "" or is_digest(value),
                }
            ],
        }
    },
}

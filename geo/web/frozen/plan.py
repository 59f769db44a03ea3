"""What a site of plain files shall hold: declared in a TOML file, or what a reader needs most.

    views = ["kz/region/executed/*"]      # of the views that a country begins with, by address behind the language
    more = ["kz/region/share/2024/function=04/highlight=750000000/"]

A view holds its page, its embed and its values in every case. What is dear to make stands beside few: `each` names the
files of every view, `measures` those of views that say no more than measure and period, `first` those of the view that
a level begins with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from geo.core.model import LANGUAGES
from geo.core.toml import read_toml
from geo.core.view import View
from geo.web.exports import OFFERED
from geo.web.faces import FILES
from geo.web.sharing.cards import CARD

ALWAYS = ("embed/", "values.json")
TILES = ("units", "bodies", "values", "surface")
_SEGMENTS = 5  # of the address of a view that says no more than measure and period
_EVERY_FILE = {
    "each": ("map.svg", "data.csv"),
    "measures": ("data.json", "data.geojson"),
    "first": ("map.png", "map.html", "data.xlsx", "data.gpkg", "data.parquet", "of=bodies/data.csv", CARD),
}


@dataclass(frozen=True)
class Plan:
    """What is written of every version that is in force."""

    views: tuple[str, ...] = ("*",)  # patterns
    more: tuple[str, ...] = ()  # further views, by address behind the language
    languages: tuple[str, ...] = LANGUAGES
    files: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _EVERY_FILE)
    units: bool = True
    lists: int = 120  # pages of lists of organisations in a language, at most
    bodies: int = 0  # pages of organisations in a language, at most
    search: bool = True
    tiles: tuple[str, ...] = TILES
    most_zoom: int = 8  # of tiles of borders; nearer ones are drawn from these

    def holds(self, path: str) -> bool:
        """Tell whether a view that a country begins with is written; `path` is its address behind the language."""
        return any(fnmatchcase(path, pattern) for pattern in self.views)

    def beside(self, view: View, *, is_first: bool) -> tuple[str, ...]:
        """Return the files beside the page of a view, each once."""
        kinds = ["each", *(["measures"] if is_short(view) else []), *(["first"] if is_first else [])]
        return tuple(dict.fromkeys([*ALWAYS, *(name for kind in kinds for name in self.files.get(kind, ()))]))


def is_short(view: View) -> bool:
    """Tell whether a view says no more than measure and period."""
    return view.path.count("/") == _SEGMENTS


def read_plan(path: Path) -> Plan:
    """Return the plan of a file; what it does not name is as without a file. Raises BadData with every wrong key."""
    plain = read_toml(path, path.name, _KINDS, "E-CSV-08")
    kinds: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in plain.items()}
    if "files" in kinds:
        kinds["files"] = {**_EVERY_FILE, **{kind: tuple(names) for kind, names in plain["files"].items()}}
    return Plan(**kinds)


def _is_file(value: Any) -> bool:
    """Tell whether a value names a file of a view, the options that it takes before it."""
    *options, name = value.split("/") if isinstance(value, str) else [""]
    offered = OFFERED.get(name, {})
    pairs = [option.partition("=") for option in options]
    return value == CARD or (
        name in FILES and all(key in offered and word in offered[key].allowed for key, _, word in pairs)
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


_KINDS = {
    "views?": [str],
    "more?": [str],
    "languages?": [lambda value: value in LANGUAGES],
    "files?": {f"{kind}?": [_is_file] for kind in _EVERY_FILE},
    "units?": bool,
    "lists?": _is_count,
    "bodies?": _is_count,
    "search?": bool,
    "tiles?": [lambda value: value in TILES],
    "most_zoom?": _is_count,
}

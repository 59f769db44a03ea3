"""What may stand in each place and key of an address, read from what the versions in force offer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from geo.core.allowed import SORTS
from geo.core.measures import MEASURES
from geo.core.offer import Offer
from geo.core.palettes import palettes
from geo.core.text import Text
from geo.core.view import KEYS, POSITIONS, SUBGROUP
from geo.faces.bulk import PACKAGE
from geo.search import KINDS
from geo.web.options import Option
from geo.web.pages.compare import MOST as MOST_COMPARED
from geo.web.pages.frame import default_view
from geo.web.pages.search import MOST_TYPED
from geo.web.site import Site

Schema = dict[str, Any]
_WORD = "^[A-Za-z0-9._-]{1,64}$"
_STATIC: Mapping[str, Sequence[str]] = {
    "measure": tuple(MEASURES),
    "transfers": ("apart", "included"),
    "classes": tuple(dict.fromkeys([name for row in MEASURES.values() for name in row.classes] + ["own"])),
    "palette": tuple(dict.fromkeys((*palettes(is_signed=False), *palettes(is_signed=True)))),
    "sort": SORTS,
}


@dataclass(frozen=True)
class Parameters:
    """The parameters of the document in one language; `offers` are those in force by country."""

    site: Site
    offers: Mapping[str, Offer]
    text: Text

    def of_path(self, name: str) -> Schema:
        """Return a place of an address; raises KeyError for an unknown one."""
        schema = self._places[name]()
        return {"name": name, "in": "path", "required": True, "description": self._told(name), "schema": schema}

    def of_query(self, name: str) -> list[Schema]:
        """Return a key of a query; `view` are all of the form of a view."""
        if name == "view":
            return [self._key(key, self._form(key)) for key in (*POSITIONS[1:], *KEYS, SUBGROUP)]
        schema, known = self._queries[name]()
        return [{**self._key(known, schema), **({"required": True} if name in {"url"} else {})}]

    def of_option(self, name: str, option: Option) -> Schema:
        """Return an option of a face as a key of its query."""
        words = {"enum": ["", *option.allowed]} if option.canonical is None else {"example": option.allowed[0]}
        return self._key(name, {"type": "string", **words})

    def _key(self, name: str, schema: Schema) -> Schema:
        return {"name": name, "in": "query", "description": self._told(name), "schema": schema}

    def _form(self, name: str) -> Schema:
        if name in _STATIC:
            return _one_of(["", *_STATIC[name]])
        return {"type": "string", "maxLength": 64}

    def _told(self, name: str) -> str:
        """Return what a parameter is: in words of its own, else the word that errors name it with."""
        for key in (f"openapi.parameter.{name}", f"word.{name}"):
            if self.text.has(key):
                return self.text(key)
        return name

    @cached_property
    def _places(self) -> Mapping[str, Callable[[], Schema]]:
        ids = [row.id for row in self.site.home.publications()]
        offers = self.offers.values()
        edition = [edition for offer in offers for level in offer.units.values() for edition in level]
        levels = [level for offer in offers for level in offer.levels]
        return {
            "lang": lambda: _one_of(_all(offer.country.languages for offer in offers)),
            "country": lambda: _one_of(sorted(self.offers)),
            "version": lambda: {"type": "string", "pattern": "^[0-9a-f]{16}$", "example": ids[-1] if ids else ""},
            "sequence": lambda: {"type": "integer", "minimum": 1, "maximum": 999_999_999, "example": max(len(ids), 1)},
            "level": lambda: _one_of(levels),
            "measure": lambda: _one_of(MEASURES),
            "period": lambda: _one_of(_all(offer.period_words for offer in offers)),
            "key": self._setting,
            "edition": lambda: _one_of(edition),
            "of_level": lambda: _one_of(levels),
            "unit": lambda: {"type": "string", "pattern": _WORD, "example": self._units[0]},
            "units": lambda: {
                "type": "string", "pattern": f"^[^,/]+(,[^,/]+){{1,{MOST_COMPARED - 1}}}$",
                "example": ",".join(self._units[:2]),
            },
            "body": lambda: {"type": "string", "pattern": _WORD, "example": self._body},
            "name": lambda: {"type": "string", "example": PACKAGE},
            "function": lambda: _one_of(["all", *_all(offer.functions for offer in offers)]),
            **dict.fromkeys("zxy", lambda: {"type": "integer", "minimum": 0, "maximum": 999_999_999, "example": 0}),
        }  # fmt: skip

    @cached_property
    def _queries(self) -> Mapping[str, Callable[[], tuple[Schema, str]]]:
        pixels = {"type": "integer", "minimum": 1, "maximum": 99_999}
        view = next((f"{self.site.settings.base_url or 'http://localhost/'}{path}" for path in self._views), "")
        return {
            "q": lambda: ({"type": "string", "example": "Astana"}, "q"),
            "kind": lambda: (_one_of(["", *KINDS]), "kind"),
            "limit": lambda: ({"type": "integer", "minimum": 1, "maximum": MOST_TYPED}, "limit"),
            "url": lambda: ({"type": "string", "maxLength": 1000, "example": view}, "url"),
            "maxwidth": lambda: (pixels, "maxwidth"),
            "maxheight": lambda: (pixels, "maxheight"),
            "format": lambda: (_one_of(["json"]), "format"),
            "unit": lambda: ({"type": "string", "example": self._units[0]}, "unit"),
            "of_period": lambda: ({"type": "string"}, "period"),
        }

    def _setting(self) -> Schema:
        """Return one key with its value, as an address has it between the view and the face."""
        keys = "|".join(KEYS)
        return {"type": "string", "pattern": f"^({keys})=[A-Za-z0-9._-]{{1,64}}$", "example": "per=none"}

    @property
    def _views(self) -> list[str]:
        return [default_view(self.site.current(country), "en").path for country in sorted(self.offers)]

    @cached_property
    def _units(self) -> list[str]:
        offer = self.offers[sorted(self.offers)[0]]
        editions = offer.units[offer.levels[0]]
        return sorted(editions[max(editions)])

    @property
    def _body(self) -> str:
        version = self.site.current(sorted(self.offers)[0])
        return str(version.json("bodies.json")[0]["body_id"]) if "bodies.json" in version.manifest["files"] else ""


def _one_of(words: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(dict.fromkeys(words))}


def _all(lists: Iterable[Iterable[str]]) -> list[str]:
    return [word for words in lists for word in words]

"""The figures of a home or a site, as they stood when it was opened: what they offer, and their layers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from geo.client.doors import Door, door_of, told
from geo.client.maplayer import MapLayer
from geo.core.errors import UnknownWord
from geo.core.model import LANGUAGES

_OFFER = ("country", "version", "levels", "measures")


@dataclass(frozen=True)
class Figures:
    """One version of each country. What is published later does not change them."""

    door: Door
    versions: Mapping[str, str]  # country → id of its version
    _offers: dict[str, Mapping[str, Any]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def countries(self) -> list[str]:
        """Return the countries, sorted."""
        return sorted(self.versions)

    def levels(self, country: str) -> list[str]:
        """Return the levels of a country, the top one first."""
        return list(self.offer(country)["levels"])

    def measures(self, country: str) -> list[str]:
        """Return the measures that some period of a country has, in the order of docs/measures.md."""
        return [name for name, levels in self.offer(country)["measures"].items() if any(levels.values())]

    def periods(self, country: str, measure: str = "executed", level: str = "") -> list[str]:
        """Return the periods of a measure at a level (else the top one), oldest first; raises UnknownWord."""
        offer = self.offer(country)
        measures, level = offer["measures"], level or offer["levels"][0]
        if measure not in measures:
            raise UnknownWord(word="measure", allowed=measures)
        if level not in measures[measure]:
            raise UnknownWord(word="level", allowed=measures[measure])
        return list(measures[measure][level])

    def offer(self, country: str) -> Mapping[str, Any]:
        """Return all that a country's version offers, as /api/versions/ says it; raises UnknownWord."""
        if country not in self.versions:
            raise UnknownWord(word="country", allowed=self.countries)
        if country not in self._offers:
            self._offers[country] = told(self.door, f"api/versions/{self.versions[country]}", *_OFFER).plain
        return self._offers[country]

    def layer(self, address: str) -> MapLayer:
        """Return the layer of a view's address: `kz/region/executed/2024?per=person`, or as it stands on the site.

        A language may stand before the country (else English is spoken), keys behind the period or in a query. An
        address that names a version is answered from that version. Raises what the service refuses with.
        """
        parts = urlsplit(address)
        segments = [segment for segment in parts.path.split("/") if segment]
        pinned = segments[1] if segments[:1] == ["v"] and len(segments) > 1 else ""
        segments = segments[2:] if pinned else segments
        lang = segments.pop(0) if segments and segments[0] in LANGUAGES else "en"
        country = segments[0] if segments else ""
        if not pinned and country not in self.versions:
            raise UnknownWord(word="country", allowed=self.countries)
        words = [*segments, *(f"{key}={value}" for key, value in parse_qsl(parts.query, keep_blank_values=True))]
        return MapLayer.asked(self.door, "/".join(["v", pinned or self.versions[country], lang, *words, ""]))


def open_version(where: str | Path, version: str = "") -> Figures:
    """Return the figures of a folder of versions or of a site (http://…): what is in force, or one version.

    The ids are read once, so all layers come from the same figures. Raises NothingPublished for an empty folder,
    UnknownVersion for an id that was never in force, NoAnswer where a site cannot be reached.
    """
    door = door_of(where)
    if version:
        offer = told(door, f"api/versions/{version}", *_OFFER).plain
        return Figures(door, {offer["country"]: offer["version"]}, {offer["country"]: offer})
    current = told(door, "api/current", "countries").plain["countries"]
    return Figures(door, {country: row["id"] for country, row in sorted(current.items())})

"""The organisations of a country, as features: where they are, who owns them, and what they spent last."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from geo.core.offer import edition_of, month_of
from geo.faces.files import amount_text
from geo.layers import offer_of
from geo.layers.holdings import holdings, owners, points, spent
from geo.versions import Version
from geo.web.ogc.columns import Column, names
from geo.web.ogc.contents import Contents, Words, as_json, words_of
from geo.web.ogc.shapes import Points

KIND = "bodies"


def contents(version: Version, _edition: str, _level: str) -> Contents:
    """Return the bodies in the version's order, with what each executed in the last finished year."""
    held, places = holdings(version), points(version)
    if places is None:
        places = np.full((len(held.bodies), 2), np.nan)
    return Contents(
        columns=_columns(version),
        words={**_words(held.bodies), **{f"unit_{level}": words for level, words in _units(version).items()}},
        shapes=Points(places),
        places=np.arange(len(held.bodies), dtype=np.int32),
        days=None,
        identify=lambda number: str(held.bodies[number]["body_id"]),
        find=held.numbers.get,
        properties=_Properties(version),
    )


class _Properties:
    """What stands in a body's feature, by number."""

    def __init__(self, version: Version) -> None:
        self.country, self.bodies = version.country, holdings(version).bodies
        self.month = month_of(offer_of(version).default_period)
        self.spent = spent(version, self.month)
        # Units are named once a level and not once a body: there may be a million.
        self.units = {level: (list(words.numbers), words.codes) for level, words in _units(version).items()}

    def __call__(self, number: int) -> dict[str, Any]:
        body, minor = self.bodies[number], self.country.minor_units
        owned = {level: (known, int(codes[number])) for level, (known, codes) in self.units.items()}
        executed = int(self.spent.totals[number]) if self.spent.is_known[number] else None
        return {
            "body_id": body["body_id"],
            "code": body["code"] or None,
            "kind": body["kind"],
            **{f"name_{lang}": body[f"name_{lang}"] or None for lang in self.country.languages},
            "unit_code": body["unit_code"] or None,
            "exactness": body["exactness"],
            **{f"unit_{level}": known[at] if at >= 0 else None for level, (known, at) in owned.items()},
            "period": self.month,
            "executed": None if executed is None else executed / minor,
            "executed_exact": amount_text(executed, minor),
            "is_group": body["is_group"],
            "is_synthetic": body["is_synthetic"],
        }


def _columns(version: Version) -> tuple[Column, ...]:
    country = version.country
    executed = {"phase": "phase.executed"}
    return (
        Column("body_id", "string", "body_id", role="id"),
        Column("code", "string", "code", is_nullable=True),
        Column("kind", "string", "kind"),
        *names(country.languages),
        Column("unit_code", "string", "unit_code", is_nullable=True),
        Column("exactness", "string", "exactness"),
        *(
            Column(f"unit_{level}", "string", "unit_of", {"level": country.level(level).name}, is_nullable=True)
            for level in _units(version)
        ),
        Column("period", "string", "period"),
        Column("executed", "number", "amount", executed, is_nullable=True),
        Column("executed_exact", "string", "exact", executed, is_nullable=True),
        Column("is_group", "boolean", "is_group"),
        Column("is_synthetic", "boolean", "is_synthetic"),
    )


def _words(bodies: Any) -> Mapping[str, Words]:
    texts = ("body_id", "code", "kind", "unit_code", "exactness")
    found = {name: words_of(body[name] or None for body in bodies) for name in texts}
    return {**found, "is_group": words_of(as_json(body["is_group"]) for body in bodies)}


def _units(version: Version) -> Mapping[str, Words]:
    """Return the unit that owns each body, by level, in the borders of the last finished year; made once."""
    return version.once("ogc/bodies/units", lambda: _owned(version))


def _owned(version: Version) -> Mapping[str, Words]:
    offer, found = offer_of(version), {}
    edition = edition_of(offer, month_of(offer.default_period))
    for level in offer.levels:
        if edition in offer.units[level]:
            units = version.level(edition, level).units
            numbers = {unit.unit_id: number for number, unit in enumerate(units)}
            found[level] = Words(numbers, np.asarray(owners(version, edition, level), dtype=np.int32))
    return found

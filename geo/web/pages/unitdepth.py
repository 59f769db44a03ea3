"""What the page of one unit shows beside its tables: its place among the others, its course, and those like it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geo.core.text import Text
from geo.core.view import View
from geo.faces.among import Among, among
from geo.faces.amounts import people_words
from geo.faces.course import course
from geo.faces.lead import lead
from geo.faces.sheets import note
from geo.faces.wording import Wording, collated
from geo.layers import Layer, layer, offer_of
from geo.layers.alike import Likeness, alike
from geo.layers.inside import Inside, units_inside
from geo.layers.offer import with_denominator
from geo.layers.trend import growth, trend
from geo.layers.unit import UnitBudget
from geo.versions import Version

NOTED = ("partial_year", "restated", "transfers_apart", "denominator", "places")  # of the map's notes, its own


@dataclass(frozen=True)
class LikeRow:
    """One unit that is like another, as people read it."""

    unit_id: str
    name: str
    people: str
    density: str
    value: str
    distance: str


@dataclass(frozen=True)
class InsideRows:
    """The units of one level inside a unit: (unit_id, name, amount, value); the units of measure stand in the heads."""

    level: str
    name: str
    unit: str
    amount_unit: str
    rows: tuple[tuple[str, str, str, str], ...]
    map: str  # the address of the map of the level


def depth(view: View, edition: str, budget: UnitBudget, text: Text, version: Version) -> dict[str, Any]:
    """Return what the unit's template shows of how it went, where it stands and who is like it."""
    unit_id, number = budget.unit.unit_id, version.level(edition, view.level).numbers[budget.unit.unit_id]
    on_map = view.but(measure="executed", per="person" if budget.has_people else "none")
    is_executed = view.period in offer_of(version).periods_of("executed", view.level)
    answer = layer(on_map, version) if is_executed else None
    wording = Wording.of(answer, version) if answer else None
    likeness = alike(version, edition, view.level, unit_id, view.month[:4])
    return {
        "lead": lead(budget, growth(on_map, number, version), text, version),
        "course": course(trend(version, edition, view.level, unit_id), text, version),
        "among": _among(answer, number, text, version),
        "among_unit": wording.unit if wording else "",
        "notes": [note(wording, key, values) for key, values in answer.notes if key in NOTED]
        if answer and wording
        else [],
        "likeness": likeness,
        "like": _like(likeness, answer, wording, text, version.level(edition, view.level).units),
        "like_is_mixed": any(not row.is_same_kind for row in likeness.units),
        "own_value": wording.row_value(answer.rows[number]) if answer and wording else "–",
        "own_like": _own_like(likeness, text),
        "inside": [_inside(one, text, version) for one in units_inside(view, edition, unit_id, version)],
    }


def others(edition: str, level_id: str, unit_id: str, lang: str, version: Version) -> list[tuple[str, str]]:
    """Return the other units of a level as (unit_id, name), by the alphabet."""
    units = version.level(edition, level_id).units
    found = [(unit.unit_id, unit.names[lang]) for unit in units if unit.unit_id != unit_id]
    return sorted(found, key=lambda pair: (collated(pair[1]), pair[0]))


def strip(periods: Sequence[tuple[str, str]], text: Text) -> list[tuple[str, list[tuple[str, str, str, str]]]]:
    """Return, by year, (address, word, label, full name) of each period, given as (address, word) in order."""
    found: dict[str, list[tuple[str, str, str, str]]] = {}
    for path, word in periods:
        found.setdefault(word[:4], []).append((path, word, text.short_period(word), text.period(word)))
    return list(found.items())


def _among(answer: Layer | None, number: int, text: Text, version: Version) -> Among | None:
    return among(answer, number, text, version) if answer else None


def _like(likeness: Likeness, answer: Layer | None, wording: Wording | None, text: Text, units: Any) -> list[LikeRow]:
    def row(number: int, people: float, density: float | None, distance: float) -> LikeRow:
        value = wording.row_value(answer.rows[number]) if answer and wording else "–"
        shown = _density(density, text)
        unit = units[number]
        return LikeRow(
            unit.unit_id, unit.names[text.lang], text.number(round(people)), shown, value, text.number(distance, 2)
        )

    return [row(one.number, one.people, one.density, one.distance) for one in likeness.units]


def _own_like(likeness: Likeness, text: Text) -> Mapping[str, str]:
    if likeness.people is None:
        return {}
    return {
        "people": text.number(round(likeness.people)),
        "density": _density(likeness.density, text),
        "words": people_words(likeness.people, text),
    }


def _density(density: float | None, text: Text) -> str:
    return "–" if density is None else text.number(density, 1 if density < 100 else 0)


def _inside(inside: Inside, text: Text, version: Version) -> InsideRows:
    level = version.country.level(inside.level)
    if inside.layer is None:
        rows = [(row.unit.unit_id, row.unit.names[text.lang], "–", "–") for row in inside.rows]
        return InsideRows(level.id, level.name[text.lang], "", "", tuple(rows), "")
    wording = Wording.of(inside.layer, version)
    told = [
        (row.unit.unit_id, row.unit.names[text.lang], wording.amount(row.amount), wording.row_value(row))
        for row in inside.rows
    ]
    unit = "" if inside.layer.shows_circles else wording.unit
    amount_unit = text("table.amount", **wording.amount_unit)
    view = with_denominator(inside.layer.view, version)
    return InsideRows(level.id, level.name[text.lang], unit, amount_unit, tuple(told), view.path)

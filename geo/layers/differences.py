"""What else is different between two versions: periods, borders, names, people, prices, published lines, words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from geo.versions.opened import Unit, Version


@dataclass(frozen=True)
class Renamed:
    """A unit or a function whose name changed in some language; `place` is edition/level, empty for a function."""

    place: str
    key: str
    before: Mapping[str, str]
    after: Mapping[str, str]


@dataclass(frozen=True)
class Borders:
    """A level of an edition (`place`: edition/level) whose units or shapes are not what they were."""

    place: str
    came: tuple[str, ...]  # unit_ids
    went: tuple[str, ...]
    is_redrawn: bool  # a drawing, an area or a place on the map


@dataclass(frozen=True)
class Series:
    """A series of people, area … of one level and year with another value for some units; year "" is of all years."""

    place: str
    series: str
    year: str
    units: int


@dataclass(frozen=True)
class Differences:
    """Everything but the figures of the units, each in the order of its key."""

    new_periods: tuple[str, ...]
    lost_periods: tuple[str, ...]
    borders: tuple[Borders, ...]
    names: tuple[Renamed, ...]
    series: tuple[Series, ...]
    prices: tuple[str, ...]  # years
    published: int  # total lines of the sources
    revenue: int  # figures of revenue
    is_reworded: bool  # sources, scope, notes: the words of the country


def differences(before: Version, after: Version) -> Differences:
    """Return what is different between two versions beside the figures of units and bodies."""
    places = sorted({*_places(before), *_places(after)})
    old, new = before.facts, after.facts
    plain = [version.json("country.json") for version in (before, after)]
    return Differences(
        new_periods=tuple(sorted({*after.periods} - {*before.periods})),
        lost_periods=tuple(sorted({*before.periods} - {*after.periods})),
        borders=tuple(row for place in places if (row := _borders(place, before, after)) is not None),
        names=(*_functions(before, after), *(row for place in places for row in _names(place, before, after))),
        series=tuple(_series(old["denominators"], new["denominators"])),
        prices=tuple(_unequal(old["prices"], new["prices"])),
        published=len(_unequal(_flat(old["published"]), _flat(new["published"]))),
        revenue=len(_unequal(old["revenue"], new["revenue"])),
        is_reworded=plain[0] != plain[1],
    )


def _places(version: Version) -> list[str]:
    """Return edition/level of every level that a version holds."""
    return [name.removesuffix("/units.json") for name in version.manifest["files"] if name.endswith("/units.json")]


def _units(place: str, version: Version) -> dict[str, Unit]:
    if f"{place}/units.json" not in version.manifest["files"]:
        return {}
    return {unit.unit_id: unit for unit in version.level(*place.split("/")).units}


def _borders(place: str, before: Version, after: Version) -> Borders | None:
    old, new = _units(place, before), _units(place, after)
    came, went = tuple(sorted({*new} - {*old})), tuple(sorted({*old} - {*new}))
    drawings = [version.manifest["files"].get(f"{place}/geometry.json") for version in (before, after)]
    shapes = [[_shape(units[key]) for key in sorted({*old} & {*new})] for units in (old, new)]
    is_redrawn = bool(old and new) and (drawings[0] != drawings[1] or shapes[0] != shapes[1])
    return Borders(place, came, went, is_redrawn) if came or went or is_redrawn else None


def _shape(unit: Unit) -> tuple[int, float, float, str]:
    return unit.area_m2, unit.label_lon, unit.label_lat, unit.parent_id


def _names(place: str, before: Version, after: Version) -> Iterator[Renamed]:
    old, new = _units(place, before), _units(place, after)
    for key in sorted({*old} & {*new}):
        if old[key].names != new[key].names:
            yield Renamed(place, key, old[key].names, new[key].names)


def _functions(before: Version, after: Version) -> Iterator[Renamed]:
    old, new = before.json("functions.json"), after.json("functions.json")
    for key in sorted({*old} & {*new}):
        if old[key] != new[key]:
            names = [
                {lang: row.get(f"name_{lang}", "") for lang in after.country.languages} for row in (old[key], new[key])
            ]
            yield Renamed("", key, *names)


def _series(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Series]:
    for place in sorted({*old, *new}):
        left, right = old.get(place, {}), new.get(place, {})
        for series in sorted({*left, *right}):
            years = [side.get(series, {}) for side in (left, right)]
            for year in _unequal(*years):
                values = [side.get(year, []) for side in years]
                alike = len(values[0]) == len(values[1])
                count = sum(a != b for a, b in zip(*values, strict=True)) if alike else max(map(len, values))
                yield Series(place, series, year, count)


def _unequal(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Return the keys whose values differ or that only one side has, sorted."""
    return sorted(key for key in {*old, *new} if old.get(key) != new.get(key))


def _flat(published: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    return {f"{source}/{key}": amount for source, lines in published.items() for key, amount in lines.items()}

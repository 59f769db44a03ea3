"""An opened version: numpy arrays and plain values, checked against the manifest; no engine, no geometry library.

Arrays of an edition and level have one fixed shape: totals [unit, period, function, phase] in minor units (int64),
reported [unit, period, phase] (0 nothing, 1 reported, 2 reported by a part of those it was put together from),
unplaced and wider [period, function, phase] for bodies that no unit of the level owns.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from geo.core.arrays import array_of
from geo.core.country import Country
from geo.core.errors import DamagedVersion
from geo.versions.intact import Intact, check_digests
from geo.versions.items import items
from geo.versions.manifest import MANIFEST, checked_manifest, read_manifest
from geo.versions.parsed import parsed

Made = TypeVar("Made")
NOT_REPORTED, REPORTED, PARTLY = 0, 1, 2
_AXES = ("periods", "functions", "phases")


@dataclass(frozen=True)
class Unit:
    """A territory as pictures and tables need it."""

    unit_id: str
    iso: str
    kind: str
    names: Mapping[str, str]
    area_m2: int
    label_lon: float
    label_lat: float
    parent_id: str = ""


@dataclass(frozen=True)
class Level:
    """One level of one edition: units in unit_id order and the arrays described above."""

    units: tuple[Unit, ...]
    totals: NDArray[np.int64]
    reported: NDArray[np.uint8]
    unplaced: NDArray[np.int64]
    wider: NDArray[np.int64]  # like unplaced: known to lie in a unit of a higher level, not in which of this one
    parts: Mapping[str, Mapping[str, tuple[tuple[str, int], ...]]]  # other edition → unit_id → (its unit, ppm)
    subgroups: NDArray[np.int64] | None = None  # [unit, period, code, phase]; behind the units: not placed, wider
    subgroup_places: Mapping[str, int] = field(default_factory=dict)  # period or code → its place in the array

    @cached_property
    def numbers(self) -> dict[str, int]:
        """Return the place of each unit_id in the arrays."""
        return {unit.unit_id: number for number, unit in enumerate(self.units)}

    def subgroup(self, code: str, period: str, phase: int) -> NDArray[np.int64]:
        """Return what is spent for a subgroup by unit, and behind them what is not placed and what is wider.

        Under the code of a group stands what was not divided of it. `phase` is its number. Nothing for an unknown code;
        raises KeyError for a period without subgroups.
        """
        if self.subgroups is None:
            raise KeyError(period)
        at = self.subgroup_places[period]
        found = self.subgroup_places.get(code)
        return np.zeros(len(self.units) + 2, "int64") if found is None else self.subgroups[:, at, found, phase]


@dataclass(frozen=True)
class Version:
    """A published or publishable state of all figures of one country."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    country: Country
    periods: tuple[str, ...]
    functions: tuple[str, ...]
    phases: tuple[str, ...]
    facts: Mapping[str, Any]
    intact: Intact = field(compare=False, repr=False)
    _cache: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def open(cls, folder: Path, expected_manifest: bytes | None = None, whole: Iterable[Version] = ()) -> Version:
        """Return the version in a folder after checking every file; raises DamagedVersion or NewerFormat.

        Files that it has in common with versions that were checked (`whole`) are not read again.
        """
        content = read_manifest(folder)
        if expected_manifest is not None and content != expected_manifest:
            raise DamagedVersion(id=folder.name, file=MANIFEST)
        manifest = checked_manifest(folder, content)
        intact = Intact(folder, manifest, content)
        check_digests(folder, manifest, frozenset().union(*(intact.shared(other.intact) for other in whole)))
        return cls(id=manifest["id"], folder=folder, manifest=manifest, intact=intact, **_headed(folder))

    def once(self, key: str, make: Callable[[], Made]) -> Made:
        """Return what `make` made the first time it was asked for under this key: facts derived from the version."""
        if key not in self._cache:
            self._cache[key] = make()
        made: Made = self._cache[key]
        return made

    def level(self, edition: str, level: str) -> Level:
        """Return the units and arrays of a level; raises KeyError for one that the version does not hold."""
        return self.once(f"{edition}/{level}", lambda: self._level(f"{edition}/{level}"))

    def _level(self, key: str) -> Level:
        plain = self.json(f"{key}/units.json")
        unplaced = self._array(f"{key}/unplaced.npy")
        if self.manifest["format"] == 1:  # figures of one edition, bodies of one level
            own = self.country.first_edition_with_figures
            plain = {**plain, "parts": {} if key.startswith(f"{own}/") else {own: plain["parts"]}}
        return Level(
            units=tuple(Unit(**row) for row in plain["units"]),
            totals=self._array(f"{key}/totals.npy"),
            reported=self._array(f"{key}/reported.npy"),
            unplaced=unplaced,
            wider=np.zeros_like(unplaced) if self.manifest["format"] == 1 else self._array(f"{key}/wider.npy"),
            parts={
                edition: {unit: tuple((part, share) for part, share in rows) for unit, rows in units.items()}
                for edition, units in plain["parts"].items()
            },
            subgroups=self._array(f"{key}/subgroups.npy") if self.subgroups else None,
            subgroup_places={word: n for name in ("periods", "codes") for n, word in enumerate(self._divided[name])},
        )

    @property
    def subgroups(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """Return (phase, period) → the subgroups that functional groups are divided into; old ones say none."""
        return {(phase, period): tuple(codes) for phase, period, codes in self._divided["known"]}

    @property
    def _divided(self) -> Mapping[str, Any]:
        name = "subgroups.json"
        return self.json(name) if name in self.manifest["files"] else {"periods": (), "codes": (), "known": ()}

    def owners(self, edition: str, level: str) -> NDArray[np.int32] | None:
        """Return the number of the unit that owns each body, -1 for none; None in a version that does not say."""
        name = f"{edition}/{level}/owners.npy"
        return self.once(name, lambda: self._array(name)) if name in self.manifest["files"] else None

    def array(self, name: str) -> NDArray[Any]:
        """Return an array of the version, read only where it is looked at; raises KeyError as `json` does."""
        return self._array(name)

    def json(self, name: str) -> Any:
        """Return a JSON file of the version, parsed once; raises KeyError for one that is not in the manifest."""
        if name not in self.manifest["files"]:
            raise KeyError(name)
        return self.once(name, lambda: parsed(self.folder, name, self.manifest["files"][name]["sha256"])).value

    def each(self, name: str) -> Iterator[Any]:
        """Yield the items of a JSON array of the version, held one at a time; raises KeyError as `json` does."""
        if name not in self.manifest["files"]:
            raise KeyError(name)
        return items(self.folder / name)

    @cached_property
    def published_totals(self) -> Mapping[tuple[str, str, str], int]:
        """Return the total lines of all units together by (source, phase, period); source is portal or control."""
        sums: dict[tuple[str, str, str], int] = {}
        for source, lines in self.facts["published"].items():
            for key, amount in lines.items():
                _, period, phase = key.split("/")
                sums[source, phase, period] = sums.get((source, phase, period), 0) + amount
        return sums

    @cached_property
    def spending(self) -> NDArray[Any]:
        """Return every body's figures: fields body, period, function, phase (numbers) and amount (minor units)."""
        return self._array("spending.npy")

    def denominators(self, edition: str, level: str, series: str, year: str) -> NDArray[np.float64] | None:
        """Return one value per unit (people, km²) in unit order, or None where the series has no such year."""
        # A level of places may have none at all.
        rows = self.facts["denominators"].get(f"{edition}/{level}", {}).get(series, {})
        values = rows.get(year, rows.get(""))
        return None if values is None else np.array(values, dtype="float64")

    def _array(self, name: str) -> NDArray[Any]:
        if name not in self.manifest["files"]:
            raise KeyError(name)
        # A plain view of the map: each slice of the memmap class itself would cost microseconds.
        try:
            array: NDArray[Any] = np.asarray(array_of(self.folder / name, "r"))
        except (OSError, ValueError):  # gone, or cut, since the version was opened
            raise DamagedVersion(id=self.id, file=name) from None
        return array


def _headed(folder: Path) -> dict[str, Any]:
    """Return what the small files of every version say of it; raises DamagedVersion with the first that does not."""
    return {
        **_said(folder, "axes.json", lambda axes: {name: tuple(axes[name]) for name in _AXES}),
        "country": _said(folder, "country.json", Country.from_json),
        "facts": _said(folder, "facts.json", lambda facts: dict(facts.items())),
    }


def _said(folder: Path, name: str, read: Callable[[Any], Made]) -> Made:
    """Return what is read out of a JSON file; raises DamagedVersion where it is as listed and no file of ours."""
    try:
        return read(json.loads((folder / name).read_bytes()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise DamagedVersion(id=folder.name, file=name) from None

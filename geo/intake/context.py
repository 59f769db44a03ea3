"""What an import has to know beforehand: the country's codes, its profiles, and the figures it is compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from geo.atlas.deliveries import Taken, sums_alone
from geo.atlas.gathered import Gathered, Progress, gathered
from geo.core.delivery import Known
from geo.core.model import LANGUAGES
from geo.core.settings import Settings
from geo.join import place
from geo.lineage import read_former_codes, translations
from geo.profiles import Profile, find_profiles

_SUMS = ["unit_id", "period", "function", "phase"]


@dataclass(frozen=True)
class Context:
    """A country as an import finds it."""

    settings: Settings
    country_id: str
    gathered: Gathered
    known: Known
    profiles: dict[str, Profile]
    history: pd.DataFrame  # unit_id, period, function (group), phase, amount_minor of what is in force

    @property
    def names(self) -> dict[str, dict[str, str]]:
        """Return the names of the top-level units of all editions, by unit_id and language."""
        return unit_names(self.gathered)


def context_of(
    settings: Settings, country_id: str, progress: Progress = lambda step: None, taken: Taken = sums_alone
) -> Context:
    """Return the context of an import; raises BadData where the country's own files have faults."""
    progress("context")
    got = gathered(settings, country_id, taken=taken)
    profiles = find_profiles(profiles_folder(settings, country_id))
    return Context(settings, country_id, got, _known(got), profiles, _history(got))


def profiles_folder(settings: Settings, country_id: str) -> Path:
    """Return where the profiles of a country lie."""
    return settings.data / "budget" / country_id / "profiles"


def unit_names(got: Gathered) -> dict[str, dict[str, str]]:
    """Return unit_id → language → name, the edition in force now winning."""
    return dict(_names(got))


def _names(got: Gathered) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every top-level unit of every edition with its names, the earliest edition first."""
    top = got.country.top_level.id
    for edition in got.country.editions:
        if (edition.id, top) in got.maps:
            for row in got.maps[edition.id, top][["unit_id", *(f"name_{x}" for x in LANGUAGES)]].to_dict("records"):
                yield row["unit_id"], {language: row[f"name_{language}"] for language in LANGUAGES}


def _known(got: Gathered) -> Known:
    units: dict[str, dict[str, frozenset[str]]] = {}
    for (edition, level), table in got.maps.items():
        units.setdefault(edition, {})[level] = frozenset(table["unit_id"])
    bodies = got.deliveries.in_force.table("bodies")
    registered = bodies[bodies["kind"] != "administrator"]
    # A file may still be called by a name that newer borders no longer bear.
    names = {name.casefold(): unit for unit, row in _names(got) for name in row.values() if name}
    return Known(
        country=got.country,
        units=units,
        unit_names=names,
        functions=frozenset(got.ledger.functions),
        administrators=administrators_of(got),
        bodies=dict(zip(registered["body_id"], registered["unit_code"], strict=True)),
        former_codes=_former_codes(got.borders),
        function_names=_function_names(got.ledger.functions, got.country.function_digits),
    )


def _function_names(functions: Mapping[str, Mapping[str, str]], digits: int) -> dict[str, str]:
    """Return name → code; of a name that several codes bear the group, of one in several groups nothing."""
    codes: dict[str, set[str]] = defaultdict(set)
    for code, names in functions.items():
        for name in filter(None, names.values()):
            codes[name.casefold()].add(code)
    found = {name: many if len(many) == 1 else {code[:digits] for code in many} for name, many in codes.items()}
    return {name: next(iter(many)) for name, many in found.items() if len(many) == 1}


def administrators_of(got: Gathered) -> dict[str, tuple[str, bool]]:
    """Return code → name and whether it stands for many bodies: the country's list and, above it, what files named."""
    bodies = got.deliveries.in_force.table("bodies")
    named = bodies[bodies["kind"] == "administrator"].sort_values(["code", "body_id"])
    rows = zip(named["code"], named["name_ru"], named["is_group"], strict=True)
    return {**{code: (name, bool(is_group)) for code, name, is_group in rows}, **got.ledger.administrators}


def _former_codes(borders: Path) -> dict[str, str]:
    """Return code that was given up → code since, where a country's folder names any."""
    path = borders / "former_codes.csv"
    return dict(translations(read_former_codes(path))) if path.exists() else {}


def _history(got: Gathered) -> pd.DataFrame:
    """Return the sums of what is in force by top-level unit, period, functional group and phase."""
    country, ledger = got.country, got.ledger
    top, parts = country.top_level.id, []
    entries = ledger.entries.assign(function=ledger.entries["function"].str[: country.function_digits])
    editions = entries["period"].map({p: country.edition_in_force(p).id for p in entries["period"].unique()})
    for edition, own in entries.groupby(editions):
        placed = place(ledger.bodies, got.maps[edition, top], country.levels, frozenset())
        units = placed.set_index("body_id")["unit_id"]
        parts.append(own.assign(unit_id=own["body_id"].map(units)))
    every = pd.concat(parts, ignore_index=True)
    return every[every["unit_id"] != ""].groupby(_SUMS, as_index=False)["amount_minor"].sum()

"""What can be found in a version, in the order in which equals are shown: units, settlements, bodies, functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from geo.core.arrays import held
from geo.core.country import Country
from geo.core.model import LANGUAGES
from geo.core.offer import default_word, word_of
from geo.core.text import text_of
from geo.finding.places import Former

if TYPE_CHECKING:
    import pandas as pd

FOLDER = "search"
KINDS = ("unit", "settlement", "body", "function")
# Of two settlements of one name and unknown size the one of the greater kind stands first.
_RANK = ("centre", "city", "district", "city_area", "town", "village", "rural_district", "town_area", "station")


@dataclass(frozen=True)
class Places:
    """Settlements in the order in which they are numbered, what is known of former names and codes."""

    rows: Sequence[Mapping[str, Any]]
    former: Sequence[Former]
    is_complete: bool  # a classifier or a list of settlements; else only seats of regions are known


@dataclass(frozen=True)
class Document:
    """One thing to be found: its kind, its number among its like, the names and codes that lead to it."""

    kind: str
    number: int
    size: float
    names: tuple[str, ...]
    codes: tuple[str, ...] = ()
    around: tuple[str, ...] = field(default=(), repr=False)  # names of what it lies in: they narrow, they do not find


def documents(
    country: Country, tables: Mapping[str, pd.DataFrame], files: Mapping[str, bytes], places: Places
) -> tuple[list[Document], dict[str, Any]]:
    """Return the documents in the order of equals, and the plain values that name units and settlements to a reader.

    `files` are those of the version: axes, functions, bodies, figures by body.
    """
    axes = json.loads(files["axes.json"])
    months = {word_of(period): number for number, period in enumerate(axes["periods"])}
    shown = months[default_word([*months])]
    phase = axes["phases"].index("executed")
    units = _units(country, tables, axes["periods"][shown])
    listed, found = _listed_units(units, country, places.former)
    called = {unit["unit_id"]: unit["names"] for unit in reversed(units)}  # the newest names win
    settlements = _placed(places.rows, called, places.former)
    found += _settlements(settlements, called)
    found += _bodies(files, called, tables["placements"], (shown, phase))
    functions = json.loads(files["functions.json"])
    for number, code in enumerate(sorted(functions)):
        names = tuple(dict.fromkeys(name for _, name in sorted(functions[code].items()) if name))
        found.append(Document("function", number, -len(code), names, (code,)))
    order = {kind: place for place, kind in enumerate(KINDS)}
    found.sort(key=lambda row: (order[row.kind], -row.size, row.number))
    plain = {"units": listed, "settlements": settlements, "functions": sorted(functions)}
    return found, {**plain, "is_complete": places.is_complete}


def _units(country: Country, tables: Mapping[str, pd.DataFrame], period: str) -> list[dict[str, Any]]:
    """Return every unit of every edition, the newest first, with what was executed in it in a period."""
    sums = tables["totals"]
    sums = sums[(sums["period"] == period) & (sums["phase"] == "executed")]
    spent = sums.groupby(["edition", "level", "unit_id"])["amount_minor"].sum().to_dict()
    kept = ("edition", "level", "unit_id", "parent_id", "iso", *(f"name_{lang}" for lang in LANGUAGES))
    rows = tables["units"][list(kept)].to_dict("records")
    levels = {level.id: place for place, level in enumerate(country.levels)}
    rows.sort(key=lambda row: (levels[row["level"]], row["unit_id"]))
    rows.sort(key=lambda row: row["edition"], reverse=True)
    for row in rows:
        row["size"] = spent.get((row["edition"], row["level"], row["unit_id"]), 0)
        row["names"] = tuple(row[f"name_{lang}"] for lang in LANGUAGES)
    return rows


def _listed_units(
    units: Iterable[Mapping[str, Any]], country: Country, former: Sequence[Former]
) -> tuple[list[dict[str, Any]], list[Document]]:
    """Return the units to be named, one for all editions of a level, and their documents."""
    listed: dict[tuple[str, str], dict[str, Any]] = {}
    names: dict[tuple[str, str], dict[str, None]] = {}
    sizes: dict[tuple[str, str], float] = {}
    codes: dict[tuple[str, str], dict[str, None]] = {}
    for row in units:
        key = (row["level"], row["unit_id"])
        plain = {"level": row["level"], "unit_id": row["unit_id"], "editions": [], "former": []}
        listed.setdefault(key, plain)["editions"].append(row["edition"])
        names.setdefault(key, {}).update(dict.fromkeys(filter(None, row["names"])))
        codes.setdefault(key, {}).update(dict.fromkeys(filter(None, [row["unit_id"], row["iso"]])))
        sizes.setdefault(key, row["size"])
    for one in former:
        for key in (key for key in listed if key[1] == one.code):
            codes[key].update(dict.fromkeys(filter(None, [one.former_code])))
            if one.names:
                edition = country.edition_in_force(one.until).id
                listed[key]["former"].append({"names": dict(one.names), "until": one.until, "edition": edition})
                names[key].update(dict.fromkeys(filter(None, one.names.values())))
    levels = {level.id: place for place, level in enumerate(country.levels)}
    found = [
        Document("unit", number, sizes[key] - levels[key[0]] * 2**62, tuple(names[key]), tuple(codes[key]))
        for number, key in enumerate(listed)
    ]
    return list(listed.values()), found


def _placed(
    rows: Iterable[Mapping[str, Any]], called: Mapping[str, Any], former: Sequence[Former]
) -> list[dict[str, Any]]:
    """Return the settlements that are no units, with what they were called and numbered before.

    A name given up by something that is neither a unit nor known is a settlement of its own, in the unit whose digits
    its code begins with.
    """
    found = [{**row, "former": [], "former_codes": []} for row in rows if row["code"] not in called]
    by_code = {row["code"]: row for row in found if row["code"]}
    for row in former:
        if row.code in by_code:
            by_code[row.code]["former_codes"] += [row.former_code] if row.former_code else []
            by_code[row.code]["former"] += [{"names": dict(row.names), "until": row.until}] if row.names else []
        elif row.names and row.code not in called:
            above = next((unit for unit in called if _covers(unit, row.code)), "")
            gone: dict[str, Any] = {
                "code": row.code,
                "parent": above,
                "kind": "former",
                "names": {},
                "point": None,
                "former_codes": [],
            }
            found.append({**gone, "former": [{"names": dict(row.names), "until": row.until}]})
    return found


def _settlements(rows: list[dict[str, Any]], called: Mapping[str, tuple[str, ...]]) -> Iterator[Document]:
    by_code = {row["code"]: row for row in rows if row["code"]}
    for number, place in enumerate(rows):
        names = [*place["names"].values(), *(name for one in place["former"] for name in one["names"].values())]
        rank = _RANK.index(place["kind"]) if place["kind"] in _RANK else len(_RANK)
        yield Document(
            "settlement",
            number,
            place.get("people") or -rank - 1,
            tuple(dict.fromkeys(filter(None, names))),
            tuple(filter(None, (place["code"], *place["former_codes"]))),
            tuple(_around(place["parent"], by_code, called)),
        )


def _covers(unit: str, code: str) -> bool:
    """Tell whether a code begins with the digits that name a unit."""
    return len(unit) == len(code) and code.startswith(unit.rstrip("0"))


def _around(
    code: str, by_code: Mapping[str, Mapping[str, Any]], called: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Yield the names of everything that a place lies in."""
    for _ in range(8):  # no chain of parents is longer, and none that bites its tail ends
        if not code:
            return
        yield from called.get(code, ())
        above = by_code.get(code)
        if above is not None:
            yield from above["names"].values()
        code = above["parent"] if above is not None else ""


def _bodies(
    files: Mapping[str, bytes], called: Mapping[str, Any], placements: pd.DataFrame, shown: tuple[int, int]
) -> Iterator[Document]:
    """Yield the documents of bodies, with what each executed in the period that is shown first."""
    rows = json.loads(files["bodies.json"])
    spending = held(files["spending.npy"])
    spent = np.zeros(len(rows), "int64")
    chosen = (spending["period"] == shown[0]) & (spending["phase"] == shown[1])
    np.add.at(spent, spending["body"][chosen], spending["amount"][chosen])
    owners: dict[str, list[str]] = {}
    pairs = placements[["body_id", "unit_id"]].drop_duplicates()
    for body, unit in zip(pairs["body_id"], pairs["unit_id"], strict=True):
        owners.setdefault(body, []).append(unit)
    for number, row in enumerate(rows):
        own = row["unit_code"]
        around = tuple(name for unit in owners.get(row["body_id"], ()) for name in called.get(unit, ()))
        names = tuple(dict.fromkeys(filter(None, (row[f"name_{lang}"] for lang in LANGUAGES))))
        if not names and own in called:
            names = tuple(
                text_of(lang)("body.budget", unit=of) for lang, of in zip(LANGUAGES, called[own], strict=True)
            )
        codes = tuple(dict.fromkeys(filter(None, (row["body_id"], row["code"], own if not row["name_ru"] else ""))))
        yield Document("body", number, int(spent[number]), names, codes, around)

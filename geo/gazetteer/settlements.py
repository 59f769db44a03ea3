"""The classifier's rows → the table of places with their parents and kinds, or every fault of the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from geo.core.delivery import ROW
from geo.core.errors import Fault
from geo.gazetteer.names import folded, kind_and_name, strange_letters

# The table of places, in code order; lon and lat are NaN where unknown.
COLUMNS = {
    "code": "str",
    "parent": "str",  # what it lies in; empty for a unit of the first level
    "level": "str",  # the country's level whose unit it is, empty below the last one
    "kind": "str",  # region, city, district, city_district, city_area, town_area, rural_district, town, village …
    "name_kk": "str",
    "name_ru": "str",
    "name_en": "str",
    "lon": "float64",
    "lat": "float64",
}
_DEGREES = re.compile(r"-?[0-9]{1,3}(\.[0-9]+)?", re.ASCII)
_RANGE = {"lon": 180.0, "lat": 90.0}


@dataclass(frozen=True)
class Reading:
    """The table of places with what is wrong and what is odd; `counts` are rows by level and by kind below."""

    table: pd.DataFrame
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    counts: Mapping[str, int]


def read_settlements(
    columns: pd.DataFrame, place: tuple[str, str], digits: Mapping[str, int], languages: Sequence[str]
) -> Reading:
    """Return the places of a classifier.

    `columns` holds texts: code, name_<language>, optionally parent, kind, lon and lat, and ROW, the row in the file;
    `place` is the file and its sheet. `digits` tells how many leading digits of a code name a unit: of each level of
    the country and of what lies between the last level and a settlement; without a column of parents they tell what
    lies in what. The table is to be stored only where there are no faults.
    """
    frame = _complete(columns)
    length = int(frame["code"].str.len().mode().iloc[0]) if len(frame) else 0
    codes = dict(zip(frame["code"], frame["row"], strict=True))
    is_by_digits = not (frame["parent"] != "").any()
    if is_by_digits:
        frame["parent"] = [_parent(code, codes, digits) for code in frame["code"]]
    frame["kind"] = _kinds(frame)
    faults = [*_code_faults(frame, place, length), *_parent_faults(frame, place, codes, digits)]
    faults += [*_name_faults(frame, place, languages), *_point_faults(frame, place)]
    faults += _skipped_faults(frame, place, digits) if is_by_digits else ()
    frame["level"] = [_level(code, parent, digits) for code, parent in zip(frame["code"], frame["parent"], strict=True)]
    for axis in _RANGE:
        frame[axis] = pd.to_numeric(frame[axis], errors="coerce")
    counts = frame["level"].where(frame["level"] != "", frame["kind"]).value_counts().sort_index().to_dict()
    faults += [Fault(place[0], 0, "code", "E-GAZ-05", level, sheet=place[1]) for level in _missing(digits, counts)]
    table = frame[list(COLUMNS)].astype(COLUMNS).sort_values("code", ignore_index=True)
    return Reading(table, tuple(sorted(faults)), tuple(_oddities(frame, place, languages)), counts)


def _complete(columns: pd.DataFrame) -> pd.DataFrame:
    """Return the columns with every one of the table, as texts; rows are numbered where the file did not."""
    frame = pd.DataFrame({name: columns.get(name, "") for name in COLUMNS}, index=columns.index)
    frame = frame.fillna("").astype(str)
    for name in ("name_kk", "name_ru", "name_en"):  # blanks of any kind and number are one: nobody sees the difference
        frame[name] = frame[name].str.split().str.join(" ")
    frame["row"] = columns[ROW].astype(int) if ROW in columns else range(2, len(columns) + 2)
    return frame.reset_index(drop=True)


def _parent(code: str, codes: Mapping[str, int], digits: Mapping[str, int]) -> str:
    """Return the smallest unit that a code lies in by its leading digits; empty for one of the first level."""
    for count in sorted(digits.values(), reverse=True):
        parent = code[:count].ljust(len(code), "0")
        if parent != code and len(code[:count].rstrip("0")) < len(code.rstrip("0")) and parent in codes:
            return parent
    return ""


def _level(code: str, parent: str, digits: Mapping[str, int]) -> str:
    """Return the country's level of a code; a unit right below the first level is one of the second."""
    first, *rest = sorted(digits, key=lambda level: digits[level])
    if not parent:
        return first
    if rest and parent == code[: digits[first]].ljust(len(code), "0"):
        return rest[0]
    return ""


def _missing(digits: Mapping[str, int], counts: Mapping[str, int]) -> list[str]:
    """Return the two upper levels that no row is of."""
    return [level for level in sorted(digits, key=lambda level: digits[level])[:2] if not counts.get(level)]


def _kinds(frame: pd.DataFrame) -> list[str]:
    """Return the kind that a name tells in one language or the other; `place` where it tells none."""
    kinds = [
        given or kind_and_name(ru, "ru")[0] or kind_and_name(kk, "kk")[0] or "place"
        for given, ru, kk in zip(frame["kind"], frame["name_ru"], frame["name_kk"], strict=True)
    ]
    of = dict(zip(frame["code"], kinds, strict=True))
    in_city = [of.get(parent, "region") != "region" for parent in frame["parent"]]
    return [
        "city_district" if kind == "district" and inner else kind for kind, inner in zip(kinds, in_city, strict=True)
    ]


def _code_faults(frame: pd.DataFrame, place: tuple[str, str], length: int) -> Iterator[Fault]:
    """Yield codes that are no text of so many digits, and codes that stand twice."""
    form = re.compile(rf"[0-9]{{{length or 1}}}", re.ASCII)
    first: dict[str, int] = {}
    for code, row in zip(frame["code"], frame["row"], strict=True):
        if not form.fullmatch(code):
            yield Fault(place[0], row, "code", "E-GAZ-01", code, {"digits": str(length)}, sheet=place[1])
        if code in first:
            yield Fault(place[0], row, "code", "E-GAZ-02", code, {"first": str(first[code])}, sheet=place[1])
        first.setdefault(code, row)


def _parent_faults(
    frame: pd.DataFrame, place: tuple[str, str], codes: Mapping[str, int], digits: Mapping[str, int]
) -> Iterator[Fault]:
    """Yield places that lie in nothing that the file has, or in a ring of one another."""
    parents = dict(zip(frame["code"], frame["parent"], strict=True))
    top = min(digits.values())
    for code, parent, row in zip(frame["code"], frame["parent"], frame["row"], strict=True):
        is_lost = parent not in codes if parent else bool(code[top:].strip("0"))
        chain, here = {code}, parent
        while here and here in parents and here not in chain:
            chain.add(here)
            here = parents[here]
        if is_lost or (here and here in chain):
            yield Fault(place[0], row, "code", "E-GAZ-03", code, {"parent": parent}, sheet=place[1])


def _skipped_faults(frame: pd.DataFrame, place: tuple[str, str], digits: Mapping[str, int]) -> Iterator[Fault]:
    """Yield places whose codes name a unit between them and their parent that the file does not have.

    Without it a lost row of a district would move its villages to the region in silence. Cities and their districts
    are written so on purpose: 711110000 lies in 710000000.
    """
    widths = sorted(digits.values())
    for code, parent, kind, row in zip(frame["code"], frame["parent"], frame["kind"], frame["row"], strict=True):
        if not parent or kind in ("city", "city_district"):
            continue
        wide = next((width for width in widths if not parent[width:].strip("0")), widths[-1])
        after = next((width for width in widths if width > wide), wide)
        if code[wide:after].strip("0") and code[after:].strip("0"):
            between = {"parent": code[:after].ljust(len(code), "0")}
            yield Fault(place[0], row, "code", "E-GAZ-03", code, between, sheet=place[1])


def _name_faults(frame: pd.DataFrame, place: tuple[str, str], languages: Sequence[str]) -> Iterator[Fault]:
    """Yield names that are missing in a language the file has, and a file that has none of them."""
    present = [lang for lang in languages if frame[f"name_{lang}"].str.strip().ne("").any()]
    if not present:
        yield Fault(place[0], 0, "name", "E-GAZ-04", ", ".join(languages), sheet=place[1])
    for lang in present:
        empty = frame[frame[f"name_{lang}"].map(lambda name: not name.strip() or not name.isprintable())]
        for code, row in zip(empty["code"], empty["row"], strict=True):
            yield Fault(place[0], row, f"name_{lang}", "E-GAZ-04", code, sheet=place[1])


def _point_faults(frame: pd.DataFrame, place: tuple[str, str]) -> Iterator[Fault]:
    """Yield points that are no pair of degrees."""
    stated = frame[(frame["lon"] != "") | (frame["lat"] != "")]
    for axis, most in _RANGE.items():
        for text, row in zip(stated[axis], stated["row"], strict=True):
            if not _DEGREES.fullmatch(text) or abs(float(text)) > most:
                yield Fault(place[0], row, axis, "E-GAZ-06", text, sheet=place[1])


def _oddities(frame: pd.DataFrame, place: tuple[str, str], languages: Sequence[str]) -> Iterator[Fault]:
    """Yield names with letters of two scripts, and names that two places of one parent and kind share."""
    for lang in languages:
        seen: dict[tuple[str, str, str], int] = {}
        rows = zip(frame[f"name_{lang}"], frame["parent"], frame["kind"], frame["row"], strict=True)
        for name, parent, kind, row in rows:
            if letters := strange_letters(name):
                strange = {"letters": letters}
                yield Fault(place[0], row, f"name_{lang}", "W-GAZ-01", name, strange, sheet=place[1])
            key = (parent, kind, folded(kind_and_name(name, lang)[1]))
            if name and key in seen and kind in ("city", "town", "village", "district"):
                earlier = {"first": str(seen[key])}
                yield Fault(place[0], row, f"name_{lang}", "W-GAZ-02", name, earlier, sheet=place[1])
            seen.setdefault(key, row)
